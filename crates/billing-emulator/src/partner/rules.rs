//! The address rules of a few countries. Those of the US are as recorded; the others have the same
//! form, with what is public knowledge of their addresses.

use std::sync::LazyLock;

use serde_json::{Map, Value};

/// The rules by country, as they are sent.
static COUNTRIES: LazyLock<Vec<Value>> =
    // A test reads the file.
    LazyLock::new(|| serde_json::from_str(include_str!("rules.json")).unwrap_or_default());

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

/// Returns whether the state of a billing profile is one of its country's, if the country has a
/// list of states. An address without a state is accepted.
pub(super) fn is_state_valid(profile: &Map<String, Value>) -> bool {
    let member = |name| in_address(profile, name);
    let rules = member("country").and_then(find);
    let state = member("state").or_else(|| member("region"));
    match (rules, state) {
        (Some(rules), Some(state)) => !has_other_states(rules, state),
        _ => true,
    }
}

fn text<'a>(rules: &'a Value, member: &str) -> &'a str {
    let text = rules.get(member).and_then(Value::as_str);
    text.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

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
