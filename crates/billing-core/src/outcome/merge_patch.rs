//! JSON merge patches (RFC 7396), as far as a comparison needs them.

use serde_json::{Map, Value};

/// Returns the merge patch that changes `before` into `after`.
pub(super) fn diff(before: &Value, after: &Value) -> Value {
    let (Value::Object(old), Value::Object(new)) = (before, after) else {
        return after.clone();
    };
    let mut patch = Map::new();
    for (name, value) in new {
        match old.get(name) {
            Some(old) if old == value => {}
            Some(old) => drop(patch.insert(name.clone(), diff(old, value))),
            None => drop(patch.insert(name.clone(), value.clone())),
        }
    }
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        patch.insert(name.clone(), Value::Null);
    }
    Value::Object(patch)
}

/// Returns whether a value is empty, so that a service may leave it out: `null`, an empty text, an
/// empty list, or an object of such members.
pub fn is_empty_value(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(is_empty_value),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
