//! Bearer tokens.

use std::fmt;

use uuid::Uuid;

/// A bearer token, which `Debug` does not show.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Creates a token with a chosen text.
    pub fn new(token: impl Into<String>) -> Self {
        Self(token.into())
    }

    /// Generates a token that cannot be guessed, never derived from the emulator's seed.
    pub(crate) fn random() -> Self {
        Self(format!(
            "{}{}",
            Uuid::new_v4().simple(),
            Uuid::new_v4().simple()
        ))
    }

    /// Returns the text that follows `Bearer ` in a request.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Returns whether the token can be sent in an `Authorization` header.
    pub(crate) fn is_sendable(&self) -> bool {
        !self.0.is_empty() && self.0.bytes().all(|byte| byte.is_ascii_graphic())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token([hidden])")
    }
}
