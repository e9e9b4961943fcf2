//! The hosts that belong together: the authority, both services, and the scopes of their tokens.

use std::borrow::Cow;

use crate::endpoint::Endpoint;

/// A cloud's authority, endpoints and scopes.
///
/// The hosts are those of "Partner Center REST URLs" and of "Azure Resource Manager: endpoints" for
/// each cloud. For another cloud, replace the hosts that differ:
///
/// ```
/// use billing_core::{Cloud, Endpoint};
///
/// let cloud = Cloud::china();
/// let endpoint: Endpoint = cloud.arm_endpoint().parse()?;
/// assert_eq!(endpoint.origin(), "https://management.chinacloudapi.cn");
/// assert_eq!(cloud.arm_scope(), "https://management.chinacloudapi.cn/.default");
///
/// let stack = Cloud::public()
///     .with_arm_endpoint(&"https://management.local.example.com".parse()?)
///     .with_arm_resource("https://management.example.com/5a1f");
/// assert_eq!(stack.arm_scope(), "https://management.example.com/5a1f/.default");
/// # Ok::<(), billing_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cloud {
    authority: Cow<'static, str>,
    partner_endpoint: Cow<'static, str>,
    partner_resource: Cow<'static, str>,
    arm_endpoint: Cow<'static, str>,
    arm_resource: Cow<'static, str>,
}

/// The public cloud.
impl Default for Cloud {
    fn default() -> Self {
        Self::public()
    }
}

impl Cloud {
    /// The endpoint of Partner Center in the public cloud.
    pub const PUBLIC_PARTNER: &'static str = "https://api.partnercenter.microsoft.com";
    /// The endpoint of Azure Resource Manager in the public cloud.
    pub const PUBLIC_ARM: &'static str = "https://management.azure.com";

    /// Returns the public cloud.
    pub const fn public() -> Self {
        Self::known(
            "https://login.microsoftonline.com",
            Self::PUBLIC_PARTNER,
            Self::PUBLIC_ARM,
        )
    }

    /// Returns Azure Government. Its Partner Center is the public one ("Partner Center REST URLs").
    pub const fn us_government() -> Self {
        Self::known(
            "https://login.microsoftonline.us",
            Self::PUBLIC_PARTNER,
            "https://management.usgovcloudapi.net",
        )
    }

    /// Returns Azure in China, operated by 21Vianet.
    pub const fn china() -> Self {
        Self::known(
            "https://login.chinacloudapi.cn",
            "https://partner.partnercenterapi.microsoftonline.cn",
            "https://management.chinacloudapi.cn",
        )
    }

    /// In each of these clouds, a service's tokens are for its own origin.
    const fn known(authority: &'static str, partner: &'static str, arm: &'static str) -> Self {
        Self {
            authority: Cow::Borrowed(authority),
            partner_endpoint: Cow::Borrowed(partner),
            partner_resource: Cow::Borrowed(partner),
            arm_endpoint: Cow::Borrowed(arm),
            arm_resource: Cow::Borrowed(arm),
        }
    }
}

/// Endpoints and scopes.
impl Cloud {
    /// Returns the URL of Microsoft Entra ID, which issues tokens.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Returns the endpoint of Partner Center.
    pub fn partner_endpoint(&self) -> &str {
        &self.partner_endpoint
    }

    /// Returns the endpoint of Azure Resource Manager.
    pub fn arm_endpoint(&self) -> &str {
        &self.arm_endpoint
    }

    /// Returns the scope of an application's own token for Partner Center.
    pub fn partner_scope(&self) -> String {
        default_scope(&self.partner_resource)
    }

    /// Returns the scope of an application's token for Partner Center in the name of a user.
    pub fn partner_user_scope(&self) -> String {
        user_scope(&self.partner_resource)
    }

    /// Returns the scope of an application's own token for Azure Resource Manager.
    pub fn arm_scope(&self) -> String {
        default_scope(&self.arm_resource)
    }

    /// Returns the scope of an application's token for Azure Resource Manager in the name of a
    /// user.
    pub fn arm_user_scope(&self) -> String {
        user_scope(&self.arm_resource)
    }
}

/// Other clouds.
impl Cloud {
    /// Sets the authority.
    #[must_use]
    pub fn with_authority(mut self, authority: &Endpoint) -> Self {
        self.authority = owned(authority);
        self
    }

    /// Sets the endpoint of Partner Center; the resource of its tokens stays the same.
    #[must_use]
    pub fn with_partner_endpoint(mut self, endpoint: &Endpoint) -> Self {
        self.partner_endpoint = owned(endpoint);
        self
    }

    /// Sets the resource (`aud`) of tokens for Partner Center.
    #[must_use]
    pub fn with_partner_resource(mut self, resource: impl Into<String>) -> Self {
        self.partner_resource = Cow::Owned(resource.into());
        self
    }

    /// Sets the endpoint of Azure Resource Manager; the resource of its tokens stays the same.
    #[must_use]
    pub fn with_arm_endpoint(mut self, endpoint: &Endpoint) -> Self {
        self.arm_endpoint = owned(endpoint);
        self
    }

    /// Sets the resource (`aud`) of tokens for Azure Resource Manager.
    #[must_use]
    pub fn with_arm_resource(mut self, resource: impl Into<String>) -> Self {
        self.arm_resource = Cow::Owned(resource.into());
        self
    }
}

fn owned(endpoint: &Endpoint) -> Cow<'static, str> {
    Cow::Owned(endpoint.to_string().trim_end_matches('/').to_owned())
}

// A resource that ends in a slash keeps it, which makes two slashes: the service removes only the
// last one ("Scopes and permissions: trailing slash and .default").
fn default_scope(resource: &str) -> String {
    format!("{resource}/.default")
}

fn user_scope(resource: &str) -> String {
    format!("{resource}/user_impersonation")
}
