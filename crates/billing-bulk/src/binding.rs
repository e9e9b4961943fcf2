//! What a plan is bound to: a service at an address, in a tenant.

use billing_edit::{Members, Service};
use serde::{Deserialize, Serialize};

/// A service at an address, in a tenant: what a plan of its profiles is valid for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// The service.
    pub service: Service,
    /// The origin of the endpoint, such as `https://management.azure.com`.
    pub origin: String,
    /// The api version, such as `v1` or `2019-10-01-preview`.
    pub api_version: String,
    /// The tenant that the credential signs in to, if it is known.
    pub tenant: Option<String>,
}

impl Binding {
    /// Returns the members of its profiles, as the api version has them. For an unknown version,
    /// those of the default one: no plan of it can be applied.
    pub fn members(&self) -> &'static Members {
        let of_version = Members::of_arm(&self.api_version);
        let of_version = of_version.filter(|_| self.service == Service::Arm);
        of_version.unwrap_or(Members::of(self.service))
    }

    /// Returns whether two bindings are of the same profiles. A tenant that one of them does not
    /// know is not compared.
    pub fn matches(&self, other: &Self) -> bool {
        let is_other_tenant = |(one, other): (&String, &String)| !one.eq_ignore_ascii_case(other);
        self.service == other.service
            && self.origin == other.origin
            && self.api_version == other.api_version
            && !(self.tenant.as_ref().zip(other.tenant.as_ref())).is_some_and(is_other_tenant)
    }
}
