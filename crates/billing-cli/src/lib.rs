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
mod schema;
mod service;
mod settings;
mod shell;
mod unapplied;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, FromArgMatches as _};

use args::cli::{Cli, Verb};
pub use exit::Exit;
use failure::Failure;
use interrupt::Interrupt;
use output::painted::{HINT, Painted, color};
use output::report::report;
use output::stderr;

/// Runs the command with the arguments of this process.
pub fn main() -> ExitCode {
    color(args::raw::color_choice(std::env::args_os()));
    stderr::relay_panics();
    stderr::set_for_scripts(args::raw::wants_json_errors(std::env::args_os()));
    let mut command = args::applicable::shown(Cli::command());
    let parsed = command.try_get_matches_from_mut(std::env::args_os());
    let parsed = parsed.and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, matches)));
    let (cli, matches) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            let error = args::raw::escape_hidden(error, std::env::args_os());
            let is_asked_for = matches!(
                error.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
            );
            let is_unknown = error.kind() == ErrorKind::UnknownArgument;
            let meant = args::raw::suggest_quotes(std::env::args_os()).filter(|_| is_unknown);
            if !is_asked_for && stderr::is_for_scripts() {
                let failure = Failure::arguments(&error);
                let failure = meant.into_iter().fold(failure, Failure::hint);
                return report(failure).into();
            }
            // A closed pipe is no failure.
            let printed = error.print();
            if let (true, Err(error)) = (is_asked_for, printed) {
                return report(Failure::output(error)).into();
            }
            if let Some(meant) = meant {
                let hint = Painted::from("\n").styled(HINT, "hint:");
                stderr::say(hint.text(&format!(" {meant}")));
            }
            return if is_asked_for {
                Exit::Done.into()
            } else {
                Exit::Usage.into()
            };
        }
    };
    stderr::set_for_scripts(cli.global.wants_json_errors());
    match args::applicable::check(&matches) {
        Ok(()) => run(cli).into(),
        Err(failure) => report(failure).into(),
    }
}

fn run(cli: Cli) -> Exit {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            let failure = Failure::new(Exit::Failed, error).during("could not start");
            return report(failure);
        }
    };
    let (exit, signal) = runtime.block_on(async {
        let interrupt = match Interrupt::listen() {
            Ok(interrupt) => interrupt,
            Err(failure) => return (report(failure), None),
        };
        // A signal is the usual way to stop an emulator, and not an abnormal end.
        let is_stopped_by_signals = matches!(cli.verb, Verb::Emulator(_));
        let exit = match dispatch(cli, &interrupt).await {
            Ok(()) => Exit::Done,
            Err(failure) => report_or_stop(failure, &interrupt).await,
        };
        let asked = interrupt.times();
        tokio::select! {
            () = credential::store::finish_exchanges() => {}
            () = interrupt.asked(asked.saturating_add(1)) => {}
        }
        (exit, interrupt.signal().filter(|_| !is_stopped_by_signals))
    });
    // A thread that waits for input at the terminal must not delay the end.
    runtime.shutdown_background();
    match signal {
        Some(signal) => signal.end_process(),
        None => exit,
    }
}

/// Reports a failure until the user asks to stop: stdout may block.
async fn report_or_stop(failure: Failure, interrupt: &Interrupt) -> Exit {
    let tokens = failure.resume_tokens();
    let earlier = interrupt.times();
    let reported = tokio::task::spawn_blocking(move || report(failure));
    tokio::select! {
        biased;
        reported = reported => reported.unwrap_or(Exit::Failed),
        () = interrupt.asked(earlier.saturating_add(1)) => {
            if let Some(tokens) = tokens {
                stderr::tell(format!("resume token:\n  {}", tokens.replace('\n', "\n  ")));
            }
            Exit::Interrupted
        }
    }
}

async fn dispatch(cli: Cli, interrupt: &Interrupt) -> Result<(), Failure> {
    let Cli {
        global,
        verb,
        verbose,
        ..
    } = cli;
    // An emulator logs its requests by default.
    let is_emulator = matches!(verb, Verb::Emulator(_));
    log::start(verbose.max(u8::from(is_emulator)), is_emulator);
    match verb {
        Verb::Demo => interrupt.guard(demo::run_verb()).await?,
        Verb::Emulator(args) => emulator::run(args, interrupt).await,
        Verb::Config { verb } => interrupt.guard(config::run(verb, &global)).await?,
        Verb::Completions { shell } => completions::run(shell),
        #[cfg(feature = "man")]
        Verb::Man { out } => man::run(out.as_deref()),
        #[cfg(not(feature = "man"))]
        Verb::Man { .. } => {
            let (what, hint) = features::left_out("manual pages", "man");
            Err(Failure::usage(what, hint))
        }
        Verb::Partner { verb } => partner::run(verb, &global, interrupt).await,
        Verb::Arm { verb } => arm::run(verb, &global, interrupt).await,
    }
}
