//! Unknown members can be read, changed and compared.

use billing_models::AdditionalProperties;
use billing_models::arm::BillingProfile;
use serde_json::{Value, json};

fn two() -> AdditionalProperties {
    [("systemId", json!("S-1")), ("hasReadAccess", json!(true))].into()
}

fn read(members: &str) -> AdditionalProperties {
    let profile: BillingProfile = serde_json::from_str(members).unwrap();
    profile.additional_properties
}

fn written(members: &AdditionalProperties) -> String {
    serde_json::to_string(members).unwrap()
}

#[test]
fn members_are_made_of_pairs_and_keep_their_order() {
    let made = [
        two(),
        [
            ("systemId", "S-1".into()),
            ("hasReadAccess", Value::Bool(true)),
        ]
        .into_iter()
        .collect(),
        read(r#"{"systemId":"S-1","name":"known","hasReadAccess":true}"#),
    ];
    for members in made {
        assert_eq!(members, two());
        assert_eq!(members.len(), 2);
        assert!(!members.is_empty());
        assert!(members.keys().eq(["systemId", "hasReadAccess"]));
        let all = [("systemId", r#""S-1""#), ("hasReadAccess", "true")];
        assert!(members.iter().eq(all));
        assert_eq!(
            written(&members),
            r#"{"systemId":"S-1","hasReadAccess":true}"#
        );
    }
}

#[test]
fn a_member_is_found_as_a_value_and_as_its_text() {
    let members = read(r#"{"price": 0.10, "null": null, "huge": [1e400], "half": "\ud800"}"#);
    assert_eq!(members.get("price"), Some(json!(0.1)));
    assert_eq!(members.text("price"), Some("0.10"));
    assert_eq!(members.get("null"), Some(Value::Null));
    for (name, text) in [("huge", "[1e400]"), ("half", r#""\ud800""#)] {
        assert!(members.contains_key(name));
        assert_eq!(members.get(name), None, "no Value holds it");
        assert_eq!(members.text(name), Some(text));
    }
    for name in ["", "Price", "price ", "known"] {
        assert!(!members.contains_key(name), "{name}");
        assert_eq!((members.get(name), members.text(name)), (None, None));
    }
}

#[test]
fn member_is_replaced_in_place_and_added_at_the_end() {
    let mut members = two();
    for text in ["1", "[1,2,3]", r#""""#, "null"] {
        members.insert_text("systemId", text).unwrap();
        let expected = format!(r#"{{"systemId":{text},"hasReadAccess":true}}"#);
        assert_eq!(written(&members), expected);
    }
    members.insert("hasReadAccess", false);
    members.insert("", "the empty name");
    members.extend([("systemId", "S-2")]);
    assert_eq!(
        written(&members),
        r#"{"systemId":"S-2","hasReadAccess":false,"":"the empty name"}"#
    );
}

#[test]
fn a_text_that_is_not_one_value_is_not_taken() {
    let mut members = two();
    let deep = "[".repeat(121) + &"]".repeat(121);
    for text in [
        "",
        "1 2",
        "{",
        "nope",
        "'a'",
        r#"{"a":1,"\u0061":2}"#,
        &deep,
    ] {
        members.insert_text("systemId", text).unwrap_err();
        members.insert_text("new", text).unwrap_err();
        assert_eq!(members, two(), "{text}");
    }
}

#[test]
fn a_removed_member_leaves_the_others() {
    let members: AdditionalProperties = [("a", 1), ("bb", 22), ("ccc", 333)].into();
    for (name, rest) in [
        ("a", r#"{"bb":22,"ccc":333}"#),
        ("bb", r#"{"a":1,"ccc":333}"#),
        ("ccc", r#"{"a":1,"bb":22}"#),
    ] {
        let mut left = members.clone();
        assert!(left.remove(name));
        assert!(!left.remove(name));
        assert_eq!(written(&left), rest);
        left.insert(name, 4444);
        assert_eq!(left.get(name), Some(json!(4444)));
    }
    let mut cleared = members;
    cleared.clear();
    assert_eq!(cleared, AdditionalProperties::default());
    assert!(cleared.is_empty() && !cleared.remove("a"));
}

#[test]
fn equality_is_that_of_names_characters_and_digits() {
    fn is_eq<T: Eq>(_: &T) {}

    is_eq(&two());
    for (one, other) in [
        (
            r#"{"a":1,"b":[2,{"c":3,"d":4}]}"#,
            r#"{"b":[2, {"d":4, "c":3}], "a":1}"#,
        ),
        (r#"{"\u0061":"\u0041\/"}"#, r#"{"a":"A/"}"#),
        (r#"{"x":{"\u0061":"\ud83d\ude00"}}"#, r#"{"x":{"a":"😀"}}"#),
        (r#"{"x":{"half":"\ud800"}}"#, r#"{"x":{"half":"\uD800"}}"#),
        (r#"{"x":{}, "y":[ ]}"#, r#"{"x":{ }, "y":[]}"#),
    ] {
        assert_eq!(read(one), read(other));
    }
    for (one, other) in [
        (r#"{"a":1.0}"#, r#"{"a":1.00}"#),
        (
            r#"{"a":12345678901234567.89}"#,
            r#"{"a":12345678901234567.9}"#,
        ),
        (r#"{"a":[1,2]}"#, r#"{"a":[2,1]}"#),
        (r#"{"a":[1]}"#, r#"{"a":[1,1]}"#),
        (r#"{"a":{"b":1}}"#, r#"{"a":{"b":1,"c":1}}"#),
        (r#"{"a":{"b":1}}"#, r#"{"a":{"c":1}}"#),
        (r#"{"a":"1"}"#, r#"{"a":1}"#),
        (r#"{"a":null}"#, r#"{}"#),
        (r#"{"a":1}"#, r#"{"b":1}"#),
    ] {
        assert_ne!(read(one), read(other));
    }
}
