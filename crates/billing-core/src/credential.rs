//! Tokens, and where they come from.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use secrecy::{ExposeSecret, SecretString};

use crate::{BoxFuture, Error};

/// A text that cannot be printed and is wiped from memory when its last clone is dropped.
#[derive(Clone)]
pub struct Secret(Arc<SecretString>);

impl Secret {
    /// Takes the text into custody.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Arc::new(SecretString::from(text.into())))
    }

    /// The text itself, for the one place that sends it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

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
}

/// Gives the token for each request. Clients ask before every request and keep nothing themselves.
///
/// ```
/// use billing_core::{AccessToken, BoxFuture, Error, TokenCredential};
///
/// struct FromFile(std::path::PathBuf);
///
/// impl TokenCredential for FromFile {
///     fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
///         Box::pin(async move {
///             let text = std::fs::read_to_string(&self.0).map_err(|source| {
///                 Error::credential(format!("could not read {}", self.0.display())).with_source(source)
///             })?;
///             Ok(AccessToken::new(text.trim()))
///         })
///     }
/// }
/// ```
pub trait TokenCredential: Send + Sync {
    /// A token for the service that the client talks to.
    ///
    /// # Errors
    /// Whatever keeps the credential from having one, as [`Error::credential`]. Nothing was sent.
    fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>>;
}

impl<T: TokenCredential + ?Sized> TokenCredential for Arc<T> {
    fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        (**self).get_token()
    }
}

/// One token, given again and again.
#[derive(Clone, Debug)]
pub struct StaticToken(AccessToken);

impl StaticToken {
    /// A credential that always gives `token`, without the word `Bearer`.
    pub fn new(token: impl Into<String>) -> Self {
        Self(AccessToken::new(token))
    }
}

impl TokenCredential for StaticToken {
    fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        Box::pin(async move { Ok(self.0.clone()) })
    }
}

/// Any [`TokenCredential`], shared by the clones of a client.
#[derive(Clone)]
pub struct Credential(Arc<dyn TokenCredential>);

impl Credential {
    /// A token for the next request.
    ///
    /// # Errors
    /// What the credential reports. Nothing was sent.
    pub async fn get_token(&self) -> Result<AccessToken, Error> {
        self.0.get_token().await
    }
}

impl<T: TokenCredential + 'static> From<T> for Credential {
    fn from(credential: T) -> Self {
        Self(Arc::new(credential))
    }
}

// What stands behind it is somebody else's code: nothing of it is shown.
impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(***)")
    }
}
