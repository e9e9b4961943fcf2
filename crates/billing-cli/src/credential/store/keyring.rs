//! A refresh token in the system's keyring.

use std::sync::Arc;

use billing_core::{BoxFuture, RefreshTokenStore, Secret, StoreError};
use keyring::{Entry, Error};

use super::blocking;

/// Under which name the keyring shows it.
const SERVICE: &str = "billing";

/// Finds the entry; a keyring may have to be reached first.
type Open = dyn Fn() -> keyring::Result<Entry> + Send + Sync;

pub(super) struct Keyring(Arc<Open>);

impl Keyring {
    /// The Keychain, the Credential Manager, or the Secret Service.
    pub(super) fn of_the_system(account: String) -> Self {
        Self(Arc::new(move || {
            // Why there is none says more than that there is none.
            if let Err(error) = Entry::store_status() {
                return Err(Error::NotSupportedByStore(error.to_string()));
            }
            Entry::new(SERVICE, &account)
        }))
    }
}

impl RefreshTokenStore for Keyring {
    fn load(&self) -> BoxFuture<'_, Result<Secret, StoreError>> {
        let open = Arc::clone(&self.0);
        Box::pin(blocking(move || {
            let token = open().and_then(|entry| entry.get_password());
            token.map(Secret::new).map_err(failed)
        }))
    }

    fn save<'a>(&'a self, token: &'a Secret) -> BoxFuture<'a, Result<(), StoreError>> {
        let (open, token) = (Arc::clone(&self.0), token.clone());
        Box::pin(blocking(move || {
            let kept = open().and_then(|entry| entry.set_password(token.expose()));
            kept.map_err(failed)
        }))
    }
}

/// Some of its errors hold what was in the keyring, so only their text goes on.
fn failed(error: Error) -> StoreError {
    match error {
        Error::NoEntry => "the keyring has no refresh token for this tenant and application".into(),
        error => format!("the keyring: {error}").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A keyring that forgets when it is dropped.
    fn keyring() -> (Keyring, Arc<keyring_core::Entry>) {
        let store = keyring_core::mock::Store::new().unwrap();
        keyring_core::set_default_store(store);
        let entry = Arc::new(keyring_core::Entry::new(SERVICE, "tenant/client").unwrap());
        let inner = Arc::clone(&entry);
        let open = move || {
            let inner = keyring_core::Entry::clone(&inner);
            Ok(Entry { inner })
        };
        (Keyring(Arc::new(open)), entry)
    }

    #[tokio::test]
    async fn a_new_token_takes_the_place_of_the_old_one() {
        let (keyring, entry) = keyring();
        let none = keyring.load().await.unwrap_err();
        assert_eq!(
            none.to_string(),
            "the keyring has no refresh token for this tenant and application"
        );
        for token in ["one", "two"] {
            keyring.save(&Secret::new(token)).await.unwrap();
            assert_eq!(keyring.load().await.unwrap().expose(), token);
            assert_eq!(entry.get_password().unwrap(), token);
        }
    }
}
