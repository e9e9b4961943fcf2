//! Partner Center's customers: their billing profiles, and what one needs around an update of one. One module for each
//! api version.
//!
//! The default version's types stand here directly.

pub use v1::*;

/// Version `v1`: a customer billing profile is read and written as a full resource; the rest is only read.
pub mod v1 {
    pub use crate::generated::partner_v1::*;
    pub use crate::generated::partner_v1_address_validation::*;
    pub use crate::generated::partner_v1_country_rules::*;
    pub use crate::generated::partner_v1_customer::*;
    pub use crate::generated::partner_v1_customers::*;
}
