//! The `billing` command: it parses arguments, runs an operation of a client crate and prints the
//! result.
//!
//! Data goes to stdout, everything else to stderr. [`Exit`] lists the exit codes; a closed pipe is
//! success, unless it loses a resume token. This is a library so that the tests of the workspace
//! can build the same program.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![allow(
    clippy::disallowed_methods,
    reason = "the command line is the one place that reads the environment"
)]

mod args;
mod arm;
#[cfg(feature = "bulk")]
mod bulk;
mod completions;
mod config;
mod confirm;
mod connection;
mod credential;
pub mod demo;
mod diff;
mod document;
mod edit;
mod emulator;
mod exit;
mod failure;
mod features;
mod input;
mod interrupt;
mod log;
#[cfg(feature = "man")]
mod man;
mod nearest;
mod network;
mod operation;
mod outcome;
mod output;
mod partner;
mod progress;
mod render;
mod run;
mod service;
mod settings;
mod shell;
mod unapplied;

use std::process::ExitCode;

pub use exit::Exit;

/// Runs the command with the arguments of this process.
pub fn main() -> ExitCode {
    let exit = match args::parse::parse() {
        Ok(cli) => run::run(cli),
        Err(exit) => exit,
    };
    exit.into()
}
