//! Compares documents: with planned edits, with each other, and by a hash.

use std::fmt;

use billing_core::UpdateOutcome;
use billing_core::pipeline::{Change, read_exact};
use billing_edit::Edits;
use serde::Deserializer;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::document::{Document, Version};
use crate::target::Comparison;

/// Returns the JSON of a document for comparison with all its digits.
fn raw(document: &Document) -> Option<&RawValue> {
    serde_json::from_slice(document.json()).ok()
}

/// Compares a document with edits of an earlier one, by the rules of [`UpdateOutcome`]. Nothing is
/// applied in a document that is not JSON.
pub(crate) fn compare(before: &Document, edits: &Edits, now: &Document) -> Comparison {
    let mut patch = edits.merge_patch();
    make_exact(&mut patch);
    // Only the members of the patch are read: nearly every change is applied, and that does not
    // depend on what was there before.
    let now = members_of(&patch, now.json()).unwrap_or_default();
    if Change::of_patch(None, &patch).outcome(&now).is_applied() {
        return Comparison::Applied;
    }
    let before = read_exact(before.json());
    match Change::of_patch(before.as_ref(), &patch).outcome(&now) {
        UpdateOutcome::Applied => Comparison::Applied,
        UpdateOutcome::NotApplied { .. } => Comparison::Unchanged,
        other => {
            let paths = other.unapplied().iter();
            Comparison::Different(paths.map(|member| member.path().to_string()).collect())
        }
    }
}

/// Gives the numbers of a value the form in which [`read_exact`] reads them.
fn make_exact(value: &mut Value) {
    match value {
        Value::Number(number) => {
            *value = read_exact(number.to_string().as_bytes()).unwrap_or_default();
        }
        Value::Array(items) => items.iter_mut().for_each(make_exact),
        Value::Object(members) => members.values_mut().for_each(make_exact),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// Reads the members of a JSON text that a patch has, for comparison; `None` if it is not JSON.
fn members_of(patch: &Value, json: &[u8]) -> Option<Value> {
    let Value::Object(patch) = patch else {
        return read_exact(json);
    };
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let found = Wanted(patch).deserialize(&mut deserializer);
    // Anything but an object is read as it is, and so is one whose names have escapes.
    let Some(found) = found.ok().filter(|_| deserializer.end().is_ok()) else {
        return read_exact(json);
    };
    let members = found.into_iter().filter_map(|(name, patch, member)| {
        Some((name.clone(), members_of(patch, member.get().as_bytes())?))
    });
    Some(Value::Object(members.collect()))
}

/// Reads the members of an object that a patch has, and skips the others.
struct Wanted<'p>(&'p Map<String, Value>);

/// The name of a member, its patch and its text.
type Member<'p, 'de> = (&'p String, &'p Value, &'de RawValue);

impl<'p, 'de> DeserializeSeed<'de> for Wanted<'p> {
    type Value = Vec<Member<'p, 'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'p, 'de> Visitor<'de> for Wanted<'p> {
    type Value = Vec<Member<'p, 'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(name) = map.next_key::<&str>()? {
            match self.0.get_key_value(name) {
                Some((name, patch)) => members.push((name, patch, map.next_value()?)),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(members)
    }
}

/// Returns the paths of the members that a full document sets, and another one does not show so,
/// except those of these edits.
pub(crate) fn others_changed(sent: &[u8], edits: &Edits, after: &Document) -> Vec<String> {
    let (Some(sent), Some(after)) = (read_exact(sent), read_exact(after.json())) else {
        return Vec::new();
    };
    let outcome = Change::of_patch(None, &sent).outcome(&after);
    let is_edited = |segments: &[String]| edits.iter().any(|edit| segments.starts_with(&edit.path));
    let members = outcome.unapplied().iter().map(|member| member.path());
    let others = members.filter(|path| !is_edited(path.segments()));
    others.map(ToString::to_string).collect()
}

/// Returns the paths of the members in which two documents differ, except those at or below
/// `volatile` paths.
pub(crate) fn changed_paths(before: &Document, now: &Document, volatile: &[&str]) -> Vec<String> {
    // How much of the step from one to the other the first one shows: all that differs is missing.
    let outcome = UpdateOutcome::of_document(raw(before).as_ref(), &raw(now), &raw(before));
    let is_stable = |segments: &[String]| {
        let path = segments.iter().map(String::as_str);
        let is_in = |volatile: &&str| {
            path.clone()
                .take(volatile.split('.').count())
                .eq(volatile.split('.'))
        };
        !volatile.iter().any(is_in)
    };
    let members = outcome.unapplied().iter().map(|member| member.path());
    let stable = members.filter(|path| is_stable(path.segments()));
    stable.map(ToString::to_string).collect()
}

/// Returns the hash of a document without the members at `volatile` paths, and of when it was last
/// changed, if the service says so. The order of members does not matter.
pub(crate) fn hash(json: &[u8], volatile: &[&str], last_modified: Option<&str>) -> Version {
    let sorted = read_exact(json).and_then(|mut value| {
        for path in volatile {
            remove(&mut value, path);
        }
        value.sort_all_objects();
        // As JSON, so that no two values have the same bytes.
        match last_modified {
            Some(time) => serde_json::to_vec(&(value, time)).ok(),
            None => serde_json::to_vec(&value).ok(),
        }
    });
    let hash = Sha256::digest(sorted.as_deref().unwrap_or(json));
    Version::Hash(hash.into())
}

fn remove(value: &mut Value, path: &str) {
    let (parents, name) = path.rsplit_once('.').unwrap_or(("", path));
    let mut parents = parents.split('.').filter(|name| !name.is_empty());
    let parent = parents.try_fold(value, |value, name| value.get_mut(name));
    if let Some(Value::Object(members)) = parent {
        members.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use billing_core::pipeline::read_exact;
    use serde_json::{Value, json};

    use super::members_of;

    fn members(patch: &Value, json: &str) -> Value {
        members_of(patch, json.as_bytes()).unwrap()
    }

    #[test]
    fn only_the_members_of_a_patch_are_read() {
        let patch = json!({ "a": { "b": 1, "gone": 2 }, "c": null, "d": {} });
        let document = r#"{"a":{"b":1.0,"x":2},"c":[1,{"y":2}],"d":{"z":1},"e":"other"}"#;
        let expected = json!({ "a": { "b": 1 }, "c": [1, { "y": 2 }], "d": {} });
        assert_eq!(members(&patch, document), expected);
    }

    #[test]
    fn what_has_no_members_or_escaped_names_is_read_as_it_is() {
        let patch = json!({ "a": { "b": 1 } });
        for document in [
            r#"{"a":"text"}"#,
            r#"{"a":[{"b":1}]}"#,
            r#"{"\u0061":{"b":1},"c":2}"#,
        ] {
            let whole = read_exact(document.as_bytes()).unwrap();
            assert_eq!(members(&patch, document), whole);
        }
        assert_eq!(
            members(&patch, r#"{"a":{"b":1},"a":{"b":2}}"#),
            json!({ "a": { "b": 2 } })
        );
        assert_eq!(members_of(&patch, b"{"), None);
    }
}
