//! Errors of the token endpoint.

use std::time::Duration;

use http::StatusCode;
use serde_json::Value;
use uuid::Uuid;

use crate::credential::entra_error::EntraError;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::pipeline::connect_error::connect_error;

/// Creates the error of a response that did not come, or broke off.
pub(super) fn broken(source: reqwest::Error, origin: &str, limit: Duration, after: &str) -> Error {
    let (kind, message) = if source.is_connect() {
        let (kind, why) = connect_error(&source);
        let message = format!("could not connect to {origin} for a token{why}");
        (kind, message)
    } else if source.is_timeout() {
        let message = format!("no token from {origin} within {limit:?}");
        (ErrorKind::Timeout, message)
    } else {
        let message = format!("the connection to {origin} broke before a token had come");
        (ErrorKind::Interrupted, message)
    };
    Error::new(kind, format!("{message}{after}")).with_source(source.without_url())
}

/// Creates the error of another status than 200, whose body is that of RFC 6749, section 5.2, with
/// Microsoft's additions ("Authorization code flow: error response").
pub(super) fn refused(origin: &str, status: StatusCode, body: &[u8], after: &str) -> Error {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let id = |name| text(name).parse::<Uuid>().ok();

    let name = text("error");
    let what = if is_protocol_name(name) {
        format!("{origin} issued no token: {name}{after}")
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
        .with_kind(ErrorKind::Service)
}

/// Returns whether the text is a name of the protocol, and not any other text.
fn is_protocol_name(text: &str) -> bool {
    let letters = |c: u8| c.is_ascii_lowercase() || c == b'_';
    (1..=40).contains(&text.len()) && text.bytes().all(letters)
}
