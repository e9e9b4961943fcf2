//! Lowering: converts a [`Spec`] to the schema from which typify generates types.
//!
//! `required`, limits and defaults are left out, since each makes a read fail or adds something to
//! a write. A member or value with a Rust name of its own has that name here, and the passes
//! restore the name on the wire. Arrays and maps may be null, since typify would otherwise not
//! distinguish absent and empty. Inline objects are definitions with names of our own.

use serde_json::{Map, Value, json};

use super::spec::{KnownValue, MemberType, Spec, TypeKind};
use super::views::{self, View};

/// Returns the schema for typify: every type as it is read, and `updates` as they are written.
pub fn lower(spec: &Spec, updates: &[String]) -> Value {
    let mut definitions = Map::new();
    for (name, found) in &spec.types {
        let lowered = match &found.kind {
            TypeKind::Object(_) => object(spec, name, View::Read),
            TypeKind::OpenEnum(values) => {
                let values: Vec<_> = values.iter().map(KnownValue::named).collect();
                json!({ "type": "string", "enum": values })
            }
        };
        definitions.insert(name.clone(), lowered);
    }
    // Imported types only have to exist: typify writes their names and no types.
    for name in spec.imports.keys() {
        definitions.insert(name.clone(), json!({ "type": "object" }));
    }
    for name in updates {
        definitions.insert(
            views::type_name(spec, name, View::Update),
            object(spec, name, View::Update),
        );
    }
    json!({ "$schema": "http://json-schema.org/draft-07/schema#", "definitions": definitions })
}

fn object(spec: &Spec, name: &str, view: View) -> Value {
    let properties: Map<String, Value> = views::members(spec, name, view)
        .map(|member| {
            (
                member.named().to_owned(),
                nullable(shape(spec, &member.shape, view)),
            )
        })
        .collect();
    let additional_properties = match view {
        View::Read => json!({}),
        View::Update => json!(false),
    };
    json!({ "type": "object", "properties": properties, "additionalProperties": additional_properties })
}

fn nullable(schema: Value) -> Value {
    if schema
        .get("type")
        .is_some_and(|kind| kind == "array" || kind == "object")
    {
        json!({ "oneOf": [schema, { "type": "null" }] })
    } else {
        schema
    }
}

fn shape(spec: &Spec, shape: &MemberType, view: View) -> Value {
    let inner = |element: &MemberType| self::shape(spec, element, view);
    match shape {
        MemberType::String => json!({ "type": "string" }),
        MemberType::Boolean => json!({ "type": "boolean" }),
        MemberType::Integer => json!({ "type": "integer" }),
        MemberType::Number => json!({ "type": "number" }),
        MemberType::Any => json!({}),
        MemberType::Named(name) => {
            json!({ "$ref": format!("#/definitions/{}", views::type_name(spec, name, view)) })
        }
        MemberType::Array(element) => json!({ "type": "array", "items": inner(element) }),
        MemberType::Map(value) => json!({ "type": "object", "additionalProperties": inner(value) }),
    }
}
