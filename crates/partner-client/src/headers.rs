//! The headers that a client or one request chooses, as the page "Partner Center REST headers"
//! names them.

use billing_core::Error;
use billing_core::http::HeaderName;
use billing_core::pipeline::Request;

const LOCALE: HeaderName = HeaderName::from_static("x-locale");
const APPLICATION: HeaderName = HeaderName::from_static("ms-partnercenter-application");
const CONTRACT_VERSION: HeaderName = HeaderName::from_static("ms-contract-version");
const VALIDATE_MFA: HeaderName = HeaderName::from_static("validatemfa");

/// Optional headers of a request, except its ids.
#[derive(Clone, Debug, Default)]
pub(crate) struct RequestHeaders {
    pub(crate) locale: Option<String>,
    pub(crate) application: Option<String>,
    pub(crate) contract_version: Option<String>,
    pub(crate) validates_mfa: bool,
}

impl RequestHeaders {
    /// Sets the headers that were chosen.
    ///
    /// # Errors
    /// Invalid input for text that a header cannot carry. Nothing was sent.
    pub(crate) fn set_on(&self, request: &mut Request) -> Result<(), Error> {
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

/// Setters of the optional headers, for the `impl` of a builder. The field `client` is that of the
/// builder, or of `$outer.$field`.
macro_rules! header_options {
    ($($outer:ident . $field:ident)?) => {
        /// Asks for texts in this language, such as `de-DE`, in this request only; see
        /// [`PartnerClientOptions::with_locale`](crate::PartnerClientOptions::with_locale).
        ///
        /// ```no_run
        /// # use partner_client::{Error, PartnerClient};
        /// # async fn example(client: PartnerClient, customer_id: &str) -> Result<(), Error> {
        /// let request = client.get_customer_billing_profile(customer_id);
        /// let profile = request.with_locale("de-DE").await?;
        /// # drop(profile);
        /// # Ok(())
        /// # }
        /// ```
        pub fn with_locale(mut self, locale: impl Into<String>) -> Self {
            self.$($outer.$field.)?client.headers_mut().locale = Some(locale.into());
            self
        }

        /// Names the application in this request only; see
        /// [`PartnerClientOptions::with_application`][with_application].
        ///
        /// [with_application]: crate::PartnerClientOptions::with_application
        ///
        /// ```no_run
        /// # use partner_client::{Error, PartnerClient};
        /// # async fn example(client: PartnerClient, customer_id: &str) -> Result<(), Error> {
        /// let request = client.get_customer_billing_profile(customer_id);
        /// let profile = request.with_application("Billing sync").await?;
        /// # drop(profile);
        /// # Ok(())
        /// # }
        /// ```
        pub fn with_application(mut self, name: impl Into<String>) -> Self {
            self.$($outer.$field.)?client.headers_mut().application = Some(name.into());
            self
        }

        /// Asks in this request only whether the token shows multi-factor authentication; see
        /// [`PartnerClientOptions::with_mfa_validation`][with_mfa_validation].
        ///
        /// [with_mfa_validation]: crate::PartnerClientOptions::with_mfa_validation
        ///
        /// ```no_run
        /// # use partner_client::{Error, PartnerClient};
        /// # async fn example(client: PartnerClient, customer_id: &str) -> Result<(), Error> {
        /// let request = client.get_customer_billing_profile(customer_id);
        /// let profile = request.with_mfa_validation().await?;
        /// # drop(profile);
        /// # Ok(())
        /// # }
        /// ```
        pub fn with_mfa_validation(mut self) -> Self {
            self.$($outer.$field.)?client.headers_mut().validates_mfa = true;
            self
        }
    };
}

pub(crate) use header_options;
