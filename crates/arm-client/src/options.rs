//! Options of a client, which hold for all its requests.

use billing_core::SendOptions;

/// Options of an [`ArmClient`](crate::ArmClient).
///
/// ```
/// use std::time::Duration;
///
/// use arm_client::{ArmClientOptions, SendOptions};
///
/// let sending = SendOptions::default().with_timeout(Duration::from_secs(30));
/// let options = ArmClientOptions::default().with_send_options(sending);
/// # drop(options);
/// ```
#[derive(Clone, Debug, Default)]
pub struct ArmClientOptions {
    pub(crate) sending: SendOptions,
}

impl ArmClientOptions {
    /// Sets time limits, the size limit of a response, retries, a proxy, and the clock.
    #[must_use]
    pub fn with_send_options(mut self, sending: SendOptions) -> Self {
        self.sending = sending;
        self
    }
}
