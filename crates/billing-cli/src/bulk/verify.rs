//! `billing bulk verify`: reads every profile of a run and compares it with the plan.

use std::pin::pin;

use billing_bulk::verify::{Verified, VerifyError, verify};
use billing_core::SystemClock;
use futures_util::{Stream, TryStreamExt as _};

use crate::args::bulk::BulkVerify;
use crate::args::global::{Format, Global};
use crate::bulk::continued::Continued;
use crate::bulk::meter::{BAR, Meter};
use crate::bulk::services::Services;
use crate::bulk::summary::{number, profiles};
use crate::bulk::verify_line::{self, Tally};
use crate::bulk::{end, journal, pace};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::interrupt::Interrupt;
use crate::output::escape::one_line;
use crate::output::stderr::say;
use crate::output::stdout::{print, show};
use crate::shell::command_line;

pub(super) async fn run(args: &BulkVerify, global: &Global, interrupt: &Interrupt) -> Result {
    let run = interrupt.guard(Continued::read(&args.journal)).await??;
    let version = run.version(args.version.api_version)?;
    let services = Services::open(&run.services(&[])?, version, global).await?;
    run.check(&services.bindings)?;
    let counts = interrupt.guard(run.journal.counts()).await?;
    let counts = counts.map_err(|error| Failure::new(Exit::Failed, error))?;
    let found = verify(run.journal, services.targets, pace::reading(args.pace));
    let meter = Meter::start(!global.no_progress, BAR);
    let follow = Follow {
        format: global.format(),
        meter: meter.clone(),
        total: counts.total(),
        tally: Tally::default(),
    };
    let clock = SystemClock::new();
    let all = interrupt.guard(async {
        tokio::select! {
            biased;
            all = follow.all(found) => all,
            never = meter.write_lines(&clock, |line| say(line)) => match never {},
        }
    });
    let tally = all.await;
    meter.end();
    let tally = tally??;
    end(args, global, &services.options, &tally)
}

/// Prints what differs, profile by profile.
struct Follow {
    format: Format,
    meter: Meter,
    total: u64,
    tally: Tally,
}

impl Follow {
    async fn all(
        mut self,
        found: impl Stream<Item = std::result::Result<Verified, VerifyError>>,
    ) -> Result<Tally> {
        let mut found = pin!(found);
        while let Some(verified) = found.try_next().await.map_err(stopped)? {
            self.tally.add(&verified);
            let text = format!(
                "{} of {} read, {} with other values",
                number(self.tally.profiles),
                number(self.total),
                number(self.tally.different),
            );
            self.meter.tell(text, self.tally.profiles, self.total);
            match self.format {
                Format::Json => {
                    if let Some(line) = verify_line::json(&verified) {
                        print(&line)?;
                    }
                }
                Format::Table => {
                    for line in verify_line::text(&verified) {
                        show(one_line(&line))?;
                    }
                }
            }
        }
        Ok(self.tally)
    }
}

/// Prints the counts.
///
/// # Errors
/// A failure if a profile differs from the plan or cannot be read.
fn end(args: &BulkVerify, global: &Global, options: &str, tally: &Tally) -> Result {
    match global.format() {
        Format::Json => print(&tally.json())?,
        Format::Table => show(one_line(&tally.text()))?,
    }
    if tally.not_as_planned() == 0 {
        return Ok(());
    }
    let journal = journal::shown(&args.journal);
    let explain = format!("{} PROFILE", command_line("bulk explain", &[&journal], ""));
    let undo = command_line("bulk undo", &[&journal], &format!(" -o undo.plan{options}"));
    let count = tally.not_as_planned();
    let message = format!(
        "{} of {} {} not as planned",
        number(count),
        profiles(tally.profiles),
        if count == 1 { "is" } else { "are" }
    );
    Err(Failure::new(Exit::Failed, message).hint(format!(
        "for the history of a profile, or to plan the values from before the run:\n  {explain}\n  \
         {undo}"
    )))
}

/// Returns the failure of a run that cannot be verified to its end.
fn stopped(error: VerifyError) -> Failure {
    match error {
        VerifyError::Stopped(cause) => {
            let failure = Failure::new(Exit::StillRunning, one_line(&cause.message))
                .during("not all profiles were read");
            failure.hint(end::before_resuming(
                &cause,
                "to verify, run the same command again",
            ))
        }
        error => Failure::new(Exit::Failed, error).hint("nothing was changed"),
    }
}
