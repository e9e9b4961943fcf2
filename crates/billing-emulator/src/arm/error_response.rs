//! The errors of Azure Resource Manager, in the forms that were seen: wrapped in `error` by its
//! front door or by the billing service, bare from the billing service, and as problem details from
//! its framework.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hyper::{
    StatusCode,
    body::Bytes,
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

pub(super) struct ErrorResponse {
    status: StatusCode,
    form: Form,
    /// A name in lower case and a value, beside those of every answer.
    header: Option<(&'static str, Cow<'static, str>)>,
}

enum Form {
    /// From the front door, which adds nothing of the service's.
    FrontDoor { code: &'static str, message: String },
    /// From the service, which names what is wrong in the request.
    Wrapped {
        code: &'static str,
        message: String,
        target: Option<&'static str>,
    },
    Bare {
        code: &'static str,
        message: &'static str,
    },
    Problem {
        title: &'static str,
        at: String,
        message: String,
    },
}

impl ErrorResponse {
    fn front_door(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            status,
            form: Form::FrontDoor { code, message },
            header: None,
        }
    }

    fn wrapped(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let form = Form::Wrapped {
            code,
            message: message.into(),
            target: None,
        };
        Self {
            status,
            form,
            header: None,
        }
    }

    /// Names the part of the request that is wrong, where the service answers.
    fn about(mut self, part: &'static str) -> Self {
        if let Form::Wrapped { target, .. } = &mut self.form {
            *target = Some(part);
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

    /// The challenge says where to sign in: at the emulator's own authority, so that nobody who
    /// follows it leaves the machine.
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
        Self {
            header: Some(("www-authenticate", challenge.into())),
            ..Self::front_door(StatusCode::UNAUTHORIZED, code, message)
        }
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
        Self {
            header: Some(("www-authenticate", challenge.into())),
            ..Self::front_door(
                StatusCode::UNAUTHORIZED,
                "InvalidAuthenticationToken",
                "The access token does not show multi-factor authentication.",
            )
        }
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
        Self {
            header: Some(("retry-after", seconds.to_string().into())),
            ..Self::front_door(StatusCode::TOO_MANY_REQUESTS, code, message)
        }
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
        Self {
            status: StatusCode::NOT_FOUND,
            form: Form::Bare {
                code: "NotFound",
                message: "The resource or one of its dependencies could not be found.",
            },
            header: None,
        }
    }

    /// What a failed update answers under its `Location`, and reports under `Azure-AsyncOperation`.
    /// No recording of either was found: the status and both codes are ours.
    pub(super) fn operation_failed() -> Self {
        Self::wrapped(
            StatusCode::CONFLICT,
            "OperationFailed",
            "The update of the billing profile failed.",
        )
    }

    pub(super) fn operation_canceled() -> Self {
        Self::wrapped(
            StatusCode::CONFLICT,
            "OperationCanceled",
            "The update of the billing profile was canceled.",
        )
    }

    /// What is inside of `error`, if the body has one.
    pub(super) fn error(&self) -> Option<Value> {
        match &self.form {
            Form::Wrapped { code, message, .. } => {
                Some(json!({ "code": code, "message": message }))
            }
            Form::FrontDoor { .. } | Form::Bare { .. } | Form::Problem { .. } => None,
        }
    }

    pub(super) fn method_not_allowed(allow: String) -> Self {
        Self::wrapped(
            StatusCode::METHOD_NOT_ALLOWED,
            "MethodNotAllowed",
            format!("The resource takes {allow}."),
        )
        .with("allow", allow)
    }

    pub(super) fn media_type_not_served(sent: Option<&str>) -> Self {
        Self::wrapped(
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

    /// The emulator's documents have become too large together, which those of the service cannot.
    pub(super) fn no_room() -> Self {
        Self::wrapped(
            StatusCode::PAYLOAD_TOO_LARGE,
            "RequestContentTooLarge",
            "The emulator's documents take as much memory as they may.",
        )
    }

    pub(super) fn body_too_large() -> Self {
        Self::wrapped(
            StatusCode::PAYLOAD_TOO_LARGE,
            "RequestContentTooLarge",
            "The request content is larger than 1 MiB or has more than 10,000 members and items.",
        )
    }

    pub(super) fn skip_token_invalid() -> Self {
        Self::wrapped(
            StatusCode::BAD_REQUEST,
            "BadRequest",
            "The query parameter $skiptoken is not one from a nextLink.",
        )
        .about("$skiptoken")
    }

    /// The body, or the member `at` in it, is not what the service reads.
    pub(super) fn malformed(at: &str, message: &str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            form: Form::Problem {
                title: "One or more validation errors occurred.",
                at: at.to_owned(),
                message: message.to_owned(),
            },
            header: None,
        }
    }

    pub(super) fn into_response(self, ids: &IdGenerator, request: &Request) -> Response {
        let body = match &self.form {
            Form::FrontDoor { code, message }
            | Form::Wrapped {
                code,
                message,
                target: None,
            } => json!({ "error": { "code": code, "message": message } }),
            Form::Wrapped {
                code,
                message,
                target,
            } => json!({ "error": { "code": code, "message": message, "target": target } }),
            Form::Bare { code, message } => json!({ "code": code, "message": message }),
            Form::Problem { title, at, message } => json!({
                "errors": { at: [message] },
                "status": self.status.as_u16(),
                "title": title,
                "traceId": ids.guid("trace", request.number).to_string(),
            }),
        };
        let mut response = response::from_front_door(self.status, Bytes::from(body.to_string()));
        let headers = response.headers_mut();
        match self.form {
            Form::FrontDoor { .. } => {}
            Form::Wrapped { .. } | Form::Bare { .. } => response::add_provider_headers(headers),
            Form::Problem { .. } => {
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
