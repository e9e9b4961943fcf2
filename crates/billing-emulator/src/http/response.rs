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

/// Returns an error of the emulator itself, in the form of the control API: `{"error": "…"}`.
pub(crate) fn error(status: StatusCode, message: &str) -> Response {
    let body = json!({ "error": message }).to_string();
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}
