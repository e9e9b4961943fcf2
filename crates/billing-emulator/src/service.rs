//! The services that the emulator stands in for.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The service that a request or a resource belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// Partner Center.
    Partner,
    /// Azure Resource Manager.
    Arm,
    /// Microsoft Entra ID, which issues tokens and holds no resources.
    Authority,
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Partner => "partner",
            Self::Arm => "arm",
            Self::Authority => "authority",
        })
    }
}
