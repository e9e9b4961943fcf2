//! The errors of the authority, with the texts of Microsoft Entra ID ("Microsoft Entra
//! authentication and authorization error codes", and responses recorded in issues of its
//! libraries).

use std::{
    borrow::Cow,
    time::{Duration, SystemTime},
};

use hyper::{Method, StatusCode};
use uuid::Uuid;

use crate::clock;

pub(crate) struct ErrorResponse {
    pub(super) status: StatusCode,
    /// A code of RFC 6749, section 5.2, or one of the authority's own.
    pub(super) error: &'static str,
    /// The number after `AADSTS`.
    pub(super) number: u32,
    pub(super) text: Cow<'static, str>,
}

impl ErrorResponse {
    pub(super) const SECRET_MISSING: Self = Self::new(
        "invalid_client",
        7_000_218,
        "The request body must contain the following parameter: 'client_assertion' or \
        'client_secret'.",
    )
    .unauthorized();

    /// Not issued by this run of the emulator.
    pub(super) const MALFORMED: Self = Self::new(
        "invalid_grant",
        9_002_313,
        "Invalid request. Request is malformed or invalid.",
    );

    /// Issued to another application, or in another tenant.
    pub(super) const GRANT_INVALID: Self = Self::new(
        "invalid_grant",
        70_000,
        "Provided grant is invalid or malformed.",
    );

    pub(super) const VERIFIER_MISMATCH: Self = Self::new(
        "invalid_grant",
        501_481,
        "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
    );

    pub(super) const CODE_EXPIRED: Self = Self::new(
        "invalid_grant",
        70_008,
        "The provided authorization code or refresh token has expired due to inactivity. \
        Send a new interactive authorization request for this user and resource.",
    );

    pub(super) const CODE_REDEEMED: Self = Self::new(
        "invalid_grant",
        54_005,
        "OAuth2 Authorization code was already redeemed, please retry with a new valid code \
        or use an existing refresh token.",
    );

    /// The text is the one that clients have reported.
    pub(super) const AUTHORIZATION_PENDING: Self = Self::new(
        "authorization_pending",
        70_016,
        "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
    );

    /// The number is the one for a user who refuses to consent; none is documented for this error.
    pub(super) const AUTHORIZATION_DECLINED: Self = Self::new(
        "authorization_declined",
        65_004,
        "User declined to consent to access the app.",
    );

    /// The text is the one that clients have reported.
    pub(super) const DEVICE_CODE_EXPIRED: Self = Self::new(
        "expired_token",
        70_020,
        "The provided value for the input parameter 'device_code' is not valid. This device \
        code has expired.",
    );

    pub(super) const DEVICE_CODE_UNKNOWN: Self = Self::new(
        "bad_verification_code",
        70_018,
        "Invalid verification code due to User typing in wrong user code for device code \
        flow.",
    );

    pub(super) const CHALLENGE_INVALID: Self = Self::new(
        "invalid_request",
        501_491,
        "Invalid size of Code_Challenge parameter.",
    );

    pub(super) const REVOKED: Self = Self::new(
        "invalid_grant",
        50_173,
        "The provided grant has expired due to it being revoked, a fresh auth token is \
        needed. The user might have changed or reset their password.",
    );

    pub(super) const SECOND_FACTOR_REQUIRED: Self = Self::new(
        "interaction_required",
        50_076,
        "Due to a configuration change made by your administrator, or because you moved to a \
        new location, you must use multi-factor authentication.",
    );

    /// The text follows the list of error codes; no response about claims was recorded.
    pub(super) const CLAIMS_INVALID: Self = Self::new(
        "invalid_request",
        90_023,
        "The authentication service request isn't valid: the parameter 'claims' is not JSON.",
    );

