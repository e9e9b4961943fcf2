//! An access token, with or without a known expiry.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

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

    /// Returns when the token expires by its own claim `exp`, if it is a JSON Web Token (RFC 7519,
    /// section 4.1.4). The signature is not verified.
    ///
    /// Use it for warnings only: the content of an access token is for the service, and its format
    /// may change ("Access tokens in the Microsoft identity platform").
    pub fn claimed_expiry(&self) -> Option<SystemTime> {
        #[derive(Deserialize)]
        struct Claims {
            exp: f64,
        }
        let mut parts = self.secret.expose().split('.');
        let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
        let claims: Claims = serde_json::from_slice(&payload).ok()?;
        let since_1970 = Duration::try_from_secs_f64(claims.exp).ok()?;
        SystemTime::UNIX_EPOCH.checked_add(since_1970)
    }

    /// Returns whether the other token has the same text.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.secret.expose() == other.secret.expose()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::AccessToken;

    fn expiry(payload: &str) -> Option<SystemTime> {
        let payload = URL_SAFE_NO_PAD.encode(payload);
        AccessToken::new(format!("e30.{payload}.c2ln")).claimed_expiry()
    }

    #[test]
    fn expiry_is_read_from_the_claim_of_a_web_token() {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_796_000_000);
        assert_eq!(expiry(r#"{"aud":"x","exp":1796000000}"#), Some(at));
        assert_eq!(expiry(r#"{"exp":1796000000.0}"#), Some(at));
    }

    #[test]
    fn other_tokens_have_no_claimed_expiry() {
        for payload in [
            "",
            "{}",
            r#"{"exp":"soon"}"#,
            r#"{"exp":-1}"#,
            r#"{"exp":1e300}"#,
        ] {
            assert_eq!(expiry(payload), None, "{payload}");
        }
        for token in ["", "opaque", "e30.e30", "e30.e30.c2ln.e30", "e30.!!.c2ln"] {
            assert_eq!(AccessToken::new(token).claimed_expiry(), None, "{token}");
        }
    }
}
