//! The `billing` command: arguments in, the crates below asked, what they say shown.
//!
//! Data goes to stdout and talk to stderr. The exit codes are those of [`Exit`]; a closed pipe is
//! success. It is a library so that the whole-system tests can build the same program once more.

#![allow(
    clippy::disallowed_methods,
    reason = "the command line is the one place that reads the environment"
)]

mod args;
mod arm;
mod config;
mod confirm;
mod credential;
pub mod demo;
mod diff;
mod document;
mod edit;
mod emulator;
mod failure;
mod hint;
mod input;
mod interrupt;
mod log;
mod nearest;
mod output;
mod partner;
mod progress;
mod proxy;
mod render;
mod shape;
mod shell;
mod target;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, FromArgMatches as _};

use args::{Cli, Verb};
pub use failure::Exit;
use failure::Failure;
use interrupt::Interrupt;

/// Runs the command with the arguments of this process.
pub fn main() -> ExitCode {
    output::color(args::wanted_color(std::env::args_os()));
    let mut command = args::shown(Cli::command());
    let parsed = command.try_get_matches_from_mut(std::env::args_os());
    let parsed = parsed.and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, matches)));
    let (cli, matches) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            // Whoever closed the pipe does not want to read it.
            let _ = error.print();
            return match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Done.into(),
                _ => Exit::Usage.into(),
            };
        }
    };
    match args::check(&matches).and_then(|()| run(cli)) {
        Ok(()) => Exit::Done.into(),
        Err(failure) => failure.report().into(),
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Exit::Failed, error).during("could not start"))?;
    let result = runtime.block_on(dispatch(cli));
    // A thread that waits for an answer at the terminal must not hold up the end.
    runtime.shutdown_background();
    result
}

async fn dispatch(cli: Cli) -> Result<(), Failure> {
    let Cli {
        global,
        verb,
        verbose,
        ..
    } = cli;
    let interrupt = Interrupt::listen()?;
    // An emulator says which requests it gets without being asked to.
    let at_least = u8::from(matches!(verb, Verb::Emulator(_)));
    log::start(verbose.max(at_least));
    match verb {
        Verb::Demo => interrupt.guard(demo::verb()).await?,
        Verb::Emulator(args) => emulator::run(args, &interrupt).await,
        Verb::Config { verb } => interrupt.guard(config::run(verb, &global)).await?,
        Verb::Completions { shell } => shell::completions(shell),
        Verb::Man { out } => shell::man(out.as_deref()),
        Verb::Partner { verb } => partner::run(verb, &global, &interrupt).await,
        Verb::Arm { verb } => arm::run(verb, &global, &interrupt).await,
    }
}
