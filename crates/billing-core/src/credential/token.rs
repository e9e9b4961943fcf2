//! An access token, with or without a known expiry.

use std::time::SystemTime;

use crate::credential::secret::Secret;

/// A bearer token and its expiry, if that is known.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use billing_core::AccessToken;
///
/// let now = SystemTime::UNIX_EPOCH;
/// let token = AccessToken::new("…").with_expires_at(now + Duration::from_secs(3600));
/// assert!(token.expires_at() > Some(now));
/// ```
#[derive(Clone, Debug)]
pub struct AccessToken {
    secret: Secret,
    expires_at: Option<SystemTime>,
}

impl AccessToken {
    /// Creates a token of unknown lifetime.
    pub fn new(token: impl Into<String>) -> Self {
        Self {
            secret: Secret::new(token),
            expires_at: None,
        }
    }

    /// Sets the time at which the token expires.
    #[must_use]
    pub fn with_expires_at(mut self, time: SystemTime) -> Self {
        self.expires_at = Some(time);
        self
    }

    /// Returns the token's text.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Returns when the token expires, if that is known.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.expires_at
    }

    /// Returns whether the other token has the same text.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.secret.expose() == other.secret.expose()
    }
}
