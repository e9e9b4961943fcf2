//! Errors of the stores of refresh tokens.

use std::io;

use billing_core::StoreError;

use crate::input::InputError;

/// Why a store gives or takes no refresh token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenStoreError {
    #[error("there is no refresh token")]
    Absent,
    #[error("{0}")]
    Broken(String),
    /// Another process uses it.
    #[error("{0}")]
    Busy(String),
}

/// The error of a store at a location. The location's error is its cause, so that it can be found
/// in any chain.
#[derive(Debug, thiserror::Error)]
#[error("{location}")]
struct Failed {
    location: String,
    #[source]
    error: TokenStoreError,
}

impl TokenStoreError {
    /// Adds the location of the store.
    pub(super) fn at(self, location: impl Into<String>) -> StoreError {
        Box::new(Failed {
            location: location.into(),
            error: self,
        })
    }
}

impl From<InputError> for TokenStoreError {
    fn from(error: InputError) -> Self {
        match error {
            InputError::Read(error) => error.into(),
            InputError::Empty => Self::Absent,
            error => Self::Broken(format!("its content {error}")),
        }
    }
}

impl From<io::Error> for TokenStoreError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Absent,
            _ => Self::Broken(error.to_string()),
        }
    }
}

/// Runs work that may wait for a disk, a lock, or a person who unlocks the keyring.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await?
}
