//! What may be chosen once for a client.

use billing_core::SendOptions;

use crate::media::{Accept, ContentType, Media};

/// Options of a [`PartnerClient`](crate::PartnerClient).
#[derive(Clone, Debug)]
pub struct PartnerClientOptions {
    pub(crate) api_version: String,
    pub(crate) media: Media,
    pub(crate) sending: SendOptions,
}

impl PartnerClientOptions {
    /// The version in the path; `v1` by default.
    #[must_use]
    pub fn with_api_version(mut self, version: impl Into<String>) -> Self {
        self.api_version = version.into();
        self
    }

    /// The media type in which profiles are sent; `application/json` by default.
    #[must_use]
    pub fn with_content_type(mut self, content_type: impl Into<ContentType>) -> Self {
        self.media.content_type = content_type.into();
        self
    }

    /// The media types in which answers are welcome; `application/json` by default.
    #[must_use]
    pub fn with_accept(mut self, accept: impl Into<Accept>) -> Self {
        self.media.accept = accept.into();
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
            media: Media::default(),
            sending: SendOptions::default(),
        }
    }
}
