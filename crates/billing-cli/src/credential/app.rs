//! Credentials of applications that are registered in Microsoft Entra ID.

use billing_core::{AppCredential, AppRegistration, AppUserCredential, Credential, Error, Secret};
use billing_edit::Service;

use crate::credential::request::{CredentialRequest, invalid_setting};
use crate::credential::secret::needed_secret;
use crate::credential::store;
use crate::failure::{Failure, Result};
use crate::settings::key::Key;
use crate::settings::refresh_token_store::{REFRESH_TOKEN_VARIABLE, RefreshTokenLocation};

/// Creates the credential of an application by itself.
pub(super) fn app(request: &CredentialRequest<'_>) -> Result<Credential> {
    let app = registration(request, None)?;
    let credential = match request.service {
        Service::Partner => AppCredential::for_partner_center(&app),
        Service::Arm => AppCredential::for_resource_manager(&app),
    };
    credential.map(Into::into).map_err(invalid)
}

/// Creates the credential of an application that acts for a user.
pub(super) fn app_user(request: &CredentialRequest<'_>) -> Result<Credential> {
    let location = request.settings.refresh_token_location()?;
    let needs_token = location == RefreshTokenLocation::Environment
        && needed_secret(REFRESH_TOKEN_VARIABLE)?.is_none();
    let app = registration(request, needs_token.then_some(REFRESH_TOKEN_VARIABLE))?;
    let store = store::open(&location, request.settings)?;
    let credential = match request.service {
        Service::Partner => AppUserCredential::for_partner_center(&app, store),
        Service::Arm => AppUserCredential::for_resource_manager(&app, store),
    };
    credential.map(Into::into).map_err(invalid)
}

fn registration(
    request: &CredentialRequest<'_>,
    also_missing: Option<&str>,
) -> Result<AppRegistration> {
    let name = request.settings.text(Key::ClientSecretEnv);
    let name = name.unwrap_or_default();
    let client_secret = needed_secret(name)?;
    let missing = client_secret.is_none().then_some(name);
    let [tenant, client] =
        request.require([Key::TenantId, Key::ClientId], &[missing, also_missing])?;
    let client_secret = client_secret.unwrap_or_else(|| Secret::new(""));
    Ok(
        AppRegistration::new(request.cloud, tenant, client, client_secret)
            .with_send_options(request.options.clone()),
    )
}

fn invalid(error: Error) -> Failure {
    invalid_setting(error.to_string())
}
