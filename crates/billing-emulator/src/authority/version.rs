//! The two versions of the endpoints.

use serde::Serialize;

/// The version of an endpoint: the first takes a `resource`, the second a `scope`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    One,
    Two,
}

/// A number of seconds in a response: a number in version 2, a string in version 1.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Seconds {
    Number(u64),
    Text(String),
}

impl Version {
    pub(super) fn seconds(self, number: u64) -> Seconds {
        match self {
            Self::One => Seconds::Text(number.to_string()),
            Self::Two => Seconds::Number(number),
        }
    }
}
