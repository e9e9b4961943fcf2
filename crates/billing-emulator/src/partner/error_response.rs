//! The error responses of Partner Center: compact JSON without a byte order mark, with a number for
//! a code; or XML if the client accepts that. Descriptions are encoded for HTML, as recorded
//! ("Assign licenses to a user", error 60012).
//!
//! Codes and texts are those of its error code page and of recorded responses. If neither has a
//! case, the code repeats the status.

use hyper::{
    StatusCode,
    header::{self, HeaderValue},
};
use serde::Serialize;

use crate::{
    auth::AuthError,
    contract::Mismatch,
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

/// The result of a request: a response, or what a step towards it returns, or an error response.
pub(super) type Result<T = Response, E = ErrorResponse> = std::result::Result<T, E>;

/// An error of Partner Center; it displays as its description.
#[derive(Debug, thiserror::Error)]
pub(super) enum ErrorResponse {
    #[error("Partner Token missing")]
    TokenMissing,
    /// No document distinguishes the ways in which a token can be wrong.
    #[error("Access denied")]
    AccessDenied,
    /// The number 900421 is from the announcements that a second factor is demanded; no recording
    /// of its text was found, so it follows that of Partner Center's PowerShell module
    /// ("Unauthorized - MFA required").
    #[error("MFA required")]
    MfaRequired { code: u32 },
    #[error("Not found")]
    NotFound,
    #[error("API version {0} is not served; the only one is v1.")]
    VersionNotServed(String),
    /// With the methods that the path is served with.
    #[error("The resource takes {}.", .0.replace(", ", " and "))]
    MethodNotAllowed(String),
    /// The text is known, but not the status and the code
    /// (MicrosoftDocs/partner-center-docs-powershell, issue 147).
    #[error("No validation rules were found for the country/region {0}")]
    NoRules(String),
    #[error("Tenant Id must be a GUID.")]
    TenantIsNoGuid,
    #[error("Tenant not found")]
    TenantNotFound,
    /// 400 as documented, or 412.
    #[error("Etag is no longer valid")]
    EtagNoLongerValid(StaleEtag),
    /// As recorded with a region that does not exist (microsoft/PartnerCenterPowerShellModule,
    /// issue 82).
    #[error("A property has invalid data.")]
    StateInvalid,
    /// No document has the service's response; this one has the form of that for a state.
    #[error("A property has invalid data.")]
    PostalCodeInvalid,
    /// No document has the service's response; 409 is its status for other conflicts.
    #[error("The MS-RequestId was used before, with another request.")]
    RequestIdUsedBefore,
    #[error("Invalid request input: {0}")]
    InvalidInput(String),
    #[error(
        "The media type {} is not served; those of a request are {}.",
        .0.as_deref().unwrap_or("(none)"),
        MEDIA_TYPES.join(", "),
    )]
    MediaTypeNotServed(Option<String>),
    #[error("The media types of a response are {}.", media_types_of_responses().join(", "))]
    NotAcceptable,
    /// The emulator's documents take too much memory together, which those of the service cannot.
    #[error("The documents would be larger than the emulator's --documents-limit.")]
    NoRoom,
    #[error("The request body is larger than 1 MiB or has more than 10,000 members and items.")]
    BodyTooLarge,
}

fn media_types_of_responses() -> &'static [&'static str] {
    let [types @ .., _] = &MEDIA_TYPES;
    types
}

#[derive(Serialize)]
struct Body {
    code: u32,
    description: String,
    data: &'static [&'static str],
    source: &'static str,
}

impl ErrorResponse {
    pub(super) fn unauthorized(error: &AuthError, mfa: PartnerMfa) -> Self {
        match error {
            AuthError::Missing => Self::TokenMissing,
            AuthError::SecondFactor if mfa == PartnerMfa::RequiredOlderCode => {
                Self::MfaRequired { code: 10_001 }
            }
            AuthError::SecondFactor => Self::MfaRequired { code: 900_421 },
            AuthError::Unknown | AuthError::Expired { .. } | AuthError::Audience(_) => {
                Self::AccessDenied
            }
        }
    }

    pub(super) fn invalid_input(detail: &str) -> Self {
        Self::InvalidInput(detail.to_owned())
    }

    /// Returns the status and the code.
    fn parts(&self) -> (StatusCode, u32) {
        match self {
            Self::TokenMissing => (StatusCode::UNAUTHORIZED, 800_001),
            Self::AccessDenied => (StatusCode::UNAUTHORIZED, 400),
            Self::MfaRequired { code } => (StatusCode::UNAUTHORIZED, *code),
            Self::NotFound | Self::VersionNotServed(_) | Self::NoRules(_) => {
                (StatusCode::NOT_FOUND, 1000)
            }
            Self::MethodNotAllowed(_) => (StatusCode::METHOD_NOT_ALLOWED, 405),
            Self::TenantIsNoGuid => (StatusCode::BAD_REQUEST, 2000),
            Self::TenantNotFound => (StatusCode::NOT_FOUND, 60_003),
            Self::EtagNoLongerValid(StaleEtag::BadRequest) => (StatusCode::BAD_REQUEST, 2055),
            Self::EtagNoLongerValid(StaleEtag::PreconditionFailed) => {
                (StatusCode::PRECONDITION_FAILED, 2055)
            }
            Self::StateInvalid | Self::PostalCodeInvalid => (StatusCode::BAD_REQUEST, 27_002),
            Self::RequestIdUsedBefore => (StatusCode::CONFLICT, 409),
            Self::InvalidInput(_) => (StatusCode::BAD_REQUEST, 800_002),
            Self::MediaTypeNotServed(_) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, 415),
            Self::NotAcceptable => (StatusCode::NOT_ACCEPTABLE, 406),
            Self::NoRoom | Self::BodyTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, 413),
        }
    }

    pub(super) fn into_response(self, media_type: MediaType) -> Response {
        let (status, code) = self.parts();
        let body = Body {
            code,
            description: encoded(&self.to_string()),
            data: match self {
                Self::StateInvalid => &["property_name:  StateInvalid - Details", "details:  \n"],
                Self::PostalCodeInvalid => &[
                    "property_name:  PostalCodeInvalid - Details",
                    "details:  \n",
                ],
                _ => &[],
            },
            source: match self {
                Self::TenantIsNoGuid => CONTROLLERS,
                _ => FRONT,
            },
        };
        let content_type = media_type.content_type();
        let mut response = response::of(status, content_type, media_type.error(&body));
        let headers = response.headers_mut();
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static(CHALLENGE);
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Self::MethodNotAllowed(methods) = self
            && let Ok(methods) = HeaderValue::try_from(methods)
        {
            headers.insert(header::ALLOW, methods);
        }
        response
    }
}

impl From<ReadError> for ErrorResponse {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::TooLarge => Self::BodyTooLarge,
            ReadError::MediaType(sent) => Self::MediaTypeNotServed(sent),
            ReadError::Invalid(detail) => Self::InvalidInput(detail),
        }
    }
}

impl From<Mismatch> for ErrorResponse {
    fn from(Mismatch { path, reason }: Mismatch) -> Self {
        Self::InvalidInput(format!("{path} {reason}"))
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
