//! The error responses of Azure Resource Manager, in the recorded forms: wrapped in `error` by its
//! front door or by the billing service, bare from the billing service, and as problem details from
//! its framework.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hyper::{
    StatusCode,
    header::{self, HeaderName, HeaderValue},
};
use serde_json::{Value, json};

use crate::{
    arm::{obstacle::Obstacle, response},
    auth::{self, AuthError},
    clock,
    context::Context,
    http::{request::Request, response::Response},
    ids::IdGenerator,
    rate_limits::rejection::Rejection,
    service::Service,
    store::operation::OperationKind,
};

/// The claims that a token needs for a write: the authentication context `p1`.
const CLAIMS: &str = r#"{"access_token":{"acrs":{"essential":true,"values":["p1"]}}}"#;

/// The result of a request: a response, or what a step towards it returns, or an error response.
pub(super) type Result<T = Response, E = ErrorResponse> = std::result::Result<T, E>;

/// An error of Resource Manager; it displays as its message.
#[derive(Debug, thiserror::Error)]
pub(super) enum ErrorResponse {
    #[error("The api-version query parameter (?api-version=) is required for all requests.")]
    ApiVersionMissing,
    #[error("{message}")]
    Unauthorized {
        code: &'static str,
        message: String,
        /// The value of `WWW-Authenticate`.
        challenge: String,
    },
    /// Today's form, as recorded (elastic/integrations, issue 14313).
    #[error("Too many requests. Please retry after {} seconds.", .0.seconds)]
    Throttled(Rejection),
    /// The form before that. It has the code of a tenant's limit, of which no recording was found,
    /// so the text follows that of a subscription's (velero-io/velero, issue 9171).
    #[error(
        "Number of '{kind}' requests for the tenant exceeded the limit. Please try again after \
         '{}' seconds.",
        .rejection.seconds
    )]
    TenantThrottled {
        kind: &'static str,
        rejection: Rejection,
    },
    /// The form of a resource provider's limit, which names itself.
    #[error(
        "Number of requests for action 'Microsoft.Billing/billingAccounts/billingProfiles/{kind}' \
         exceeded the limit of '{limit}' for time interval '{interval}'. Please try again after \
         '{}' seconds.",
        .rejection.seconds
    )]
    ResourceThrottled {
        kind: &'static str,
        limit: u32,
        interval: String,
        rejection: Rejection,
    },
    #[error(
        "The resource type '{resource_type}' could not be found in the namespace \
         'Microsoft.Billing' for api version '{sent}'. The supported api-versions are '{served}'."
    )]
    VersionNotServed {
        resource_type: &'static str,
        sent: String,
        /// The versions, separated by commas.
        served: String,
    },
    #[error(
        "The resource type could not be found; those served are \
         'Microsoft.Billing/billingAccounts/billingProfiles' and the operations on them."
    )]
    PathNotServed,
    #[error("The resource or one of its dependencies could not be found.")]
    NotFound,
    /// The result of a failed update under its `Location`, and its `error` under
    /// `Azure-AsyncOperation`. No recording of either was found: the status and the codes of this
    /// and the next error are ours.
    #[error("The {} of the billing profile failed.", noun(*.0))]
    OperationFailed(OperationKind),
    #[error("The {} of the billing profile was canceled.", noun(*.0))]
    OperationCanceled(OperationKind),
    /// No recording was found: the status is ours.
    #[error("{0}")]
    NotDeletable(Obstacle),
    /// With the methods that the path is served with.
    #[error("The resource takes {0}.")]
    MethodNotAllowed(String),
    #[error("The content media type '{0}' is not supported. Only 'application/json' is supported.")]
    MediaTypeNotServed(String),
    /// The emulator's documents take too much memory together, which those of the service cannot.
    #[error("The documents would be larger than the emulator's --documents-limit.")]
    NoRoom,
    /// The updates that wait take too much memory together.
    #[error("The updates that wait would take more than 64 MiB; poll them or let them end.")]
    NoRoomToWait,
    #[error("The request content is larger than 1 MiB or has more than 10,000 members and items.")]
    BodyTooLarge,
    #[error("The query parameter {name} {reason}.")]
    ParameterInvalid {
        name: &'static str,
        reason: &'static str,
    },
    /// The body, or the member `at` in it, is invalid.
    #[error("{message}")]
    Malformed { at: String, message: String },
}

fn noun(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::Patch | OperationKind::Put => "update",
        OperationKind::Delete => "deletion",
    }
}

/// The part of the service that sends an error.
#[derive(Clone, Copy)]
enum Origin {
    /// The front door, which adds no headers of the billing service.
    FrontDoor,
    Provider,
    /// The framework of the billing service, whose errors have a trace id.
    Framework,
}

