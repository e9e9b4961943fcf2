//! Customer billing profiles of Partner Center, one module for each api version.
//!
//! The default version's types stand here directly.

pub use v1::*;

/// Version `v1`: a customer billing profile is read and written as a full resource.
pub mod v1 {
    pub use crate::generated::partner_v1::*;
}
