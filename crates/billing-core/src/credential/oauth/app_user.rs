//! App+User: tokens for the application in the name of a user who signed in once.

use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::clock::BoxFuture;
use crate::clock::Clock;
use crate::credential::cached::CachedCredential;
use crate::credential::claims_challenge::ClaimsChallenge;
use crate::credential::oauth::app_registration::AppRegistration;
use crate::credential::oauth::store::RefreshTokenStore;
use crate::credential::oauth::token_endpoint::TokenEndpoint;
use crate::credential::oauth::token_endpoint::TokenExchange;
use crate::credential::secret::Secret;
use crate::credential::token::AccessToken;
use crate::credential::token_credential::{TokenCredential, delegate_to_cache};
use crate::error::Error;

/// The time for another process to save its refresh token in a store that cannot be locked.
const SAVING: Duration = Duration::from_millis(250);

/// Tokens for an application in the name of a user: Partner Center's App+User, the refresh token
/// grant (RFC 6749, section 6; "Enable the Secure Application Model"). They are cached.
///
/// The user signs in once, with multi-factor authentication, and the refresh token of that sign-in
/// is stored in the [`RefreshTokenStore`]. Each response may have a new refresh token. It is saved
/// before the access token of the same response is returned, even if that cannot be used. If saving
/// fails, no access token is returned, the new refresh token stays in memory, and the next call
/// saves it first.
///
/// Meanwhile the store is [locked](RefreshTokenStore::lock), if it can be. If a refresh token is
/// refused, it is loaded again; if another process has saved a new one, that is used, once.
///
/// ```
/// use billing_core::{AppRegistration, AppUserCredential, Error, RefreshTokenStore};
///
/// fn credential(
///     app: &AppRegistration,
///     store: impl RefreshTokenStore + 'static,
/// ) -> Result<AppUserCredential, Error> {
///     AppUserCredential::for_partner_center(app, store)
/// }
/// ```
///
/// # Errors
/// `get_token` fails if the store fails, and if Microsoft Entra ID cannot be reached, refuses, or
/// sends no token. Nothing was sent to the service. [`Error::is_mfa_required`] and the related
/// predicates tell what to do.
#[derive(Clone, Debug)]
pub struct AppUserCredential(CachedCredential);

impl AppUserCredential {
    /// Creates a credential for Partner Center.
    ///
    /// # Errors
    /// Invalid input for an empty tenant, client id or secret, and for a build without TLS; a
    /// set-up error if the platform has no trust store. Nothing was sent.
    pub fn for_partner_center(
        app: &AppRegistration,
        store: impl RefreshTokenStore + 'static,
    ) -> Result<Self, Error> {
        Self::new(app, app.cloud.partner_user_scope(), Box::new(store))
    }

    /// Creates a credential for Azure Resource Manager.
    ///
    /// # Errors
    /// Same as [`for_partner_center`](Self::for_partner_center).
    pub fn for_resource_manager(
        app: &AppRegistration,
        store: impl RefreshTokenStore + 'static,
    ) -> Result<Self, Error> {
        Self::new(app, app.cloud.arm_user_scope(), Box::new(store))
    }

    /// Waits until no refresh token is being exchanged in this process, so that each new one is
    /// saved. An exchange continues if its caller goes away: wait before the process ends.
    pub async fn finish_exchanges() {
        let mut count = EXCHANGES.subscribe();
        // The sender is never dropped.
        let _ = count.wait_for(|count| *count == 0).await;
    }

    fn new(
        app: &AppRegistration,
        scope: String,
        store: Box<dyn RefreshTokenStore>,
    ) -> Result<Self, Error> {
        // Without this scope there is no new refresh token ("Refresh tokens").
        let scope = format!("{scope} offline_access");
        let clock = Arc::clone(&app.options.clock);
        let refresher = Refresher {
            endpoint: TokenEndpoint::new(app, scope)?,
            store,
            clock: Arc::clone(&clock),
            turn: tokio::sync::Mutex::default(),
            unsaved: Mutex::default(),
        };
        let source = Source(Arc::new(refresher));
        Ok(Self(CachedCredential::new(source).with_clock(clock)))
    }
}

delegate_to_cache!(AppUserCredential);

/// An exchange of a refresh token in this process, under way until this is dropped.
struct Exchange;

/// The number of exchanges under way.
static EXCHANGES: LazyLock<watch::Sender<usize>> = LazyLock::new(watch::Sender::default);

impl Exchange {
    fn begin() -> Self {
        EXCHANGES.send_modify(|count| *count = count.saturating_add(1));
        Self
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        EXCHANGES.send_modify(|count| *count = count.saturating_sub(1));
    }
}

/// Requests one token at a time, on a task that no caller can cancel, so that a new refresh token
/// is always saved.
struct Source(Arc<Refresher>);

impl Source {
    fn refresh(
        &self,
        claims: Option<ClaimsChallenge>,
    ) -> BoxFuture<'_, Result<AccessToken, Error>> {
        Box::pin(async move {
            let refresher = Arc::clone(&self.0);
            let work = tokio::spawn(async move { refresher.refresh(claims.as_ref()).await });
            work.await.map_err(|source| {
                Error::credential(
                    "the exchange of the refresh token was stopped before it was done",
                )
                .with_source(source)
            })?
        })
    }
}

impl TokenCredential for Source {
    fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        self.refresh(None)
    }

    fn renew<'a>(
        &'a self,
        _: &'a AccessToken,
        challenge: Option<&'a ClaimsChallenge>,
    ) -> BoxFuture<'a, Result<AccessToken, Error>> {
        self.refresh(challenge.cloned())
    }
}

struct Refresher {
    endpoint: TokenEndpoint,
    store: Box<dyn RefreshTokenStore>,
    clock: Arc<dyn Clock>,
    /// Locked during an exchange.
    turn: tokio::sync::Mutex<()>,
    /// A new refresh token that is not saved yet.
    unsaved: Mutex<Option<Secret>>,
}

impl Refresher {
    async fn refresh(&self, claims: Option<&ClaimsChallenge>) -> Result<AccessToken, Error> {
        let _turn = self.turn.lock().await;
        let lock = self.store.lock().await.map_err(|source| {
            Error::credential("the store of the refresh token could not be locked")
                .with_source(source)
        })?;
        let _exchange = Exchange::begin();
        self.save().await?;
        let used = self.load().await?;
        let refused = match self.exchange(&used, claims).await {
            Err(error) if error.is_invalid_grant() => error,
            outcome => return outcome,
        };
        if !lock.is_held() {
            // A faster process may be about to save its token.
            self.clock.sleep(SAVING).await;
        }
        match self.load().await {
            Ok(present) if present.expose() != used.expose() => {
                self.exchange(&present, claims).await
            }
            _ => Err(refused),
        }
    }

    /// Exchanges the refresh token, and saves the new one before anything else.
    async fn exchange(
        &self,
        used: &Secret,
        claims: Option<&ClaimsChallenge>,
    ) -> Result<AccessToken, Error> {
        let TokenExchange { access, refresh } = self.endpoint.refresh_token(used, claims).await;
        if let Some(new) = refresh.filter(|new| new.expose() != used.expose()) {
            *self.unsaved() = Some(new);
            self.save().await?;
        }
        access
    }

    async fn load(&self) -> Result<Secret, Error> {
        let token = self.store.load().await.map_err(|source| {
            Error::credential("the refresh token could not be loaded from its store")
                .with_source(source)
        })?;
        if token.expose().is_empty() {
            return Err(Error::credential(
                "the store holds no refresh token: sign in, and store the refresh token of that sign-in",
            ));
        }
        Ok(token)
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
