//! Predicates of [`Error`] that say why a credential has no token.

use http::StatusCode;

use crate::credential::sign_in_cause::SignInCause;
use crate::error::Error;
#[cfg(feature = "oauth")]
use crate::error::kind::ErrorKind;
use crate::error::predicate_list::predicates;
use crate::error::service::ServiceError;

/// Predicates: why a credential has no token.
///
/// [`service_error`](Error::service_error) has Microsoft Entra ID's code, such as `AADSTS50076`.
/// Microsoft may add and change codes, so that none of these is true proves nothing. An unknown
/// code is judged by the name that came with it, such as `invalid_grant`.
impl Error {
    /// Returns whether a second factor is needed: AADSTS50072, 50074, 50076, 50078, 50079, 50158
    /// and related codes, or Partner Center's own 401 with code 900421 or, in its older form,
    /// 10001.
    ///
    /// A user has to sign in again with multi-factor authentication, and the refresh token of that
    /// sign-in has to be stored. Azure Resource Manager requires it by a
    /// [`claims_challenge`](Self::claims_challenge).
    pub fn is_mfa_required(&self) -> bool {
        let code = self.service_error().and_then(ServiceError::code);
        self.has_sign_in_cause(SignInCause::Mfa)
            || (self.is_unauthorized() && matches!(code, Some("900421" | "10001")))
    }

    /// Returns whether the refresh token has expired, was revoked or is refused for another reason
    /// (`invalid_grant`): AADSTS50173, 70008, 70043, 700082 and related codes.
    ///
    /// A user has to sign in again, and the refresh token of that sign-in has to be stored.
    pub fn is_sign_in_expired(&self) -> bool {
        self.has_sign_in_cause(SignInCause::SignInExpired)
            || self.has_sign_in_cause(SignInCause::InvalidGrant)
    }

    predicates! {
        /// Returns whether consent is missing for what the application requests: AADSTS65001, 90094
        /// and related codes. An administrator of the tenant has to consent.
        is_consent_required = has_sign_in_cause(SignInCause::Consent);

        /// Returns whether a user has to sign in again in a browser (`interaction_required`,
        /// `login_required`).
        is_interaction_required = has_sign_in_cause(SignInCause::Interaction);

        /// Returns whether a policy of the tenant forbids the sign-in: Conditional Access, security
        /// defaults, tenant restrictions, or an application that users have to be assigned to.
        /// AADSTS53003 and related codes. The tenant's sign-in log shows an administrator which
        /// policy it was.
        is_blocked_by_policy = has_sign_in_cause(SignInCause::Policy);

        /// Returns whether the user's account is not in the tenant, is disabled or locked, or its
        /// password has expired: AADSTS50020, 50034, 50053, 50055, 50057 and related codes.
        is_user_refused = has_sign_in_cause(SignInCause::User);

        /// Returns whether the authority does not know the tenant or the application: AADSTS90002,
        /// 90038, 700016 and related codes, or `unauthorized_client`. Check the tenant, the client
        /// id and the cloud.
        is_wrong_tenant = has_sign_in_cause(SignInCause::UnknownTenant);

        /// Returns whether the application's secret is wrong or has expired: AADSTS7000215, 7000222
        /// and related codes, or `invalid_client`. Create a new one in the app registration; the
        /// credential needs the secret's value, not its id.
        is_client_secret_refused = has_sign_in_cause(SignInCause::ClientSecret);
    }

    /// Returns the status of the authority's response to the token request, if it answered. The
    /// service itself was not asked.
    pub fn authority_status(&self) -> Option<StatusCode> {
        self.sign_in_failure()?.status
    }

    fn has_sign_in_cause(&self, expected: SignInCause) -> bool {
        let cause = self.sign_in_failure().and_then(|failure| failure.cause);
        self.is_credential() && cause == Some(expected)
    }

    /// Returns whether the refresh token itself was refused.
    #[cfg(feature = "oauth")]
    pub(crate) fn is_invalid_grant(&self) -> bool {
        self.sign_in_failure()
            .is_some_and(|failure| failure.is_invalid_grant)
    }

    /// Turns the error of a token request into one of a credential. Its status is the authority's,
    /// not the service's.
    #[cfg(feature = "oauth")]
    pub(crate) fn into_sign_in(mut self) -> Self {
        let mut failure = self.sign_in_failure().unwrap_or_default();
        failure.status = self.exchange_mut().status.take();
        failure.is_untrusted_certificate = self.is_untrusted_certificate();
        self.with_sign_in_failure(Some(failure))
            .with_kind(ErrorKind::Credential)
    }
}
