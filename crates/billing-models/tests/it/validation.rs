//! Documents of a type are valid by the derived schema and by the spec; documents that the reader
//! refuses are not.

use jsonschema::{Draft, Validator};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::documents::{Filling, PLAIN, full};
use crate::support::models::{round_trip, schema};
use crate::support::property::holds;
use crate::support::spec::{Type, definitions, types, updates};
use crate::support::strategies::Mix;

fn derived(of: &Type) -> Validator {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .build(&schema(of))
        .unwrap()
}

fn spec(of: &Type) -> Validator {
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "allOf": [{ "$ref": format!("#{}", of.pointer) }],
        "definitions": without_rules(definitions(of)),
    });
    jsonschema::options()
        .with_draft(Draft::Draft7)
        .build(&schema)
        .unwrap()
}

/// The generator ignores limits and defaults: no document is refused because of them.
fn without_rules(schema: &Value) -> Value {
    const RULES: [&str; 13] = [
        "required",
        "format",
        "pattern",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "uniqueItems",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
    ];
    match schema {
        Value::Object(members) => {
            let members = members.iter();
            // A member may have such a name; then the value is its schema, an object.
            let members = members
                .filter(|(name, value)| value.is_object() || !RULES.contains(&name.as_str()))
                .map(|(name, value)| (name.clone(), without_rules(value)));
            Value::Object(members.collect())
        }
        Value::Array(items) => items.iter().map(without_rules).collect(),
        other => other.clone(),
    }
}

fn expect_valid(validator: &Validator, document: &Value) -> Result<(), TestCaseError> {
    validator
        .validate(document)
        .map_err(|error| TestCaseError::fail(format!("{error} at {}", error.instance_path())))
}

/// Validators are created once for each type, not for each document.
struct Cache(std::cell::RefCell<std::collections::HashMap<String, (Validator, Validator)>>);

impl Cache {
    fn with<R>(&self, of: &Type, check: impl FnOnce(&(Validator, Validator)) -> R) -> R {
        let mut cache = self.0.borrow_mut();
        let key = format!("{}::{}", of.module, of.name);
        check(cache.entry(key).or_insert_with(|| (derived(of), spec(of))))
    }
}

#[test]
fn random_documents_match_the_derived_schema_and_the_spec() {
    let cache = Cache(Default::default());
    holds(
        Mix {
            nulls: false,
            unknown_members: true,
        },
        |_| true,
        |of, document| {
            cache.with(of, |(derived, spec)| {
                expect_valid(derived, &document)?;
                expect_valid(spec, &document)
            })
        },
    );
}

/// The spec, being draft-07 without `required`, does not know `null`; services and updates do.
#[test]
fn random_documents_with_nulls_are_valid_by_the_derived_schema() {
    let cache = Cache(Default::default());
    holds(
        Mix {
            nulls: true,
            unknown_members: true,
        },
        |_| true,
        |of, document| cache.with(of, |(derived, _)| expect_valid(derived, &document)),
    );
}

#[test]
fn full_documents_are_valid_by_both_before_and_after() {
    let unknown = Filling {
        personal: None,
        unknown_member: Some("the unknown"),
        unknown_value: Some("Unheard of"),
        ..PLAIN
    };
    for of in types() {
        for filling in [PLAIN, unknown] {
            let document = full(of, filling);
            let written = round_trip(of, &document).unwrap();
            for document in [document, written] {
                expect_valid(&derived(of), &document).unwrap();
                expect_valid(&spec(of), &document).unwrap();
            }
        }
    }
}

#[test]
fn what_a_type_refuses_to_read_its_schema_refuses_too() {
    let kinds = [
        json!(true),
        json!(1),
        json!(1.5),
        json!("text"),
        json!([]),
        json!({}),
        json!(null),
        json!([null]),
    ];
    for of in types() {
        let derived = derived(of);
        for kind in &kinds {
            check(of, &derived, kind);
            for member in of.members() {
                check(of, &derived, &json!({ &member.name: kind }));
            }
        }
    }
}

fn check(of: &Type, derived: &Validator, document: &Value) {
    if round_trip(of, document).is_err() {
        assert!(!derived.is_valid(document), "{}: {document}", of.name);
    }
}

#[test]
fn an_update_with_another_member_is_invalid_by_its_schema() {
    for of in updates() {
        let derived = derived(of);
        assert!(derived.is_valid(&json!({})));
        assert!(
            !derived.is_valid(&json!({ "unknownMember": 1 })),
            "{}",
            of.name
        );
    }
}
