//! Credentials of the crate `azure_identity`.

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
/// `azure_core` 1 cannot pass a [`ClaimsChallenge`] on: after one, the inner credential is called
/// again without it. If its token is the same, the service's error is returned with
/// [`Error::claims_challenge`], and a user has to sign in with these claims, with
/// `az login --claims-challenge …` for the Azure CLI.
///
/// # Errors
/// `get_token` fails if the inner credential has no token; nothing was sent. The error shows
/// Microsoft Entra ID's code and ids, if there are any. The inner credential's own text may name
/// the user, so only [`service_error`](Error::service_error) has it.
#[derive(Clone, Debug)]
pub struct AzureCredential(CachedCredential);

impl AzureCredential {
    /// Creates a credential with the tokens of `credential` for `scope`, a scope of a
    /// [`Cloud`](crate::Cloud).
    pub fn new(credential: Arc<dyn AzureTokenCredential>, scope: impl Into<String>) -> Self {
        Self(CachedCredential::new(Source {
            credential,
            scope: scope.into(),
        }))
    }

    /// Returns a transport for such a credential, instead of the HTTP library that `azure_core` has
    /// by default: TLS, proxy and time limits are those of the clients. Failed connections are not
    /// retried, and a response may have at most 256 KiB.
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
    /// Invalid input for a build without TLS, and a set-up error if the platform has no trust
    /// store. Nothing was sent.
    pub fn transport(options: &SendOptions) -> Result<Transport, Error> {
        Ok(Transport::new(Arc::new(HttpTransport::new(options)?)))
    }

    /// Sets the clock that tells when tokens expire.
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
                let mut text = String::new();
                chain(&error, &mut text);
                EntraError::read(&text).into_error("the Azure credential gave no token")
            })?;
            Ok(AccessToken::new(token.token.secret()).with_expires_at(token.expires_on.into()))
        })
    }
}

/// Appends the texts of the error and its sources, one per line.
fn chain(error: &dyn std::error::Error, text: &mut String) {
    text.push_str(&error.to_string());
    if let Some(cause) = error.source() {
        text.push('\n');
        chain(cause, text);
    }
}

// The inner credential's `Debug` is not ours, and may show secrets.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}
