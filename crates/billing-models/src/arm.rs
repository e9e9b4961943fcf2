//! Billing profiles of Azure Resource Manager (`Microsoft.Billing`), one module for each API
//! version.
//!
//! The types of the default version are re-exported here. The setters of an update set a member or
//! clear it; members that no setter names are left unchanged:
//!
//! ```
//! use billing_models::arm::{
//!     AddressDetailsUpdate, BillingProfilePropertiesUpdate, BillingProfileUpdate,
//! };
//!
//! let address = AddressDetailsUpdate::default().city("Tacoma").clear_address_line2();
//! let properties = BillingProfilePropertiesUpdate::default()
//!     .po_number("PO-2041")
//!     .maybe_display_name(None::<String>)
//!     .address(address);
//! let update = BillingProfileUpdate::default().properties(properties);
//! assert_eq!(
//!     serde_json::to_string(&update)?,
//!     r#"{"properties":{"address":{"addressLine2":null,"city":"Tacoma"},"poNumber":"PO-2041"}}"#
//! );
//! # Ok::<(), serde_json::Error>(())
//! ```

pub use v2019_10_01_preview::*;

/// API version `2019-10-01-preview`: a billing profile is read in full and updated in part.
pub mod v2019_10_01_preview {
    pub use crate::generated::arm_v2019_10_01_preview::*;
    pub use crate::generated::arm_v2019_10_01_preview_address_and_permissions::*;
}

/// API version `2020-05-01`: a billing profile is read and written in full.
pub mod v2020_05_01 {
    pub use crate::generated::arm_v2020_05_01::*;
}

/// API version `2024-04-01`: a billing profile is read and written in full.
pub mod v2024_04_01 {
    pub use crate::generated::arm_v2024_04_01::*;
}
