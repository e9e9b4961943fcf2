//! The derived JSON Schemas have exactly the content of the specs.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::support::models::schema;
use crate::support::spec::{Kind, Member, Shape, Type, named, types};

#[test]
fn each_derived_schema_is_what_the_spec_makes_of_the_type() {
    for of in types() {
        let mut inner = BTreeSet::new();
        let mut expected = expected_type(of, &mut inner);
        expected.insert(
            "$schema".to_owned(),
            json!("https://json-schema.org/draft/2020-12/schema"),
        );
        expected.insert("title".to_owned(), json!(of.name));
        let definitions: Map<_, _> = closure(of, inner)
            .into_iter()
            .filter(|name| *name != of.name)
            .map(|name| {
                let schema = expected_type(of.beside(&name), &mut BTreeSet::new());
                (name, Value::Object(schema))
            })
            .collect();
        if !definitions.is_empty() {
            expected.insert("$defs".to_owned(), Value::Object(definitions));
        }
        let mut derived = schema(of);
        keep_first_paragraphs(&mut derived);
        // A type that contains itself refers to the root.
        let own = format!("\"#/$defs/{}\"", of.name);
        let expected = Value::Object(expected).to_string().replace(&own, "\"#\"");
        let expected: Value = serde_json::from_str(&expected).unwrap();
        assert!(
            derived == expected,
            "{}: {derived:#}\nshould be\n{expected:#}",
            of.name
        );
    }
}

#[test]
fn what_follows_the_words_of_the_page_says_what_the_spec_marks() {
    for of in types() {
        let schema = schema(of);
        let paragraphs = paragraphs(&schema);
        let source = paragraphs.last().unwrap();
        assert!(
            source.starts_with("From the page *") && source.ends_with("`."),
            "{}: {source}",
            of.name
        );
        let says_what_an_update_is = "The writable members, each left unchanged, cleared or set.";
        let between = &paragraphs[1..paragraphs.len() - 1];
        let expected: &[&str] = if of.is_update() {
            &[says_what_an_update_is]
        } else {
            &[]
        };
        assert_eq!(between, expected, "{}", of.name);
        for member in of.members() {
            let paragraphs = self::paragraphs(&schema["properties"][&member.name]);
            let expected: &[&str] = if member.read_only {
                &["Read-only."]
            } else {
                &[]
            };
            assert_eq!(&paragraphs[1..], expected, "{}.{}", of.name, member.name);
        }
    }
}

/// One complete schema, for readers of these tests.
#[test]
fn a_derived_schema_looks_like_this() {
    let of = named("InvoiceSectionProperties");
    insta::assert_snapshot!("of_a_type_that_is_read", format!("{:#}", schema(of)));
    let of = named("BillingProfilePropertiesUpdate");
    insta::assert_snapshot!("of_an_update", format!("{:#}", schema(of)));
}

fn expected_type(of: &Type, inner: &mut BTreeSet<String>) -> Map<String, Value> {
    let schema = match &of.kind {
        Kind::OpenEnum(values) => {
            json!({ "anyOf": [{ "type": "string", "enum": values }, { "type": "string" }] })
        }
        Kind::Object(members) => expected_object(members, true, inner),
        Kind::Update { writable, .. } => expected_object(writable, false, inner),
    };
    with_description(schema, &of.description)
}

fn expected_object(members: &[Member], takes_others: bool, inner: &mut BTreeSet<String>) -> Value {
    let properties: Map<_, _> = members
        .iter()
        .map(|member| {
            let mut schema =
                with_description(expected_member(&member.shape, inner), &member.description);
            if member.read_only {
                schema.insert("readOnly".to_owned(), json!(true));
            }
            (member.name.clone(), Value::Object(schema))
        })
        .collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": takes_others })
}

/// A member may be `null`: read, that is absent; in an update it clears. So may an item of a list
/// or a value of a map.
fn expected_member(shape: &Shape, inner: &mut BTreeSet<String>) -> Value {
    match shape {
        Shape::Named(_) => json!({ "anyOf": [expected_value(shape, inner), { "type": "null" }] }),
        // A schema that allows anything allows `null`.
        Shape::Any => json!({}),
        _ => {
            let mut schema = expected_value(shape, inner);
            schema["type"] = json!([schema["type"], "null"]);
            schema
        }
    }
}

fn expected_element(shape: &Shape, inner: &mut BTreeSet<String>) -> Value {
    match shape {
        Shape::Any => expected_value(shape, inner),
        _ => expected_member(shape, inner),
    }
}

fn expected_value(shape: &Shape, inner: &mut BTreeSet<String>) -> Value {
    match shape {
        Shape::String => json!({ "type": "string" }),
        Shape::Boolean => json!({ "type": "boolean" }),
        Shape::Integer => json!({ "type": "integer", "format": "int64" }),
        Shape::Number => json!({ "type": "number" }),
        Shape::Any => json!(true),
        Shape::Array(items) => json!({ "type": "array", "items": expected_element(items, inner) }),
        Shape::Map(values) => {
            json!({ "type": "object", "additionalProperties": expected_element(values, inner) })
        }
        Shape::Named(name) => {
            inner.insert(name.clone());
            json!({ "$ref": format!("#/$defs/{name}") })
        }
    }
}

fn with_description(schema: Value, description: &str) -> Map<String, Value> {
    let Value::Object(mut schema) = schema else {
        unreachable!()
    };
    schema.insert("description".to_owned(), json!(normal(description)));
    schema
}

/// Returns all types that are reachable from these names.
fn closure(of: &Type, mut names: BTreeSet<String>) -> BTreeSet<String> {
    let mut open: Vec<_> = names.iter().cloned().collect();
    while let Some(name) = open.pop() {
        let mut inner = BTreeSet::new();
        expected_type(of.beside(&name), &mut inner);
        open.extend(inner.into_iter().filter(|name| names.insert(name.clone())));
    }
    names
}

fn keep_first_paragraphs(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            // A member of a type may be called `description` too; then it is a schema and not a
            // text.
            if let Some(Value::String(text)) = members.get_mut("description") {
                *text = normal(text.split("\n\n").next().unwrap());
            }
            members.values_mut().for_each(keep_first_paragraphs);
        }
        Value::Array(items) => items.iter_mut().for_each(keep_first_paragraphs),
        _ => {}
    }
}

fn paragraphs(schema: &Value) -> Vec<&str> {
    schema["description"]
        .as_str()
        .unwrap()
        .split("\n\n")
        .collect()
}

fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
