//! Where the refresh token is kept between runs.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::clock::BoxFuture;

use crate::credential::secret::Secret;

/// Why a store failed. It becomes the cause of the credential's error, so its text must not hold
/// the token.
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
    /// Waits until nobody else uses the store, and keeps the others waiting as long as the lock
    /// lives: while the token is loaded, exchanged at the authority and saved. Processes that share
    /// a token which works once would otherwise take it from each other.
    ///
    /// By default nothing is locked. A token that is refused is then loaded once more, and used if
    /// somebody else has saved another one.
    ///
    /// # Errors
    /// Whatever keeps the store from being locked, such as another process that holds the lock for
    /// too long. No token was asked for.
    fn lock(&self) -> BoxFuture<'_, Result<StoreLock, StoreError>> {
        Box::pin(std::future::ready(Ok(StoreLock::none())))
    }

    /// The refresh token that was saved last. It is asked for before each refresh, so that a new
    /// sign-in counts at once.
    ///
    /// # Errors
    /// Whatever keeps the store from giving it. No token was asked for.
    fn load(&self) -> BoxFuture<'_, Result<Secret, StoreError>>;

    /// Keeps a new refresh token instead of the old one. When this is done, the token must survive
    /// a crash.
    ///
    /// # Errors
    /// Whatever keeps the store from taking it. The access token that came with it is not used.
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

/// The lock of a [`RefreshTokenStore`], which ends when this is dropped.
#[must_use = "the lock ends when this is dropped"]
pub struct StoreLock(Option<Box<dyn Any + Send>>);

impl StoreLock {
    /// A lock that is held until `guard` is dropped.
    pub fn new(guard: impl Send + 'static) -> Self {
        Self(Some(Box::new(guard)))
    }

    /// No lock: the store has none.
    pub fn none() -> Self {
        Self(None)
    }

    /// Whether the store was locked.
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
