//! Planned faults: which requests meet one, and what goes wrong then.

pub(crate) mod active;
pub(crate) mod check;
pub(crate) mod fault;
pub(crate) mod plan;
mod read;
mod rewrite_links;
