//! Responses of the services, and of the emulator itself.

use std::convert::Infallible;

use http_body_util::{BodyExt as _, Full, combinators::UnsyncBoxBody};
use hyper::{
    StatusCode,
    body::Bytes,
    header::{self, HeaderValue},
};
use serde_json::json;

/// A response with its whole body.
pub(crate) type Response = hyper::Response<Bytes>;

/// The body of a response: complete bytes, or a stream of events.
pub(crate) type Body = UnsyncBoxBody<Bytes, Infallible>;

/// Returns a complete body.
pub(crate) fn body(bytes: Bytes) -> Body {
    Full::new(bytes).boxed_unsync()
}

/// Returns a response with a body of this media type.
pub(crate) fn with_type(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Bytes>,
) -> Response {
    let mut response = empty(status);
    *response.body_mut() = body.into();
    let content_type = HeaderValue::from_static(content_type);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, content_type);
    response
}

/// Returns a response without a body.
pub(crate) fn empty(status: StatusCode) -> Response {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
}

/// Returns an error of the emulator itself, in the form of the control API: `{"error": "…"}`.
pub(crate) fn error(status: StatusCode, message: &str) -> Response {
    let body = json!({ "error": message }).to_string();
    with_type(status, "application/json", body)
}
