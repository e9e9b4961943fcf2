//! What a billing profile has in every api version, whatever the version calls it.
//!
//! [`Profile`] reads, [`ProfileUpdate`] writes:
//!
//! ```
//! use arm_client::common::{AddressUpdate, Profile, ProfileUpdate};
//! use arm_client::models::{v2019_10_01_preview, v2024_04_01};
//!
//! let update = ProfileUpdate::default().address(AddressUpdate::default().city("Tacoma"));
//! let preview = v2019_10_01_preview::BillingProfileUpdate::from(update.clone());
//! let latest = v2024_04_01::BillingProfileUpdate::from(update);
//! assert!(serde_json::to_string(&preview)?.contains(r#""address":{"city":"Tacoma"}"#));
//! assert!(serde_json::to_string(&latest)?.contains(r#""billTo":{"city":"Tacoma"}"#));
//! # Ok::<(), serde_json::Error>(())
//! ```

mod address;
mod document;
mod profile;
mod update;
mod validation;

pub use address::Address;
pub(crate) use document::Document;
pub use profile::Profile;
pub use update::{AddressUpdate, ProfileUpdate};
pub use validation::Validation;
