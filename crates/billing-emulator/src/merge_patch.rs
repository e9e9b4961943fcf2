//! JSON merge patches (RFC 7396), as Azure Resource Manager applies them.
//!
//! The clients have an implementation of their own. Both are separate on purpose: a mistake in one
//! shows in tests against the other.

use serde_json::{Map, Value};

/// Applies a patch: null removes a member, objects merge, everything else replaces.
pub(crate) fn apply(target: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (name, value) in patch {
        match value {
            Value::Null => {
                target.remove(&name);
            }
            Value::Object(patch) => {
                let member = target.entry(name).or_insert(Value::Null);
                if !member.is_object() {
                    *member = Value::Object(Map::new());
                }
                if let Value::Object(member) = member {
                    apply(member, patch);
                }
            }
            value => {
                target.insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_patch_removes_nulls_merges_objects_and_replaces_the_rest() {
        let mut document = json!({
            "kept": 1, "gone": 2, "other": "a", "list": [1], "scalar": 1, "object": { "a": 1, "b": { "c": 1 } },
            "cleared": { "a": 1 }, "replaced": { "a": 1 }, "same": { "a": 1 },
        });
        let patch = json!({
            "gone": null, "never": null, "other": "b", "list": [2], "scalar": { "a": 1, "b": null },
            "object": { "a": null, "b": { "c": 2, "d": { "e": null } } }, "cleared": null, "replaced": 2,
            "same": { "a": 1 }, "new": { "a": { "b": 1 } },
        });
        let after = json!({
            "kept": 1, "other": "b", "list": [2], "scalar": { "a": 1 }, "object": { "b": { "c": 2, "d": {} } },
            "replaced": 2, "same": { "a": 1 }, "new": { "a": { "b": 1 } },
        });
        let patch = patch.as_object().cloned().unwrap_or_default();
        document
            .as_object_mut()
            .into_iter()
            .for_each(|document| apply(document, patch.clone()));
        assert_eq!(document, after);
    }
}
