//! Whether a change is there already.

use serde::Serialize;
use serde_json::Value;

use crate::decode::strip_bom;

/// Whether the resource `current` is as the JSON `written`, a change in part, wanted it. `None` when that
/// cannot be told, because one of them is no JSON or `current` does not say which resource it is: a page of
/// something in between is no proof that the change is missing.
pub(crate) fn is_in_place(written: &[u8], current: &[u8]) -> Option<bool> {
    let read = |bytes| serde_json::from_slice::<Value>(bytes).ok();
    let (written, current) = (read(written)?, read(strip_bom(current))?);
    let is_named = |name: &&str| current.get(name).is_some_and(|value| !value.is_null());
    ["id", "name", "type"].iter().find(|name| is_named(name))?;
    Some(contains(&current, &written))
}

/// Whether two full resources say the same, both written as JSON: a member that one of them lacks is
/// `null` or empty in the other.
pub fn is_same(one: &impl Serialize, other: &impl Serialize) -> bool {
    match (serde_json::to_value(one), serde_json::to_value(other)) {
        (Ok(one), Ok(other)) => are_same(&one, &other),
        _ => false,
    }
}

/// Whether `whole` has every member of `part`, at every depth, with the same value; `null` in `part`
/// asks for a member that is `null` or absent, and lists are compared item by item.
fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => part.iter().all(|(name, part)| {
            let own = whole.get(name);
            own.map_or(part.is_null(), |own| contains(own, part))
        }),
        (Value::Array(whole), Value::Array(part)) => all_pairs(whole, part, contains),
        (whole, part) => whole == part,
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

/// What a service may as well leave out.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(is_nothing),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
