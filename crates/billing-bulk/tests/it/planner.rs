//! Making a plan: what is read, what is stored, and what happens when a read fails.

pub(crate) mod emulator;
mod failures;
pub(crate) mod fake;
mod preflight;
mod rows;
mod sign_in;
mod summary;
