//! A value for a member, or a member to clear.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

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
