//! Billing profiles of Azure Resource Manager (`Microsoft.Billing`), one module for each API
//! version.
//!
//! The types of the default version are re-exported here.

pub use v2019_10_01_preview::*;

/// API version `2019-10-01-preview`: a billing profile is read in full and updated in part.
pub mod v2019_10_01_preview {
    pub use crate::generated::arm_v2019_10_01_preview::*;
}
