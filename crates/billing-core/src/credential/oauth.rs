//! Tokens from Microsoft Entra ID for an application that is registered there.

mod app;
mod app_user;
mod store;
mod token_endpoint;
mod token_response;

use crate::{Cloud, Secret, SendOptions};
pub use app::AppCredential;
pub use app_user::AppUserCredential;
pub use store::{RefreshTokenStore, StoreError, StoreLock};
use token_endpoint::TokenEndpoint;

/// An app registration: the cloud and tenant where it is, its id and its secret, and how to send.
///
/// ```
/// use billing_core::{AppCredential, AppRegistration, Cloud, Secret};
///
/// # fn example(client_secret: Secret) -> Result<(), billing_core::Error> {
/// let cloud = Cloud::public();
/// let client_id = "5f0c2b1e-0000-4000-8000-000000000001";
/// let app = AppRegistration::new(&cloud, "contoso.example.com", client_id, client_secret);
/// let credential = AppCredential::for_partner_center(&app)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct AppRegistration {
    cloud: Cloud,
    tenant: String,
    client_id: String,
    client_secret: Secret,
    options: SendOptions,
}

impl AppRegistration {
    /// The application with this id and secret in `tenant`, an id or a domain. For Partner Center
    /// that is the partner's own tenant.
    pub fn new(
        cloud: &Cloud,
        tenant: impl Into<String>,
        client_id: impl Into<String>,
        client_secret: Secret,
    ) -> Self {
        Self {
            cloud: cloud.clone(),
            tenant: tenant.into(),
            client_id: client_id.into(),
            client_secret,
            options: SendOptions::default(),
        }
    }

    /// How token requests are sent, and the clock by which tokens end. They are sent again as reads
    /// are, for 80 seconds at most; one takes 30 seconds and its answer 256 KiB at most, whatever
    /// the options allow.
    #[must_use]
    pub fn with_send_options(mut self, options: SendOptions) -> Self {
        self.options = options;
        self
    }
}
