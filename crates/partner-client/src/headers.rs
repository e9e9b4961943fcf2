//! The headers of a call beside its ids, as the page "Partner Center REST headers" names them.

use billing_core::Error;
use billing_core::http::HeaderName;
use billing_core::pipeline::Request;

const LOCALE: HeaderName = HeaderName::from_static("x-locale");
const APPLICATION: HeaderName = HeaderName::from_static("ms-partnercenter-application");
const CONTRACT_VERSION: HeaderName = HeaderName::from_static("ms-contract-version");
const VALIDATE_MFA: HeaderName = HeaderName::from_static("validatemfa");

#[derive(Clone, Debug, Default)]
pub(crate) struct CallHeaders {
    pub(crate) locale: Option<String>,
    pub(crate) application: Option<String>,
    pub(crate) contract_version: Option<String>,
    pub(crate) validates_mfa: bool,
}

impl CallHeaders {
    pub(crate) fn put_on(&self, request: &mut Request) -> Result<(), Error> {
        for (name, value) in [
            (LOCALE, &self.locale),
            (APPLICATION, &self.application),
            (CONTRACT_VERSION, &self.contract_version),
        ] {
            if let Some(value) = value {
                request.set_header(name, value)?;
            }
        }
        if self.validates_mfa {
            request.set_header(VALIDATE_MFA, "true")?;
        }
        Ok(())
    }
}

/// The options that every operation has beside its ids, in an `impl` of a builder with the field
/// `client`.
macro_rules! header_options {
    () => {
        /// Asks for texts in this language, such as `de-DE`, in this one call; see
        /// [`PartnerClientOptions::with_locale`](crate::PartnerClientOptions::with_locale).
        pub fn with_locale(mut self, locale: impl Into<String>) -> Self {
            self.client.headers_mut().locale = Some(locale.into());
            self
        }

        /// Names the application in this one call; see
        /// [`PartnerClientOptions::with_application`](crate::PartnerClientOptions::with_application).
        pub fn with_application(mut self, name: impl Into<String>) -> Self {
            self.client.headers_mut().application = Some(name.into());
            self
        }

        /// Asks in this one call whether the token shows multi-factor authentication; see
        /// [`PartnerClientOptions::with_mfa_validation`](crate::PartnerClientOptions::with_mfa_validation).
        pub fn with_mfa_validation(mut self) -> Self {
            self.client.headers_mut().validates_mfa = true;
            self
        }
    };
}

pub(crate) use header_options;
