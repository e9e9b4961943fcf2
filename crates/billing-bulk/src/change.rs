//! A member that changes, with its old and its new value.

use std::fmt;

use billing_edit::{Edit, Edits};
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

impl Change {
    /// Returns the path as text, such as `defaultAddress.city`.
    pub fn name(&self) -> String {
        self.path.join(".")
    }
}

/// Returns the edits that make these changes.
pub(crate) fn edits(changes: &[Change]) -> Edits {
    let edit = |change: &Change| Edit {
        path: change.path.clone(),
        value: change.new.clone(),
    };
    changes.iter().map(edit).collect()
}

// The values are about a person.
impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Change({})", self.name())
    }
}
