use std::fmt;

/// Stands in `Debug` for a value that may name or locate a person.
pub(crate) struct Hidden;

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Whether a personal member is there, for `Debug`: `None` or `Some(***)`.
pub(crate) fn hidden<T>(member: &Option<T>) -> Option<Hidden> {
    member.as_ref().map(|_| Hidden)
}

/// What an update does to a personal member, for `Debug`: `None`, `Some(None)` or `Some(Some(***))`.
pub(crate) fn hidden_update<T>(member: &Option<Option<T>>) -> Option<Option<Hidden>> {
    member.as_ref().map(hidden)
}
