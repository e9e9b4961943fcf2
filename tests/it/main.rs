//! Whole-system behaviour: the `billing` command as a child process, against the emulator and
//! against servers that misbehave. Snapshots hold its output.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod api_version;
mod arm_update;
mod body;
mod bulk;
mod check;
mod classes;
mod color;
mod config;
mod demo;
mod dry_run;
mod edits;
mod emulator;
mod emulator_page;
mod emulator_state;
mod failures;
mod find;
#[cfg(target_os = "linux")]
mod harmless;
mod help;
mod input;
#[cfg(unix)]
mod interrupt;
mod json_errors;
mod log;
mod media;
mod page;
mod partner_update;
mod pipes;
mod proof;
mod reading;
mod shell;
mod sign_in;
mod support;
#[cfg(target_os = "linux")]
mod terminal;
#[cfg(target_os = "linux")]
mod tls;
mod wait;
