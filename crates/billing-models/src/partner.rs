//! Partner Center's customers and their billing profiles, addresses and country rules, one module
//! for each API version.
//!
//! The types of the default version are re-exported here. The setters of a full resource set a
//! member or leave it out; the service forgets members that are left out:
//!
//! ```
//! use billing_models::partner::{Address, CustomerBillingProfile};
//!
//! let profile = CustomerBillingProfile::default()
//!     .company_name("Fabrikam, Inc.")
//!     .maybe_culture(None::<String>)
//!     .default_address(Address::default().city("Tacoma").country("US"))
//!     .clear_email();
//! assert_eq!(
//!     serde_json::to_string(&profile)?,
//!     r#"{"companyName":"Fabrikam, Inc.","defaultAddress":{"city":"Tacoma","country":"US"}}"#
//! );
//! # Ok::<(), serde_json::Error>(())
//! ```

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
