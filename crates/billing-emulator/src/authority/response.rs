//! The responses of the authority.

use hyper::{
    StatusCode,
    body::Bytes,
    header::{self, HeaderName, HeaderValue},
};
use serde::Serialize;
use uuid::Uuid;

use super::{error_response::ErrorResponse, request::AuthorityRequest};
use crate::{
    clock,
    http::response::{self, Response},
};

const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");

#[derive(Serialize)]
struct ErrorBody {
    error: &'static str,
    error_description: String,
    error_codes: [u32; 1],
    timestamp: String,
    trace_id: Uuid,
    correlation_id: Uuid,
    error_uri: String,
}

pub(super) fn error(error: &ErrorResponse, request: &AuthorityRequest<'_>) -> Response {
    let (code, number) = error.code();
    let mut response = json(&ErrorBody {
        error: code,
        error_description: description(error, request),
        error_codes: [number],
        timestamp: clock::entra(request.context.clock.now()),
        trace_id: request.trace_id(),
        correlation_id: request.correlation_id(),
        error_uri: format!("https://login.microsoftonline.com/error?code={number}"),
    });
    *response.status_mut() = error.status();
    response
}

/// Returns the parameters that report an error to a redirect URI.
pub(super) fn error_parameters(
    error: &ErrorResponse,
    request: &AuthorityRequest<'_>,
) -> Vec<(&'static str, String)> {
    vec![
        ("error", error.code().0.to_owned()),
        ("error_description", description(error, request)),
    ]
}

fn description(error: &ErrorResponse, request: &AuthorityRequest<'_>) -> String {
    let (trace, correlation) = (request.trace_id(), request.correlation_id());
    let timestamp = clock::entra(request.context.clock.now());
    let (_, number) = error.code();
    format!(
        "AADSTS{number}: {error} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {timestamp}"
    )
}

pub(super) fn json(body: &impl Serialize) -> Response {
    // Texts and numbers always serialize.
    let body = serde_json::to_vec(body).unwrap_or_default();
    response::with_type(StatusCode::OK, "application/json; charset=utf-8", body)
}

/// Returns a page, with a content security policy or without.
pub(super) fn html(page: impl Into<Bytes>, policy: Option<&'static str>) -> Response {
    let mut response = response::with_type(StatusCode::OK, "text/html; charset=utf-8", page);
    if let Some(policy) = policy.map(HeaderValue::from_static) {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
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
    let wants_id = request.http.is_true("return-client-request-id");
    let id = request.http.headers.get(CLIENT_REQUEST_ID);
    if let Some(id) = id.filter(|_| wants_id) {
        headers.insert(CLIENT_REQUEST_ID, id.clone());
    }
    response
}
