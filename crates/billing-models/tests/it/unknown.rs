//! What the spec does not list survives, in the places that random documents seldom reach.

use serde_json::Value;

use crate::support::models::{round_trip, round_trip_text};
use crate::support::spec::named;

/// Reads and writes an unknown member of a profile.
fn unknown(json: &str) -> String {
    let document = format!(r#"{{"x":{json}}}"#);
    let written = round_trip_text(named("BillingProfile"), document.as_bytes()).unwrap();
    let squeezed: String = written.split_whitespace().collect();
    squeezed
        .strip_prefix(r#"{"x":"#)
        .unwrap()
        .strip_suffix('}')
        .unwrap()
        .to_owned()
}

/// Numbers that a reader who is careless of their kind or their digits changes.
pub(crate) const NUMBERS: &[&str] = &[
    "0",
    "-1",
    "18446744073709551615",
    "-9223372036854775808",
    "0.43000000000000005",
    "6.934698245112694e+276",
    "5e-324",
    "1.7976931348623157e+308",
    "5.0",
    "-0.0",
];

#[test]
fn numbers_keep_every_digit() {
    for number in NUMBERS {
        assert_eq!(unknown(number), *number);
    }
}

/// JSON has no limit here, and a 64-bit float has 53 bits: the README says so.
#[test]
fn integers_beyond_64_bits_become_floats() {
    assert_eq!(unknown("18446744073709551617"), "1.8446744073709552e+19");
    assert_eq!(unknown("-9223372036854775809"), "-9.223372036854776e+18");
}

/// `jsonschema`, which these tests use, turns the feature on for itself, and so hides its absence.
#[test]
fn every_digit_is_kept_in_builds_without_these_tests_too() {
    let manifest: toml::Table = include_str!("../../Cargo.toml").parse().unwrap();
    let features = manifest["dependencies"]["serde_json"]["features"]
        .as_array()
        .unwrap();
    assert!(features.contains(&"float_roundtrip".into()));
}

#[test]
fn an_unknown_member_may_look_like_serde_jsons_own_inside() {
    for inside in [
        r#"{"$serde_json::private::Number":"1"}"#,
        r#"{"$serde_json::private::RawValue":"[1]"}"#,
    ] {
        assert_eq!(unknown(inside), inside);
    }
}

/// A list is read, edited and sent back as a whole: what stands beside the edited item stays.
#[test]
fn unknown_values_and_members_in_lists_keep_their_places() {
    let document: Value = serde_json::from_str(
        r#"{
            "targetClouds": ["USSec", "Mars", "USGov", "", "usgov"],
            "enabledAzurePlans": [{"skuId": "0001"}, {"productId": null}, {}, {"skuId": "0002", "productId": "P"}]
        }"#,
    )
    .unwrap();
    assert_eq!(
        round_trip(named("BillingProfileProperties"), &document).unwrap(),
        document
    );
}
