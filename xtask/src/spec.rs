//! `cargo xtask spec`: imports documents of the services as specs, and compares them.

pub mod add_version;
pub mod api;
mod changes;
pub mod diff;
pub mod document;
pub mod emit;
pub mod import;
pub mod overlay;
pub mod page;
pub mod provenance;
pub mod read;
pub mod sha256;
pub mod survey;
