//! Where the refresh token is kept between runs.

use std::sync::Arc;

use crate::{BoxFuture, Secret};

/// Why a store failed. It becomes the cause of the credential's error, so its text must not hold the
/// token.
pub type StoreError = Box<dyn std::error::Error + Send + Sync>;

/// Keeps the refresh token of one user's sign-in: a key vault, a keyring, an encrypted file.
///
/// ```
/// use billing_core::{BoxFuture, RefreshTokenStore, Secret, StoreError};
///
/// # struct Vault;
/// # impl Vault {
/// #     async fn read(&self, _: &str) -> Result<String, StoreError> { Ok(String::new()) }
/// #     async fn write(&self, _: &str, _: &str) -> Result<(), StoreError> { Ok(()) }
/// # }
/// struct InVault(Vault);
///
/// impl RefreshTokenStore for InVault {
///     fn load(&self) -> BoxFuture<'_, Result<Secret, StoreError>> {
///         Box::pin(async move { Ok(Secret::new(self.0.read("partner-refresh-token").await?)) })
///     }
///
///     fn save<'a>(&'a self, token: &'a Secret) -> BoxFuture<'a, Result<(), StoreError>> {
///         Box::pin(self.0.write("partner-refresh-token", token.expose()))
///     }
/// }
/// ```
pub trait RefreshTokenStore: Send + Sync {
    /// The refresh token that was saved last. It is asked for before each refresh, so that a new
    /// sign-in counts at once.
    ///
    /// # Errors
    /// Whatever keeps the store from giving it. No token was asked for.
    fn load(&self) -> BoxFuture<'_, Result<Secret, StoreError>>;

    /// Keeps a new refresh token instead of the old one. When this is done, the token must survive a
    /// crash.
    ///
    /// # Errors
    /// Whatever keeps the store from taking it. The access token that came with it is not used.
    fn save<'a>(&'a self, token: &'a Secret) -> BoxFuture<'a, Result<(), StoreError>>;
}

impl<T: RefreshTokenStore + ?Sized> RefreshTokenStore for Arc<T> {
    fn load(&self) -> BoxFuture<'_, Result<Secret, StoreError>> {
        (**self).load()
    }

    fn save<'a>(&'a self, token: &'a Secret) -> BoxFuture<'a, Result<(), StoreError>> {
        (**self).save(token)
    }
}
