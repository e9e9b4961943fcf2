//! App+User: the application in the name of a user who signed in once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{AppRegistration, RefreshTokenStore, TokenEndpoint};
use crate::{
    AccessToken, BoxFuture, CachedCredential, ClaimsChallenge, Error, Secret, TokenCredential,
};

/// Tokens for an application in the name of a user: Partner Center's App+User, the refresh token grant
/// (RFC 6749, section 6; "Enable the Secure Application Model"). They are cached.
///
/// The user signs in once, with multifactor authentication, and the refresh token of that sign-in goes
/// into the [`RefreshTokenStore`]. Each answer may bring a new refresh token. It is saved in the store
/// before the access token that came with it is given; if that fails, none is given, the new refresh
/// token is kept in memory, and the next call begins by saving it.
///
/// # Errors
/// `get_token` fails when the store fails, and when Microsoft Entra ID cannot be reached, refuses, or
/// sends no token. Nothing was sent to the service. [`Error::is_mfa_required`] and its neighbours say
/// what to do.
#[derive(Clone, Debug)]
pub struct AppUserCredential(CachedCredential);

impl AppUserCredential {
    /// Tokens for Partner Center.
    ///
    /// # Errors
    /// Invalid input for an empty tenant, client id or secret, and for a build without TLS; a set-up
    /// error when the platform has no trust store. Nothing was sent.
    pub fn for_partner_center(
        app: &AppRegistration,
        store: impl RefreshTokenStore + 'static,
    ) -> Result<Self, Error> {
        Self::new(app, app.cloud.partner_user_scope(), Box::new(store))
    }

    /// Tokens for Azure Resource Manager.
    ///
    /// # Errors
    /// Those of [`for_partner_center`](Self::for_partner_center).
    pub fn for_resource_manager(
        app: &AppRegistration,
        store: impl RefreshTokenStore + 'static,
    ) -> Result<Self, Error> {
        Self::new(app, app.cloud.arm_user_scope(), Box::new(store))
    }

    fn new(
        app: &AppRegistration,
        scope: String,
        store: Box<dyn RefreshTokenStore>,
    ) -> Result<Self, Error> {
        // Without it there would be no new refresh token ("Refresh tokens").
        let scope = format!("{scope} offline_access");
        let source = Source {
            endpoint: TokenEndpoint::new(app, scope)?,
            store,
            unsaved: Mutex::default(),
        };
        let clock = Arc::clone(&app.options.clock);
        Ok(Self(CachedCredential::new(source).with_clock(clock)))
    }
}

impl TokenCredential for AppUserCredential {
    fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        self.0.get_token()
    }

    fn forget(&self, refused: &AccessToken) {
        self.0.forget(refused);
    }

    fn renew<'a>(
        &'a self,
        refused: &'a AccessToken,
        challenge: Option<&'a ClaimsChallenge>,
    ) -> BoxFuture<'a, Result<AccessToken, Error>> {
        self.0.renew(refused, challenge)
    }
}

/// The cache asks for one token at a time, and on a task that no caller can cancel.
struct Source {
    endpoint: TokenEndpoint,
    store: Box<dyn RefreshTokenStore>,
    /// A refresh token that the store has not taken yet.
    unsaved: Mutex<Option<Secret>>,
}

impl Source {
    async fn refresh(&self) -> Result<AccessToken, Error> {
        self.save().await?;
        let old = self.store.load().await.map_err(|source| {
            Error::credential("the refresh token could not be loaded from its store")
                .with_source(source)
        })?;
        if old.expose().is_empty() {
            return Err(Error::credential(
                "the store holds no refresh token: sign in, and store the refresh token of that sign-in",
            ));
        }
        let (access, new) = self.endpoint.refresh_token(&old).await?;
        if let Some(new) = new.filter(|new| new.expose() != old.expose()) {
            *self.unsaved() = Some(new);
            self.save().await?;
        }
        access
    }

    async fn save(&self) -> Result<(), Error> {
        let Some(token) = self.unsaved().clone() else {
            return Ok(());
        };
        self.store.save(&token).await.map_err(|source| {
            Error::credential(
                "the new refresh token could not be saved, so the access token that came with it was \
                 not used; repair the store: the next call saves it first, and until then only this \
                 process has it",
            )
            .with_source(source)
        })?;
        *self.unsaved() = None;
        Ok(())
    }

    fn unsaved(&self) -> MutexGuard<'_, Option<Secret>> {
        self.unsaved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TokenCredential for Source {
    fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        Box::pin(self.refresh())
    }
}
