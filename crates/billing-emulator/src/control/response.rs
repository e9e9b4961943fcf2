//! The responses of the control API.

use hyper::{StatusCode, body::Bytes, header};
use serde::Serialize;

use crate::http::response::{self, Response};

/// The result of a request: a response, or what a step towards it returns, or an error response.
pub(super) type Result<T = Response, E = ErrorResponse> = std::result::Result<T, E>;

/// An error response: a status, and `{"error": "…"}` with what to do instead.
pub(crate) struct ErrorResponse {
    status: StatusCode,
    message: String,
    /// The methods that the path is served with, for a request with another method.
    allow: Option<String>,
}

impl ErrorResponse {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            allow: None,
        }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(super) fn method_not_allowed(methods: String) -> Self {
        let message = format!("this is served with {}", methods.replace(", ", " and "));
        Self {
            allow: Some(methods),
            ..Self::new(StatusCode::METHOD_NOT_ALLOWED, message)
        }
    }

    pub(super) fn into_response(self) -> Response {
        let mut response = response::error(self.status, &self.message);
        let allow = self.allow.and_then(|methods| methods.try_into().ok());
        if let Some(allow) = allow {
            response.headers_mut().insert(header::ALLOW, allow);
        }
        response
    }
}

pub(super) fn json(body: &impl Serialize) -> Response {
    // Strings, numbers and documents always serialize.
    json_text(serde_json::to_vec(body).unwrap_or_default())
}

/// Returns a response whose body is JSON already.
pub(super) fn json_text(body: impl Into<Bytes>) -> Response {
    response::with_type(StatusCode::OK, "application/json", body)
}
