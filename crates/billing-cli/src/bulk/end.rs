//! The end of a run: the summary on stdout, what is not done, and the commands to run next.

use billing_bulk::target::Cause;
use billing_bulk::{JournalError, RunError};

use crate::args::global::Format;
use crate::bulk::follow::Ended;
use crate::bulk::{journal, summary};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::escape::{lines, one_line};
use crate::output::stderr::say;
use crate::output::stdout::show;
use crate::shell::command_line;

/// The command that makes a run, for hints.
pub(super) struct RunCommand {
    /// The command itself, which also resumes the run.
    pub(super) line: String,
    /// The command that continues after the profiles of `--first`.
    pub(super) after_first: Option<String>,
    /// The journal as it was given.
    pub(super) journal: String,
    /// The command for profiles of unknown outcome.
    pub(super) reconcile: String,
    /// How many profiles of the plan could not be planned.
    pub(super) unplanned: u64,
}

/// Returns a hint that begins with what to do about the cause of a stop.
pub(super) fn before_resuming(cause: &Cause, resume: &str) -> String {
    match cause.hint.as_deref().map(lines) {
        // It ends with a command.
        Some(hint) if hint.contains('\n') => format!("{hint}\nthen, {resume}"),
        Some(hint) => format!("{hint}; then, {resume}"),
        None => resume.to_owned(),
    }
}

impl RunCommand {
    /// Returns the hint after a run that can be resumed.
    pub(super) fn resume(&self) -> String {
        format!("to continue, run the same command again\n  {}", self.line)
    }

    /// Prints the summary of a run and reports what is not done.
    ///
    /// # Errors
    /// A failure with exit code 3 if the run stopped before its end, or with 1 if a profile is not
    /// done or the results could not be printed.
    pub(super) fn end(&self, ended: Ended, format: Format) -> Result {
        let shown = match format {
            Format::Table => show(summary::table(&ended.counts)).err(),
            Format::Json => None,
        };
        if let Some(head) = &ended.head {
            say(format!("head of the journal: {}", journal::head(head)));
        }
        let example = ended.example.as_deref();
        let steps = summary::next_steps(&ended.counts, &self.journal, &self.reconcile, example);
        if let Some(cause) = &ended.stopped {
            let message = format!("{} ({})", cause.message, cause.code);
            let mut failure = Failure::new(Exit::StillRunning, one_line(&message))
                .during("the run stopped before its end")
                .with_effect();
            failure.0.kind = Some("run_stopped");
            let resume = match &self.after_first {
                Some(line) if cause.code == "first_written" => {
                    format!("to write the others, run\n  {line}")
                }
                _ if cause.code == "permission_missing" => format!(
                    "{}\nif it may change other profiles, add --fail-forbidden",
                    self.resume()
                ),
                _ => self.resume(),
            };
            return Err(failure.hint(before_resuming(cause, &resume)));
        }
        let mut problems: Vec<_> = summary::not_done(&ended.counts).into_iter().collect();
        if self.unplanned > 0 {
            problems.push(format!(
                "{} of the input could not be planned",
                summary::profiles(self.unplanned)
            ));
        }
        if problems.is_empty() {
            let look = command_line("bulk status", &[&journal::shown(&self.journal)], "");
            let not_printed = shown.or(ended.not_printed).map(|failure| {
                let hint = format!("the run has ended, and the journal has its results\n  {look}");
                failure.with_effect().hint(hint)
            });
            return not_printed.map_or(Ok(()), Err);
        }
        let failure = Failure::new(Exit::Failed, problems.join("; ")).with_effect();
        Err(if steps.is_empty() {
            failure
        } else {
            failure.hint(steps.join("\n"))
        })
    }

    /// Returns the failure of a run that cannot begin or had to stop at once.
    pub(super) fn failed(&self, error: RunError) -> Failure {
        match error {
            RunError::Journal(error) => self.journal_failed(error),
            RunError::Unsettled { .. } | RunError::Unknown { .. } => {
                Failure::new(Exit::Failed, error).hint(format!(
                    "nothing was sent, and the plan was not taken over; to find out what became \
                     of them:\n  {}",
                    self.reconcile
                ))
            }
            error => Failure::new(Exit::Failed, error),
        }
    }

    /// Returns the failure of the journal.
    pub(super) fn journal_failed(&self, error: JournalError) -> Failure {
        journal::failed(error, &self.line)
    }
}
