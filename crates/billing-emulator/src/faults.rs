//! Planned faults: what the services do wrong on purpose.

pub(crate) mod active;
mod check;
pub(crate) mod fault;
pub(crate) mod plan;
mod read;
mod rewrite_links;
