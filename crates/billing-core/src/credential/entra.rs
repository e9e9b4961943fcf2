//! Why Microsoft Entra ID gives no token, and what to do about it.

mod codes;

use http::StatusCode;

use crate::Error;
use crate::error::ServiceError;
use codes::Cause;

/// What is known of a failed sign-in beside the texts and ids of its error.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SignInFailure {
    /// The status of the authority's answer, if one came.
    pub(crate) status: Option<StatusCode>,
    /// Whether no connection came about since the authority's certificate is not trusted.
    pub(crate) is_untrusted_certificate: bool,
    cause: Option<Cause>,
    #[cfg(feature = "oauth")]
    is_invalid_grant: bool,
}

/// Why a credential has no token. Microsoft Entra ID's code, such as `AADSTS50076`, is the
/// [`service_error`](Error::service_error)'s. Microsoft may add and change its numbers: that none
/// of these holds proves nothing.
///
/// A code that is not known is judged by the name that came with it, such as `invalid_grant`.
impl Error {
    /// A second factor is needed: AADSTS50072, 50074, 50076, 50078, 50079, 50158 and their
    /// neighbours, or Partner Center's own 401 with code 900421 or, in its older form, 10001. A
    /// user has to sign in again with multifactor authentication, and the refresh token of that
    /// sign-in goes into the store.
    ///
    /// Azure Resource Manager demands it by a [`claims_challenge`](Self::claims_challenge).
    pub fn is_mfa_required(&self) -> bool {
        let code = self.service_error().and_then(ServiceError::code);
        self.is_entra(Cause::Mfa)
            || (self.is_unauthorized() && matches!(code, Some("900421" | "10001")))
    }

    /// Nobody has agreed to what the application asks for: AADSTS65001, 90094 and their neighbours.
    /// An administrator of the tenant has to consent to it.
    pub fn is_consent_required(&self) -> bool {
        self.is_entra(Cause::Consent)
    }

    /// The refresh token has expired, was revoked or is refused for another reason
    /// (`invalid_grant`): AADSTS50173, 70008, 70043, 700082 and their neighbours. A user has to
    /// sign in again, and the refresh token of that sign-in goes into the store.
    pub fn is_sign_in_expired(&self) -> bool {
        self.is_entra(Cause::SignInExpired) || self.is_entra(Cause::Grant)
    }

    /// A user has to sign in again, in a browser (`interaction_required`, `login_required`).
    pub fn is_interaction_required(&self) -> bool {
        self.is_entra(Cause::Interaction)
    }

    /// A policy of the tenant forbids it: Conditional Access, security defaults, tenant
    /// restrictions, or an application to which users have to be assigned. AADSTS53003 and its
    /// neighbours. An administrator sees in the tenant's sign-in log which policy it was.
    pub fn is_blocked_by_policy(&self) -> bool {
        self.is_entra(Cause::Policy)
    }

    /// The user's account is not in the tenant, is disabled or locked, or its password has expired:
    /// AADSTS50020, 50034, 50053, 50055, 50057 and their neighbours.
    pub fn is_user_refused(&self) -> bool {
        self.is_entra(Cause::User)
    }

    /// The tenant or the application is not known where we asked: AADSTS90002, 90038, 700016 and
    /// their neighbours, or `unauthorized_client`. Check the tenant, the client id and the cloud.
    pub fn is_wrong_tenant(&self) -> bool {
        self.is_entra(Cause::Elsewhere)
    }

    /// The application's secret is wrong or has expired: AADSTS7000215, 7000222 and their
    /// neighbours, or `invalid_client`. Make a new one in the app registration; it is the secret's
    /// value that is needed, not its id.
    pub fn is_client_secret_refused(&self) -> bool {
        self.is_entra(Cause::ClientSecret)
    }

    /// The status with which the authority answered the request for a token, if it answered; not
    /// that of the service, which was not asked.
    pub fn authority_status(&self) -> Option<StatusCode> {
        self.sign_in_failure()?.status
    }

    fn is_entra(&self, expected: Cause) -> bool {
        let cause = self.sign_in_failure().and_then(|failure| failure.cause);
        self.is_credential() && cause == Some(expected)
    }

    /// Whether the refresh token itself was refused.
    #[cfg(feature = "oauth")]
    pub(crate) fn is_invalid_grant(&self) -> bool {
        self.sign_in_failure()
            .is_some_and(|failure| failure.is_invalid_grant)
    }
}

#[cfg(any(feature = "oauth", feature = "azure-identity"))]
pub(super) use words::EntraError;

#[cfg(any(feature = "oauth", feature = "azure-identity"))]
mod words {
    use uuid::Uuid;

    use super::{Cause, SignInFailure};
    use crate::Error;
    use crate::error::ServiceError;

    /// What of a refusal may be shown: numbers and ids. Its text may name the user.
    pub(in crate::credential) struct EntraError {
        code: Option<String>,
        cause: Option<Cause>,
        #[cfg(feature = "oauth")]
        is_invalid_grant: bool,
        trace_id: Option<Uuid>,
        correlation_id: Option<Uuid>,
        text: String,
    }

    impl EntraError {
        /// Reads a text such as `AADSTS50076: … Trace ID: <guid> Correlation ID: <guid> Timestamp:
        /// …`.
        pub(in crate::credential) fn read(text: &str) -> Self {
            let id = |name| after(text, name).and_then(|rest| rest.get(..36)?.parse().ok());
            let number = after(text, "AADSTS").and_then(|rest| {
                let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                matches!(digits.len(), 4..=12).then_some(digits)
            });
            Self {
                cause: number.as_deref().and_then(Cause::of_code),
                #[cfg(feature = "oauth")]
                is_invalid_grant: false,
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

        /// The same with the members `error` and `suberror`, which say something about codes that
        /// we do not know.
        #[cfg(feature = "oauth")]
        pub(in crate::credential) fn with_names(mut self, error: &str, suberror: &str) -> Self {
            self.is_invalid_grant = error == "invalid_grant";
            self.cause = self.cause.or_else(|| Cause::of_names(error, suberror));
            self
        }

        /// The error that says `what`, the code, what to do, and the ids to tell the support.
        pub(in crate::credential) fn into_error(self, what: &str) -> Error {
            let mut message = what.to_owned();
            if let Some(code) = &self.code {
                message.push_str(&format!(", {code}"));
            }
            if let Some(cause) = self.cause {
                message.push_str(&format!(": {}", cause.next_step()));
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
                .with_sign_in_failure(SignInFailure {
                    status: None,
                    is_untrusted_certificate: false,
                    cause: self.cause,
                    #[cfg(feature = "oauth")]
                    is_invalid_grant: self.is_invalid_grant,
                })
        }
    }

    fn after<'a>(text: &'a str, name: &str) -> Option<&'a str> {
        text.split_once(name).map(|(_, rest)| rest)
    }
}
