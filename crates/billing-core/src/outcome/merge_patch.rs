//! JSON merge patches (RFC 7396): what comparisons need of them, and their application to a text.

#[cfg(feature = "__client")]
use std::collections::BTreeMap;

#[cfg(feature = "__client")]
use serde::Serialize;
#[cfg(feature = "__client")]
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// The members of an object, each value as its text.
#[cfg(feature = "__client")]
type Members = BTreeMap<String, Box<RawValue>>;

/// Returns a resource as JSON with a patch written into it, for a request that writes the full
/// resource: what the patch does not name stays as it is written, to the last digit. A cleared
/// member becomes `null` instead of being left out, since a service may keep what is left out. For
/// the client crates.
///
/// # Errors
/// A value that is not a JSON object, or that JSON cannot represent.
#[cfg(feature = "__client")]
pub fn patched<R, P>(resource: &R, patch: &P) -> Result<Vec<u8>, serde_json::Error>
where
    R: Serialize + ?Sized,
    P: Serialize + ?Sized,
{
    write_into(&serde_json::to_vec(resource)?, &serde_json::to_vec(patch)?)
}

#[cfg(feature = "__client")]
fn write_into(document: &[u8], patch: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
    let mut members: Members = serde_json::from_slice(document)?;
    for (name, value) in serde_json::from_slice::<Members>(patch)? {
        let old = members.get(&name).map(|old| old.get());
        let merged = if value.get().starts_with('{') {
            let old = old.filter(|old| old.starts_with('{')).unwrap_or("{}");
            let merged = write_into(old.as_bytes(), value.get().as_bytes())?;
            serde_json::from_slice(&merged)?
        } else {
            value
        };
        members.insert(name, merged);
    }
    serde_json::to_vec(&members)
}

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

#[cfg(all(test, feature = "__client"))]
mod tests {
    use super::write_into;

    #[test]
    fn patch_is_written_into_a_text_and_the_rest_stays() {
        let document =
            r#"{"name":"p","properties":{"a":{"city":"X","n":1.50e400},"list":[1.0,2],"po":"1"}}"#;
        let patch =
            r#"{"properties":{"a":{"city":"Y","line":null},"list":[3],"po":null,"new":{"x":{}}}}"#;
        let written = write_into(document.as_bytes(), patch.as_bytes()).unwrap();
        insta::assert_snapshot!(String::from_utf8(written).unwrap(), @r#"{"name":"p","properties":{"a":{"city":"Y","line":null,"n":1.50e400},"list":[3],"new":{"x":{}},"po":null}}"#);
        assert_eq!(write_into(b"{}", b"{}").unwrap(), b"{}");
        assert!(write_into(b"[]", b"{}").is_err());
    }
}
