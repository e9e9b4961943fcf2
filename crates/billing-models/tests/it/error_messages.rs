//! Which values the errors of reading repeat. They are serde's errors; the README describes the
//! consequences for logs.

use billing_models::arm::BillingProfile;
use billing_models::partner::CustomerBillingProfile;
use serde_json::json;

use crate::support::documents::{Filling, PLAIN, full};
use crate::support::models::{read, round_trip};
use crate::support::spec::types;

const CANARY: &str = "canary";

/// A personal value of an unexpected type is repeated in the message.
#[test]
fn a_scalar_of_the_wrong_kind_is_quoted() {
    let number =
        read::<CustomerBillingProfile>(br#"{"defaultAddress":{"phoneNumber":4255550100}}"#);
    insta::assert_snapshot!(number.unwrap_err(), @"defaultAddress.phoneNumber: invalid type: integer `4255550100`, expected a string at line 1 column 43");
    let text = read::<BillingProfile>(br#"{"properties":{"address":"1 Example Way"}}"#);
    insta::assert_snapshot!(text.unwrap_err(), @r#"properties.address: invalid type: string "1 Example Way", expected struct AddressDetails at line 1 column 40"#);
}

/// Names are repeated, too, as in `Debug`: they are the structure of a document.
#[test]
fn the_name_of_a_member_that_comes_twice_is_quoted() {
    let known = read::<BillingProfile>(br#"{"name":"a","name":"b"}"#);
    insta::assert_snapshot!(known.unwrap_err(), @".: duplicate field `name` at line 1 column 18");
    let unknown = read::<BillingProfile>(br#"{"new":[{"x":"a","x":"b"}]}"#);
    insta::assert_snapshot!(unknown.unwrap_err(), @"new: duplicate field `x` at line 1 column 27");
}

#[test]
fn nothing_is_quoted_but_what_is_refused() {
    let canaries = Filling {
        personal: Some(CANARY),
        unknown_member: Some(CANARY),
        unknown_value: Some(CANARY),
        ..PLAIN
    };
    for of in types() {
        for member in of.members() {
            for wrong in [
                json!(4255550100_u64),
                json!(1.5),
                json!(true),
                json!("refused"),
                json!([{ "a": CANARY }]),
                json!({ "a": CANARY }),
            ] {
                let mut document = full(of, canaries);
                document[&member.name] = wrong;
                if let Err(refusal) = round_trip(of, &document) {
                    assert!(!refusal.message.contains(CANARY), "{}: {refusal}", of.name);
                }
            }
        }
    }
}

#[test]
fn a_document_that_is_cut_off_or_broken_is_not_quoted() {
    for document in [
        r#"{"email":"canary"#,
        r#"{"email":"canary\q"}"#,
        r#"{"email":"canary","new":"canary" "canary"}"#,
        r#"{"email":"canary","new":{"canary":canary}}"#,
        r#"{"email":"canary"} canary"#,
        "canary",
    ] {
        let refusal = read::<CustomerBillingProfile>(document.as_bytes()).unwrap_err();
        assert!(!refusal.message.contains(CANARY), "{document}: {refusal}");
    }
}
