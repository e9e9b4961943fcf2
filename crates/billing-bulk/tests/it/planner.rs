//! Making a plan: what is read, what is stored, and what happens when a read fails.

mod emulator;
mod failures;
mod fake;
mod preflight;
mod rows;
mod sign_in;
mod summary;
