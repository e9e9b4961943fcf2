//! The two services.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One of the two services that keep billing profiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// Partner Center: one profile for each customer.
    Partner,
    /// Azure Resource Manager: the billing profiles of billing accounts.
    Arm,
}

impl Service {
    /// Returns the name as input files and JSON have it: `partner` or `arm`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Partner => "partner",
            Self::Arm => "arm",
        }
    }

    /// Returns a path of a profile as short as it can be given, in every api version: without
    /// `properties.`.
    ///
    /// ```
    /// use billing_edit::Service;
    ///
    /// assert_eq!(Service::Arm.short("properties.poNumber"), "poNumber");
    /// ```
    pub fn short(self, path: &str) -> &str {
        let below = |root| path.strip_prefix(root)?.strip_prefix('.');
        self.root().and_then(below).unwrap_or(path)
    }

    /// Returns the member that contains all others; paths may leave it out.
    pub(crate) const fn root(self) -> Option<&'static str> {
        match self {
            Self::Partner => None,
            Self::Arm => Some("properties"),
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Partner => "Partner Center",
            Self::Arm => "Azure Resource Manager",
        })
    }
}