impl ErrorResponse {
    /// Returns the error of a request whose caller is not authenticated.
    ///
    /// The challenge names the emulator's own authority, so that a client that follows it does not
    /// leave the machine. The challenge for a second factor is as it was recorded (Azure/azure-cli,
    /// pull request 31699); no recording of its body was found.
    pub(super) fn unauthorized(context: &Context, error: AuthError) -> Self {
        let (code, message, description) = match error {
            AuthError::Missing => (
                "AuthenticationFailed",
                "Authentication failed. The 'Authorization' header is missing.".to_owned(),
                "The authentication failed because of missing 'Authorization' header.",
            ),
            AuthError::SecondFactor => (
                "InvalidAuthenticationToken",
                "The access token does not show multi-factor authentication.".to_owned(),
                "",
            ),
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
        let reason = if description.is_empty() {
            let claims = STANDARD.encode(CLAIMS);
            format!(r#"error="insufficient_claims", claims="{claims}""#)
        } else {
            format!(r#"error="invalid_token", error_description="{description}""#)
        };
        let authority = &context.addresses.authority;
        Self::Unauthorized {
            code,
            message,
            challenge: format!(r#"Bearer authorization_uri="{authority}/common", {reason}"#),
        }
    }

    pub(super) fn malformed(at: &str, message: &str) -> Self {
        let (at, message) = (at.to_owned(), message.to_owned());
        Self::Malformed { at, message }
    }

    /// Returns the origin, the status and the code.
    fn parts(&self) -> (Origin, StatusCode, &'static str) {
        use Origin::{Framework, FrontDoor, Provider};
        use StatusCode as Status;

        match self {
            Self::ApiVersionMissing => {
                (FrontDoor, Status::BAD_REQUEST, "MissingApiVersionParameter")
            }
            Self::Unauthorized { code, .. } => (FrontDoor, Status::UNAUTHORIZED, code),
            Self::Throttled(_) => (FrontDoor, Status::TOO_MANY_REQUESTS, "429"),
            Self::TenantThrottled { .. } => {
                let code = "TenantRequestsThrottled";
                (FrontDoor, Status::TOO_MANY_REQUESTS, code)
            }
            Self::ResourceThrottled { .. } => {
                let code = "ResourceRequestsThrottled";
                (FrontDoor, Status::TOO_MANY_REQUESTS, code)
            }
            Self::VersionNotServed { .. } | Self::PathNotServed => {
                (FrontDoor, Status::NOT_FOUND, "InvalidResourceType")
            }
            Self::NotFound => (Provider, Status::NOT_FOUND, "NotFound"),
            Self::OperationFailed(_) => (Provider, Status::CONFLICT, "OperationFailed"),
            Self::OperationCanceled(_) => (Provider, Status::CONFLICT, "OperationCanceled"),
            Self::NotDeletable(obstacle) => (Provider, Status::CONFLICT, obstacle.code()),
            Self::MethodNotAllowed(_) => (Provider, Status::METHOD_NOT_ALLOWED, "MethodNotAllowed"),
            Self::MediaTypeNotServed(_) => {
                let code = "UnsupportedMediaType";
                (Provider, Status::UNSUPPORTED_MEDIA_TYPE, code)
            }
            Self::NoRoom | Self::NoRoomToWait | Self::BodyTooLarge => {
                let code = "RequestContentTooLarge";
                (Provider, Status::PAYLOAD_TOO_LARGE, code)
            }
            Self::ParameterInvalid { .. } => (Provider, Status::BAD_REQUEST, "BadRequest"),
            Self::Malformed { .. } => (Framework, Status::BAD_REQUEST, ""),
        }
    }

    /// Returns the header of this error beside the headers of every response.
    fn header(&self) -> Option<(HeaderName, HeaderValue)> {
        Some(match self {
            Self::Unauthorized { challenge, .. } => (
                header::WWW_AUTHENTICATE,
                HeaderValue::from_str(challenge).ok()?,
            ),
            Self::Throttled(rejection)
            | Self::TenantThrottled { rejection, .. }
            | Self::ResourceThrottled { rejection, .. } => {
                (header::RETRY_AFTER, rejection.retry_after.value()?)
            }
            Self::VersionNotServed { served, .. } => (
                response::SUPPORTED_VERSIONS,
                HeaderValue::from_str(&served.replace(',', ", ")).ok()?,
            ),
            Self::MethodNotAllowed(allow) => (header::ALLOW, HeaderValue::from_str(allow).ok()?),
            _ => return None,
        })
    }

    /// Returns the error as the front door and the billing service write it.
    pub(super) fn error(&self) -> Value {
        let (_, _, code) = self.parts();
        let message = self.to_string();
        match self {
            Self::MediaTypeNotServed(_) => {
                json!({ "code": code, "message": message, "target": "Content-Type" })
            }
            Self::ParameterInvalid { name, .. } => {
                json!({ "code": code, "message": message, "target": name })
            }
            _ => json!({ "code": code, "message": message }),
        }
    }

    pub(super) fn into_response(self, ids: &IdGenerator, request: &Request) -> Response {
        let (origin, status, _) = self.parts();
        let body = match &self {
            Self::NotFound => self.error(),
            Self::Malformed { at, message } => json!({
                "errors": { at: [message] },
                "status": status.as_u16(),
                "title": "One or more validation errors occurred.",
                "traceId": ids.guid("trace", request.number),
            }),
            _ => json!({ "error": self.error() }),
        };
        let mut response = response::from_front_door(status, body.to_string().into());
        let headers = response.headers_mut();
        match origin {
            Origin::FrontDoor => {}
            Origin::Provider => response::add_provider_headers(headers),
            Origin::Framework => {
                let media_type = "application/problem+json; charset=utf-8";
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
            }
        }
        if let Some((name, value)) = self.header() {
            headers.insert(name, value);
        }
        response
    }
}
