//! A value of another kind than the spec's is refused, and the error names its path.

use serde_json::{Value, json};

use crate::support::models::{read_alike, round_trip};
use crate::support::spec::{Member, Shape, Type, types};

/// One value of each kind of JSON except `null`.
fn one_of_each_kind() -> [Value; 7] {
    [
        json!(true),
        json!(1),
        json!(-1),
        json!(1.5),
        json!("text"),
        json!([]),
        json!({}),
    ]
}

fn fits(of: &Type, shape: &Shape, value: &Value) -> bool {
    match shape {
        Shape::String => value.is_string(),
        Shape::Boolean => value.is_boolean(),
        Shape::Integer => value.is_i64(),
        Shape::Number => value.is_number(),
        Shape::Any => true,
        Shape::Array(_) => value.is_array(),
        Shape::Map(_) => value.is_object(),
        Shape::Named(name) => fits_type(of.beside(name), value),
    }
}

fn fits_type(of: &Type, value: &Value) -> bool {
    if of.is_enum() {
        return value.is_string();
    }
    value.is_object()
}

#[test]
fn each_member_of_each_type_refuses_each_kind_but_its_own() {
    for of in types() {
        for member in of.members() {
            for value in one_of_each_kind() {
                let name = &member.name;
                check(
                    of,
                    &json!({ name: value }),
                    name,
                    fits(of, &member.shape, &value),
                );
                if let Some((inner, document, path)) = inside(member, &value) {
                    check(of, &document, &path, fits(of, inner, &value));
                }
            }
        }
    }
}

/// Returns the expected type of the items of a member, a document with `value` as an item, and its
/// path.
fn inside<'m>(member: &'m Member, value: &Value) -> Option<(&'m Shape, Value, String)> {
    let name = &member.name;
    match &member.shape {
        Shape::Array(items) => Some((items, json!({ name: [value] }), format!("{name}[0]"))),
        Shape::Map(values) => Some((values, json!({ name: { "a": value } }), format!("{name}.a"))),
        _ => None,
    }
}

#[test]
fn each_type_refuses_each_kind_but_its_own() {
    for of in types() {
        for value in one_of_each_kind() {
            check(of, &value, ".", fits_type(of, &value));
        }
        check(of, &Value::Null, ".", false);
    }
}

#[test]
fn null_in_a_list_or_a_map_stays_null() {
    let mut seen = 0;
    for of in types() {
        for member in of.members() {
            if let Some((_, document, _)) = inside(member, &Value::Null) {
                assert_eq!(round_trip(of, &document).unwrap(), document, "{}", of.name);
                seen += 1;
            }
        }
    }
    assert!(seen > 20, "lists and maps of all specs");
}

#[test]
fn in_a_type_that_is_read_null_is_absent() {
    for of in types().iter().filter(|of| !of.is_update()) {
        for member in of.members() {
            let document = json!({ &member.name: null }).to_string();
            assert!(
                read_alike(of, document.as_bytes(), b"{}"),
                "{}.{}",
                of.name,
                member.name
            );
        }
    }
}

fn check(of: &Type, document: &Value, path: &str, fits: bool) {
    match round_trip(of, document) {
        Ok(_) => assert!(fits, "{} reads {document}", of.name),
        Err(refusal) => {
            assert!(!fits, "{} refuses {document}: {refusal}", of.name);
            assert_eq!(refusal.path, path, "{}: {document}", of.name);
            assert!(
                refusal.message.starts_with("invalid type: "),
                "{document}: {refusal}"
            );
        }
    }
}
