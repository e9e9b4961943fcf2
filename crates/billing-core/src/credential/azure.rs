//! Credentials of `azure_identity`, as they are.

mod transport;

use std::fmt;
use std::sync::Arc;

use azure_core::credentials::TokenCredential as AzureTokenCredential;
use azure_core::http::Transport;

use crate::clock::BoxFuture;
use crate::clock::Clock;
use crate::credential::azure::transport::HttpTransport;
use crate::credential::cached::CachedCredential;
use crate::credential::claims_challenge::ClaimsChallenge;
use crate::credential::entra_error::EntraError;
use crate::credential::token::AccessToken;
use crate::credential::token_credential::{TokenCredential, delegate_to_cache};
use crate::error::Error;
use crate::pipeline::options::SendOptions;

/// Any credential of the crate `azure_identity`: a managed identity, a workload identity, a client
/// certificate, the Azure CLI's or the Azure Developer CLI's sign-in. Its tokens are cached.
///
/// ```
/// use std::sync::Arc;
/// use billing_core::{AzureCredential, Cloud, Credential};
/// # fn example(identity: Arc<dyn azure_core::credentials::TokenCredential>) -> Credential {
/// // let identity = azure_identity::ManagedIdentityCredential::new(None)?;
/// let credential = AzureCredential::new(identity, Cloud::public().arm_scope());
/// # credential.into()
/// # }
/// ```
///
/// `azure_core` 1 has no place for a [`ClaimsChallenge`]: after one, the other credential is asked again
/// without it. If its token is the same, the service's refusal comes back with
/// [`Error::claims_challenge`], and somebody has to sign in with these claims, by
/// `az login --claims-challenge …` for the Azure CLI.
///
/// # Errors
/// `get_token` fails with whatever keeps the other credential from having a token; nothing was sent.
/// The error shows Microsoft Entra ID's code and ids where there are any. The other credential's own
/// words may name the user, so they have to be asked for, by
/// [`service_error`](Error::service_error).
#[derive(Clone, Debug)]
pub struct AzureCredential(CachedCredential);

impl AzureCredential {
    /// Tokens of `credential` for `scope`, which is one of a [`Cloud`](crate::Cloud).
    pub fn new(credential: Arc<dyn AzureTokenCredential>, scope: impl Into<String>) -> Self {
        Self(CachedCredential::new(Source {
            credential,
            scope: scope.into(),
        }))
    }

    /// What such a credential can send with, in place of the HTTP library that `azure_core` brings by
    /// default: TLS, proxy and time limits are those of the clients. What cannot be reached is not
    /// tried again, and an answer may have 256 KiB at most.
    ///
    /// ```
    /// use azure_core::http::ClientOptions;
    /// use billing_core::{AzureCredential, SendOptions};
    ///
    /// let client_options = ClientOptions {
    ///     transport: Some(AzureCredential::transport(&SendOptions::default())?),
    ///     ..ClientOptions::default()
    /// };
    /// // azure_identity::ManagedIdentityCredentialOptions { client_options, .. }
    /// # Ok::<(), billing_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Invalid input for a build without TLS; a set-up error when the platform has no trust store.
    /// Nothing was sent.
    pub fn transport(options: &SendOptions) -> Result<Transport, Error> {
        Ok(Transport::new(Arc::new(HttpTransport::new(options)?)))
    }

    /// The clock by which tokens end.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self(self.0.with_clock(clock))
    }
}

delegate_to_cache!(AzureCredential);

struct Source {
    credential: Arc<dyn AzureTokenCredential>,
    scope: String,
}

impl TokenCredential for Source {
    fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        Box::pin(async move {
            let token = self.credential.get_token(&[&self.scope], None).await;
            let token = token.map_err(|error| {
                let mut words = String::new();
                chain(&error, &mut words);
                EntraError::read(&words).into_error("the Azure credential gave no token")
            })?;
            Ok(AccessToken::new(token.token.secret()).with_expires_at(token.expires_on.into()))
        })
    }
}

/// What the error and its causes say, one per line.
fn chain(error: &dyn std::error::Error, words: &mut String) {
    words.push_str(&error.to_string());
    if let Some(cause) = error.source() {
        words.push('\n');
        chain(cause, words);
    }
}

// The other credential's `Debug` is somebody else's code.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}
