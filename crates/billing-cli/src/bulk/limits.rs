//! How many profiles a run writes, and how many may fail.

use std::sync::Arc;

use billing_bulk::target::Cause;
use billing_bulk::{AskContinue, Hold, RunOptions, Window};
use jiff::tz::TimeZone;

use crate::args::bulk::{LimitArgs, REPEATED_FAILURES, Share};
use crate::bulk::progress::Progress;
use crate::bulk::services::Services;
use crate::confirm::{Confirm, entered};
use crate::failure::{Failure, Result};
use crate::interrupt::Interrupt;
use crate::output::escape::{lines, one_line};
use crate::output::stderr::say;
use crate::shell::shell_word;

/// Sets the limits of a run. `changes` is the number of profiles that its plan changes.
///
/// # Errors
/// A usage failure if the hours or the time zone are invalid.
pub(super) fn limit(options: RunOptions, args: &LimitArgs, changes: u64) -> Result<RunOptions> {
    let waves = args.waves.iter().map(|size| size.of(changes, true));
    let mut options = options
        .with_waves(waves)
        .with_sign_in_check(!args.no_sign_in_check)
        .with_forbidden_failing(args.fail_forbidden)
        .with_max_repeated_failures(args.max_repeated_failures.0);
    if let Some(first) = args.first {
        options = options.with_first(first);
    }
    if let Some(most) = args.max_failures {
        options = options.with_max_failures(most.of(changes, false));
    }
    if let Some(window) = window(args)? {
        options = options.with_window(window);
    }
    Ok(options)
}

/// Checks that no wave is smaller than the one before. A number and a percentage compare only once
/// the plan is known.
///
/// # Errors
/// A usage failure that names the sizes.
pub(super) fn check_waves(waves: &[Share]) -> Result {
    let pairs = waves.iter().zip(waves.iter().skip(1));
    for (one, next) in pairs {
        let is_smaller = match (one, next) {
            (Share::Profiles(one), Share::Profiles(next)) => next < one,
            (Share::Percent(one), Share::Percent(next)) => next < one,
            _ => false,
        };
        if is_smaller {
            return Err(Failure::usage(
                format!("--waves: {next} comes after {one}, and is smaller"),
                "each size counts the profiles of the waves before, such as 1,1%,10%,100%",
            ));
        }
    }
    Ok(())
}

/// Returns the hours in which the run may write.
///
/// # Errors
/// A usage failure if they or the time zone are invalid.
pub(super) fn window(args: &LimitArgs) -> Result<Option<Window>> {
    let Some(hours) = &args.window else {
        return Ok(None);
    };
    let zone = match &args.timezone {
        Some(name) => TimeZone::get(name).map_err(|_| {
            let message = format!("there is no time zone {}", one_line(name));
            Failure::usage(message, "give a name such as Europe/Berlin or UTC")
        })?,
        None => TimeZone::system(),
    };
    let window = Window::parse(hours, zone).map_err(|error| {
        let message = format!("--window {} is not a window", one_line(hours));
        Failure::usage(message, error.to_string())
    })?;
    Ok(Some(window))
}

/// Returns the decision about a hold: by a question on the terminal, or without one about a wave if
/// it `approves` all of them.
pub(super) fn ask(
    approves: bool,
    services: &Services,
    interrupt: &Interrupt,
    progress: &Progress,
) -> Option<AskContinue> {
    let has_terminal = Confirm::has_terminal();
    if !has_terminal && !approves {
        return None;
    }
    let (interrupt, progress) = (interrupt.clone(), progress.clone());
    let has_fixed_token = services.has_fixed_token;
    Some(Arc::new(move |hold| {
        let is_approved = approves && hold.reason() == "wave";
        // This process keeps its environment, and with it the token.
        let is_token = |cause: &Cause| has_fixed_token && cause.status != Some(403);
        let is_final = matches!(&hold, Hold::SignIn { cause } if is_token(cause));
        if is_approved || is_final || !has_terminal {
            return Box::pin(std::future::ready(is_approved));
        }
        // The line would be drawn over the question.
        progress.end();
        let (interrupt, progress) = (interrupt.clone(), progress.clone());
        Box::pin(async move {
            say(one_line(&hold.to_string()));
            if let Hold::SignIn { cause } = &hold {
                if let Some(hint) = &cause.hint {
                    say(lines(hint));
                }
                let question = "Then press Enter to continue (Ctrl-C stops the run). ";
                let continues = entered(question, &interrupt).await;
                return progress.resume_if(continues);
            }
            let answer = Confirm::Ask.ask_to("Continue?", &interrupt).await;
            progress.resume_if(answer.is_ok())
        })
    }))
}

/// Returns the arguments, each after a space, for a command that continues with these limits.
pub(super) fn given(args: &LimitArgs) -> String {
    let mut given = String::new();
    if let Some(first) = args.first {
        given.push_str(&format!(" --first {first}"));
    }
    if !args.waves.is_empty() {
        let waves: Vec<_> = args.waves.iter().map(ToString::to_string).collect();
        given.push_str(&format!(" --waves {}", waves.join(",")));
    }
    if args.approve {
        given.push_str(" --approve");
    }
    if let Some(most) = args.max_failures {
        given.push_str(&format!(" --max-failures {most}"));
    }
    if args.fail_forbidden {
        given.push_str(" --fail-forbidden");
    }
    if args.no_sign_in_check {
        given.push_str(" --no-sign-in-check");
    }
    let repeated = args.max_repeated_failures.to_string();
    if repeated != REPEATED_FAILURES {
        given.push_str(&format!(" --max-repeated-failures {repeated}"));
    }
    for (option, value) in [("--window", &args.window), ("--timezone", &args.timezone)] {
        if let Some(value) = value {
            given.push_str(&format!(" {option} {}", shell_word(value)));
        }
    }
    given
}
