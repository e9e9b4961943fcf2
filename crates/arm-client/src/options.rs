//! What may be chosen once for a client.

use billing_core::SendOptions;

/// Options of an [`ArmClient`](crate::ArmClient).
#[derive(Clone, Debug, Default)]
pub struct ArmClientOptions {
    pub(crate) sending: SendOptions,
}

impl ArmClientOptions {
    /// Time limits, the size limit of an answer, a proxy, and the clock.
    #[must_use]
    pub fn with_send_options(mut self, sending: SendOptions) -> Self {
        self.sending = sending;
        self
    }
}
