//! The errors of the authority, with the texts of Microsoft Entra ID ("Microsoft Entra
//! authentication and authorization error codes", and responses recorded in issues of its
//! libraries).

use hyper::{Method, StatusCode};
use uuid::Uuid;

use crate::http::response::Response;

/// The result of a request: a response, or what a step towards it returns, or an error response.
pub(crate) type Result<T = Response, E = ErrorResponse> = std::result::Result<T, E>;

/// An error of the authority; it displays as its text.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ErrorResponse {
    #[error(
        "The request body must contain the following parameter: 'client_assertion' or \
         'client_secret'."
    )]
    SecretMissing,
    /// Not issued by this run of the emulator.
    #[error("Invalid request. Request is malformed or invalid.")]
    Malformed,
    /// Issued to another application, or in another tenant.
    #[error("Provided grant is invalid or malformed.")]
    GrantInvalid,
    #[error(
        "The Code_Verifier does not match the code_challenge supplied in the authorization request."
    )]
    VerifierMismatch,
    #[error(
        "The provided authorization code or refresh token has expired due to inactivity. Send a \
         new interactive authorization request for this user and resource."
    )]
    CodeExpired,
    #[error(
        "OAuth2 Authorization code was already redeemed, please retry with a new valid code or \
         use an existing refresh token."
    )]
    CodeRedeemed,
    /// The text is as clients have reported it.
    #[error("OAuth 2.0 device flow error. Authorization is pending. Continue polling.")]
    AuthorizationPending,
    /// The number is that of a user who refuses to consent; none is documented for this error.
    #[error("User declined to consent to access the app.")]
    AuthorizationDeclined,
    /// The text is as clients have reported it.
    #[error(
        "The provided value for the input parameter 'device_code' is not valid. This device code \
         has expired."
    )]
    DeviceCodeExpired,
    #[error(
        "Invalid verification code due to User typing in wrong user code for device code flow."
    )]
    DeviceCodeUnknown,
    #[error("Invalid size of Code_Challenge parameter.")]
    ChallengeInvalid,
    #[error(
        "The provided grant has expired due to it being revoked, a fresh auth token is needed. \
         The user might have changed or reset their password."
    )]
    Revoked,
    #[error(
        "Due to a configuration change made by your administrator, or because you moved to a new \
         location, you must use multi-factor authentication."
    )]
    SecondFactorRequired,
    /// The text follows the list of error codes; no response about claims was recorded.
    #[error("The authentication service request isn't valid: the parameter 'claims' is not JSON.")]
    ClaimsInvalid,
    #[error("The endpoint only accepts {served} requests. Received a {sent} request.")]
    Method { served: String, sent: Method },
    #[error(
        "Tenant '{0}' not found. Check to make sure you have the correct tenant ID and are \
         signing into the correct cloud."
    )]
    UnknownTenant(String),
    #[error("The request body must contain the following parameter: '{0}'.")]
    ParameterMissing(&'static str),
    #[error("The app requested an unsupported grant type '{0}'.")]
    GrantNotServed(String),
    #[error("Application with identifier '{id}' was not found in the directory '{tenant}'.")]
    UnknownApp { id: String, tenant: Uuid },
    #[error(
        "Invalid client secret provided. Ensure the secret being sent in the request is the \
         client secret value, not the client secret ID, for a secret added to app '{0}'."
    )]
    WrongSecret(String),
    #[error(
        "The provided value for scope {0} is not valid. Client credential flows must have a scope \
         value with /.default suffixed to the resource identifier (application ID URI)."
    )]
    NoDefaultScope(String),
    #[error(
        "Provided value for the input parameter scope is not valid because it contains more than \
         one resource. Scope {0} is not valid."
    )]
    SeveralResources(String),
    #[error(
        "The reply address '{sent}' does not match the reply address '{before}' provided when \
         requesting Authorization code."
    )]
    OtherRedirect { sent: String, before: String },
    /// Azure AD Graph, which is retired. No response for it was recorded; this is the response for
    /// a resource that is disabled.
    #[error(
        "The service principal for resource '{0}' is disabled. This indicate that a subscription \
         within the tenant has lapsed, or that the administrator for this tenant has disabled the \
         application, preventing tokens from being issued for it."
    )]
    ResourceDisabled(String),
    #[error(
        "The refresh token has expired due to inactivity. The token was issued on {issued} and \
         was inactive for 90.00:00:00."
    )]
    Inactive { issued: String },
    #[error(
        "The user or administrator has not consented to use the application with ID '{0}'. Send \
         an interactive authorization request for this user and resource."
    )]
    ConsentRequired(String),
    #[error("'redirect_uri' value must be a valid absolute URI, which '{0}' is not.")]
    RedirectInvalid(String),
    #[error("The response type '{0}' is not served; use code.")]
    ResponseTypeNotServed(String),
    #[error("The response mode '{0}' is not served; use query, fragment or form_post.")]
    ResponseModeNotServed(String),
    #[error("The code challenge method '{0}' is not served; use S256 or plain.")]
    ChallengeMethodNotServed(String),
}

impl ErrorResponse {
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::SecretMissing | Self::WrongSecret(_) | Self::OtherRedirect { .. } => {
                StatusCode::UNAUTHORIZED
            }
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// Returns the code, of RFC 6749, section 5.2, or of the authority itself, and the number after
    /// `AADSTS`.
    pub(super) fn code(&self) -> (&'static str, u32) {
        match self {
            Self::SecretMissing => ("invalid_client", 7_000_218),
            Self::Malformed => ("invalid_grant", 9_002_313),
            Self::GrantInvalid => ("invalid_grant", 70_000),
            Self::VerifierMismatch => ("invalid_grant", 501_481),
            Self::CodeExpired => ("invalid_grant", 70_008),
            Self::CodeRedeemed => ("invalid_grant", 54_005),
            Self::AuthorizationPending => ("authorization_pending", 70_016),
            Self::AuthorizationDeclined => ("authorization_declined", 65_004),
            Self::DeviceCodeExpired => ("expired_token", 70_020),
            Self::DeviceCodeUnknown => ("bad_verification_code", 70_018),
            Self::ChallengeInvalid => ("invalid_request", 501_491),
            Self::Revoked => ("invalid_grant", 50_173),
            Self::SecondFactorRequired => ("interaction_required", 50_076),
            Self::ClaimsInvalid => ("invalid_request", 90_023),
            Self::Method { .. } => ("invalid_request", 900_561),
            Self::UnknownTenant(_) => ("invalid_request", 90_002),
            Self::ParameterMissing(_) => ("invalid_request", 900_144),
            Self::GrantNotServed(_) => ("unsupported_grant_type", 70_003),
            Self::UnknownApp { .. } => ("unauthorized_client", 700_016),
            Self::WrongSecret(_) => ("invalid_client", 7_000_215),
            Self::NoDefaultScope(_) => ("invalid_scope", 1_002_012),
            Self::SeveralResources(_) => ("invalid_request", 28_000),
            Self::OtherRedirect { .. } => ("invalid_client", 500_112),
            Self::ResourceDisabled(_) => ("invalid_resource", 500_014),
            Self::Inactive { .. } => ("invalid_grant", 700_082),
            Self::ConsentRequired(_) => ("consent_required", 65_001),
            Self::RedirectInvalid(_) => ("invalid_request", 90_102),
            Self::ResponseTypeNotServed(_) => ("unsupported_response_type", 70_005),
            Self::ResponseModeNotServed(_) => ("invalid_request", 70_007),
            Self::ChallengeMethodNotServed(_) => ("invalid_request", 9_002_313),
        }
    }
}