    const fn new(error: &'static str, number: u32, text: &'static str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            error,
            number,
            text: Cow::Borrowed(text),
        }
    }

    const fn unauthorized(mut self) -> Self {
        self.status = StatusCode::UNAUTHORIZED;
        self
    }

    fn with(error: &'static str, number: u32, text: String) -> Self {
        Self {
            text: Cow::Owned(text),
            ..Self::new(error, number, "")
        }
    }

    pub(super) fn method(served: &str, sent: &Method) -> Self {
        let text =
            format!("The endpoint only accepts {served} requests. Received a {sent} request.");
        Self::with("invalid_request", 900_561, text)
    }

    pub(super) fn unknown_tenant(name: &str) -> Self {
        let text = format!(
            "Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are \
             signing into the correct cloud."
        );
        Self::with("invalid_request", 90_002, text)
    }

    pub(super) fn parameter_missing(name: &str) -> Self {
        let text = format!("The request body must contain the following parameter: '{name}'.");
        Self::with("invalid_request", 900_144, text)
    }

    pub(super) fn grant_not_served(grant_type: &str) -> Self {
        let text = format!("The app requested an unsupported grant type '{grant_type}'.");
        Self::with("unsupported_grant_type", 70_003, text)
    }

    pub(super) fn unknown_app(id: &str, tenant: Uuid) -> Self {
        let text = format!(
            "Application with identifier '{id}' was not found in the directory '{tenant}'."
        );
        Self::with("unauthorized_client", 700_016, text)
    }

    pub(super) fn wrong_secret(client_id: &str) -> Self {
        let text = format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the client \
             secret value, not the client secret ID, for a secret added to app '{client_id}'."
        );
        Self::with("invalid_client", 7_000_215, text).unauthorized()
    }

    pub(super) fn no_default_scope(scope: &str) -> Self {
        let text = format!(
            "The provided value for scope {scope} is not valid. Client credential flows must have a \
             scope value with /.default suffixed to the resource identifier (application ID URI)."
        );
        Self::with("invalid_scope", 1_002_012, text)
    }

    pub(super) fn several_resources(scope: &str) -> Self {
        let text = format!(
            "Provided value for the input parameter scope is not valid because it contains more than \
             one resource. Scope {scope} is not valid."
        );
        Self::with("invalid_request", 28_000, text)
    }

    pub(super) fn other_redirect(sent: &str, before: &str) -> Self {
        let text = format!(
            "The reply address '{sent}' does not match the reply address '{before}' provided when \
             requesting Authorization code."
        );
        Self::with("invalid_client", 500_112, text).unauthorized()
    }

    /// Azure AD Graph, which is retired. No response for it was recorded; this is the one for a
    /// resource that is disabled.
    pub(super) fn resource_disabled(resource: &str) -> Self {
        let text = format!(
            "The service principal for resource '{resource}' is disabled. This indicate that a \
             subscription within the tenant has lapsed, or that the administrator for this tenant has \
             disabled the application, preventing tokens from being issued for it."
        );
        Self::with("invalid_resource", 500_014, text)
    }

    pub(super) fn inactive(issued: u64) -> Self {
        let issued = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(issued));
        let text = format!(
            "The refresh token has expired due to inactivity. The token was issued on {} and was \
             inactive for 90.00:00:00.",
            clock::rfc3339(issued.unwrap_or(SystemTime::UNIX_EPOCH)),
        );
        Self::with("invalid_grant", 700_082, text)
    }

    pub(super) fn consent_required(client_id: &str) -> Self {
        let text = format!(
            "The user or administrator has not consented to use the application with ID '{client_id}'. \
             Send an interactive authorization request for this user and resource."
        );
        Self::with("consent_required", 65_001, text)
    }

    pub(super) fn redirect_invalid(sent: &str) -> Self {
        let text =
            format!("'redirect_uri' value must be a valid absolute URI, which '{sent}' is not.");
        Self::with("invalid_request", 90_102, text)
    }

    pub(super) fn response_type_not_served(sent: &str) -> Self {
        let text = format!("The response type '{sent}' is not served; use code.");
        Self::with("unsupported_response_type", 70_005, text)
    }

    pub(super) fn response_mode_not_served(sent: &str) -> Self {
        let text =
            format!("The response mode '{sent}' is not served; use query, fragment or form_post.");
        Self::with("invalid_request", 70_007, text)
    }

    pub(super) fn challenge_method_not_served(sent: &str) -> Self {
        let text = format!("The code challenge method '{sent}' is not served; use S256 or plain.");
        Self::with("invalid_request", 9_002_313, text)
    }
}
