//! Where a row of a plan comes from.

use std::fmt;

/// Where a row of a plan comes from.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// The place in the input, such as `customers.csv:14` or `Sheet1!7`; `None` for a selected
    /// profile.
    pub location: Option<String>,
    /// The cells or the object of the input, as JSON; for files of results in the form of the
    /// input.
    pub raw: Option<String>,
}

// The cells are about a person.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("location", &self.location)
            .finish_non_exhaustive()
    }
}
