//! A token, with or without a known end.

use std::time::SystemTime;

use crate::credential::secret::Secret;

/// A bearer token, and when it ends if that is known.
#[derive(Clone, Debug)]
pub struct AccessToken {
    secret: Secret,
    expires_at: Option<SystemTime>,
}

impl AccessToken {
    /// A token of unknown lifetime.
    pub fn new(token: impl Into<String>) -> Self {
        Self {
            secret: Secret::new(token),
            expires_at: None,
        }
    }

    /// The same token, known to end at `time`.
    #[must_use]
    pub fn with_expires_at(mut self, time: SystemTime) -> Self {
        self.expires_at = Some(time);
        self
    }

    /// The token's text.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// When the token ends, if that is known.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.expires_at
    }

    /// Whether the other token has the same text.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.secret.expose() == other.secret.expose()
    }
}
