//! The two versions of the endpoints.

use serde_json::Value;

/// The version of an endpoint: the first takes a `resource`, the second a `scope`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    One,
    Two,
}

impl Version {
    /// Returns a number of seconds for a response: a number in version 2, a string in version 1.
    pub(super) fn seconds(self, number: u64) -> Value {
        match self {
            Self::One => number.to_string().into(),
            Self::Two => number.into(),
        }
    }
}
