//! Follows a run to its end: events, progress, and the user's wish to stop.

use std::pin::pin;
use std::time::Duration;

use billing_bulk::journal::{Counts, Hash};
use billing_bulk::target::Cause;
use billing_bulk::time::utc;
use billing_bulk::{Event, EventKind, Hold, Run, RunError};
use billing_core::{BoxFuture, Clock as _, SystemClock};
use futures_util::StreamExt as _;

use crate::args::global::Format;
use crate::bulk::event_line;
use crate::bulk::event_output::EventOutput;
use crate::bulk::progress::{Progress, whole};
use crate::bulk::summary;
use crate::failure::{Failure, Result};
use crate::interrupt::Interrupt;
use crate::output::escape::one_line;
use crate::output::stderr::say;

/// At most this many profiles that are not done are listed while a run continues.
const LISTED: u64 = 20;

/// The longest time for which a run that was interrupted polls accepted writes.
const LONGEST_FINISH: Duration = Duration::from_secs(30);

/// What a run has come to.
#[derive(Default)]
pub(super) struct Ended {
    pub(super) counts: Counts,
    /// The head of the journal's chain.
    pub(super) head: Option<Hash>,
    /// Why it stopped before its end, if it did.
    pub(super) stopped: Option<Cause>,
    /// A profile that is failed or in conflict, as an example.
    pub(super) example: Option<String>,
    /// Why its events could not be printed, if that is so.
    pub(super) not_printed: Option<Failure>,
}

/// How to follow a run.
pub(super) struct Follow<'a> {
    pub(super) interrupt: &'a Interrupt,
    pub(super) format: Format,
    pub(super) progress: Progress,
    /// The hint after an interrupt: how to continue.
    pub(super) resume: &'a str,
}

impl Follow<'_> {
    /// Follows a run until it ends. A first interrupt stops it after the requests in flight.
    ///
    /// # Errors
    /// The run's error as a failure by `failed`, or an interrupt; the run can be resumed.
    pub(super) async fn follow(
        self,
        mut run: Run,
        failed: impl FnOnce(RunError) -> Failure,
    ) -> Result<Ended> {
        let output = (self.format == Format::Json).then(EventOutput::start);
        let stop = run.stop_handle();
        let mut listing = Listing::default();
        let mut ended = Ended::default();
        let mut run_id = String::new();
        let earlier = self.interrupt.times();
        let (once, twice) = (earlier.saturating_add(1), earlier.saturating_add(2));
        let clock = SystemClock::new();
        // How long is waited for accepted writes after an interrupt.
        let mut give_up: Option<BoxFuture<'_, ()>> = None;
        let mut lines = pin!(self.progress.write_lines(&clock));
        let result = loop {
            let event = tokio::select! {
                biased;
                () = self.interrupt.asked(once), if give_up.is_none() => {
                    stop.finish();
                    give_up = Some(clock.sleep(LONGEST_FINISH));
                    say(format!(
                        "stopping: nothing more is sent; waiting up to {} for what was sent \
                         (Ctrl-C again ends at once)",
                        whole(LONGEST_FINISH)
                    ));
                    continue;
                }
                () = wait(&mut give_up), if !stop.is_requested() => {
                    stop.stop();
                    continue;
                }
                () = self.interrupt.asked(twice) => return Err(self.interrupted()),
                event = run.next() => event,
                never = &mut lines => match never {},
            };
            let event = match event {
                Some(Ok(event)) => event,
                Some(Err(error)) => break Err(failed(error)),
                None => break Ok(()),
            };
            self.progress.follow(&event);
            if let EventKind::Run { id, .. } = &event.kind {
                run_id.clone_from(id);
            }
            if let (Some(output), Some(line)) = (&output, event_line::line(&event, &run_id)) {
                tokio::select! {
                    () = output.write(line) => {}
                    () = self.interrupt.asked(twice) => return Err(self.interrupted()),
                }
            }
            listing.follow(&event);
            ended.follow(event);
            // With the next poll, the run records that the user knows of the end of the wave, and
            // the next start begins another one: the error message would be too late if the process
            // is killed after that.
            if let Some(cause) = ended.stopped.as_ref().filter(|cause| cause.code == "wave") {
                say(one_line(&cause.message));
            }
        };
        self.progress.end();
        listing.finish();
        if let Some(output) = output {
            tokio::select! {
                written = output.finish() => ended.not_printed = written.err(),
                () = self.interrupt.asked(twice) => return Err(self.interrupted()),
            }
        }
        result?;
        if self.interrupt.times() > earlier {
            return Err(self.interrupted());
        }
        Ok(ended)
    }

    fn interrupted(&self) -> Failure {
        Failure::interrupted().with_effect().hint(self.resume)
    }
}

