//! App-only: tokens for the application itself.

use crate::clock::BoxFuture;
use crate::credential::cached::CachedCredential;
use crate::credential::claims_challenge::ClaimsChallenge;
use crate::credential::oauth::app_registration::AppRegistration;
use crate::credential::oauth::token_endpoint::TokenEndpoint;
use crate::credential::token::AccessToken;
use crate::credential::token_credential::{TokenCredential, delegate_to_cache};
use crate::error::Error;

/// Tokens for an application itself: Partner Center's App-only, the client credentials grant (RFC
/// 6749, section 4.4). They are cached.
///
/// ```
/// use billing_core::{AppCredential, AppRegistration, Cloud, Secret};
///
/// # fn example(client_secret: Secret) -> Result<(), billing_core::Error> {
/// let cloud = Cloud::public();
/// let client_id = "5f0c2b1e-0000-4000-8000-000000000001";
/// let app = AppRegistration::new(&cloud, "contoso.example.com", client_id, client_secret);
/// let partner_center = AppCredential::for_partner_center(&app)?;
/// let resource_manager = AppCredential::for_resource_manager(&app)?;
/// # Ok(())
/// # }
/// ```
///
/// The service accepts the tokens unchanged; the exchange by Partner Center's `generatetoken` is
/// not needed ("Deprecate Azure AD graph token").
///
/// # Errors
/// `get_token` fails if Microsoft Entra ID cannot be reached, refuses, or sends no token. Nothing
/// was sent to the service. [`Error::is_client_secret_refused`] and the related predicates tell
/// what to do.
#[derive(Clone, Debug)]
pub struct AppCredential(CachedCredential);

impl AppCredential {
    /// Creates a credential for Partner Center.
    ///
    /// # Errors
    /// Invalid input for an empty tenant, client id or secret, and for a build without TLS; a
    /// set-up error if the platform has no trust store. Nothing was sent.
    pub fn for_partner_center(app: &AppRegistration) -> Result<Self, Error> {
        Self::new(app, app.cloud.partner_scope())
    }

    /// Creates a credential for Azure Resource Manager.
    ///
    /// # Errors
    /// Same as [`for_partner_center`](Self::for_partner_center).
    pub fn for_resource_manager(app: &AppRegistration) -> Result<Self, Error> {
        Self::new(app, app.cloud.arm_scope())
    }

    fn new(app: &AppRegistration, scope: String) -> Result<Self, Error> {
        let source = Source(TokenEndpoint::new(app, scope)?);
        let clock = app.options.clock.clone();
        Ok(Self(CachedCredential::new(source).with_clock(clock)))
    }
}

delegate_to_cache!(AppCredential);

struct Source(TokenEndpoint);

impl TokenCredential for Source {
    fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        Box::pin(self.0.client_credentials(None))
    }

    fn renew<'a>(
        &'a self,
        _: &'a AccessToken,
        challenge: Option<&'a ClaimsChallenge>,
    ) -> BoxFuture<'a, Result<AccessToken, Error>> {
        Box::pin(self.0.client_credentials(challenge))
    }
}
