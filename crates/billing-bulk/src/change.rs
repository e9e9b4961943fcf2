//! A member that changes, with its old and its new value.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A member that changes.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The names from the document's root to the member.
    pub path: Vec<String>,
    /// The value before; `None` if the document does not have the member.
    pub old: Option<Value>,
    /// The value that it gets; `None` if it is cleared.
    pub new: Option<Value>,
}

// The values are about a person.
impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Change({})", self.path.join("."))
    }
}