/// Waits for the end of a time that may not have begun.
async fn wait(time: &mut Option<BoxFuture<'_, ()>>) {
    match time {
        Some(time) => time.await,
        None => std::future::pending().await,
    }
}

impl Ended {
    fn follow(&mut self, event: Event) {
        match event.kind {
            EventKind::Failed(_) | EventKind::Conflict(_) => {
                let profile = event.profile.map(|profile| profile.to_string());
                self.example = self.example.take().or(profile);
            }
            EventKind::Summary {
                counts,
                stopped,
                head,
            } => {
                self.head = Some(head);
                self.counts = counts;
                self.stopped = stopped;
            }
            _ => {}
        }
    }
}

/// Returns why a run waits, and for what.
fn waiting(hold: &Hold) -> String {
    match hold {
        Hold::Paused { .. } => format!("waiting: {hold}; `billing bulk resume` resumes it"),
        Hold::Window { until } => format!("waiting until {}: {hold}", utc(*until)),
        _ => format!("waiting: {hold}"),
    }
}

/// Lists the first profiles that are not done, and the first notes about others.
#[derive(Default)]
struct Listing {
    count: u64,
    notes: u64,
    has_waited: bool,
}

impl Listing {
    fn follow(&mut self, event: &Event) {
        let (state, cause) = match &event.kind {
            EventKind::Failed(cause) => ("failed", cause),
            EventKind::Conflict(cause) => ("conflict", cause),
            EventKind::Unknown(cause) => ("unknown", cause),
            EventKind::Done {
                note: Some(note), ..
            } => return self.note(event, note),
            EventKind::Waiting { profiles, left } => return self.wait(*profiles, *left),
            // The user decides, or the run stops and says why.
            EventKind::Paused(hold) if !hold.needs_decision() => {
                return say(one_line(&waiting(hold)));
            }
            EventKind::Resumed(hold) => {
                return match hold {
                    Hold::Paused { .. } => say("the run was resumed"),
                    Hold::Window { .. } => say("the run may write again"),
                    Hold::Unreachable { service, .. } => {
                        say(format!("{service} can be reached again"));
                    }
                    _ => {}
                };
            }
            _ => return,
        };
        self.count = self.count.saturating_add(1);
        if self.count <= LISTED
            && let Some(profile) = &event.profile
        {
            let status = cause.status.map(|status| format!("status {status}, "));
            let status = status.unwrap_or_default();
            let text = format!(
                "{state}: {profile}: {} ({status}{})",
                cause.message, cause.code
            );
            say(one_line(&text));
        }
    }

    fn note(&mut self, event: &Event, note: &Cause) {
        self.notes = self.notes.saturating_add(1);
        if let Some(profile) = event.profile.as_ref().filter(|_| self.notes <= LISTED) {
            let text = format!("done: {profile}, but {} ({})", note.message, note.code);
            say(one_line(&text));
        }
    }

    /// Tells once why nothing happens: without a terminal there is no line that shows it.
    fn wait(&mut self, profiles: u64, left: Duration) {
        let is_shown = left >= Duration::from_secs(1);
        if is_shown && !std::mem::replace(&mut self.has_waited, true) {
            say(format!(
                "waiting {} for {} to be settled",
                whole(left),
                summary::profiles(profiles)
            ));
        }
    }

    fn finish(&self) {
        let more = self.count.saturating_sub(LISTED);
        if more > 0 {
            let more = summary::counted(more, "more profile that is", "more profiles that are");
            say(format!("and {more} not done"));
        }
        let more = self.notes.saturating_sub(LISTED);
        if more > 0 {
            let more = summary::counted(more, "more such note", "more such notes");
            say(format!("and {more}; `billing bulk explain` has each"));
        }
    }
}
