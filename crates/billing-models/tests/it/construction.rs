//! Models are created, changed, compared and shared as Rust developers expect.

use std::collections::HashSet;

use billing_models::arm::{BillingProfile, BillingProfileStatus, SpendingLimit, TargetCloud};
use billing_models::partner::{Address, CustomerBillingProfile, KeyValuePair, Link, ResourceLinks};
use serde_json::{Value, json};

#[test]
fn a_resource_is_built_by_setting_fields_of_its_default() {
    let mut address = Address::default();
    address.city = Some("Redmond".to_owned());
    let mut profile = CustomerBillingProfile::default();
    profile.email = Some("ada@example.com".to_owned());
    profile.default_address = Some(address);
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
    copy.additional_properties.insert("new", json!([2]));
    assert!(copy != original, "unknown members count");
    assert_eq!(original.additional_properties.get("new"), Some(json!([1])));
    let mut copy = original.clone();
    copy.properties.as_mut().unwrap().status = Some(BillingProfileStatus::Active);
    assert!(copy != original);
}

/// `self` and `type` are keywords of Rust.
#[test]
fn members_named_like_rust_keywords_have_an_underscore() {
    let links: ResourceLinks = serde_json::from_value(json!({ "self": { "uri": "/x" } })).unwrap();
    assert_eq!(links.self_.unwrap().uri.as_deref(), Some("/x"));
    let profile: BillingProfile = serde_json::from_value(json!({ "type": "t" })).unwrap();
    assert_eq!(profile.type_.as_deref(), Some("t"));
}

#[test]
fn an_open_enum_is_made_from_a_string_and_shown_as_one() {
    assert_eq!(SpendingLimit::from("On"), SpendingLimit::On);
    assert_eq!(SpendingLimit::from("On".to_owned()), SpendingLimit::On);
    assert_eq!("On".parse(), Ok(SpendingLimit::On));
    assert_eq!(
        SpendingLimit::from("on"),
        SpendingLimit::UnknownValue("on".to_owned())
    );
    assert_eq!(SpendingLimit::from("on".to_owned()).as_str(), "on");
    assert_eq!(format!("[{:>5}]", TargetCloud::UsGov), "[USGov]");
    assert_eq!(format!("[{:<6}]", TargetCloud::from("Mars")), "[Mars  ]");
}

/// Otherwise two values of the same text could differ.
#[test]
fn a_known_value_is_never_read_as_an_unknown_one() {
    let read: BillingProfileStatus = serde_json::from_value(json!("Active")).unwrap();
    assert_eq!(read, BillingProfileStatus::Active);
    let by_hand = BillingProfileStatus::UnknownValue("Active".to_owned());
    assert_eq!(serde_json::to_value(&by_hand).unwrap(), json!("Active"));
    let set = HashSet::from([read, by_hand, BillingProfileStatus::Active]);
    assert_eq!(set.len(), 2, "an enum can be a key");
}

/// `links` and `attributes` belong to the service, and have setters like the other members.
#[test]
fn a_full_resource_is_made_and_changed_by_setters() {
    let made = CustomerBillingProfile::default()
        .company_name("Contoso")
        .maybe_email(Some("ada@example.com"))
        .maybe_culture(None::<String>)
        .default_address(Address::default().city("Redmond").clear_state())
        .links(
            ResourceLinks::default().self_(
                Link::default()
                    .headers([KeyValuePair::default().key("k")])
                    .maybe_headers(None::<[_; 0]>),
            ),
        );
    let written = json!({
        "companyName": "Contoso",
        "email": "ada@example.com",
        "defaultAddress": { "city": "Redmond" },
        "links": { "self": { "headers": [{ "key": "k" }] } },
    });
    assert_eq!(serde_json::to_value(&made).unwrap(), written);
    let changed = made.clone().maybe_company_name(None::<&str>).clear_links();
    assert_eq!(
        changed.company_name.as_deref(),
        Some("Contoso"),
        "left as it was"
    );
    assert_eq!(changed.links, None);
    let headers = made.links.unwrap().self_.unwrap().clear_headers();
    assert_eq!(headers, Link::default());
}

/// A document is the same whether it is read from a text, a reader or a [`Value`].
#[test]
fn every_way_of_reading_gives_the_same_value() {
    let text = r#"{"Email":"a\u00e9","defaultAddress":{"City":"R","new":[{"x":1.5}]},"links":{"self":{"headers":[{"key":"k"}]}}}"#;
    let profile: CustomerBillingProfile = serde_json::from_str(text).unwrap();
    assert!(profile == serde_json::from_slice(text.as_bytes()).unwrap());
    assert!(profile == serde_json::from_reader(text.as_bytes()).unwrap());
    let value: Value = serde_json::from_str(text).unwrap();
    assert!(profile == serde_json::from_value(value.clone()).unwrap());
    assert!(profile == serde::Deserialize::deserialize(&value).unwrap());
}
