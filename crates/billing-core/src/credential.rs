//! Tokens, and where they come from.

#[cfg(feature = "azure-identity")]
mod azure;
mod cached;
mod claims_challenge;
mod entra;
#[cfg(feature = "oauth")]
mod oauth;
mod secret;
mod static_token;
mod token;
mod www_authenticate;

use std::fmt;
use std::sync::Arc;

use crate::{BoxFuture, Error};
#[cfg(feature = "azure-identity")]
pub use azure::AzureCredential;
pub use cached::CachedCredential;
pub use claims_challenge::ClaimsChallenge;
pub(crate) use entra::SignInFailure;
#[cfg(feature = "oauth")]
pub use oauth::{
    AppCredential, AppRegistration, AppUserCredential, RefreshTokenStore, StoreError, StoreLock,
};
pub use secret::Secret;
pub use static_token::StaticToken;
pub use token::AccessToken;

/// Gives the token for each request. Clients ask before every request and keep nothing themselves;
/// [`CachedCredential`] does.
///
/// # Which one
///
/// | who calls | credential |
/// |---|---|
/// | a service that Azure hosts | `AzureCredential` with a managed identity or a workload identity |
/// | a service elsewhere | `AppCredential`: client credentials, for Partner Center known as App-only |
/// | a service in the name of a partner's user | `AppUserCredential`: a refresh token, known as App+User |
/// | a developer who signed in by `az login` | `AzureCredential` with `AzureCliCredential`, or [`StaticToken`] with what `az account get-access-token` prints |
/// | a program with its own sign-in | its own implementation, in a [`CachedCredential`] if it is slow |
///
/// `AppCredential` and `AppUserCredential` come with the feature `oauth`, `AzureCredential` with
/// `azure-identity`.
///
/// The reference page of ARM billing profiles names the implicit flow ("Security: azure_auth").
/// There is no credential for it here: it is made for scripts in a browser page, hands the token
/// over in the address of a redirect, where history and logs keep it, and gives no refresh token.
/// OAuth's own current practice advises against it (RFC 9700, section 2.1.2). A token is a token,
/// whichever flow it came by: each of the above gives one that the service takes, with the scope
/// [`Cloud::arm_scope`](crate::Cloud::arm_scope) for an application of its own and
/// [`Cloud::arm_user_scope`](crate::Cloud::arm_user_scope) in the name of a user.
///
/// # Writing one
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

    /// The service answered 401 to this token: a credential that keeps tokens drops it, if it is
    /// still the one that it keeps. One that keeps none has nothing to do.
    fn forget(&self, refused: &AccessToken) {
        let _ = refused;
    }

    /// Gets the token to try next after the service answered 401 to `refused`. It may be the same
    /// one: then nothing is sent again.
    ///
    /// The `challenge` is what the service asks the next token to have, if it says so. By default
    /// it is ignored, and this is [`forget`](Self::forget) and [`get_token`](Self::get_token). A
    /// credential that gets its tokens from an authority sends it along, once: as the parameter
    /// `claims` of its request.
    ///
    /// # Errors
    /// As [`get_token`](Self::get_token); for claims that only a person can provide, an error that
    /// says how. It becomes the cause of the service's refusal.
    fn renew<'a>(
        &'a self,
        refused: &'a AccessToken,
        challenge: Option<&'a ClaimsChallenge>,
    ) -> BoxFuture<'a, Result<AccessToken, Error>> {
        let _ = challenge;
        self.forget(refused);
        self.get_token()
    }
}

impl<T: TokenCredential + ?Sized> TokenCredential for Arc<T> {
    fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        (**self).get_token()
    }

    fn forget(&self, refused: &AccessToken) {
        (**self).forget(refused);
    }

    fn renew<'a>(
        &'a self,
        refused: &'a AccessToken,
        challenge: Option<&'a ClaimsChallenge>,
    ) -> BoxFuture<'a, Result<AccessToken, Error>> {
        (**self).renew(refused, challenge)
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

    /// Another token after the service answered 401 to `refused`; `None` if the credential has only
    /// that one, so that sending again would be refused again. The `challenge` is the one of the
    /// 401, as [`Error::claims_challenge`] has it.
    ///
    /// The credential is asked once. Whoever sends calls this once per request and sends once more.
    ///
    /// # Errors
    /// What the credential reports. Nothing was sent since the 401.
    pub async fn renew(
        &self,
        refused: &AccessToken,
        challenge: Option<&ClaimsChallenge>,
    ) -> Result<Option<AccessToken>, Error> {
        let token = self.0.renew(refused, challenge).await?;
        Ok((!token.is(refused)).then_some(token))
    }

    /// The token to try next, which may be the same one.
    pub(crate) async fn next_token(
        &self,
        refused: &AccessToken,
        challenge: &ClaimsChallenge,
    ) -> Result<AccessToken, Error> {
        self.0.renew(refused, Some(challenge)).await
    }

    pub(crate) fn forget(&self, refused: &AccessToken) {
        self.0.forget(refused);
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
