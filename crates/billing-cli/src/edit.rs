//! The changes that `--set`, `--clear` and `--body` request.

pub(crate) mod body;
pub(crate) mod change_request;
pub(crate) mod convert;
pub(crate) mod edits;
pub(crate) mod merge_patch;
mod refuse;
mod unique_names;
