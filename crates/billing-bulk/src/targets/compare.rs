//! Compares documents: with planned edits, with each other, and by a hash.

use billing_core::UpdateOutcome;
use billing_core::pipeline::read_exact;
use billing_edit::Edits;
use hmac_sha256::Hash;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::document::{Document, Version};
use crate::target::Comparison;

/// Returns the JSON of a document for comparison with all its digits.
fn raw(document: &Document) -> Option<&RawValue> {
    serde_json::from_slice(document.json()).ok()
}

/// Compares a document with edits of an earlier one, by the rules of [`UpdateOutcome`]. Nothing is
/// applied in a document that is not JSON.
pub(crate) fn compare(before: &Document, edits: &Edits, now: &Document) -> Comparison {
    let outcome = UpdateOutcome::of_patch(raw(before).as_ref(), &edits.merge_patch(), &raw(now));
    match outcome {
        UpdateOutcome::Applied => Comparison::Applied,
        UpdateOutcome::NotApplied { .. } => Comparison::Unchanged,
        other => {
            let paths = other.unapplied().iter();
            Comparison::Different(paths.map(|member| member.path().to_string()).collect())
        }
    }
}

/// Returns the paths of the members in which two documents differ, except those below `volatile`
/// members of the root.
pub(crate) fn changed_paths(before: &Document, now: &Document, volatile: &[&str]) -> Vec<String> {
    // How much of the step from one to the other the first one shows: all that differs is missing.
    let outcome = UpdateOutcome::of_document(raw(before).as_ref(), &raw(now), &raw(before));
    let is_stable = |segments: &[String]| {
        let root = segments.first();
        !root.is_some_and(|root| volatile.contains(&root.as_str()))
    };
    let members = outcome.unapplied().iter().map(|member| member.path());
    let stable = members.filter(|path| is_stable(path.segments()));
    stable.map(ToString::to_string).collect()
}

/// Returns the hash of a document without `volatile` members of its root. The order of members does
/// not matter.
pub(crate) fn hash(json: &[u8], volatile: &[&str]) -> Version {
    let mut hash = Hash::new();
    match read_exact(json) {
        Some(mut value) => {
            if let Value::Object(members) = &mut value {
                members.retain(|name, _| !volatile.contains(&name.as_str()));
            }
            feed(&value, &mut hash);
        }
        None => hash.update(json),
    }
    Version::Hash(hash.finalize())
}

/// Adds a value to a hash, with sorted members.
fn feed(value: &Value, hash: &mut Hash) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            hash.update(b"{");
            for (name, value) in members {
                feed(&Value::from(name.as_str()), hash);
                hash.update(b":");
                feed(value, hash);
                hash.update(b",");
            }
            hash.update(b"}");
        }
        Value::Array(items) => {
            hash.update(b"[");
            for item in items {
                feed(item, hash);
                hash.update(b",");
            }
            hash.update(b"]");
        }
        // Texts and numbers are written as JSON, so that no two values have the same bytes.
        plain => hash.update(plain.to_string().as_bytes()),
    }
}
