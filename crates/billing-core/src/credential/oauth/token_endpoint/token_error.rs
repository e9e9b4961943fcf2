//! What keeps the token endpoint from giving a token.

use std::time::Duration;

use http::StatusCode;
use serde_json::Value;
use uuid::Uuid;

use crate::credential::entra::EntraError;
use crate::error::ErrorKind;
use crate::pipeline::connect_error;
use crate::{Error, SendOptions};

pub(super) enum TokenError {
    /// No answer, or the answer broke off.
    Broken(reqwest::Error),
    TooLarge(StatusCode),
    NoToken(StatusCode),
    NoBearer(StatusCode),
    /// Another status than 200, how long to wait, and the body.
    Refused(StatusCode, Option<Duration>, Vec<u8>),
}

impl TokenError {
    /// The error of the last of so many attempts, of a kind by which a retry is decided.
    /// [`Error::into_sign_in`] makes it one of a credential.
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
                    (
                        ErrorKind::Timeout,
                        format!("no token from {origin} within {limit:?}"),
                    )
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
                    "the answer of {origin} is larger than the {limit} bytes that a token may have"
                );
                Error::new(ErrorKind::TooLarge, message).with_status(status)
            }
            Self::NoToken(status) => {
                let message = format!("what {origin} sent with {status} has no access token");
                Error::new(ErrorKind::Decode, message).with_status(status)
            }
            Self::NoBearer(status) => {
                let message = format!("{origin} sent a token that is no bearer token");
                Error::new(ErrorKind::Decode, message).with_status(status)
            }
            Self::Refused(status, wait, body) => refused(origin, status, &body, &after)
                .with_kind(ErrorKind::Service)
                .with_status(status)
                .with_retry_after(wait),
        }
    }
}

/// Reads the body of RFC 6749, section 5.2, with Microsoft's additions ("Authorization code flow:
/// error response").
fn refused(origin: &str, status: StatusCode, body: &[u8], after: &str) -> Error {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let id = |name| text(name).parse::<Uuid>().ok();

    let name = text("error");
    let what = if is_name(name) {
        format!("{origin} refused to give a token: {name}{after}")
    } else {
        format!("{origin} answered {status} instead of a token{after}")
    };
    let mut words = text("error_description").to_owned();
    let number = body.pointer("/error_codes/0").and_then(Value::as_u64);
    if let (false, Some(number)) = (words.contains("AADSTS"), number) {
        words = format!("AADSTS{number}: {words}");
    }
    EntraError::read(&words)
        .with_ids(id("trace_id"), id("correlation_id"))
        .with_names(name, text("suberror"))
        .into_error(&what)
}

/// Whether it is a name of the protocol, not a text that somebody put there.
fn is_name(text: &str) -> bool {
    let letters = |c: u8| c.is_ascii_lowercase() || c == b'_';
    (1..=40).contains(&text.len()) && text.bytes().all(letters)
}
