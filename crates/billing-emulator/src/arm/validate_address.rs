//! `validateAddress`: whether an address can be used.

use serde_json::{Value, json};

use crate::{
    arm::{
        body,
        error_response::{ErrorResponse, Result},
        response,
    },
    contract::{self, ARM_ADDRESS, ApiVersion, Reading},
    countries,
    http::request::Request,
};

/// Validates an address. The form of the response is recorded with a valid address; what is invalid
/// is ours: an address without a first line or without a country that exists.
pub(super) fn respond(request: &Request, version: ApiVersion) -> Result {
    let how = Reading {
        version: Some(version),
        ..Reading::STORED
    };
    let address = contract::read(body::object(request)?, ARM_ADDRESS, how)
        .map_err(|mismatch| ErrorResponse::malformed(&mismatch.path, mismatch.reason))?;
    let text = |name: &str| {
        address
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let message = if !countries::exists(text("country")) {
        "The country or region is missing or does not exist."
    } else if text("addressLine1").is_empty() {
        "The first line of the address is missing."
    } else {
        ""
    };
    let status = if message.is_empty() {
        "Valid"
    } else {
        "Invalid"
    };
    let body = json!({ "status": status, "validationMessage": message });
    Ok(response::document(&body))
}
