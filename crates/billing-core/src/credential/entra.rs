//! Why Microsoft Entra ID gives no token, and what to do about it.
//!
//! The numbers are those of "Microsoft Entra authentication and authorization error codes".

use crate::Error;
use crate::error::ServiceError;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cause {
    Mfa,
    Consent,
    SignInExpired,
    ClientSecret,
    Elsewhere,
}

/// The cause behind a code such as `AADSTS50076`.
fn cause(code: &str) -> Option<Cause> {
    Some(match code.strip_prefix("AADSTS")? {
        "50072" | "50074" | "50076" | "50078" | "50079" | "50158" => Cause::Mfa,
        "65001" => Cause::Consent,
        "50173" | "70008" | "70043" | "700082" => Cause::SignInExpired,
        "7000215" | "7000222" => Cause::ClientSecret,
        "90002" | "90038" | "700016" => Cause::Elsewhere,
        _ => return None,
    })
}

/// Why a credential has no token. Microsoft Entra ID's code, such as `AADSTS50076`, is the
/// [`service_error`](Error::service_error)'s. Microsoft may add and change its numbers: that none of
/// these holds proves nothing.
impl Error {
    /// A second factor is needed: AADSTS50072, 50074, 50076, 50078, 50079, 50158, or Partner Center's
    /// own 401 with code 900421 or, in its older form, 10001. A user has to sign in again with multifactor authentication, and
    /// the refresh token of that sign-in goes into the store.
    pub fn is_mfa_required(&self) -> bool {
        let code = self.service_error().and_then(ServiceError::code);
        self.is_entra(Cause::Mfa)
            || (self.is_unauthorized() && matches!(code, Some("900421" | "10001")))
    }

    /// Nobody has agreed to what the application asks for: AADSTS65001. An administrator of the
    /// tenant has to consent to it.
    pub fn is_consent_required(&self) -> bool {
        self.is_entra(Cause::Consent)
    }

    /// The refresh token has expired or was revoked: AADSTS50173, 70008, 70043, 700082. A user has
    /// to sign in again, and the refresh token of that sign-in goes into the store.
    pub fn is_sign_in_expired(&self) -> bool {
        self.is_entra(Cause::SignInExpired)
    }

    /// The application's secret is wrong or has expired: AADSTS7000215, 7000222. Make a new one in the
    /// app registration; it is the secret's value that is needed, not its id.
    pub fn is_client_secret_refused(&self) -> bool {
        self.is_entra(Cause::ClientSecret)
    }

    fn is_entra(&self, expected: Cause) -> bool {
        let code = self.service_error().and_then(ServiceError::code);
        self.is_credential() && code.and_then(cause) == Some(expected)
    }
}

#[cfg(any(feature = "oauth", feature = "azure-identity"))]
pub(super) use words::Refusal;

#[cfg(any(feature = "oauth", feature = "azure-identity"))]
mod words {
    use uuid::Uuid;

    use super::{Cause, cause};
    use crate::Error;
    use crate::error::ServiceError;

    /// What of a refusal may be shown: numbers and ids. Its text may name the user.
    pub(in crate::credential) struct Refusal {
        code: Option<String>,
        trace_id: Option<Uuid>,
        correlation_id: Option<Uuid>,
        text: String,
    }

    impl Refusal {
        /// Reads a text such as `AADSTS50076: … Trace ID: <guid> Correlation ID: <guid> Timestamp: …`.
        pub(in crate::credential) fn read(text: &str) -> Self {
            let id = |name| after(text, name).and_then(|rest| rest.get(..36)?.parse().ok());
            let number = after(text, "AADSTS").and_then(|rest| {
                let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                matches!(digits.len(), 4..=12).then_some(digits)
            });
            Self {
                code: number.map(|number| format!("AADSTS{number}")),
                trace_id: id("Trace ID: "),
                correlation_id: id("Correlation ID: "),
                text: text.to_owned(),
            }
        }

        /// The same with ids that came as members of their own.
        #[cfg(feature = "oauth")]
        pub(in crate::credential) fn with_ids(
            mut self,
            trace: Option<Uuid>,
            correlation: Option<Uuid>,
        ) -> Self {
            self.trace_id = trace.or(self.trace_id);
            self.correlation_id = correlation.or(self.correlation_id);
            self
        }

        /// The error that says `what`, the code, what to do, and the ids to tell the support.
        pub(in crate::credential) fn into_error(self, what: &str) -> Error {
            let mut message = what.to_owned();
            if let Some(code) = &self.code {
                message.push_str(&format!(", {code}"));
            }
            if let Some(hint) = self.code.as_deref().and_then(cause).map(next_step) {
                message.push_str(&format!(": {hint}"));
            }
            let ids: Vec<_> = [
                ("correlation id", self.correlation_id),
                ("trace id", self.trace_id),
            ]
            .into_iter()
            .filter_map(|(name, id)| Some(format!("{name} {}", id?)))
            .collect();
            if !ids.is_empty() {
                message.push_str(&format!(" ({})", ids.join(", ")));
            }
            let (trace, correlation) = (self.trace_id, self.correlation_id);
            Error::credential(message)
                .with_ids(
                    trace.map(|id| id.to_string()),
                    correlation.map(|id| id.to_string()),
                )
                .with_service(ServiceError::said(self.code, self.text))
        }
    }

    fn after<'a>(text: &'a str, name: &str) -> Option<&'a str> {
        text.split_once(name).map(|(_, rest)| rest)
    }

    fn next_step(cause: Cause) -> &'static str {
        match cause {
            Cause::Mfa => {
                "a second factor is needed; sign in again with multifactor authentication, and store \
                 the refresh token of that sign-in where one is used"
            }
            Cause::Consent => {
                "nobody has consented to what the application asks for; have an administrator of the \
                 tenant consent to it"
            }
            Cause::SignInExpired => {
                "the refresh token has expired or was revoked; sign in again and store the refresh \
                 token of that sign-in"
            }
            Cause::ClientSecret => {
                "the application's secret is wrong or has expired; make a new one in the app \
                 registration, and take its value, not its id"
            }
            Cause::Elsewhere => {
                "the tenant or the application is not known there; check the tenant, the client id and \
                 the cloud"
            }
        }
    }
}
