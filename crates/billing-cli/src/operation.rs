//! Operations of the services: their subjects, and failures with hints.

pub(crate) mod context;
mod fail;
mod hint;
pub(crate) mod steps;
