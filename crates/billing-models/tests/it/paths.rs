//! The messages of errors, and their paths.

use crate::support::models::round_trip_text;
use crate::support::spec::named;

/// Returns `path: message` of the error of a document.
fn refusal(name: &str, document: &str) -> String {
    round_trip_text(named(name), document.as_bytes())
        .unwrap_err()
        .to_string()
}

#[test]
fn a_wrong_kind_is_found_below_members_and_lists() {
    let profile = |document| refusal("BillingProfile", document);
    insta::assert_snapshot!(profile(r#"{"properties": {"address": {"city": []}}}"#), @"properties.address.city: invalid type: sequence, expected a string at line 1 column 36");
    insta::assert_snapshot!(profile(r#"{"properties": {"targetClouds": ["USGov", 7]}}"#), @"properties.targetClouds[1]: invalid type: integer `7`, expected a string at line 1 column 43");
    insta::assert_snapshot!(profile(r#"{"properties": {"invoiceSections": [{}, {"properties": {"state": {}}}]}}"#), @"properties.invoiceSections[1].properties.state: invalid type: map, expected a string at line 1 column 65");
    insta::assert_snapshot!(profile(r#"{"properties": {"enabledAzurePlans": {}}}"#), @"properties.enabledAzurePlans: invalid type: map, expected a sequence at line 1 column 37");
    insta::assert_snapshot!(refusal("SpendingLimit", "true"), @".: invalid type: boolean `true`, expected a string at line 1 column 4");
}

/// The path is spelled as the document spells it.
#[test]
fn a_wrong_kind_is_found_in_either_spelling() {
    let profile = |document| refusal("CustomerBillingProfile", document);
    insta::assert_snapshot!(profile(r#"{"DefaultAddress": {"PostalCode": 98052}}"#), @"DefaultAddress.PostalCode: invalid type: integer `98052`, expected a string at line 1 column 39");
    insta::assert_snapshot!(profile(r#"{"links": {"Self": {"headers": [{"Key": 1}]}}}"#), @"links.Self.headers[0].Key: invalid type: integer `1`, expected a string at line 1 column 41");
}

#[test]
fn broken_text_is_found_in_known_and_in_unknown_members() {
    let profile = |document| refusal("BillingProfile", document);
    insta::assert_snapshot!(profile(r#"{"properties": {"poNumber": "PO"#), @"properties.poNumber: EOF while parsing a string at line 1 column 31");
    insta::assert_snapshot!(profile(r#"{"properties": {"new": {"list": [1, 2"#), @"properties.new: EOF while parsing a list at line 1 column 37");
    insta::assert_snapshot!(profile(r#"{"properties": {"new": [{"a": nope}]}}"#), @"properties.new: expected ident at line 1 column 32");
    insta::assert_snapshot!(profile(r#"{"properties": {"poNumber": 'PO'}}"#), @"properties.poNumber: expected value at line 1 column 29");
    insta::assert_snapshot!(profile(r#"{"properties": {"poNumber": "a", }}"#), @"properties.?: trailing comma at line 1 column 34");
    insta::assert_snapshot!(profile(r#"{"name": "p1"} and more"#), @".: trailing characters at line 1 column 16");
    insta::assert_snapshot!(profile(""), @".: EOF while parsing a value at line 1 column 0");
    insta::assert_snapshot!(profile("   "), @".: EOF while parsing a value at line 1 column 3");
}

#[test]
fn a_member_that_comes_twice_is_found_in_the_object_that_has_it() {
    let profile = |document| refusal("BillingProfile", document);
    insta::assert_snapshot!(profile(r#"{"name": "p1", "name": "p1"}"#), @".: duplicate field `name` at line 1 column 21");
    insta::assert_snapshot!(profile(r#"{"properties": {"poNumber": "1", "poNumber": null}}"#), @"properties: duplicate field `poNumber` at line 1 column 43");
    insta::assert_snapshot!(profile(r#"{"properties": {"new": 1, "new": 2}}"#), @"properties: duplicate field `new` at line 1 column 35");
    // The inside of an unknown member is one text.
    insta::assert_snapshot!(profile(r#"{"properties": {"new": [{"deep": {"a": 1, "a": 1}}]}}"#), @"properties.new: duplicate field `a` at line 1 column 52");
    insta::assert_snapshot!(
        refusal("CustomerBillingProfile", r#"{"defaultAddress": {"city": "Redmond", "City": "Redmond"}}"#), @"defaultAddress: duplicate field `city` at line 1 column 45"
    );
    insta::assert_snapshot!(refusal("BillingProfileUpdate", r#"{"properties": {"poNumber": "1", "poNumber": "1"}}"#), @"properties: duplicate field `poNumber` at line 1 column 43");
}

#[test]
fn an_unknown_member_of_an_update_is_named_with_the_known_ones() {
    let update = |document| refusal("BillingProfileUpdate", document);
    insta::assert_snapshot!(update(r#"{"id": "x"}"#), @"id: unknown field `id`, expected `properties` at line 1 column 7");
    insta::assert_snapshot!(update(r#"{"properties": {"invoiceSections": [{"properties": {"State": "Active"}}]}}"#), @"properties.invoiceSections[0].properties.State: unknown field `State`, expected `displayName` at line 1 column 61");
}

#[test]
fn numbers_that_are_not_a_day_of_the_month_in_64_bits() {
    let day = |number: &str| {
        refusal(
            "BillingProfileProperties",
            &format!(r#"{{"invoiceDay": {number}}}"#),
        )
    };
    insta::assert_snapshot!(day("5.0"), @"invoiceDay: invalid type: floating point `5.0`, expected i64 at line 1 column 18");
    insta::assert_snapshot!(day("5e0"), @"invoiceDay: invalid type: floating point `5.0`, expected i64 at line 1 column 18");
    insta::assert_snapshot!(day("-0"), @"invoiceDay: invalid type: floating point `-0.0`, expected i64 at line 1 column 17");
    insta::assert_snapshot!(day("9223372036854775808"), @"invoiceDay: invalid value: integer `9223372036854775808`, expected i64 at line 1 column 34");
    insta::assert_snapshot!(day("-9223372036854775809"), @"invoiceDay: invalid type: floating point `-9.223372036854776e+18`, expected i64 at line 1 column 35");
    insta::assert_snapshot!(day("1e400"), @"invoiceDay: number out of range at line 1 column 20");
    insta::assert_snapshot!(day("NaN"), @"invoiceDay: expected value at line 1 column 16");
    insta::assert_snapshot!(day("Infinity"), @"invoiceDay: expected value at line 1 column 16");
    insta::assert_snapshot!(day("05"), @"invoiceDay: invalid number at line 1 column 17");
    insta::assert_snapshot!(day("\"5\""), @r#"invoiceDay: invalid type: string "5", expected i64 at line 1 column 18"#);
}
