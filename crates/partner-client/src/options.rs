//! Options of a client, which hold for all its requests.

use billing_core::SendOptions;

use crate::media::{Accept, ContentType, Media};

/// Options of a [`PartnerClient`](crate::PartnerClient).
///
/// ```
/// use std::time::Duration;
///
/// use partner_client::{MediaType, PartnerClientOptions, SendOptions};
///
/// let options = PartnerClientOptions::default()
///     .with_api_version("v1")
///     .with_content_type(MediaType::Json)
///     .with_accept(MediaType::Json)
///     .with_locale("de-DE")
///     .with_application("Billing sync")
///     .with_mfa_validation()
///     .without_contract_version()
///     .with_send_options(SendOptions::default().with_timeout(Duration::from_secs(30)));
/// # drop(options);
/// ```
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
    /// Sets the version in the path and in `MS-Contract-Version`; `v1` by default.
    #[must_use]
    pub fn with_api_version(mut self, version: impl Into<String>) -> Self {
        self.api_version = version.into();
        self
    }

    /// Sets the media type in which billing profiles are sent; `application/json` by default. All
    /// other bodies are JSON.
    #[must_use]
    pub fn with_content_type(mut self, content_type: impl Into<ContentType>) -> Self {
        self.media.content_type = content_type.into();
        self
    }

    /// Sets the media types in which billing profiles are requested, in edits too;
    /// `application/json` by default. All other resources are requested as JSON.
    #[must_use]
    pub fn with_accept(mut self, accept: impl Into<Accept>) -> Self {
        self.media.accept = accept.into();
        self
    }

    /// Leaves the header `MS-Contract-Version` out.
    ///
    /// It is sent by default: "Partner Center REST headers" lists it as required, and Microsoft's
    /// Java SDK sends it with each request. Microsoft's .NET SDK never does, so the service accepts
    /// requests without it.
    #[must_use]
    pub fn without_contract_version(mut self) -> Self {
        self.sends_contract_version = false;
        self
    }

    /// Sets the language of the service's texts, such as `de-DE` (`X-Locale`). No header is sent by
    /// default, which the service takes as `en-US` ("Partner Center REST headers"). The language
    /// does not change a profile.
    #[must_use]
    pub fn with_locale(mut self, locale: impl Into<String>) -> Self {
        self.locale = Some(locale.into());
        self
    }

    /// Names the calling application (`MS-PartnerCenter-Application`); no header is sent by
    /// default.
    #[must_use]
    pub fn with_application(mut self, name: impl Into<String>) -> Self {
        self.application = Some(name.into());
        self
    }

    /// Asks with each request (`ValidateMfa: true`) whether its token shows multi-factor
    /// authentication; [`Response::is_mfa_compliant`](crate::Response::is_mfa_compliant) has the
    /// result. No header is sent by default. A token without multi-factor authentication may be
    /// refused anyway: see [`Error::is_mfa_required`](crate::Error::is_mfa_required).
    #[must_use]
    pub fn with_mfa_validation(mut self) -> Self {
        self.validates_mfa = true;
        self
    }

    /// Sets time limits, the size limit of a response, retries, a proxy, and the clock.
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
