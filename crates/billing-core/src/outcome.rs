//! Tells how much of a requested change a resource shows after a write.

pub(crate) mod change;
pub(crate) mod equivalent;
pub(crate) mod exact_json;
pub(crate) mod hash;
pub(crate) mod member_path;
pub(crate) mod merge_patch;
pub(crate) mod update_outcome;
