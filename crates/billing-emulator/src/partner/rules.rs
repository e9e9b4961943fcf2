//! The address rules of a few countries. Those of the US are as recorded; the others have the same
//! form, with what is public knowledge of their addresses.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

use crate::partner::error_response::{ErrorResponse, Result};

/// The rules by country, as they are sent.
static COUNTRIES: LazyLock<Vec<Value>> =
    // A test reads the file.
    LazyLock::new(|| serde_json::from_str(include_str!("rules.json")).unwrap_or_default());

/// The expressions of postal codes by country.
static POSTAL_CODES: LazyLock<Vec<(&'static str, Regex)>> = LazyLock::new(|| {
    let expressions = COUNTRIES.iter().map(|rules| {
        let expression = Regex::new(text(rules, "postalCodeRegex")).ok()?;
        Some((text(rules, "iso2Code"), expression))
    });
    expressions.flatten().collect()
});

/// Returns the rules of a country, by its ISO 3166 code of two letters in any case.
pub(super) fn find(code: &str) -> Option<&'static Value> {
    let is_it = |rules: &&Value| text(rules, "iso2Code").eq_ignore_ascii_case(code);
    COUNTRIES.iter().find(is_it)
}

/// Returns whether a country has a list of states that a state is not on.
pub(super) fn has_other_states(rules: &Value, state: &str) -> bool {
    let states = rules.get("supportedStatesList").and_then(Value::as_array);
    let states = states.map(Vec::as_slice).unwrap_or_default();
    let is_it = |known: &Value| {
        let known = known.as_str().unwrap_or_default();
        known.eq_ignore_ascii_case(state)
    };
    !states.is_empty() && !states.iter().any(is_it)
}

/// Returns a text in the address of a billing profile.
pub(super) fn in_address<'a>(profile: &'a Map<String, Value>, member: &str) -> Option<&'a str> {
    profile.get("defaultAddress")?.get(member)?.as_str()
}

/// Checks the state and the postal code of a billing profile against the rules of its country. What
/// an address or the rules do not have is accepted.
///
/// # Errors
/// The response for the first member that does not fit.
pub(super) fn check_address(profile: &Map<String, Value>) -> Result<()> {
    let member = |name| in_address(profile, name);
    let Some(rules) = member("country").and_then(find) else {
        return Ok(());
    };
    let state = member("state").or_else(|| member("region"));
    if state.is_some_and(|state| has_other_states(rules, state)) {
        return Err(ErrorResponse::StateInvalid);
    }
    let postal_code = member("postalCode");
    if postal_code.is_some_and(|postal_code| !is_postal_code(rules, postal_code)) {
        return Err(ErrorResponse::PostalCodeInvalid);
    }
    Ok(())
}

/// Returns whether a postal code matches the expression of a country.
fn is_postal_code(rules: &Value, postal_code: &str) -> bool {
    let country = text(rules, "iso2Code");
    let mut of_countries = POSTAL_CODES.iter();
    let expression = of_countries.find(|(code, _)| *code == country);
    expression.is_none_or(|(_, expression)| expression.is_match(postal_code))
}

fn text<'a>(rules: &'a Value, member: &str) -> &'a str {
    let text = rules.get(member).and_then(Value::as_str);
    text.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_an_expression_of_postal_codes() {
        assert_eq!(POSTAL_CODES.len(), COUNTRIES.len());
    }

    #[test]
    fn the_rules_of_ten_countries_are_found_in_any_case() {
        assert_eq!(COUNTRIES.len(), 10);
        for rules in COUNTRIES.iter() {
            let code = text(rules, "iso2Code").to_lowercase();
            assert_eq!(find(&code), Some(rules));
        }
        assert_eq!(find("FR"), None);
    }
}
