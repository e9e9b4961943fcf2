//! Credentials of the crate `azure_identity`.

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use azure_core::cloud::CustomConfiguration;
use azure_core::credentials::TokenCredential;
use azure_core::http::ClientOptions;
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, ClientAssertionCredentialOptions,
    DeveloperToolsCredential, ManagedIdentityCredential, ManagedIdentityCredentialOptions,
    UserAssignedId, WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};
use billing_core::{AzureCredential, Credential};

use crate::args::global::CredentialKind;
use crate::args::value;
use crate::credential::request::{CredentialRequest, invalid_setting};
use crate::failure::{Failure, Result};
use crate::input::path_variable;
use crate::settings::key::Key;

/// The file with the token of the pod, as Kubernetes sets it ("Workload identity: environment").
const FEDERATED_TOKEN_FILE: &str = "AZURE_FEDERATED_TOKEN_FILE";

/// How long to wait for the endpoint of a managed identity. It is on the same host; on machines
/// without a managed identity nothing responds.
const MANAGED_IDENTITY_TIMEOUT: Duration = Duration::from_secs(3);

/// Creates a credential of `azure_identity`.
pub(super) fn azure(request: &CredentialRequest<'_>) -> Result<Credential> {
    Ok(AzureCredential::new(identity(request)?, request.scope()).into())
}

fn identity(request: &CredentialRequest<'_>) -> Result<Arc<dyn TokenCredential>> {
    let text = |key| request.settings.text(key).map(str::to_owned);
    let refuse = |error: azure_core::Error| invalid(request, &error);
    Ok(match request.kind {
        CredentialKind::ManagedIdentity => {
            let options = ManagedIdentityCredentialOptions {
                user_assigned_id: text(Key::ClientId).map(UserAssignedId::ClientId),
                client_options: client_options(request)?,
            };
            ManagedIdentityCredential::new(Some(options)).map_err(refuse)?
        }
        CredentialKind::WorkloadIdentity => {
            let file = path_variable(FEDERATED_TOKEN_FILE);
            let missing = file.is_none().then_some(FEDERATED_TOKEN_FILE);
            let [tenant, client] = request.require([Key::TenantId, Key::ClientId], &[missing])?;
            let options = WorkloadIdentityCredentialOptions {
                credential_options: ClientAssertionCredentialOptions {
                    client_options: client_options(request)?,
                },
                client_id: Some(client),
                tenant_id: Some(tenant),
                token_file_path: file,
            };
            WorkloadIdentityCredential::new(Some(options)).map_err(refuse)?
        }
        CredentialKind::DeveloperTools => DeveloperToolsCredential::new(None).map_err(refuse)?,
        _ => {
            let options = AzureCliCredentialOptions {
                tenant_id: text(Key::TenantId),
                ..AzureCliCredentialOptions::default()
            };
            AzureCliCredential::new(Some(options)).map_err(refuse)?
        }
    })
}

fn client_options(request: &CredentialRequest<'_>) -> Result<ClientOptions> {
    let timeout = match request.kind {
        CredentialKind::ManagedIdentity => MANAGED_IDENTITY_TIMEOUT,
        _ => Duration::from_secs(10),
    };
    let options = request.options.clone().with_connect_timeout(timeout);
    let transport =
        AzureCredential::transport(&options).map_err(|error| invalid(request, &error))?;
    let mut cloud = CustomConfiguration::default();
    cloud.authority_host = request.cloud.authority().to_owned();
    Ok(ClientOptions {
        transport: Some(transport),
        cloud: Some(Arc::new(cloud.into())),
        ..ClientOptions::default()
    })
}

fn invalid(request: &CredentialRequest<'_>, error: &impl Display) -> Failure {
    let kind = value::name(request.kind);
    invalid_setting(format!("the credential {kind} cannot be used: {error}"))
}
