//! What may be chosen once for a client.

use billing_core::SendOptions;

use crate::media::{Accept, ContentType, Media};

/// Options of a [`PartnerClient`](crate::PartnerClient).
#[derive(Clone, Debug)]
pub struct PartnerClientOptions {
    pub(crate) api_version: String,
    pub(crate) media: Media,
    pub(crate) locale: Option<String>,
    pub(crate) application: Option<String>,
    pub(crate) sends_contract_version: bool,
    pub(crate) validates_mfa: bool,
    pub(crate) sending: SendOptions,
}

impl PartnerClientOptions {
    /// The version in the path and in `MS-Contract-Version`; `v1` by default.
    #[must_use]
    pub fn with_api_version(mut self, version: impl Into<String>) -> Self {
        self.api_version = version.into();
        self
    }

    /// The media type in which billing profiles are sent; `application/json` by default. All else
    /// is sent as JSON.
    #[must_use]
    pub fn with_content_type(mut self, content_type: impl Into<ContentType>) -> Self {
        self.media.content_type = content_type.into();
        self
    }

    /// The media types in which billing profiles are welcome, alone or from an edit;
    /// `application/json` by default. All else is asked for as JSON.
    #[must_use]
    pub fn with_accept(mut self, accept: impl Into<Accept>) -> Self {
        self.media.accept = accept.into();
        self
    }

    /// Leaves the header `MS-Contract-Version` out.
    ///
    /// It is sent by default: "Partner Center REST headers" calls it required, and Microsoft's Java
    /// SDK sends it with each request. Microsoft's .NET SDK never does, so the service is known to
    /// do without.
    #[must_use]
    pub fn without_contract_version(mut self) -> Self {
        self.sends_contract_version = false;
        self
    }

    /// The language of the service's texts, such as `de-DE`, as `X-Locale`. Nothing is sent by
    /// default, which to the service is `en-US` ("Partner Center REST headers"). It changes no
    /// value of a profile.
    #[must_use]
    pub fn with_locale(mut self, locale: impl Into<String>) -> Self {
        self.locale = Some(locale.into());
        self
    }

    /// What the calling application is called, as `MS-PartnerCenter-Application`; nothing is sent
    /// by default.
    #[must_use]
    pub fn with_application(mut self, name: impl Into<String>) -> Self {
        self.application = Some(name.into());
        self
    }

    /// Asks with each request, by `ValidateMfa: true`, whether its token shows multi-factor
    /// authentication; [`Response::is_mfa_compliant`](crate::Response::is_mfa_compliant) has the
    /// answer. Nothing is asked by default. A token without it may be refused all the same: see
    /// [`Error::is_mfa_required`](crate::Error::is_mfa_required).
    #[must_use]
    pub fn with_mfa_validation(mut self) -> Self {
        self.validates_mfa = true;
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
            locale: None,
            application: None,
            sends_contract_version: true,
            validates_mfa: false,
            sending: SendOptions::default(),
        }
    }
}
