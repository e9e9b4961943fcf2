//! Applications that are registered in Microsoft Entra ID.

use billing_core::{AppCredential, AppRegistration, AppUserCredential, Credential, Error};

use super::{Ask, Problem, needed_secret, store};
use crate::config::Key;
use crate::target::Service;

impl Ask<'_> {
    /// The application in its own name.
    pub(super) fn app(&self) -> Result<Credential, Problem> {
        let app = self.registration(None)?;
        let credential = match self.service {
            Service::Partner => AppCredential::for_partner_center(&app),
            Service::Arm => AppCredential::for_resource_manager(&app),
        };
        credential.map(Into::into).map_err(problem)
    }

    /// The application in the name of a user.
    pub(super) fn app_user(&self) -> Result<Credential, Problem> {
        let place = store::Place::of(self.settings).map_err(|_| Problem {
            what: "refresh-token-store is none that there is".to_owned(),
            hint: String::new(),
        })?;
        let needs_token =
            place == store::Place::Environment && needed_secret(store::VARIABLE)?.is_none();
        let app = self.registration(needs_token.then_some(store::VARIABLE))?;
        let store = place.open(self.settings)?;
        let credential = match self.service {
            Service::Partner => AppUserCredential::for_partner_center(&app, store),
            Service::Arm => AppUserCredential::for_resource_manager(&app, store),
        };
        credential.map(Into::into).map_err(problem)
    }

    fn registration(&self, also_missing: Option<&str>) -> Result<AppRegistration, Problem> {
        let name = self.settings.text(Key::ClientSecretEnv).unwrap_or_default();
        let client_secret = needed_secret(name)?;
        let missing = client_secret.is_none().then_some(name);
        let [tenant, client] =
            self.require([Key::TenantId, Key::ClientId], &[missing, also_missing])?;
        let client_secret = client_secret.unwrap_or_else(|| billing_core::Secret::new(""));
        Ok(
            AppRegistration::new(self.cloud, tenant, client, client_secret)
                .with_send_options(self.options.clone()),
        )
    }
}

fn problem(error: Error) -> Problem {
    Problem {
        what: error.to_string(),
        hint: "put the setting right; `billing config show` says where it comes from".to_owned(),
    }
}
