//! Shapes are made, changed, compared and shared as a Rust developer expects.

use std::collections::{BTreeMap, HashSet};

use billing_models::AdditionalProperties;
use billing_models::arm::{
    BillingProfile, BillingProfileProperties, BillingProfileStatus, SpendingLimit, TargetCloud,
};
use billing_models::partner::{Address, CustomerBillingProfile, ResourceLinks};
use serde_json::{Value, json};

#[test]
fn a_shape_is_made_with_struct_update_syntax() {
    let profile = CustomerBillingProfile {
        email: Some("ada@example.com".to_owned()),
        default_address: Some(Address {
            city: Some("Redmond".to_owned()),
            ..Default::default()
        }),
        ..Default::default()
    };
    let written = serde_json::to_value(&profile).unwrap();
    assert_eq!(
        written,
        json!({ "email": "ada@example.com", "defaultAddress": { "city": "Redmond" } })
    );
}

#[test]
fn a_clone_is_equal_and_independent() {
    let document =
        json!({ "name": "p1", "new": [1], "properties": { "status": "Odd", "more": {} } });
    let original: BillingProfile = serde_json::from_value(document).unwrap();
    let mut copy = original.clone();
    assert!(copy == original);
    copy.additional_properties
        .insert("new".to_owned(), json!([2]));
    assert!(copy != original, "unknown members count");
    assert_eq!(original.additional_properties["new"], json!([1]));
    let mut copy = original.clone();
    copy.properties.as_mut().unwrap().status = Some(BillingProfileStatus::Active);
    assert!(copy != original);
}

/// `self` and `type` are words of Rust.
#[test]
fn members_that_are_rust_keywords_have_an_underscore_and_their_own_name_on_the_wire() {
    let links: ResourceLinks = serde_json::from_value(json!({ "self": { "uri": "/x" } })).unwrap();
    assert_eq!(links.self_.unwrap().uri.as_deref(), Some("/x"));
    let profile: BillingProfile = serde_json::from_value(json!({ "type": "t" })).unwrap();
    assert_eq!(profile.type_.as_deref(), Some("t"));
}

#[test]
fn an_open_enum_is_made_from_a_string_and_shown_as_one() {
    assert_eq!(SpendingLimit::from("On"), SpendingLimit::On);
    assert_eq!(SpendingLimit::from("On".to_owned()), SpendingLimit::On);
    assert_eq!(
        SpendingLimit::from("on"),
        SpendingLimit::UnknownValue("on".to_owned())
    );
    assert_eq!(SpendingLimit::from("on".to_owned()).as_str(), "on");
    assert_eq!(format!("[{:>5}]", TargetCloud::UsGov), "[USGov]");
    assert_eq!(format!("[{:<6}]", TargetCloud::from("Mars")), "[Mars  ]");
}

/// Or an unknown value would be equal to nothing that was read.
#[test]
fn a_known_value_is_never_read_as_an_unknown_one() {
    let read: BillingProfileStatus = serde_json::from_value(json!("Active")).unwrap();
    assert_eq!(read, BillingProfileStatus::Active);
    let by_hand = BillingProfileStatus::UnknownValue("Active".to_owned());
    assert_eq!(serde_json::to_value(&by_hand).unwrap(), json!("Active"));
    let set = HashSet::from([read, by_hand, BillingProfileStatus::Active]);
    assert_eq!(set.len(), 2, "an enum can be a key");
}

#[test]
fn unknown_members_are_a_map() {
    let map = BTreeMap::from([("b".to_owned(), json!(1)), ("a".to_owned(), Value::Null)]);
    let members = AdditionalProperties::from(map.clone());
    assert_eq!(members, map.clone().into_iter().collect());
    assert_eq!(members.keys().collect::<Vec<_>>(), ["a", "b"]);
    assert!(members.clone().into_iter().eq(map));
    let profile = BillingProfileProperties {
        additional_properties: members,
        ..Default::default()
    };
    assert_eq!(
        serde_json::to_string(&profile).unwrap(),
        r#"{"a":null,"b":1}"#
    );
}

/// A document that went through [`Value`] or a reader is the same document.
#[test]
fn it_does_not_matter_how_the_document_arrives() {
    let text = r#"{"Email":"a\u00e9","defaultAddress":{"City":"R","new":[{"x":1.5}]},"links":{"self":{"headers":[{"key":"k"}]}}}"#;
    let profile: CustomerBillingProfile = serde_json::from_str(text).unwrap();
    assert!(profile == serde_json::from_slice(text.as_bytes()).unwrap());
    assert!(profile == serde_json::from_reader(text.as_bytes()).unwrap());
    let value: Value = serde_json::from_str(text).unwrap();
    assert!(profile == serde_json::from_value(value.clone()).unwrap());
    assert!(profile == serde::Deserialize::deserialize(&value).unwrap());
}
