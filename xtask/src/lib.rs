//! The project's own verbs, as a library so that tests can run them.

pub mod codegen;
