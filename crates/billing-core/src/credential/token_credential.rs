//! The trait of credentials, and a shared credential of any type.

use std::fmt;
use std::sync::Arc;

use crate::clock::BoxFuture;
use crate::credential::claims_challenge::ClaimsChallenge;
use crate::credential::token::AccessToken;
use crate::error::Error;

/// Provides the token for each request. Clients ask before every request and cache nothing
/// themselves; [`CachedCredential`](crate::CachedCredential) does.
///
/// # Which one
///
/// | caller | credential |
/// |---|---|
/// | a service that Azure hosts | `AzureCredential` with a managed identity or a workload identity |
/// | a service elsewhere | `AppCredential`: client credentials, for Partner Center known as App-only |
/// | a service in the name of a partner's user | `AppUserCredential`: a refresh token, known as App+User |
/// | a developer who signed in by `az login` | `AzureCredential` with `AzureCliCredential`, or [`StaticToken`](crate::StaticToken) with what `az account get-access-token` prints |
/// | a program with its own sign-in | its own implementation, in a [`CachedCredential`](crate::CachedCredential) if it is slow |
///
/// `AppCredential` and `AppUserCredential` come with the feature `oauth`, `AzureCredential` with
/// `azure-identity`.
///
/// The reference page of ARM billing profiles names the implicit flow ("Security: azure_auth").
/// There is no credential for it here: it is made for scripts in a browser page, returns the token
/// in the address of a redirect, where history and logs keep it, and gives no refresh token.
/// OAuth's own best current practice advises against it (RFC 9700, section 2.1.2). The service
/// accepts a token from any flow: each credential above gets one, with the scope
/// [`Cloud::arm_scope`](crate::Cloud::arm_scope) for an application itself and
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
///                 let file = self.0.display();
///                 Error::credential(format!("could not read {file}")).with_source(source)
///             })?;
///             Ok(AccessToken::new(text.trim()))
///         })
///     }
/// }
/// ```
pub trait TokenCredential: Send + Sync {
    /// Returns a token for the client's service.
    ///
    /// # Errors
    /// The reason why there is no token, as [`Error::credential`]. Nothing was sent to the service.
    fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>>;

    /// Drops a token that the service answered with 401, if the credential caches it. By default it
    /// does nothing.
    fn forget(&self, refused: &AccessToken) {
        let _ = refused;
    }

    /// Returns the token to try next after the service answered 401 to `refused`. If it is the same
    /// token, nothing is sent again.
    ///
    /// The `challenge` has the claims that the service requires of the next token, if it named
    /// them. By default it is ignored, and this is [`forget`](Self::forget) and
    /// [`get_token`](Self::get_token). A credential that requests its tokens from an authority
    /// sends it once, as the parameter `claims`.
    ///
    /// # Errors
    /// As [`get_token`](Self::get_token); for claims that only a person can provide, an error that
    /// says how. It becomes the source of the service's error.
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
    /// Returns a token for the next request.
    ///
    /// # Errors
    /// The credential's errors. Nothing was sent.
    pub async fn get_token(&self) -> Result<AccessToken, Error> {
        self.0.get_token().await
    }

    /// Returns another token after the service answered 401 to `refused`; `None` if the credential
    /// has only that one, which would be refused again. The `challenge` is that of the 401, as
    /// [`Error::claims_challenge`] has it.
    ///
    /// Call this once per request, and send the request once more.
    ///
    /// # Errors
    /// The credential's errors. Nothing was sent since the 401.
    pub async fn renew(
        &self,
        refused: &AccessToken,
        challenge: Option<&ClaimsChallenge>,
    ) -> Result<Option<AccessToken>, Error> {
        let token = self.0.renew(refused, challenge).await?;
        Ok((!token.is(refused)).then_some(token))
    }

    /// Returns the token to try next, which may be the same one.
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

// The credential may be anyone's code: nothing of it is shown.
impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(***)")
    }
}

/// Implements [`TokenCredential`] for a struct of one
/// [`CachedCredential`](crate::CachedCredential).
#[cfg(any(feature = "azure-identity", feature = "oauth"))]
macro_rules! delegate_to_cache {
    ($credential:ty) => {
        impl crate::credential::token_credential::TokenCredential for $credential {
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
    };
}

#[cfg(any(feature = "azure-identity", feature = "oauth"))]
pub(super) use delegate_to_cache;
