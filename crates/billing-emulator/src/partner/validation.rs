//! `POST /v1/validations/address`. The emulator knows no street: an address with a house number is
//! one that is delivered to, and one without is found in part, as in the samples of "Validate an
//! address".

use serde_json::{Map, Value, json};

use crate::{
    contract::{self, Nulls, ReadOnly, VALIDATED_ADDRESS},
    http::request::Request,
    partner::{error_response::ErrorResponse, media::MEDIA_TYPES, rules},
};

/// "Validate an address", REST request; the state where the country has some.
const REQUIRED: [&str; 4] = ["addressLine1", "city", "postalCode", "country"];

pub(super) fn validate(request: &Request) -> Result<Value, ErrorResponse> {
    let original = read(request)?;
    let said = |member: &str| {
        original
            .get(member)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    for member in REQUIRED {
        if said(member).trim().is_empty() {
            return Err(ErrorResponse::invalid_input(&format!(
                "{member} is missing"
            )));
        }
    }
    let Some(rules) = rules::find(said("country")) else {
        return Ok(json!({
            "originalAddress": original,
            "suggestedAddresses": [],
            "status": "NotValidated",
        }));
    };
    let states = rules.get("supportedStatesList").and_then(Value::as_array);
    let states = states.map(Vec::as_slice).unwrap_or_default();
    let is_state = |state: &Value| {
        let state = state.as_str().unwrap_or_default();
        state.eq_ignore_ascii_case(said("state"))
    };
    if !states.is_empty() && !states.iter().any(is_state) {
        return Ok(json!({
            "originalAddress": original,
            "suggestedAddresses": [],
            "status": "None",
            "validationMessage": "Address field invalid for property: 'Region'",
        }));
    }
    let mut suggested = original.clone();
    let street = said("addressLine1");
    let has_number = street.bytes().any(|byte| byte.is_ascii_digit());
    if !has_number {
        suggested.insert("addressLine1".to_owned(), format!("1 {street}").into());
    }
    if said("country").eq_ignore_ascii_case("US") && said("postalCode").len() == 5 {
        let longer = format!("{}-0001", said("postalCode"));
        suggested.insert("postalCode".to_owned(), longer.into());
    }
    if has_number {
        return Ok(json!({
            "originalAddress": original,
            "suggestedAddresses": [suggested],
            "status": "VerifiedShippable",
        }));
    }
    Ok(json!({
        "originalAddress": original,
        "suggestedAddresses": [suggested],
        "status": "StreetPartial",
        "validationMessage": "Address field invalid for property: 'Region', 'PostalCode', 'City'",
    }))
}

fn read(request: &Request) -> Result<Map<String, Value>, ErrorResponse> {
    let body = request
        .body
        .as_ref()
        .ok_or_else(ErrorResponse::body_too_large)?;
    let media_type = request.media_type();
    let [json, text_json, ..] = MEDIA_TYPES;
    let is_served = |sent: &str| sent == json || sent == text_json;
    if !media_type.as_deref().is_some_and(is_served) {
        return Err(ErrorResponse::media_type_not_served(media_type.as_deref()));
    }
    let expected = "the body is not a JSON object";
    let address = request
        .object(body, expected)
        .map_err(ErrorResponse::invalid_input)?;
    contract::read(address, VALIDATED_ADDRESS, Nulls::Drop, ReadOnly::Keep).map_err(|mismatch| {
        ErrorResponse::invalid_input(&format!("{} {}", mismatch.path, mismatch.reason))
    })
}
