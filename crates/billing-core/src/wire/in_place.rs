//! Whether two resources say the same.

use serde::Serialize;
use serde_json::Value;

use crate::outcome::{is_nothing, value_of};

/// Whether two full resources say the same, both written as JSON: a member that one of them lacks is
/// `null` or empty in the other. Numbers are compared with all their digits.
pub fn is_same(one: &impl Serialize, other: &impl Serialize) -> bool {
    match (value_of(one), value_of(other)) {
        (Some(one), Some(other)) => are_same(&one, &other),
        _ => false,
    }
}

fn are_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        // Each pair is compared once: twice at each level would be without end in a deep document.
        (Value::Object(one), Value::Object(other)) => {
            let is_alone =
                |(name, value): (&String, &Value)| one.contains_key(name) || is_nothing(value);
            let own = |name: &String| other.get(name).unwrap_or(&Value::Null);
            one.iter().all(|(name, value)| are_same(value, own(name))) && other.iter().all(is_alone)
        }
        (Value::Array(one), Value::Array(other)) => all_pairs(one, other, are_same),
        (one, other) => one == other || (is_nothing(one) && is_nothing(other)),
    }
}

fn all_pairs(one: &[Value], other: &[Value], agree: fn(&Value, &Value) -> bool) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| agree(one, other))
}
