//! A refresh token in the system's keyring.

use std::sync::Arc;

use billing_core::{BoxFuture, RefreshTokenStore, Secret, StoreError};
use keyring::{Entry, Error};

use crate::credential::store::error::{TokenStoreError, blocking};
use crate::input::word_of;

/// The name of the entry in the keyring.
const SERVICE: &str = "billing";

/// The entry in messages.
const LOCATION: &str = "the keyring's entry for this tenant and application";

/// Opens the entry; it may have to connect to the keyring first.
type Open = dyn Fn() -> keyring::Result<Entry> + Send + Sync;

pub(super) struct Keyring(Arc<Open>);

impl Keyring {
    /// The Keychain, the Credential Manager, or the Secret Service.
    pub(super) fn of_the_system(account: String) -> Self {
        Self(Arc::new(move || {
            // This error tells why there is no keyring; the one of the entry would not.
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
            let text = open()
                .and_then(|entry| entry.get_password())
                .map_err(failed)?;
            let token =
                word_of(&text).map_err(|error| TokenStoreError::from(error).at(LOCATION))?;
            Ok(Secret::new(token))
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

/// Converts an error of the keyring. Only its text is kept, as some errors hold the secret.
fn failed(error: Error) -> StoreError {
    let error = match error {
        Error::NoEntry => TokenStoreError::Absent,
        error => TokenStoreError::Broken(error.to_string()),
    };
    error.at(LOCATION)
}

#[cfg(test)]
mod tests {
    use keyring_core::api::CredentialStoreApi as _;
    use keyring_core::mock;

    use super::*;
    use crate::exit::Exit;
    use crate::failure::Failure;

    /// Returns a keyring in memory, and its entry.
    fn keyring() -> (Keyring, keyring_core::Entry) {
        let store = mock::Store::new().unwrap();
        let entry = store.build(SERVICE, "tenant/client", None).unwrap();
        let open = move || {
            let inner = store.build(SERVICE, "tenant/client", None)?;
            Ok(Entry { inner })
        };
        (Keyring(Arc::new(open)), entry)
    }

    fn chain(error: StoreError) -> String {
        Failure::new(Exit::Failed, error).message()
    }

    #[tokio::test]
    async fn new_token_replaces_the_old_one() {
        let (keyring, entry) = keyring();
        let none = keyring.load().await.unwrap_err();
        insta::assert_snapshot!(chain(none), @"the keyring's entry for this tenant and application: there is no refresh token");
        for token in ["one", "two"] {
            keyring.save(&Secret::new(token)).await.unwrap();
            assert_eq!(keyring.load().await.unwrap().expose(), token);
            assert_eq!(entry.get_password().unwrap(), token);
        }
    }

    #[tokio::test]
    async fn unusable_keyring_is_explained_without_its_content() {
        let (keyring, entry) = keyring();
        let fail = |error| {
            let cred = entry.as_any().downcast_ref::<mock::Cred>().unwrap();
            cred.set_error(error);
        };
        fail(Error::BadEncoding(b"hush".to_vec()));
        let error = keyring.load().await.unwrap_err();
        assert!(!format!("{error:?}").contains("hush"), "{error:?}");
        insta::assert_snapshot!(chain(error), @"the keyring's entry for this tenant and application: Password data is not valid UTF-8");
        fail(Error::NoStorageAccess("it is locked".into()));
        let error = keyring.save(&Secret::new("hush")).await.unwrap_err();
        insta::assert_snapshot!(chain(error), @"the keyring's entry for this tenant and application: Couldn't access platform storage: it is locked");
    }
}
