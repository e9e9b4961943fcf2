//! What a service counts requests by: the keys of its rate limits.

use std::fmt;
use std::sync::Arc;

/// The class of an operation: Azure Resource Manager counts reads and writes apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// Reads, and polls of operations, which are reads too.
    Read,
    /// Writes.
    Write,
}

/// A rate limit of a service.
///
/// It displays as a name without ids, such as `arm.write`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    pub(crate) origin: Arc<str>,
    pub(crate) scope: Scope,
    /// The principal or tenant, and the customer. Never a name: callers pass ids.
    pub(crate) owner: Arc<str>,
}

/// What a rate limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Scope {
    /// The requests of a principal to Azure Resource Manager.
    ArmPrincipal(Class),
    /// The requests of a principal to the resource provider `Microsoft.Billing`, which has limits
    /// of its own behind those of Azure Resource Manager.
    ArmProvider(Class),
    /// The requests of a partner tenant.
    PartnerTenant,
    /// The requests of a partner tenant about a customer.
    PartnerCustomer,
}

impl Scope {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ArmPrincipal(Class::Read) => "arm.read",
            Self::ArmPrincipal(Class::Write) => "arm.write",
            Self::ArmProvider(Class::Read) => "arm.read.provider",
            Self::ArmProvider(Class::Write) => "arm.write.provider",
            Self::PartnerTenant => "partner",
            Self::PartnerCustomer => "partner.customer",
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.scope.name())
    }
}

/// The ids are left out, as in [`Display`](fmt::Display).
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}

/// The rate limits that count a request: an outer one, and an inner one of fewer requests.
///
/// ```
/// use billing_bulk::pacing::{Class, Keys};
///
/// let keys = Keys::arm("https://management.azure.com", "4d3cf487", Class::Write);
/// assert_eq!(keys.outer().to_string(), "arm.write");
/// assert_eq!(keys.inner().to_string(), "arm.write.provider");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Keys {
    outer: Key,
    inner: Key,
}

impl Keys {
    /// Returns the keys of a request to Azure Resource Manager at this origin, by a principal: the
    /// principal's own requests of this class, and those to the resource provider.
    pub fn arm(origin: &str, principal: &str, class: Class) -> Self {
        let key = |scope| Key {
            origin: origin.into(),
            scope,
            owner: principal.into(),
        };
        Self {
            outer: key(Scope::ArmPrincipal(class)),
            inner: key(Scope::ArmProvider(class)),
        }
    }

    /// Returns the keys of a request to Partner Center at this origin about a customer of a
    /// partner tenant. Its limits count reads and writes together ("API throttling guidance",
    /// "Customer resources").
    pub fn partner(origin: &str, tenant: &str, customer: &str) -> Self {
        let key = |scope, owner: &str| Key {
            origin: origin.into(),
            scope,
            owner: owner.into(),
        };
        // A space is in no id.
        let customer = format!("{tenant} {customer}").to_ascii_lowercase();
        Self {
            outer: key(Scope::PartnerTenant, tenant),
            inner: key(Scope::PartnerCustomer, &customer),
        }
    }

    /// Returns the limit of the principal or the partner tenant.
    pub fn outer(&self) -> &Key {
        &self.outer
    }

    /// Returns the limit of the resource provider or the customer.
    pub fn inner(&self) -> &Key {
        &self.inner
    }
}
