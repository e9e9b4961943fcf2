//! The verbs of `cargo xtask`, as a library so that tests can run them.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "verbs print for their user"
)]

pub mod api_test;
pub mod bench;
pub mod codegen;
mod emulator;
pub mod features;
pub mod layout;
mod process;
mod python;
pub mod sdks;
pub mod soak;
pub mod spec;
