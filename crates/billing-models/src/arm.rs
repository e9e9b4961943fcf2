//! Billing profiles of Azure Resource Manager (`Microsoft.Billing`), one module for each api version.
//!
//! The default version's types stand here directly.

pub use v2019_10_01_preview::*;

/// Api version `2019-10-01-preview`: a billing profile is read whole and updated in part.
pub mod v2019_10_01_preview {
    pub use crate::generated::arm_v2019_10_01_preview::*;
}
