//! The settings that there are.

use billing_core::Cloud;

use crate::args::global::Global;
use crate::credential;
use crate::failure::Failure;
use crate::input::{self, InputError};

/// A setting. Its name is the same in a context and as an option, where it is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Cloud,
    PartnerEndpoint,
    PartnerResource,
    ArmEndpoint,
    ArmResource,
    Authority,
    Credential,
    TenantId,
    ClientId,
    TokenEnv,
    ClientSecretEnv,
    RefreshTokenStore,
}

impl Key {
    pub(crate) const ALL: [Self; 12] = [
        Self::Cloud,
        Self::PartnerEndpoint,
        Self::PartnerResource,
        Self::ArmEndpoint,
        Self::ArmResource,
        Self::Authority,
        Self::Credential,
        Self::TenantId,
        Self::ClientId,
        Self::TokenEnv,
        Self::ClientSecretEnv,
        Self::RefreshTokenStore,
    ];

    /// Those that a cloud says, each address before what is made of it.
    pub(super) const OF_A_CLOUD: [Self; 5] = [
        Self::PartnerEndpoint,
        Self::PartnerResource,
        Self::ArmEndpoint,
        Self::ArmResource,
        Self::Authority,
    ];

    pub(super) fn is_address(self) -> bool {
        matches!(
            self,
            Self::PartnerEndpoint | Self::ArmEndpoint | Self::Authority
        )
    }

    /// What a cloud says.
    pub(super) fn of(self, cloud: &Cloud) -> Option<String> {
        let resource = |scope: String| scope.strip_suffix("/.default").map(str::to_owned);
        match self {
            Self::PartnerEndpoint => Some(cloud.partner_endpoint().to_owned()),
            Self::PartnerResource => resource(cloud.partner_scope()),
            Self::ArmEndpoint => Some(cloud.arm_endpoint().to_owned()),
            Self::ArmResource => resource(cloud.arm_scope()),
            Self::Authority => Some(cloud.authority().to_owned()),
            _ => None,
        }
    }

    pub(super) fn default(self) -> Option<&'static str> {
        match self {
            Self::Cloud => Some("public"),
            Self::TokenEnv => Some(credential::TOKEN_VARIABLE),
            Self::ClientSecretEnv => Some("AZURE_CLIENT_SECRET"),
            Self::RefreshTokenStore => Some("environment"),
            _ => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cloud => "cloud",
            Self::PartnerEndpoint => "partner-endpoint",
            Self::PartnerResource => "partner-resource",
            Self::ArmEndpoint => "arm-endpoint",
            Self::ArmResource => "arm-resource",
            Self::Authority => "authority",
            Self::Credential => "credential",
            Self::TenantId => "tenant-id",
            Self::ClientId => "client-id",
            Self::TokenEnv => "token-env",
            Self::ClientSecretEnv => "client-secret-env",
            Self::RefreshTokenStore => "refresh-token-store",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.name() == name)
    }

    /// What the arguments say.
    pub(super) fn option(self, global: &Global) -> Option<String> {
        match self {
            Self::Cloud => global.cloud.map(|cloud| cloud.name()),
            Self::PartnerEndpoint => global.partner_endpoint.clone(),
            Self::ArmEndpoint => global.arm_endpoint.clone(),
            Self::Credential => global.credential.map(|kind| kind.name()),
            Self::TokenEnv => global.token_env.clone(),
            _ => None,
        }
    }

    /// The environment variable for it; those that begin with `AZURE_` are the Azure SDKs' own.
    pub(crate) fn variable_name(self) -> Option<&'static str> {
        match self {
            Self::Cloud => Some("BILLING_CLOUD"),
            Self::PartnerEndpoint => Some("BILLING_PARTNER_ENDPOINT"),
            Self::ArmEndpoint => Some("BILLING_ARM_ENDPOINT"),
            Self::Authority => Some("AZURE_AUTHORITY_HOST"),
            Self::Credential => Some("BILLING_CREDENTIAL"),
            Self::TenantId => Some("AZURE_TENANT_ID"),
            Self::ClientId => Some("AZURE_CLIENT_ID"),
            Self::RefreshTokenStore => Some("BILLING_REFRESH_TOKEN_STORE"),
            Self::PartnerResource | Self::ArmResource | Self::TokenEnv | Self::ClientSecretEnv => {
                None
            }
        }
    }

    /// What the environment says, and the variable's name.
    ///
    /// # Errors
    /// A usage failure for a variable that is no text.
    pub(super) fn variable(self) -> Result<Option<(&'static str, String)>, Failure> {
        let Some(name) = self.variable_name() else {
            return Ok(None);
        };
        let text = variable(name)?;
        Ok(text.map(|text| (name, text)))
    }
}

/// An environment variable; one that is empty is taken for one that is not set.
///
/// # Errors
/// A usage failure for a variable that is no text.
pub(crate) fn variable(name: &str) -> Result<Option<String>, Failure> {
    let refuse = |error: InputError| error.refuse(&format!("the environment variable {name}"), "");
    input::variable(name).map_err(refuse)
}
