//! The error responses of Partner Center: compact JSON without a byte order mark, with a number for
//! a code; or XML if the client accepts that. Descriptions are encoded for HTML, as recorded
//! ("Assign licenses to a user", error 60012).
//!
//! Codes and texts are those of its error code page and of recorded responses. If neither has a
//! case, the code repeats the status.

use std::borrow::Cow;

use hyper::{
    StatusCode,
    header::{HeaderName, HeaderValue},
};
use serde::Serialize;

use crate::{
    auth::AuthError,
    http::response::Response,
    options::{PartnerMfa, StaleEtag},
    partner::{
        media::{MEDIA_TYPES, MediaType, ReadError},
        response,
    },
};

const FRONT: &str = "PartnerFD";
const CONTROLLERS: &str = "PartnerApiServiceControllers";

/// The challenge of a 401. The real one has the caller's partner account.
const CHALLENGE: &str = "OAuth realm=urn:cpsvc:cpid:00000000-0000-0000-0000-000000000000";

/// The most characters of a description ("Error codes").
const DESCRIPTION_LIMIT: usize = 1024;

pub(super) struct ErrorResponse {
    status: StatusCode,
    body: Body,
    /// A name in lower case and a value, beside the headers of every response.
    header: Option<(&'static str, Cow<'static, str>)>,
}

#[derive(Serialize)]
struct Body {
    code: u32,
    description: String,
    data: &'static [&'static str],
    source: &'static str,
}

impl ErrorResponse {
    fn new(status: StatusCode, code: u32, description: impl Into<String>) -> Self {
        Self {
            status,
            body: Body {
                code,
                description: encoded(&description.into()),
                data: &[],
                source: FRONT,
            },
            header: None,
        }
    }

    fn by_controllers(mut self) -> Self {
        self.body.source = CONTROLLERS;
        self
    }

    fn with(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.header = Some((name, value.into()));
        self
    }

    /// No document distinguishes the ways in which a token can be wrong. The number 900421 is from
    /// the announcements that a second factor is demanded; no recording of its text was found, so
    /// it follows that of Partner Center's PowerShell module ("Unauthorized - MFA required").
    pub(super) fn unauthorized(error: &AuthError, mfa: PartnerMfa) -> Self {
        let (code, description) = match error {
            AuthError::Missing => (800_001, "Partner Token missing"),
            AuthError::SecondFactor if mfa == PartnerMfa::RequiredOlderCode => {
                (10_001, "MFA required")
            }
            AuthError::SecondFactor => (900_421, "MFA required"),
            AuthError::Unknown | AuthError::Expired { .. } | AuthError::Audience(_) => {
                (400, "Access denied")
            }
        };
        Self::new(StatusCode::UNAUTHORIZED, code, description).with("www-authenticate", CHALLENGE)
    }

    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, 1000, "Not found")
    }

    pub(super) fn version_not_served(version: &str) -> Self {
        let description = format!("API version {version} is not served; the only one is v1.");
        Self::new(StatusCode::NOT_FOUND, 1000, description)
    }

    pub(super) fn method_not_allowed(allow: String) -> Self {
        let description = format!("The resource takes {}.", allow.replace(", ", " and "));
        Self::new(StatusCode::METHOD_NOT_ALLOWED, 405, description).with("allow", allow)
    }

    /// The text is known, but not the status and the code
    /// (MicrosoftDocs/partner-center-docs-powershell, issue 147).
    pub(super) fn no_rules(country: &str) -> Self {
        let description =
            format!("No validation rules were found for the country/region {country}");
        Self::new(StatusCode::NOT_FOUND, 1000, description)
    }

    pub(super) fn tenant_is_no_guid() -> Self {
        Self::new(StatusCode::BAD_REQUEST, 2000, "Tenant Id must be a GUID.").by_controllers()
    }

    pub(super) fn tenant_not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, 60_003, "Tenant not found")
    }

    /// 400 as documented, or 412.
    pub(super) fn etag_no_longer_valid(option: StaleEtag) -> Self {
        let status = match option {
            StaleEtag::BadRequest => StatusCode::BAD_REQUEST,
            StaleEtag::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
        };
        Self::new(status, 2055, "Etag is no longer valid")
    }

    /// As recorded with a region that does not exist (microsoft/PartnerCenterPowerShellModule,
    /// issue 82).
    pub(super) fn state_invalid() -> Self {
        let mut error = Self::new(
            StatusCode::BAD_REQUEST,
            27_002,
            "A property has invalid data.",
        );
        error.body.data = &["property_name:  StateInvalid - Details", "details:  \n"];
        error
    }

    /// No document has the service's response; 409 is its status for other conflicts.
    pub(super) fn request_id_used_before() -> Self {
        let description = "The MS-RequestId was used before, with another request.";
        Self::new(StatusCode::CONFLICT, 409, description)
    }

    pub(super) fn invalid_input(detail: &str) -> Self {
        let description = format!("Invalid request input: {detail}");
        Self::new(StatusCode::BAD_REQUEST, 800_002, description)
    }

    pub(super) fn media_type_not_served(sent: Option<&str>) -> Self {
        let description = format!(
            "The media type {} is not served; those of a request are {}.",
            sent.unwrap_or("(none)"),
            MEDIA_TYPES.join(", "),
        );
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, 415, description)
    }

    pub(super) fn not_acceptable() -> Self {
        let [types @ .., _] = &MEDIA_TYPES;
        let description = format!("The media types of a response are {}.", types.join(", "));
        Self::new(StatusCode::NOT_ACCEPTABLE, 406, description)
    }

    /// The emulator's documents take too much memory together, which those of the service cannot.
    pub(super) fn no_room() -> Self {
        let description = "The emulator's documents take all the memory that they may take.";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, 413, description)
    }

    pub(super) fn body_too_large() -> Self {
        let description =
            "The request body is larger than 1 MiB or has more than 10,000 members and items.";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, 413, description)
    }

    pub(super) fn into_response(self, media_type: MediaType) -> Response {
        let mut response = response::of(
            self.status,
            media_type.content_type(),
            media_type.error(&self.body),
        );
        if let Some((name, value)) = self.header
            && let Ok(value) = HeaderValue::from_str(&value)
        {
            let headers = response.headers_mut();
            headers.insert(HeaderName::from_static(name), value);
        }
        response
    }
}

impl From<ReadError> for ErrorResponse {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::TooLarge => Self::body_too_large(),
            ReadError::MediaType(sent) => Self::media_type_not_served(sent.as_deref()),
            ReadError::Invalid(detail) => Self::invalid_input(&detail),
        }
    }
}

fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for character in text.chars() {
        let own = character.to_string();
        let written = match character {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\'' => "&#39;",
            _ => own.as_str(),
        };
        if encoded.len() + written.len() > DESCRIPTION_LIMIT {
            break;
        }
        encoded.push_str(written);
    }
    encoded
}
