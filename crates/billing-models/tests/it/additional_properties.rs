//! The map of unknown members is used as the `BTreeMap` that it is.

use std::collections::BTreeMap;

use billing_models::AdditionalProperties;
use billing_models::arm::BillingProfile;
use serde_json::{Value, json};

fn two() -> [(String, Value); 2] {
    [
        ("hasReadAccess".to_owned(), json!(true)),
        ("systemId".to_owned(), json!("S-1")),
    ]
}

#[test]
fn it_is_made_of_pairs_of_an_array_of_a_map_and_turned_back_into_one() {
    let map = BTreeMap::from(two());
    let made = [
        AdditionalProperties::from(two()),
        AdditionalProperties::from(map.clone()),
        two().into_iter().collect(),
    ];
    for made in made {
        assert_eq!(*made, map);
        assert_eq!(BTreeMap::from(made), map);
    }
    assert_eq!(
        BTreeMap::from(AdditionalProperties::default()),
        BTreeMap::new()
    );
    assert_eq!(
        AdditionalProperties::from([]),
        AdditionalProperties::default()
    );
}

#[test]
fn extending_it_adds_members_and_replaces_those_that_are_there() {
    let mut members = AdditionalProperties::default();
    members.extend([]);
    assert_eq!(members, AdditionalProperties::default());
    members.extend(two());
    members.extend([("systemId".to_owned(), json!("S-2"))]);
    assert_eq!(members.len(), 2);
    assert_eq!(members["systemId"], "S-2");
    assert_eq!(members["hasReadAccess"], true);
}

#[test]
fn a_loop_takes_it_by_reference_mutably_or_whole() {
    let mut profile = BillingProfile {
        additional_properties: two().into(),
        ..Default::default()
    };
    let mut names = Vec::new();
    for (name, value) in &profile.additional_properties {
        assert_eq!(*value, profile.additional_properties[name]);
        names.push(name.as_str());
    }
    assert_eq!(names, ["hasReadAccess", "systemId"]);
    for (name, value) in &mut profile.additional_properties {
        *value = json!(format!("the {name}"));
    }
    let mut members = Vec::new();
    for (name, value) in profile.additional_properties {
        members.push((name, value));
    }
    let expected =
        ["hasReadAccess", "systemId"].map(|name| (name.to_owned(), json!(format!("the {name}"))));
    assert_eq!(members, expected);
}

#[test]
fn without_members_it_iterates_over_nothing() {
    let mut members = AdditionalProperties::default();
    assert_eq!((&members).into_iter().count(), 0);
    assert_eq!((&mut members).into_iter().count(), 0);
    assert_eq!(members.into_iter().count(), 0);
}

#[test]
fn equality_is_that_of_the_members_and_total() {
    fn is_eq<T: Eq>(_: &T) {}

    let mut emptied = AdditionalProperties::from(two());
    is_eq(&emptied);
    assert_ne!(emptied, AdditionalProperties::default());
    emptied.clear();
    assert_eq!(emptied, AdditionalProperties::default());
}
