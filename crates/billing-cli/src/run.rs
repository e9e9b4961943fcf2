//! Runs a verb until it ends or a signal stops it, and reports its failure.

use std::time::Duration;

use billing_core::AppUserCredential;
use tokio::time::timeout;

#[cfg(feature = "bulk")]
use crate::args::cli::DemoVerb;
use crate::args::cli::{Cli, Verb};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::interrupt::Interrupt;
use crate::output::report::report;
use crate::output::stderr;
use crate::{arm, completions, config, demo, emulator, log, partner};

/// How long the end of the command waits for exchanges of refresh tokens.
const LAST_EXCHANGE: Duration = Duration::from_secs(5);

/// Runs the verb and returns the exit code. Ends the process if a signal stopped the verb.
pub(crate) fn run(cli: Cli) -> Exit {
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
        // A process that ends during an exchange may lose the only refresh token that still works.
        let exchanges = timeout(LAST_EXCHANGE, AppUserCredential::finish_exchanges());
        tokio::select! {
            _ = exchanges => {}
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

async fn dispatch(cli: Cli, interrupt: &Interrupt) -> Result {
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
        Verb::Demo { verb: None } => interrupt.guard(demo::run_verb()).await?,
        #[cfg(feature = "bulk")]
        Verb::Demo {
            verb: Some(DemoVerb::Bulk { out }),
        } => interrupt.guard(demo::run_bulk(out.as_deref())).await?,
        #[cfg(not(feature = "bulk"))]
        Verb::Demo { verb: Some(_) } => Err(crate::features::left_out("bulk updates", "bulk")),
        Verb::Emulator(args) => emulator::run(args, interrupt).await,
        Verb::Config { verb } => interrupt.guard(config::run(verb, &global)).await?,
        Verb::Completions { shell } => completions::run(shell),
        #[cfg(feature = "man")]
        Verb::Man { out } => crate::man::run(out.as_deref()),
        #[cfg(not(feature = "man"))]
        Verb::Man { .. } => Err(crate::features::left_out("manual pages", "man")),
        Verb::Partner { verb } => partner::run(verb, &global, interrupt).await,
        #[cfg(feature = "bulk")]
        Verb::Bulk { verb } => crate::bulk::run(verb, &global, interrupt).await,
        #[cfg(not(feature = "bulk"))]
        Verb::Bulk { .. } => Err(crate::features::left_out("bulk updates", "bulk")),
        Verb::Arm { verb } => arm::run(verb, &global, interrupt).await,
    }
}
