//! Bulk updates of billing profiles: plan, apply and resume, each profile exactly once.

pub mod binding;
pub mod change;
pub mod document;
pub mod event;
pub mod journal;
pub mod pacing;
pub mod profile;
pub mod target;

pub use billing_edit::{Edit, Edits, Service};
pub use event::Event;
pub use journal::Journal;
pub use profile::ProfileId;
pub use target::Target;
