//! Compares two full resources.

use serde::Serialize;
use serde_json::Value;

use crate::outcome::exact_json::value_of;
use crate::outcome::merge_patch::is_empty_value;

/// Returns whether two full resources have the same content, both written as JSON.
///
/// A member that one of them lacks may be `null` or empty in the other. Numbers are compared with
/// all their digits.
pub fn is_equivalent(one: &impl Serialize, other: &impl Serialize) -> bool {
    match (value_of(one), value_of(other)) {
        (Some(one), Some(other)) => are_equivalent(&one, &other),
        _ => false,
    }
}

fn are_equivalent(one: &Value, other: &Value) -> bool {
    match (one, other) {
        // Each pair is compared once: comparing it from both sides would double the work at each
        // level.
        (Value::Object(one), Value::Object(other)) => {
            let is_alone =
                |(name, value): (&String, &Value)| one.contains_key(name) || is_empty_value(value);
            let own = |name: &String| other.get(name).unwrap_or(&Value::Null);
            one.iter()
                .all(|(name, value)| are_equivalent(value, own(name)))
                && other.iter().all(is_alone)
        }
        (Value::Array(one), Value::Array(other)) => {
            let mut pairs = one.iter().zip(other);
            one.len() == other.len() && pairs.all(|(one, other)| are_equivalent(one, other))
        }
        (one, other) => one == other || (is_empty_value(one) && is_empty_value(other)),
    }
}
