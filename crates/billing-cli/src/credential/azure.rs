//! Credentials of `azure_identity`.

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
use billing_core::{AzureCredential, Credential, Error};

use super::{Ask, Kind, Problem, scope};
use crate::config::Key;
use crate::input::path_variable;

/// Kubernetes puts the pod's own token there ("Workload identity: environment").
const FEDERATED_TOKEN_FILE: &str = "AZURE_FEDERATED_TOKEN_FILE";

/// Where there is no managed identity, nobody answers; where there is one, it is next door.
const NEXT_DOOR: Duration = Duration::from_secs(3);

impl Ask<'_> {
    pub(super) fn azure(&self) -> Result<Credential, Problem> {
        let identity = self.identity()?;
        let scope = scope(self.service, self.cloud);
        Ok(AzureCredential::new(identity, scope).into())
    }

    fn identity(&self) -> Result<Arc<dyn TokenCredential>, Problem> {
        let text = |key| self.settings.text(key).map(str::to_owned);
        let refuse = |error: azure_core::Error| self.problem(&error.to_string());
        Ok(match self.kind {
            Kind::ManagedIdentity => {
                let options = ManagedIdentityCredentialOptions {
                    user_assigned_id: text(Key::ClientId).map(UserAssignedId::ClientId),
                    client_options: self.client_options()?,
                };
                ManagedIdentityCredential::new(Some(options)).map_err(refuse)?
            }
            Kind::WorkloadIdentity => {
                let file = path_variable(FEDERATED_TOKEN_FILE);
                let missing = file.is_none().then_some(FEDERATED_TOKEN_FILE);
                let [tenant, client] = self.require([Key::TenantId, Key::ClientId], &[missing])?;
                let options = WorkloadIdentityCredentialOptions {
                    credential_options: ClientAssertionCredentialOptions {
                        client_options: self.client_options()?,
                    },
                    client_id: Some(client),
                    tenant_id: Some(tenant),
                    token_file_path: file,
                };
                WorkloadIdentityCredential::new(Some(options)).map_err(refuse)?
            }
            Kind::DeveloperTools => DeveloperToolsCredential::new(None).map_err(refuse)?,
            _ => {
                let options = AzureCliCredentialOptions {
                    tenant_id: text(Key::TenantId),
                    ..AzureCliCredentialOptions::default()
                };
                AzureCliCredential::new(Some(options)).map_err(refuse)?
            }
        })
    }

    fn client_options(&self) -> Result<ClientOptions, Problem> {
        let options = self.options.clone().with_connect_timeout(match self.kind {
            Kind::ManagedIdentity => NEXT_DOOR,
            _ => Duration::from_secs(10),
        });
        let transport = AzureCredential::transport(&options);
        let transport = transport.map_err(|error: Error| self.problem(&error.to_string()))?;
        let mut cloud = CustomConfiguration::default();
        cloud.authority_host = self.cloud.authority().to_owned();
        Ok(ClientOptions {
            transport: Some(transport),
            cloud: Some(Arc::new(cloud.into())),
            ..ClientOptions::default()
        })
    }

    fn problem(&self, why: &str) -> Problem {
        Problem {
            what: format!("the credential {} cannot be used: {why}", self.kind.name()),
            hint: "put the setting right; `billing config show` says where it comes from"
                .to_owned(),
        }
    }
}
