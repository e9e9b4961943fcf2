//! Members and values that the spec does not list are kept, at locations that random documents
//! seldom reach.

use billing_models::arm::{BillingProfile, BillingProfileUpdate};
use serde_json::{Value, json};

use crate::support::models::{round_trip, round_trip_text};
use crate::support::spec::named;

/// Reads and writes an unknown member of a profile.
fn unknown(json: &str) -> String {
    let document = format!(r#"{{"x":{json}}}"#);
    let written = round_trip_text(named("BillingProfile"), document.as_bytes()).unwrap();
    written
        .strip_prefix("{\n  \"x\": ")
        .unwrap()
        .strip_suffix("\n}")
        .unwrap()
        .to_owned()
}

/// Values that a careless reader changes: in kind, digits, order or escapes.
pub(crate) const VALUES: &[&str] = &[
    "0",
    "-0",
    "-1",
    "18446744073709551615",
    "18446744073709551617",
    "-9223372036854775809",
    "12345678901234567.89",
    "0.10",
    "1E2",
    "1e+02",
    "5.0",
    "-0.0",
    "5e-324",
    "1e400",
    "-1e-400",
    "0.1000000000000000055511151231257827",
    r#""\u00e9\/\ud83d\ude00""#,
    r#""\ud800""#,
    r#"{"b":1,"a":{"":0.10},"\udc00":2}"#,
    r#"[{"$serde_json::private::Number":"1"},{"$serde_json::private::RawValue":"[1]"}]"#,
    r#"{"$serde_json::private::Number":"1"}"#,
    r#"{"$serde_json::private::RawValue":"[1]"}"#,
    r#"{"$serde_json::private::RawValue":"[1]","other":2}"#,
];

#[test]
fn unknown_values_go_back_to_the_letter() {
    for value in VALUES {
        assert_eq!(unknown(value), *value);
    }
}

#[test]
fn unknown_members_go_back_in_the_order_in_which_they_came() {
    let document = r#"{"zebra":1,"name":"p","Apple":2,"apple":3,"":4}"#;
    for read in [
        serde_json::from_str(document),
        serde_json::from_reader(document.as_bytes()),
    ] {
        let profile: BillingProfile = read.unwrap();
        let written = serde_json::to_string(&profile).unwrap();
        assert_eq!(
            written,
            r#"{"name":"p","zebra":1,"Apple":2,"apple":3,"":4}"#
        );
    }
}

/// serde_json marks a raw text with a private name; another name would be written as
/// `{"$serde_json…": "0.10"}`.
#[test]
fn only_texts_are_written_whatever_serde_json_calls_them() {
    let profile: BillingProfile = serde_json::from_str(r#"{"new":0.10}"#).unwrap();
    assert_eq!(serde_json::to_string(&profile).unwrap(), r#"{"new":0.10}"#);
    let pretty = serde_json::to_string_pretty(&profile).unwrap();
    assert_eq!(pretty, "{\n  \"new\": 0.10\n}");
    assert_eq!(serde_json::to_vec(&profile).unwrap(), br#"{"new":0.10}"#);
}

/// The forms in which a user's program holds a model: inside other types and other formats.
#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
enum Untagged {
    Update(Box<BillingProfileUpdate>),
    Profile(Box<BillingProfile>),
}

#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    Profile(BillingProfile),
}

#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Flattened {
    own: bool,
    #[serde(flatten)]
    profile: BillingProfile,
}

/// A number is rounded to 64 bits there; all other values are unchanged.
#[test]
fn unknown_members_survive_the_enums_and_structs_around_a_model() {
    let members =
        r#""properties":{"invoiceDay":5,"z":[1.5,{"b":null,"a":"\"é"}]},"new":{"z":-1,"a":2}"#;
    let document = format!("{{{members}}}");
    let profile: BillingProfile = serde_json::from_str(&document).unwrap();
    let untagged: Untagged = serde_json::from_str(&document).unwrap();
    assert_eq!(untagged, Untagged::Profile(Box::new(profile.clone())));
    assert_eq!(serde_json::to_string(&untagged).unwrap(), document);
    let document = format!(r#"{{"kind":"Profile",{members}}}"#);
    let tagged: Tagged = serde_json::from_str(&document).unwrap();
    assert_eq!(tagged, Tagged::Profile(profile.clone()));
    assert_eq!(serde_json::to_string(&tagged).unwrap(), document);
    let document = format!(r#"{{"own":true,{members}}}"#);
    let flattened: Flattened = serde_json::from_str(&document).unwrap();
    assert_eq!(flattened.profile, profile);
    assert_eq!(serde_json::to_string(&flattened).unwrap(), document);
}

#[test]
fn digits_survive_in_structs_that_hold_a_model() {
    let profile: BillingProfile = serde_json::from_str(r#"{"new":[0.10,1e400]}"#).unwrap();
    let flattened = Flattened { own: true, profile };
    let written = serde_json::to_string(&flattened).unwrap();
    assert_eq!(written, r#"{"own":true,"new":[0.10,1e400]}"#);
}

#[test]
fn a_value_of_serde_json_reads_and_writes_what_it_can_hold() {
    let document = json!({ "new": { "price": 0.1, "list": [null, "é"] }, "name": "p" });
    let profile: BillingProfile = serde_json::from_value(document.clone()).unwrap();
    assert_eq!(serde_json::to_value(&profile).unwrap(), document);
    for (text, why) in [
        ("1e400", "number out of range"),
        (r#""\ud800""#, "unexpected end of hex escape"),
    ] {
        let profile: BillingProfile =
            serde_json::from_str(&format!(r#"{{"new":{text}}}"#)).unwrap();
        let error = serde_json::to_value(&profile).unwrap_err().to_string();
        assert!(error.starts_with(why), "{error}");
    }
}

/// For example TOML: no private name of serde_json is written to it.
#[test]
fn another_format_gets_values() {
    let profile: BillingProfile =
        serde_json::from_str(r#"{"new":{"price":0.5,"list":["a"]}}"#).unwrap();
    let written = toml::Value::try_from(&profile).unwrap();
    let expected: toml::Value = "new = { price = 0.5, list = ['a'] }"
        .parse::<toml::Table>()
        .unwrap()
        .into();
    assert_eq!(written, expected);
    assert_eq!(written.try_into::<BillingProfile>().unwrap(), profile);
}

/// A list is read, edited and sent back as a whole: the other items are unchanged.
#[test]
fn unknown_values_and_members_in_lists_keep_their_places() {
    let document: Value = serde_json::from_str(
        r#"{
            "targetClouds": ["USSec", "Mars", null, "USGov", "", "usgov"],
            "enabledAzurePlans": [{"skuId": "0001"}, {"productId": null}, {}, null, {"skuId": "0002", "productId": "P"}]
        }"#,
    )
    .unwrap();
    assert_eq!(
        round_trip(named("BillingProfileProperties"), &document).unwrap(),
        document
    );
}
