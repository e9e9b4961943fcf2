//! What keeps the token endpoint from giving a token.

use std::fmt;

use http::StatusCode;
use serde_json::Value;
use uuid::Uuid;

use crate::credential::entra::Refusal;
use crate::{Error, SendOptions};

#[derive(Debug)]
pub(in crate::credential::oauth) enum Failure {
    Broken(reqwest::Error),
    TooLarge,
    Refused(StatusCode, Vec<u8>),
}

impl Failure {
    pub(super) fn into_error(self, origin: &str, options: &SendOptions) -> Error {
        match self {
            Self::Broken(source) => {
                let message = if source.is_connect() {
                    format!("could not connect to {origin} for a token")
                } else if source.is_timeout() {
                    format!("no token from {origin} within {:?}", options.timeout)
                } else {
                    format!("the connection to {origin} broke before a token had come")
                };
                Error::credential(message).with_source(source.without_url())
            }
            Self::TooLarge => Error::credential(format!(
                "the answer of {origin} is larger than the {} bytes that a token may have",
                options.max_body
            )),
            Self::Refused(status, body) => refused(origin, status, &body),
        }
    }
}

/// Reads the body of RFC 6749, section 5.2, with Microsoft's additions ("Authorization code flow: error
/// response").
fn refused(origin: &str, status: StatusCode, body: &[u8]) -> Error {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let id = |name| text(name).parse::<Uuid>().ok();

    let name = text("error");
    let what = if is_name(name) {
        format!("{origin} refused to give a token: {name}")
    } else {
        format!("{origin} answered {status} instead of a token")
    };
    let mut words = text("error_description").to_owned();
    let number = body.pointer("/error_codes/0").and_then(Value::as_u64);
    if let (false, Some(number)) = (words.contains("AADSTS"), number) {
        words = format!("AADSTS{number}: {words}");
    }
    Refusal::read(&words)
        .with_ids(id("trace_id"), id("correlation_id"))
        .into_error(&what)
}

/// Whether it is a name of the protocol, not a text that somebody put there.
fn is_name(text: &str) -> bool {
    let letters = |c: u8| c.is_ascii_lowercase() || c == b'_';
    (1..=40).contains(&text.len()) && text.bytes().all(letters)
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no token came")
    }
}

impl std::error::Error for Failure {}
