//! The query parameters and bodies of control requests.

use hyper::{StatusCode, body::Bytes};
use serde::de::DeserializeOwned;

use super::{
    guard,
    response::{ErrorResponse, Result},
};
use crate::http::request::Request;

pub(super) const JSON: &[&str] = &["application/json"];

/// Reads a query parameter that is a number.
pub(super) fn number(request: &Request, name: &str) -> Result<Option<usize>> {
    let number = request.parameter(name).map(str::parse).transpose();
    number.map_err(|_| ErrorResponse::bad_request(format!("{name} is a number, 0 or more")))
}

/// Returns the body of a request; an error if it was too large to be read.
pub(super) fn body(request: &Request) -> Result<&Bytes> {
    request.body.as_ref().ok_or_else(|| {
        let message = "the body is larger than 1 MiB or has more than 10,000 members and items";
        ErrorResponse::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    })
}

/// Reads the body as a JSON object; `expected` is the error message for another body.
pub(super) fn object<T: DeserializeOwned>(request: &Request, expected: &'static str) -> Result<T> {
    guard::check_media_type(request, JSON)?;
    let object = request.object(body(request)?, expected);
    object.map_err(ErrorResponse::bad_request)
}
