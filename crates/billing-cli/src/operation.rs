//! One operation of a service: what it is about, and the failure that an error of it becomes.

pub(crate) mod context;
mod fail;
mod hint;
mod steps;
