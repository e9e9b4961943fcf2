//! Changes to billing profiles by member path.
//!
//! ```
//! use billing_edit::{Edit, Edits, Service};
//! use serde_json::json;
//!
//! let edit = Edit::parse_text(Service::Arm, "poNumber", "PO-2041")?;
//! let edits = Edits::try_new(Service::Arm, [edit])?;
//! assert_eq!(edits.merge_patch(), json!({ "properties": { "poNumber": "PO-2041" } }));
//!
//! let error = Edit::parse_text(Service::Arm, "poNummer", "PO-2041").unwrap_err();
//! assert_eq!(error.to_string(), "there is no member `poNummer`");
//! assert_eq!(error.nearest(), Some("poNumber"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod diff;
mod edit;
mod edits;
mod error;
mod generated;
mod hidden;
mod kind;
mod members;
mod nearest;
mod path;
mod schema;
mod service;
mod verbatim;

pub use diff::{Difference, diff};
pub use edit::Edit;
pub use edits::Edits;
pub use error::{EditError, EditProblem, OtherVersions, OverlapError};
pub use hidden::{is_hidden, visible};
pub use kind::MemberKind;
pub use members::Members;
pub use members::member::Member;
pub use members::unwritten::Unwritten;
pub use nearest::nearest;
pub use path::{Path, Segment, by_name, leaves, value_text};
pub use service::Service;
pub use verbatim::verbatim;

/// Compiles and runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
