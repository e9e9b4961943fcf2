//! What may be chosen once for a client.

use billing_core::SendOptions;

/// Options of a [`PartnerClient`](crate::PartnerClient).
#[derive(Clone, Debug)]
pub struct PartnerClientOptions {
    pub(crate) api_version: String,
    pub(crate) sending: SendOptions,
}

impl PartnerClientOptions {
    /// The version in the path; `v1` by default.
    #[must_use]
    pub fn with_api_version(mut self, version: impl Into<String>) -> Self {
        self.api_version = version.into();
        self
    }

    /// Time limits, the size limit of an answer, a proxy, and the clock.
    #[must_use]
    pub fn with_send_options(mut self, sending: SendOptions) -> Self {
        self.sending = sending;
        self
    }
}

impl Default for PartnerClientOptions {
    fn default() -> Self {
        Self {
            api_version: "v1".to_owned(),
            sending: SendOptions::default(),
        }
    }
}
