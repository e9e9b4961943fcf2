//! The changes that `--set`, `--clear` and `--body` request.

pub(crate) mod body;
pub(crate) mod change_request;
pub(crate) mod convert;
pub(crate) mod edits;
mod refuse;
mod unique_names;
