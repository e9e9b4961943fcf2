//! The responses of the authority.

use hyper::{
    StatusCode,
    body::Bytes,
    header::{self, HeaderName, HeaderValue},
};
use serde::Serialize;

use super::request::AuthorityRequest;
use crate::http::response::Response;

const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");

pub(super) fn json(body: &impl Serialize) -> Response {
    // Texts and numbers always serialize.
    let body = serde_json::to_vec(body).unwrap_or_default();
    with_content_type("application/json; charset=utf-8", body)
}

/// A page, with a content security policy or without.
pub(super) fn html(page: impl Into<Bytes>, policy: Option<&'static str>) -> Response {
    let mut response = with_content_type("text/html; charset=utf-8", page);
    if let Some(policy) = policy.map(HeaderValue::from_static) {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn with_content_type(content_type: &'static str, body: impl Into<Bytes>) -> Response {
    let mut response = Response::new(body.into());
    let content_type = HeaderValue::from_static(content_type);
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, content_type);
    response
}

pub(super) fn empty(status: StatusCode) -> Response {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
}

/// Adds the headers that every response has: no caching, and the ids.
///
/// Microsoft Entra ID also sends `Strict-Transport-Security`. The emulator does not: a browser that
/// signed in here by TLS would then refuse every plain http address on `localhost` for a year,
/// including the application that it returns to.
pub(super) fn with_ids(mut response: Response, request: &AuthorityRequest<'_>) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store, no-cache"),
        (header::PRAGMA, "no-cache"),
        (header::EXPIRES, "-1"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(trace) = HeaderValue::from_str(&request.trace_id().to_string()) {
        headers.insert(HeaderName::from_static("x-ms-request-id"), trace);
    }
    let wants_id = request
        .call
        .header("return-client-request-id")
        .is_some_and(|wanted| wanted.eq_ignore_ascii_case("true"));
    let id = request.call.headers.get(CLIENT_REQUEST_ID);
    if let Some(id) = id.filter(|_| wants_id) {
        headers.insert(CLIENT_REQUEST_ID, id.clone());
    }
    response
}
