use std::fmt;

use uuid::Uuid;

/// A token, which `Debug` does not show.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A token of the caller's choice.
    pub fn new(token: impl Into<String>) -> Self {
        Self(token.into())
    }

    /// A token that nobody can guess, never derived from the emulator's seed.
    pub(crate) fn random() -> Self {
        Self(format!(
            "{}{}",
            Uuid::new_v4().simple(),
            Uuid::new_v4().simple()
        ))
    }

    /// The characters to put behind `Bearer `.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether it can stand in an `Authorization` header.
    pub(crate) fn is_sendable(&self) -> bool {
        !self.0.is_empty() && self.0.bytes().all(|byte| byte.is_ascii_graphic())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token([hidden])")
    }
}
