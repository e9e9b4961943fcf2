//! The members that can be written, from the OpenAPI description of the services.

mod known;
pub(crate) mod mismatch;
mod node;
pub(crate) mod unwritten;
pub(crate) mod writable;
