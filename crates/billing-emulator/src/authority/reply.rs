//! The form of the authority's answers.

use axum::{
    body::Bytes,
    http::{HeaderName, HeaderValue, StatusCode, header},
};
use serde::Serialize;

use crate::{
    call::{Call, Reply},
    state::Context,
};

const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");

pub(super) fn json(body: &impl Serialize) -> Reply {
    // Texts and numbers always serialize.
    let mut reply = Reply::new(Bytes::from(serde_json::to_vec(body).unwrap_or_default()));
    let content_type = HeaderValue::from_static("application/json; charset=utf-8");
    reply
        .headers_mut()
        .insert(header::CONTENT_TYPE, content_type);
    reply
}

pub(super) fn empty(status: StatusCode) -> Reply {
    let mut reply = Reply::default();
    *reply.status_mut() = status;
    reply
}

/// Adds what every answer has: nothing of it is to be kept, and its ids.
///
/// Not `Strict-Transport-Security`, which the service has beside them: a browser that signs in here by TLS would reach
/// nothing on `localhost` without TLS any more, for a year, and so not even the application that it goes back to.
pub(super) fn with_ids(mut reply: Reply, context: &Context, call: &Call) -> Reply {
    let headers = reply.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store, no-cache"),
        (header::PRAGMA, "no-cache"),
        (header::EXPIRES, "-1"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let trace = super::refusal::trace_id(context, call).to_string();
    if let Ok(trace) = HeaderValue::from_str(&trace) {
        headers.insert(HeaderName::from_static("x-ms-request-id"), trace);
    }
    let wants_id = call
        .header("return-client-request-id")
        .is_some_and(|wanted| wanted.eq_ignore_ascii_case("true"));
    if let Some(id) = call.headers.get(CLIENT_REQUEST_ID).filter(|_| wants_id) {
        headers.insert(CLIENT_REQUEST_ID, id.clone());
    }
    reply
}
