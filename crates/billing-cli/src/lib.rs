//! The `billing` command: arguments in, the crates below asked, what they say shown.
//!
//! Data goes to stdout and talk to stderr. The exit codes are those of [`Exit`]; a closed pipe is
//! success, unless it loses a resume token. It is a library so that the whole-system tests can build the same program once more.

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
mod features;
mod hidden;
mod hint;
mod input;
mod interrupt;
mod log;
#[cfg(feature = "man")]
mod man;
mod nearest;
mod outcome;
mod output;
mod partner;
mod progress;
mod proxy;
mod render;
mod report;
mod shape;
mod shell;
mod target;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, FromArgMatches as _};

use args::cli::{Cli, Verb};
pub use failure::Exit;
use failure::Failure;
use interrupt::Interrupt;

/// Runs the command with the arguments of this process.
pub fn main() -> ExitCode {
    output::color(args::raw::wanted_color(std::env::args_os()));
    output::relay_panics();
    output::set_for_scripts(args::raw::wants_json_errors(std::env::args_os()));
    let mut command = args::taken::shown(Cli::command());
    let parsed = command.try_get_matches_from_mut(std::env::args_os());
    let parsed = parsed.and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, matches)));
    let (cli, matches) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            let error = args::raw::harmless(error, std::env::args_os());
            let is_asked_for = matches!(
                error.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
            );
            let is_unknown = error.kind() == ErrorKind::UnknownArgument;
            let meant = args::raw::unquoted(std::env::args_os()).filter(|_| is_unknown);
            if !is_asked_for && output::is_for_scripts() {
                let failure = Failure::arguments(&error);
                let failure = meant.into_iter().fold(failure, Failure::hint);
                return failure.report().into();
            }
            // Whoever closed the pipe does not want to read it.
            let printed = error.print();
            if let (true, Err(error)) = (is_asked_for, printed) {
                return Failure::output(error).report().into();
            }
            if let Some(meant) = meant {
                let hint = output::Painted::from(
                    "
",
                )
                .styled(output::HINT, "hint:");
                output::say(hint.text(&format!(" {meant}")));
            }
            return if is_asked_for {
                Exit::Done.into()
            } else {
                Exit::Usage.into()
            };
        }
    };
    output::set_for_scripts(cli.global.wants_json_errors());
    match args::taken::check(&matches) {
        Ok(()) => run(cli).into(),
        Err(failure) => failure.report().into(),
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
            return failure.report();
        }
    };
    let (exit, signal) = runtime.block_on(async {
        let interrupt = match Interrupt::listen() {
            Ok(interrupt) => interrupt,
            Err(failure) => return (failure.report(), None),
        };
        // That is how it is stopped, and no reason to end otherwise than it does.
        let is_stopped_by_signals = matches!(cli.verb, Verb::Emulator(_));
        let exit = match dispatch(cli, &interrupt).await {
            Ok(()) => Exit::Done,
            Err(failure) => report(failure, &interrupt).await,
        };
        let asked = interrupt.times();
        tokio::select! {
            () = credential::finish_exchanges() => {}
            () = interrupt.asked(asked.saturating_add(1)) => {}
        }
        (exit, interrupt.signal().filter(|_| !is_stopped_by_signals))
    });
    // A thread that waits for an answer at the terminal must not hold up the end.
    runtime.shutdown_background();
    match signal {
        Some(signal) => signal.end_process(),
        None => exit,
    }
}

/// Reports a failure, and hears the user meanwhile: stdout may take nothing for as long as it likes.
async fn report(failure: Failure, interrupt: &Interrupt) -> Exit {
    let token = failure.resume_token();
    let answered = interrupt.times();
    let reported = tokio::task::spawn_blocking(move || failure.report());
    tokio::select! {
        biased;
        reported = reported => reported.unwrap_or(Exit::Failed),
        () = interrupt.asked(answered.saturating_add(1)) => {
            if let Some(token) = token {
                output::tell(format!("resume token:\n  {}", token.replace('\n', "\n  ")));
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
    // An emulator says which requests it gets without being asked to.
    let is_emulator = matches!(verb, Verb::Emulator(_));
    log::start(verbose.max(u8::from(is_emulator)), is_emulator);
    match verb {
        Verb::Demo => interrupt.guard(demo::verb()).await?,
        Verb::Emulator(args) => emulator::run(args, interrupt).await,
        Verb::Config { verb } => interrupt.guard(config::run(verb, &global)).await?,
        Verb::Completions { shell } => shell::completions(shell),
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
