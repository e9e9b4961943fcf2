//! The reasons why the token endpoint gives no token.

use std::time::Duration;

use http::StatusCode;
use serde_json::Value;
use uuid::Uuid;

use crate::credential::entra_error::EntraError;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::pipeline::connect_error::connect_error;
use crate::pipeline::options::SendOptions;

pub(super) enum TokenError {
    /// No response, or the response broke off.
    Broken(reqwest::Error),
    TooLarge(StatusCode),
    NoToken(StatusCode),
    NoBearer(StatusCode),
    /// Another status than 200, how long to wait, and the body.
    Refused(StatusCode, Option<Duration>, Vec<u8>),
}

impl TokenError {
    /// Returns the error of the last of so many attempts. Its kind decides about a retry;
    /// [`Error::into_sign_in`] turns it into one of a credential.
    pub(super) fn into_error(self, origin: &str, attempts: u32, options: &SendOptions) -> Error {
        let after = match attempts {
            1 => String::new(),
            attempts => format!(", after {attempts} attempts"),
        };
        match self {
            Self::Broken(source) => {
                let (kind, message) = if source.is_connect() {
                    let (kind, why) = connect_error(&source);
                    (
                        kind,
                        format!("could not connect to {origin} for a token{why}"),
                    )
                } else if source.is_timeout() {
                    let limit = options.timeout;
                    let message = format!("no token from {origin} within {limit:?}");
                    (ErrorKind::Timeout, message)
                } else {
                    let message =
                        format!("the connection to {origin} broke before a token had come");
                    (ErrorKind::Interrupted, message)
                };
                Error::new(kind, format!("{message}{after}")).with_source(source.without_url())
            }
            Self::TooLarge(status) => {
                let limit = options.max_body;
                let message = format!(
                    "the response of {origin} is larger than the {limit} bytes that a token may have"
                );
                with_status(Error::new(ErrorKind::TooLarge, message), status)
            }
            Self::NoToken(status) => {
                let message = format!("the response of {origin} with {status} has no access token");
                with_status(Error::new(ErrorKind::Decode, message), status)
            }
            Self::NoBearer(status) => {
                let message = format!("{origin} sent a token that is not a bearer token");
                with_status(Error::new(ErrorKind::Decode, message), status)
            }
            Self::Refused(status, wait, body) => {
                let error = refused(origin, status, &body, &after);
                let error = error.with_kind(ErrorKind::Service).with_retry_after(wait);
                with_status(error, status)
            }
        }
    }
}

fn with_status(mut error: Error, status: StatusCode) -> Error {
    error.exchange_mut().status = Some(status);
    error
}

/// Reads the body of RFC 6749, section 5.2, with Microsoft's additions ("Authorization code flow:
/// error response").
fn refused(origin: &str, status: StatusCode, body: &[u8], after: &str) -> Error {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let id = |name| text(name).parse::<Uuid>().ok();

    let name = text("error");
    let what = if is_protocol_name(name) {
        format!("{origin} refused to give a token: {name}{after}")
    } else {
        format!("{origin} answered {status} instead of a token{after}")
    };
    let mut description = text("error_description").to_owned();
    let number = body.pointer("/error_codes/0").and_then(Value::as_u64);
    if let (false, Some(number)) = (description.contains("AADSTS"), number) {
        description = format!("AADSTS{number}: {description}");
    }
    EntraError::read(&description)
        .with_ids(id("trace_id"), id("correlation_id"))
        .with_names(name, text("suberror"))
        .into_error(&what)
}

/// Returns whether the text is a name of the protocol, and not any other text.
fn is_protocol_name(text: &str) -> bool {
    let letters = |c: u8| c.is_ascii_lowercase() || c == b'_';
    (1..=40).contains(&text.len()) && text.bytes().all(letters)
}
