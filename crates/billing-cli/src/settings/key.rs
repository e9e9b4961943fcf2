//! The names, environment variables and defaults of all settings.

use arm_client::{V2019_10_01Preview, Version as _};
use billing_core::Cloud;
use clap::ValueEnum;

use crate::args::global::Global;
use crate::args::value;

/// The environment variable that holds the token, unless `token-env` names another.
pub(crate) const TOKEN_VARIABLE: &str = "BILLING_TOKEN";

/// A setting. Its name is the same in a context and as a global option, if it is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Key {
    Cloud,
    PartnerEndpoint,
    PartnerResource,
    ArmEndpoint,
    ArmResource,
    ArmApiVersion,
    Authority,
    Credential,
    TenantId,
    ClientId,
    TokenEnv,
    ClientSecretEnv,
    RefreshTokenStore,
}

impl Key {
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Self::value_variants().iter().copied()
    }

    /// The settings that a cloud implies, each address before the resource that follows from it.
    pub(super) const OF_A_CLOUD: [Self; 5] = [
        Self::PartnerEndpoint,
        Self::PartnerResource,
        Self::ArmEndpoint,
        Self::ArmResource,
        Self::Authority,
    ];

    /// The name, the environment variable and the default. Variables that begin with `AZURE_` are
    /// those of the Azure SDKs.
    fn row(self) -> (&'static str, Option<&'static str>, Option<&'static str>) {
        match self {
            Self::Cloud => ("cloud", Some("BILLING_CLOUD"), Some("public")),
            Self::PartnerEndpoint => ("partner-endpoint", Some("BILLING_PARTNER_ENDPOINT"), None),
            Self::PartnerResource => ("partner-resource", None, None),
            Self::ArmEndpoint => ("arm-endpoint", Some("BILLING_ARM_ENDPOINT"), None),
            Self::ArmResource => ("arm-resource", None, None),
            Self::ArmApiVersion => (
                "arm-api-version",
                Some("BILLING_ARM_API_VERSION"),
                Some(V2019_10_01Preview::NAME),
            ),
            Self::Authority => ("authority", Some("AZURE_AUTHORITY_HOST"), None),
            Self::Credential => ("credential", Some("BILLING_CREDENTIAL"), None),
            Self::TenantId => ("tenant-id", Some("AZURE_TENANT_ID"), None),
            Self::ClientId => ("client-id", Some("AZURE_CLIENT_ID"), None),
            Self::TokenEnv => ("token-env", None, Some(TOKEN_VARIABLE)),
            Self::ClientSecretEnv => ("client-secret-env", None, Some("AZURE_CLIENT_SECRET")),
            Self::RefreshTokenStore => (
                "refresh-token-store",
                Some("BILLING_REFRESH_TOKEN_STORE"),
                Some("environment"),
            ),
        }
    }

    pub(crate) fn name(self) -> &'static str {
        self.row().0
    }

    pub(crate) fn variable(self) -> Option<&'static str> {
        self.row().1
    }

    pub(super) fn default(self) -> Option<&'static str> {
        self.row().2
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::all().find(|key| key.name() == name)
    }

    pub(super) fn is_address(self) -> bool {
        matches!(
            self,
            Self::PartnerEndpoint | Self::ArmEndpoint | Self::Authority
        )
    }

    /// Returns the value that a cloud implies.
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

    /// Returns the value of the option.
    pub(super) fn option(self, global: &Global) -> Option<String> {
        match self {
            Self::Cloud => global.cloud.map(value::name),
            Self::PartnerEndpoint => global.partner_endpoint.clone(),
            Self::ArmEndpoint => global.arm_endpoint.clone(),
            Self::Credential => global.credential.map(value::name),
            Self::TokenEnv => global.token_env.clone(),
            _ => None,
        }
    }
}
