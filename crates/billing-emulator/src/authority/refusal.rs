//! Why there is no token, in the authority's own words ("Microsoft Entra authentication and authorization
//! error codes", and answers that were recorded in issues of its libraries).

use std::time::{Duration, SystemTime};

use axum::http::{Method, StatusCode};
use serde::Serialize;
use uuid::Uuid;

use super::{app::Named, reply};
use crate::{
    call::{Call, Reply},
    clock,
    state::Context,
};

pub(super) struct Refusal {
    status: StatusCode,
    /// One of RFC 6749, section 5.2, or of the authority's own.
    error: &'static str,
    /// Behind `AADSTS`.
    number: u32,
    text: String,
}

#[derive(Serialize)]
struct Body {
    error: &'static str,
    error_description: String,
    error_codes: [u32; 1],
    timestamp: String,
    trace_id: Uuid,
    correlation_id: Uuid,
    error_uri: String,
}

impl Refusal {
    fn new(error: &'static str, number: u32, text: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            error,
            number,
            text: text.into(),
        }
    }

    fn unauthorized(mut self) -> Self {
        self.status = StatusCode::UNAUTHORIZED;
        self
    }

    pub(super) fn method(served: &str, sent: &Method) -> Self {
        let text =
            format!("The endpoint only accepts {served} requests. Received a {sent} request.");
        Self::new("invalid_request", 900_561, text)
    }

    pub(super) fn unknown_tenant(name: &str) -> Self {
        let text = format!(
            "Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are \
             signing into the correct cloud."
        );
        Self::new("invalid_request", 90_002, text)
    }

    pub(super) fn parameter_missing(name: &str) -> Self {
        let text = format!("The request body must contain the following parameter: '{name}'.");
        Self::new("invalid_request", 900_144, text)
    }

    pub(super) fn grant_not_served(grant_type: &str) -> Self {
        let text = format!("The app requested an unsupported grant type '{grant_type}'.");
        Self::new("unsupported_grant_type", 70_003, text)
    }

    pub(super) fn unknown_app(named: Named<'_>) -> Self {
        let text = format!(
            "Application with identifier '{}' was not found in the directory '{}'.",
            named.id, named.tenant
        );
        Self::new("unauthorized_client", 700_016, text)
    }

    pub(super) fn secret_missing() -> Self {
        let text = "The request body must contain the following parameter: 'client_assertion' or \
                    'client_secret'.";
        Self::new("invalid_client", 7_000_218, text).unauthorized()
    }

    pub(super) fn wrong_secret(client_id: &str) -> Self {
        let text = format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the client \
             secret value, not the client secret ID, for a secret added to app '{client_id}'."
        );
        Self::new("invalid_client", 7_000_215, text).unauthorized()
    }

    pub(super) fn no_default_scope(scope: &str) -> Self {
        let text = format!(
            "The provided value for scope {scope} is not valid. Client credential flows must have a \
             scope value with /.default suffixed to the resource identifier (application ID URI)."
        );
        Self::new("invalid_scope", 1_002_012, text)
    }

    pub(super) fn several_resources(scope: &str) -> Self {
        let text = format!(
            "Provided value for the input parameter scope is not valid because it contains more than \
             one resource. Scope {scope} is not valid."
        );
        Self::new("invalid_request", 28_000, text)
    }

    /// It is none of this run of the emulator.
    pub(super) fn malformed() -> Self {
        let text = "Invalid request. Request is malformed or invalid.";
        Self::new("invalid_grant", 9_002_313, text)
    }

    /// It was given to another application, or in another tenant.
    pub(super) fn grant_invalid() -> Self {
        let text = "Provided grant is invalid or malformed.";
        Self::new("invalid_grant", 70_000, text)
    }

    pub(super) fn other_redirect(sent: &str, before: &str) -> Self {
        let text = format!(
            "The reply address '{sent}' does not match the reply address '{before}' provided when \
             requesting Authorization code."
        );
        Self::new("invalid_client", 500_112, text).unauthorized()
    }

    pub(super) fn verifier_does_not_match() -> Self {
        let text = "The Code_Verifier does not match the code_challenge supplied in the authorization request.";
        Self::new("invalid_grant", 501_481, text)
    }

    pub(super) fn code_expired() -> Self {
        let text = "The provided authorization code or refresh token has expired due to inactivity. \
                    Send a new interactive authorization request for this user and resource.";
        Self::new("invalid_grant", 70_008, text)
    }

    pub(super) fn code_redeemed() -> Self {
        let text = "OAuth2 Authorization code was already redeemed, please retry with a new valid code \
                    or use an existing refresh token.";
        Self::new("invalid_grant", 54_005, text)
    }

    /// The text is as clients have reported it.
    pub(super) fn authorization_pending() -> Self {
        let text = "OAuth 2.0 device flow error. Authorization is pending. Continue polling.";
        Self::new("authorization_pending", 70_016, text)
    }

    /// The number is the one for a user who refuses to consent; none is documented for this error.
    pub(super) fn authorization_declined() -> Self {
        let text = "User declined to consent to access the app.";
        Self::new("authorization_declined", 65_004, text)
    }

    /// The text is as clients have reported it.
    pub(super) fn device_code_expired() -> Self {
        let text = "The provided value for the input parameter 'device_code' is not valid. This device \
                    code has expired.";
        Self::new("expired_token", 70_020, text)
    }

    pub(super) fn device_code_unknown() -> Self {
        let text = "Invalid verification code due to User typing in wrong user code for device code \
                    flow.";
        Self::new("bad_verification_code", 70_018, text)
    }

    /// Azure AD Graph, which is retired. What is answered there is not recorded; this is the answer for
    /// a resource that is switched off.
    pub(super) fn resource_disabled(resource: &str) -> Self {
        let text = format!(
            "The service principal for resource '{resource}' is disabled. This indicate that a \
             subscription within the tenant has lapsed, or that the administrator for this tenant has \
             disabled the application, preventing tokens from being issued for it."
        );
        Self::new("invalid_resource", 500_014, text)
    }

    pub(super) fn challenge_invalid() -> Self {
        let text = "Invalid size of Code_Challenge parameter.";
        Self::new("invalid_request", 501_491, text)
    }

    pub(super) fn inactive(issued: u64) -> Self {
        let issued = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(issued));
        let text = format!(
            "The refresh token has expired due to inactivity. The token was issued on {} and was \
             inactive for 90.00:00:00.",
            clock::rfc3339(issued.unwrap_or(SystemTime::UNIX_EPOCH)),
        );
        Self::new("invalid_grant", 700_082, text)
    }

    pub(super) fn revoked() -> Self {
        let text = "The provided grant has expired due to it being revoked, a fresh auth token is \
                    needed. The user might have changed or reset their password.";
        Self::new("invalid_grant", 50_173, text)
    }

    pub(super) fn second_factor_required() -> Self {
        let text = "Due to a configuration change made by your administrator, or because you moved to a \
                    new location, you must use multi-factor authentication.";
        Self::new("interaction_required", 50_076, text)
    }

    /// The text is that of the list of codes; no answer about claims was recorded.
    pub(super) fn claims_invalid() -> Self {
        let text =
            "The authentication service request isn't valid: the parameter 'claims' is no JSON.";
        Self::new("invalid_request", 90_023, text)
    }

    pub(super) fn consent_required(client_id: &str) -> Self {
        let text = format!(
            "The user or administrator has not consented to use the application with ID '{client_id}'. \
             Send an interactive authorization request for this user and resource."
        );
        Self::new("consent_required", 65_001, text)
    }

    pub(super) fn redirect_invalid(sent: &str) -> Self {
        let text =
            format!("'redirect_uri' value must be a valid absolute URI, which '{sent}' is not.");
        Self::new("invalid_request", 90_102, text)
    }

    pub(super) fn response_type_not_served(sent: &str) -> Self {
        let text = format!("The response type '{sent}' is not served; it is code.");
        Self::new("unsupported_response_type", 70_005, text)
    }

    pub(super) fn response_mode_not_served(sent: &str) -> Self {
        let text = format!(
            "The response mode '{sent}' is not served; there are query, fragment and form_post."
        );
        Self::new("invalid_request", 70_007, text)
    }

    pub(super) fn challenge_method_not_served(sent: &str) -> Self {
        let text = format!("The code challenge method '{sent}' is none; there are S256 and plain.");
        Self::new("invalid_request", 9_002_313, text)
    }

    fn description(&self, context: &Context, call: &Call) -> String {
        let (trace, correlation) = (trace_id(context, call), correlation_id(context, call));
        let timestamp = clock::entra(context.clock.now());
        format!(
            "AADSTS{}: {} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {timestamp}",
            self.number, self.text
        )
    }

    pub(super) fn into_reply(self, context: &Context, call: &Call) -> Reply {
        let mut reply = reply::json(&Body {
            error: self.error,
            error_description: self.description(context, call),
            error_codes: [self.number],
            timestamp: clock::entra(context.clock.now()),
            trace_id: trace_id(context, call),
            correlation_id: correlation_id(context, call),
            error_uri: format!(
                "https://login.microsoftonline.com/error?code={}",
                self.number
            ),
        });
        *reply.status_mut() = self.status;
        reply
    }

    /// What is added to the address that the browser goes back to.
    pub(super) fn into_members(
        self,
        context: &Context,
        call: &Call,
    ) -> Vec<(&'static str, String)> {
        vec![
            ("error", self.error.to_owned()),
            ("error_description", self.description(context, call)),
        ]
    }
}

pub(super) fn trace_id(context: &Context, call: &Call) -> Uuid {
    context.numbers.guid("trace", call.number)
}

/// The caller's own, if there is one.
fn correlation_id(context: &Context, call: &Call) -> Uuid {
    let own = call.header("client-request-id");
    own.and_then(|id| Uuid::try_parse(id).ok())
        .unwrap_or_else(|| context.numbers.guid("correlation", call.number))
}
