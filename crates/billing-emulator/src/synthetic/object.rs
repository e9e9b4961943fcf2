//! Objects with optional members.

use serde_json::Value;

/// Returns the probability of each optional member of a document, in percent. Of sixteen documents
/// one has all members, and one has only the required ones.
pub(super) fn fullness(number: u32) -> u64 {
    match number % 16 {
        3 => 100,
        9 => 0,
        _ => 50,
    }
}

/// Builds an object of the members that are present.
pub(super) fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let there = members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(there.collect())
}

/// Makes a required member.
pub(super) fn must(value: impl Into<Value>) -> Option<Value> {
    Some(value.into())
}
