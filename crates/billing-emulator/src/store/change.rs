//! What a write does to a billing profile of Azure Resource Manager.

use serde_json::{Map, Value};

use crate::{contract::ApiVersion, merge_patch, store::resource::Resource};

/// A write that an operation does when it succeeds. Members have their stored names.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// Applies a merge patch.
    Merge(Map<String, Value>),
    /// Replaces members, those of `properties` one by one; null removes one, and an absent one
    /// stays. So does, in a replaced object, a member that the version does not have.
    Put {
        members: Map<String, Value>,
        version: ApiVersion,
    },
    /// Creates a profile. If there is one by then, it is a [`Change::Put`].
    Create {
        profile: Box<Resource>,
        members: Map<String, Value>,
        version: ApiVersion,
    },
    Delete,
}

impl Change {
    /// Returns the version whose members replace others.
    pub(crate) fn replacing_version(&self) -> Option<ApiVersion> {
        match self {
            Self::Put { version, .. } | Self::Create { version, .. } => Some(*version),
            Self::Merge(_) | Self::Delete => None,
        }
    }
}

/// Replaces the members of a document.
pub(crate) fn put(document: &mut Map<String, Value>, members: Map<String, Value>) {
    for (name, value) in members {
        match (name.as_str(), value, document.get_mut(&name)) {
            ("properties", Value::Object(members), Some(Value::Object(properties))) => {
                for (name, value) in members {
                    replace(properties, name, value);
                }
            }
            (_, value, _) => replace(document, name, value),
        }
    }
}

fn replace(object: &mut Map<String, Value>, name: String, value: Value) {
    match value {
        Value::Null => {
            object.remove(&name);
        }
        Value::Object(members) => {
            let mut new = Map::new();
            // Leaves out what is null inside it.
            merge_patch::apply(&mut new, members);
            object.insert(name, new.into());
        }
        value => {
            object.insert(name, value);
        }
    }
}

/// Applies the members that change an existing document.
pub(crate) fn apply(document: &mut Map<String, Value>, change: Change) {
    match change {
        Change::Merge(patch) => merge_patch::apply(document, patch),
        Change::Put { members, .. } | Change::Create { members, .. } => put(document, members),
        Change::Delete => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn put_replaces_members_and_leaves_absent_ones() {
        let object = |value: Value| value.as_object().cloned().unwrap_or_default();
        let mut document = object(json!({
            "id": "1", "tags": { "a": "1", "b": "2" },
            "properties": { "poNumber": "PO-1", "displayName": "A", "address": { "city": "Leeds", "country": "GB" } },
        }));
        let members = object(json!({
            "tags": { "b": "3" },
            "properties": { "poNumber": null, "address": { "city": "York", "region": null }, "shipTo": { "city": "Hull" } },
        }));
        put(&mut document, members);
        let expected = json!({
            "id": "1", "tags": { "b": "3" },
            "properties": { "displayName": "A", "address": { "city": "York" }, "shipTo": { "city": "Hull" } },
        });
        assert_eq!(Value::Object(document), expected);
    }
}
