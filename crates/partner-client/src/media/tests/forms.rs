//! Profiles as forms.

use insta::assert_snapshot;
use serde_json::json;

use super::*;

#[test]
fn full_profile_is_pairs_with_item_indexes() {
    let form = body(&full(), ContentType::Form).unwrap();
    assert_snapshot!("form", form.replace('&', "\n&"));
}

#[test]
fn empty_values_are_left_out_of_a_form() {
    assert_eq!(
        body(&CustomerBillingProfile::default(), ContentType::Form).unwrap(),
        ""
    );
    let empties = profile(json!({
        "companyName": "",
        "defaultAddress": {},
        "links": { "self": { "headers": [], "uri": "/" } },
        "gone": null,
    }));
    assert_eq!(
        body(&empties, ContentType::Form).unwrap(),
        "companyName=&links%5Bself%5D%5Buri%5D=%2F"
    );
}

#[test]
fn special_characters_of_a_form_are_encoded() {
    let special =
        profile(json!({ "a&b=c+d%e": "x&y=[z]+%é ü", "é": "\u{1f600}", "tags": ["a&b"] }));
    assert_eq!(
        body(&special, ContentType::Form).unwrap(),
        "a%26b%3Dc%2Bd%25e=x%26y%3D%5Bz%5D%2B%25%C3%A9+%C3%BC&tags%5B0%5D=a%26b&%C3%A9=%F0%9F%98%80"
    );
}

#[test]
fn member_that_a_form_cannot_carry_is_named() {
    let told = |json| {
        body(&profile(json), ContentType::Form)
            .unwrap_err()
            .to_string()
    };
    let told = [
        told(json!({ "links": { "self": { "headers": [{ "key": "a" }, {}] } } })),
        told(json!({ "tags": ["a", null] })),
        told(json!({ "defaultAddress": { "a.b": "c" } })),
        told(json!({ "a[0]": "b" })),
        told(json!({ "": "b" })),
        told(json!({ "levels": { "0": "b" } })),
    ];
    assert_snapshot!(told.join("\n"), @"
    the body cannot be written as application/x-www-form-urlencoded at `links.self.headers[1]`: a form cannot carry an empty item; send the profile as JSON
    the body cannot be written as application/x-www-form-urlencoded at `tags[1]`: a form cannot carry an empty item; send the profile as JSON
    the body cannot be written as application/x-www-form-urlencoded at `defaultAddress.…`: a form cannot carry this name; send the profile as JSON
    the body cannot be written as application/x-www-form-urlencoded at `…`: a form cannot carry this name; send the profile as JSON
    the body cannot be written as application/x-www-form-urlencoded at `…`: a form cannot carry this name; send the profile as JSON
    the body cannot be written as application/x-www-form-urlencoded at `levels.0`: a form cannot carry this name; send the profile as JSON
    ");
}
