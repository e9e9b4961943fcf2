//! Partner Center's customers and their billing profiles, addresses and country rules, one module
//! for each API version.
//!
//! The types of the default version are re-exported here.

pub use v1::*;

/// Version `v1`: a customer's billing profile is read and written as a full resource; the other
/// types are only read.
pub mod v1 {
    pub use crate::generated::partner_v1::*;
    pub use crate::generated::partner_v1_address_validation::*;
    pub use crate::generated::partner_v1_country_rules::*;
    pub use crate::generated::partner_v1_customer::*;
    pub use crate::generated::partner_v1_customers::*;
}
