//! Values for some members of a profile, and members to clear.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A value for a member, or a member to clear.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    /// The names from the document's root to the member, such as `properties`, `address`, `city`.
    pub path: Vec<String>,
    /// The new value; `None` clears the member.
    pub value: Option<Value>,
}

impl Edit {
    /// Returns an edit that sets a member.
    pub fn set<S: Into<String>>(path: impl IntoIterator<Item = S>, value: Value) -> Self {
        let path = path.into_iter().map(Into::into).collect();
        Self {
            path,
            value: Some(value),
        }
    }

    /// Returns an edit that clears a member.
    pub fn clear<S: Into<String>>(path: impl IntoIterator<Item = S>) -> Self {
        let path = path.into_iter().map(Into::into).collect();
        Self { path, value: None }
    }
}

// The value is about a person.
impl fmt::Debug for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.value.is_some() { "set" } else { "clear" };
        write!(f, "{verb} {}", self.path.join("."))
    }
}

/// Values for some members of a profile, and members to clear, in the order in which they were
/// given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Edits(Vec<Edit>);

impl Edits {
    /// Returns whether there is no edit.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Iterates over the edits.
    pub fn iter(&self) -> impl Iterator<Item = &Edit> {
        self.0.iter()
    }

    /// Returns the edits as a merge patch (RFC 7396): `null` clears a member.
    pub fn merge_patch(&self) -> Value {
        let mut patch = Value::Object(Map::new());
        for edit in &self.0 {
            put(
                &mut patch,
                &edit.path,
                Some(edit.value.clone().unwrap_or_default()),
            );
        }
        patch
    }

    /// Applies the edits to a document.
    pub fn apply(&self, document: &mut Value) {
        for edit in &self.0 {
            put(document, &edit.path, edit.value.clone());
        }
    }
}

impl FromIterator<Edit> for Edits {
    fn from_iter<I: IntoIterator<Item = Edit>>(edits: I) -> Self {
        Self(edits.into_iter().collect())
    }
}

/// Sets or removes the member at a path, and creates its parents.
fn put(document: &mut Value, path: &[String], value: Option<Value>) {
    let Some((last, parents)) = path.split_last() else {
        return;
    };
    let mut parent = document;
    for name in parents {
        if !parent.get(name).is_some_and(Value::is_object) {
            if value.is_none() {
                // An absent member need not be cleared.
                return;
            }
            if let Value::Object(members) = parent {
                members.insert(name.clone(), Value::Object(Map::new()));
            }
        }
        match parent.get_mut(name) {
            Some(inner) => parent = inner,
            None => return,
        }
    }
    if let Value::Object(members) = parent {
        match value {
            Some(value) => members.insert(last.clone(), value),
            None => members.remove(last),
        };
    }
}
