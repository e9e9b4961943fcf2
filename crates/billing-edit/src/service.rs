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
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Partner => "Partner Center",
            Self::Arm => "Azure Resource Manager",
        })
    }
}
