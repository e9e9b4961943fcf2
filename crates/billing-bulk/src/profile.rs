//! The identity of a billing profile.

use std::fmt;

use billing_edit::Service;
use serde::{Deserialize, Serialize};

/// The identity of a billing profile of either service, as the input spelled it.
///
/// Both services ignore the case of their ids: compare [`key`](Self::key)s, not identities.
///
/// ```
/// use billing_bulk::ProfileId;
///
/// let one = ProfileId::arm("ACCOUNT", "Profile");
/// assert_eq!(one.key(), ProfileId::arm("account", "PROFILE").key());
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "service", rename_all = "snake_case")]
pub enum ProfileId {
    /// The billing profile of a customer in Partner Center.
    Partner {
        /// The customer's GUID.
        customer_id: String,
    },
    /// A billing profile in Azure Resource Manager.
    Arm {
        /// The name of the billing account, which may contain `:`.
        billing_account: String,
        /// The name of the billing profile.
        billing_profile: String,
    },
}

impl ProfileId {
    /// Returns the identity of a customer's profile in Partner Center.
    pub fn partner(customer_id: impl Into<String>) -> Self {
        Self::Partner {
            customer_id: customer_id.into(),
        }
    }

    /// Returns the identity of a profile in Azure Resource Manager.
    pub fn arm(billing_account: impl Into<String>, billing_profile: impl Into<String>) -> Self {
        Self::Arm {
            billing_account: billing_account.into(),
            billing_profile: billing_profile.into(),
        }
    }

    /// Returns the service that keeps the profile.
    pub fn service(&self) -> Service {
        match self {
            Self::Partner { .. } => Service::Partner,
            Self::Arm { .. } => Service::Arm,
        }
    }

    /// Returns a text that is the same for two identities of one profile, such as
    /// `partner/4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04` or `arm/account/profile`.
    pub fn key(&self) -> String {
        self.to_string().to_ascii_lowercase()
    }
}

impl fmt::Display for ProfileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Partner { customer_id } => write!(f, "partner/{customer_id}"),
            Self::Arm {
                billing_account,
                billing_profile,
            } => write!(f, "arm/{billing_account}/{billing_profile}"),
        }
    }
}

/// Returns a count with its noun: `1 profile`, `2 profiles`.
pub(crate) fn profiles(count: u64) -> String {
    let noun = if count == 1 { "profile" } else { "profiles" };
    format!("{count} {noun}")
}
