//! Tells how much of a requested change a resource shows after a write.
//!
//! [`Change::outcome`](change::Change::outcome) compares. Its callers are
//! [`Response::outcome`](crate::Response::outcome), the reading back after a lost response
//! (`pipeline/read_back.rs`) and at the end of an operation (`poller/operation.rs`), and
//! [`UpdateOutcome`](crate::UpdateOutcome) itself.

pub(crate) mod change;
pub(crate) mod equivalent;
pub(crate) mod exact_json;
pub(crate) mod hash;
pub(crate) mod member_path;
pub(crate) mod merge_patch;
pub(crate) mod update_outcome;
