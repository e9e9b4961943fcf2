//! What is known of a failed sign-in beside the error's text and ids.

use http::StatusCode;

use crate::credential::sign_in_cause::SignInCause;

/// What is known of a failed sign-in beside the error's text and ids.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SignInFailure {
    /// The status of the authority's response, if one came.
    pub(crate) status: Option<StatusCode>,
    /// Whether no connection was made because the authority's certificate is not trusted.
    pub(crate) is_untrusted_certificate: bool,
    pub(crate) cause: Option<SignInCause>,
    /// Whether the grant itself, such as the refresh token, was refused.
    #[cfg_attr(
        not(feature = "oauth"),
        expect(dead_code, reason = "only refresh tokens are replaced")
    )]
    pub(crate) is_invalid_grant: bool,
}
