//! Compares documents: with planned edits, with each other, and by a hash.

use billing_core::UpdateOutcome;
use billing_core::pipeline::{Change, read_exact};
use billing_edit::Edits;
use serde_json::Value;
use serde_json::value::RawValue;
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
    let exact = |json: &[u8]| read_exact(json).unwrap_or_default();
    let now = exact(now.json());
    let patch = exact(edits.merge_patch().to_string().as_bytes());
    // Nearly every change is applied, and that does not depend on what was there before.
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
    let sorted = read_exact(json).and_then(|mut value| {
        if let Value::Object(members) = &mut value {
            members.retain(|name, _| !volatile.contains(&name.as_str()));
        }
        value.sort_all_objects();
        // As JSON, so that no two values have the same bytes.
        serde_json::to_vec(&value).ok()
    });
    let hash = Sha256::digest(sorted.as_deref().unwrap_or(json));
    Version::Hash(hash.into())
}
