//! The error responses of Azure Resource Manager, in the recorded forms: wrapped in `error` by its
//! front door or by the billing service, bare from the billing service, and as problem details from
//! its framework.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hyper::{
    StatusCode,
    header::{self, HeaderName, HeaderValue},
};
use serde_json::{Value, json};

use crate::{
    arm::response,
    auth::{self, AuthError},
    clock,
    context::Context,
    http::{request::Request, response::Response},
    ids::IdGenerator,
    options::Throttles,
    service::Service,
};

/// An error response without the headers that every response has.
pub(super) struct ErrorResponse {
    status: StatusCode,
    origin: Origin,
    body: Value,
    /// A name in lower case and a value, beside the headers of every response.
    header: Option<(&'static str, Cow<'static, str>)>,
}

/// The part of the service that sends an error.
enum Origin {
    /// The front door, which adds no headers of the billing service.
    FrontDoor,
    Provider,
    /// The framework of the billing service, whose errors have a trace id.
    Framework,
}

impl ErrorResponse {
    fn front_door(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            origin: Origin::FrontDoor,
            body: json!({ "error": { "code": code, "message": message.into() } }),
            header: None,
        }
    }

    fn provider(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Self {
            origin: Origin::Provider,
            ..Self::front_door(status, code, message)
        }
    }

    /// Adds the part of the request that is wrong.
    fn about(mut self, part: &str) -> Self {
        if let Some(Value::Object(error)) = self.body.get_mut("error") {
            error.insert("target".to_owned(), part.into());
        }
        self
    }

    fn with(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.header = Some((name, value.into()));
        self
    }

    pub(super) fn api_version_missing() -> Self {
        Self::front_door(
            StatusCode::BAD_REQUEST,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )
    }

    /// The challenge names the emulator's own authority, so that a client that follows it does not
    /// leave the machine.
    pub(super) fn unauthorized(context: &Context, error: AuthError) -> Self {
        let (code, message, description) = match error {
            AuthError::Missing => (
                "AuthenticationFailed",
                "Authentication failed. The 'Authorization' header is missing.".to_owned(),
                "The authentication failed because of missing 'Authorization' header.",
            ),
            AuthError::SecondFactor => return Self::second_factor(context),
            AuthError::Unknown => (
                "InvalidAuthenticationToken",
                "The access token is invalid.".to_owned(),
                "The access token is invalid.",
            ),
            AuthError::Expired { at } => (
                "ExpiredAuthenticationToken",
                format!(
                    "The access token expiry UTC time '{}' is earlier than current UTC time '{}'.",
                    clock::american(at),
                    clock::american(context.clock.now()),
                ),
                "The access token expired.",
            ),
            AuthError::Audience(audience) => (
                "InvalidAuthenticationTokenAudience",
                format!(
                    "The access token has been obtained for wrong audience or resource '{audience}'. \
                     It should exactly match with one of the allowed audiences {}.",
                    auth::list_of_audiences(Service::Arm, &context.addresses),
                ),
                "The access token has been obtained for wrong audience.",
            ),
        };
        let challenge = format!(
            r#"Bearer authorization_uri="{}/common", error="invalid_token", error_description="{description}""#,
            context.addresses.authority,
        );
        Self::front_door(StatusCode::UNAUTHORIZED, code, message)
            .with("www-authenticate", challenge)
    }

    /// The challenge is as it was recorded (Azure/azure-cli, pull request 31699); no recording of
    /// the body was found. The claims ask for a token of the authentication context `p1`.
    fn second_factor(context: &Context) -> Self {
        const CLAIMS: &str = r#"{"access_token":{"acrs":{"essential":true,"values":["p1"]}}}"#;
        let challenge = format!(
            r#"Bearer authorization_uri="{}/common", error="insufficient_claims", claims="{}""#,
            context.addresses.authority,
            STANDARD.encode(CLAIMS),
        );
        let message = "The access token does not show multi-factor authentication.";
        Self::front_door(
            StatusCode::UNAUTHORIZED,
            "InvalidAuthenticationToken",
            message,
        )
        .with("www-authenticate", challenge)
    }

    /// Today's form is recorded (elastic/integrations, issue 14313). The one before it has the code
    /// of a tenant's limit, of which no recording was found, so the text follows that of a
    /// subscription's (velero-io/velero, issue 9171).
    pub(super) fn throttled(throttles: Throttles, kind: &str, seconds: u64) -> Self {
        let (code, message) = match throttles {
            Throttles::Public => (
                "429",
                format!("Too many requests. Please retry after {seconds} seconds."),
            ),
            Throttles::China | Throttles::Classic => (
                "TenantRequestsThrottled",
                format!(
                    "Number of '{kind}' requests for the tenant exceeded the limit. Please try \
                     again after '{seconds}' seconds."
                ),
            ),
        };
        Self::front_door(StatusCode::TOO_MANY_REQUESTS, code, message)
            .with("retry-after", seconds.to_string())
    }

    pub(super) fn version_not_served(kind: &str, sent: &str, served: &'static str) -> Self {
        Self::front_door(
            StatusCode::NOT_FOUND,
            "InvalidResourceType",
            format!(
                "The resource type '{kind}' could not be found in the namespace \
                 'Microsoft.Billing' for api version '{sent}'. The supported api-versions are \
                 '{served}'."
            ),
        )
        .with("api-supported-versions", served)
    }

    pub(super) fn path_not_served() -> Self {
        Self::front_door(
            StatusCode::NOT_FOUND,
            "InvalidResourceType",
            "The resource type could not be found; those served are \
             'Microsoft.Billing/billingAccounts/billingProfiles' and the operations on them.",
        )
    }

    pub(super) fn not_found() -> Self {
        let message = "The resource or one of its dependencies could not be found.";
        Self {
            status: StatusCode::NOT_FOUND,
            origin: Origin::Provider,
            body: json!({ "code": "NotFound", "message": message }),
            header: None,
        }
    }

    /// The result of a failed update under its `Location`, and its `error` under
    /// `Azure-AsyncOperation`. No recording of either was found: the status and both codes are
    /// ours.
    pub(super) fn operation_failed() -> Self {
        Self::provider(
            StatusCode::CONFLICT,
            "OperationFailed",
            "The update of the billing profile failed.",
        )
    }

    pub(super) fn operation_canceled() -> Self {
        Self::provider(
            StatusCode::CONFLICT,
            "OperationCanceled",
            "The update of the billing profile was canceled.",
        )
    }

    /// Returns the `error` of the body, if it has one.
    pub(super) fn error(&self) -> Option<&Value> {
        self.body.get("error")
    }

    pub(super) fn method_not_allowed(allow: String) -> Self {
        let message = format!("The resource takes {allow}.");
        Self::provider(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", message)
            .with("allow", allow)
    }

    pub(super) fn media_type_not_served(sent: Option<&str>) -> Self {
        Self::provider(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UnsupportedMediaType",
            format!(
                "The content media type '{}' is not supported. Only 'application/json' is \
                 supported.",
                sent.unwrap_or("<null>"),
            ),
        )
        .about("Content-Type")
    }

    fn too_large(message: &str) -> Self {
        Self::provider(
            StatusCode::PAYLOAD_TOO_LARGE,
            "RequestContentTooLarge",
            message,
        )
    }

    /// The emulator's documents take too much memory together, which those of the service cannot.
    pub(super) fn no_room() -> Self {
        Self::too_large("The emulator's documents take all the memory that they may take.")
    }

    pub(super) fn body_too_large() -> Self {
        Self::too_large(
            "The request content is larger than 1 MiB or has more than 10,000 members and items.",
        )
    }

    pub(super) fn skip_token_invalid() -> Self {
        Self::provider(
            StatusCode::BAD_REQUEST,
            "BadRequest",
            "The query parameter $skiptoken is not one from a nextLink.",
        )
        .about("$skiptoken")
    }

    /// The body, or the member `at` in it, is invalid.
    pub(super) fn malformed(at: &str, message: &str) -> Self {
        let status = StatusCode::BAD_REQUEST;
        Self {
            status,
            origin: Origin::Framework,
            body: json!({
                "errors": { at: [message] },
                "status": status.as_u16(),
                "title": "One or more validation errors occurred.",
            }),
            header: None,
        }
    }

    pub(super) fn into_response(mut self, ids: &IdGenerator, request: &Request) -> Response {
        if let (Origin::Framework, Value::Object(body)) = (&self.origin, &mut self.body) {
            let trace = ids.guid("trace", request.number).to_string();
            body.insert("traceId".to_owned(), trace.into());
        }
        let body = self.body.to_string().into();
        let mut response = response::from_front_door(self.status, body);
        let headers = response.headers_mut();
        match self.origin {
            Origin::FrontDoor => {}
            Origin::Provider => response::add_provider_headers(headers),
            Origin::Framework => {
                let media_type = "application/problem+json; charset=utf-8";
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
            }
        }
        if let Some((name, value)) = self.header {
            response::set(headers, HeaderName::from_static(name), &value);
        }
        response
    }
}
