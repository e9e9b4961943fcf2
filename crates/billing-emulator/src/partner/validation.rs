//! `POST /v1/validations/address`. The emulator knows no streets: an address with a house number is
//! `VerifiedShippable`, and one without is `StreetPartial`, as in the samples of "Validate an
//! address".

use serde_json::{Map, Value, json};

use crate::{
    contract::{self, Reading, VALIDATED_ADDRESS},
    http::request::Request,
    partner::{
        error_response::{ErrorResponse, Result},
        media::MEDIA_TYPES,
        rules,
    },
};

/// The required members ("Validate an address", REST request), and the state if the country has a
/// list.
const REQUIRED: [&str; 4] = ["addressLine1", "city", "postalCode", "country"];

pub(super) fn validate(request: &Request) -> Result<Value> {
    let original = read(request)?;
    let member = |name: &str| {
        let text = original.get(name).and_then(Value::as_str);
        text.unwrap_or_default()
    };
    for name in REQUIRED {
        if member(name).trim().is_empty() {
            return Err(ErrorResponse::InvalidInput(format!("{name} is missing")));
        }
    }
    let result = |suggested: &[Map<String, Value>], status: &str, invalid: Option<&str>| {
        let mut result = json!({
            "originalAddress": original,
            "suggestedAddresses": suggested,
            "status": status,
        });
        if let (Some(invalid), Value::Object(result)) = (invalid, &mut result) {
            let message = format!("Address field invalid for property: {invalid}");
            result.insert("validationMessage".to_owned(), message.into());
        }
        Ok(result)
    };
    let Some(rules) = rules::find(member("country")) else {
        return result(&[], "NotValidated", None);
    };
    if rules::has_other_states(rules, member("state")) {
        return result(&[], "None", Some("'Region'"));
    }
    let mut suggested = original.clone();
    if member("country").eq_ignore_ascii_case("US") && member("postalCode").len() == 5 {
        let longer = format!("{}-0001", member("postalCode"));
        suggested.insert("postalCode".to_owned(), longer.into());
    }
    let street = member("addressLine1");
    if street.bytes().any(|byte| byte.is_ascii_digit()) {
        return result(&[suggested], "VerifiedShippable", None);
    }
    suggested.insert("addressLine1".to_owned(), format!("1 {street}").into());
    let invalid = "'Region', 'PostalCode', 'City'";
    result(&[suggested], "StreetPartial", Some(invalid))
}

fn read(request: &Request) -> Result<Map<String, Value>> {
    let body = request.body.as_ref().ok_or(ErrorResponse::BodyTooLarge)?;
    let media_type = request.media_type();
    let [json, text_json, ..] = MEDIA_TYPES;
    let is_served = |sent: &str| sent == json || sent == text_json;
    if !media_type.as_deref().is_some_and(is_served) {
        return Err(ErrorResponse::MediaTypeNotServed(media_type));
    }
    let expected = "the body is not a JSON object";
    let address = request
        .object(body, expected)
        .map_err(ErrorResponse::invalid_input)?;
    let address = contract::read(address, VALIDATED_ADDRESS, Reading::STORED)?;
    Ok(address)
}
