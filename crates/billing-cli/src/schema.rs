//! The members that can be written, from the JSON Schemas of the models.

mod known;
pub(crate) mod mismatch;
mod node;
pub(crate) mod unwritten;
pub(crate) mod writable;
