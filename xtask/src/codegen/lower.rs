//! Lowering: a [`Spec`] becomes the schema that typify turns into the shapes we want.
//!
//! typify takes a schema at its word, and three of its words mean something else to us. `required`,
//! limits and defaults are gone, since each makes a read fail or a write say more than the caller
//! did. A member or value that the spec gives a name for Rust has that name here; the passes put
//! its own back. Arrays and maps may be null, since typify would otherwise make absent and empty
//! the same. Inline objects have become definitions with names of our own.

use serde_json::{Map, Value, json};

use super::spec::{KnownValue, MemberType, Spec, TypeKind};
use super::views::{self, View};

/// The schema for typify: every type as it is read, and `updates` as they are written.
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
    // What another spec defines only has to be there: typify writes its name, and no type.
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
