//! An application that is registered in Microsoft Entra ID.

use crate::cloud::Cloud;
use crate::credential::secret::Secret;
use crate::pipeline::options::SendOptions;

/// An app registration: its cloud and tenant, its id and its secret, and how token requests are
/// sent.
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
    pub(super) cloud: Cloud,
    pub(super) tenant: String,
    pub(super) client_id: String,
    pub(super) client_secret: Secret,
    pub(super) options: SendOptions,
}

impl AppRegistration {
    /// Creates the registration of an application with this id and secret in `tenant`, an id or a
    /// domain. For Partner Center that is the partner's own tenant.
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

    /// Sets how token requests are sent, and the clock that tells when tokens expire.
    ///
    /// They are retried as reads are, for 80 seconds at most. Whatever the options allow, one
    /// request takes 30 seconds and its response 256 KiB at most.
    #[must_use]
    pub fn with_send_options(mut self, options: SendOptions) -> Self {
        self.options = options;
        self
    }
}
