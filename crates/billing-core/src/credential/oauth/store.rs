//! The store of the refresh token between runs.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::clock::BoxFuture;
use crate::credential::secret::Secret;

/// The error of a store. It becomes the source of the credential's error, so its text must not
/// contain the token.
pub type StoreError = Box<dyn std::error::Error + Send + Sync>;

/// Stores the refresh token of one user's sign-in: in a key vault, a keyring, or an encrypted file.
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
    /// Locks the store until the returned lock is dropped: while the token is loaded, exchanged at
    /// the authority and saved. Otherwise, processes that share a token which works once would
    /// invalidate it for each other.
    ///
    /// By default nothing is locked. Then a refused token is loaded once more, and used if another
    /// process has saved a new one.
    ///
    /// # Errors
    /// The reason why the store cannot be locked, such as another process that holds the lock for
    /// too long. No token was requested.
    fn lock(&self) -> BoxFuture<'_, Result<StoreLock, StoreError>> {
        Box::pin(std::future::ready(Ok(StoreLock::none())))
    }

    /// Loads the refresh token that was saved last. It is called before each refresh, so that a new
    /// sign-in is used at once.
    ///
    /// # Errors
    /// The reason why the token cannot be loaded. No token was requested.
    fn load(&self) -> BoxFuture<'_, Result<Secret, StoreError>>;

    /// Saves a new refresh token in place of the old one. Afterwards, the token must survive a
    /// crash.
    ///
    /// # Errors
    /// The reason why the token cannot be saved. The access token of the same response is not used.
    fn save<'a>(&'a self, token: &'a Secret) -> BoxFuture<'a, Result<(), StoreError>>;
}

impl<T: RefreshTokenStore + ?Sized> RefreshTokenStore for Arc<T> {
    fn lock(&self) -> BoxFuture<'_, Result<StoreLock, StoreError>> {
        (**self).lock()
    }

    fn load(&self) -> BoxFuture<'_, Result<Secret, StoreError>> {
        (**self).load()
    }

    fn save<'a>(&'a self, token: &'a Secret) -> BoxFuture<'a, Result<(), StoreError>> {
        (**self).save(token)
    }
}

/// The lock of a [`RefreshTokenStore`], released when it is dropped.
#[must_use = "the lock ends when this is dropped"]
pub struct StoreLock(Option<Box<dyn Any + Send>>);

impl StoreLock {
    /// Creates a lock that is held until `guard` is dropped.
    pub fn new(guard: impl Send + 'static) -> Self {
        Self(Some(Box::new(guard)))
    }

    /// Returns no lock, for a store that has none.
    pub fn none() -> Self {
        Self(None)
    }

    /// Returns whether the store is locked.
    pub fn is_held(&self) -> bool {
        self.0.is_some()
    }
}

impl fmt::Debug for StoreLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = self.is_held();
        f.debug_struct("StoreLock").field("is_held", &held).finish()
    }
}
