//! Changes to billing profiles by member path.
//!
//! ```
//! use billing_edit::{Edit, Edits};
//! use serde_json::json;
//!
//! let edits = Edits::from_iter([Edit::set(["properties", "poNumber"], json!("PO-2041"))]);
//! assert_eq!(edits.merge_patch(), json!({ "properties": { "poNumber": "PO-2041" } }));
//! ```

mod edits;
mod service;

pub use edits::{Edit, Edits};
pub use service::Service;
