//! Personal values in `Debug`.

use std::fmt;

/// Replaces a value in `Debug` that may name or locate a person.
pub(crate) struct Hidden;

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Shows in `Debug` whether a personal member is present: `None` or `Some(***)`.
pub(crate) fn hidden<T>(member: &Option<T>) -> Option<Hidden> {
    member.as_ref().map(|_| Hidden)
}

/// Shows in `Debug` how an update changes a personal member: `None`, `Some(None)` or
/// `Some(Some(***))`.
pub(crate) fn hidden_update<T>(member: &Option<Option<T>>) -> Option<Option<Hidden>> {
    member.as_ref().map(hidden)
}
