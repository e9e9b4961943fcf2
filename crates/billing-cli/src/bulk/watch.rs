//! Watches a run of another process until it ends.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use billing_bulk::journal::{Counts, JournalReader, State};
use billing_bulk::run::Status;
use billing_core::Clock;

use crate::bulk::journal;
use crate::bulk::meter::{BAR, Meter};
use crate::bulk::progress::whole;
use crate::bulk::summary::number;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::escape::one_line;
use crate::output::stderr::say;

/// How often the journal is read.
const EVERY: Duration = Duration::from_secs(1);

/// How often a line is written without a bar.
const LINE_EVERY: Duration = Duration::from_secs(30);

/// The time over which the rate is measured.
const MEASURED: Duration = Duration::from_secs(30);

/// Opens the journal of a run when the run has begun, and says on stderr what it waits for.
///
/// # Errors
/// The journal cannot be read.
pub(super) async fn begun(name: &str, clock: &dyn Clock) -> Result<Arc<dyn JournalReader>> {
    let mut has_told = false;
    loop {
        let reader = journal::find(name).await?;
        let is_missing = reader.is_none();
        if let Some(reader) = reader.filter(|reader| reader.info().has_begun) {
            return Ok(reader);
        }
        if !std::mem::replace(&mut has_told, true) {
            let name = one_line(&journal::shown(name));
            say(match is_missing {
                true => format!("waiting for a run to begin: there is no journal {name} yet"),
                false => format!("waiting for the run of {name} to begin"),
            });
        }
        clock.sleep(EVERY).await;
    }
}

/// Shows how far a run is, as a bar if it is wanted and stderr is a terminal, else with `write`.
/// Returns the last status when no process works on the run any more.
///
/// # Errors
/// The journal cannot be read, or a line cannot be written.
pub(super) async fn until_end(
    reader: &dyn JournalReader,
    clock: &dyn Clock,
    has_bar: bool,
    write: impl Fn(&Status, &str) -> Result,
) -> Result<Status> {
    let meter = Meter::start(has_bar, BAR);
    let mut rate = MeasuredRate::default();
    let mut line_due = clock.elapsed();
    loop {
        let status = Status::of(reader).await;
        let status = status.map_err(|error| Failure::new(Exit::Failed, error))?;
        if status.holder.is_none() {
            return Ok(status);
        }
        let now = clock.elapsed();
        let total = status.counts.total();
        let settled = total.saturating_sub(status.open());
        let text = text(&status, rate.note(now, settled));
        meter.tell(text.clone(), settled, total);
        if meter.is_hidden() && now >= line_due {
            line_due = now.saturating_add(LINE_EVERY);
            write(&status, &text)?;
        }
        clock.sleep(EVERY).await;
    }
}

/// Returns how far a run is, in one line.
fn text(status: &Status, rate: Option<f64>) -> String {
    let counts: &Counts = &status.counts;
    let of = |states: &[State]| states.iter().map(|state| counts.of(*state)).sum::<u64>();
    let open = status.open();
    let total = counts.total();
    let mut text = format!(
        "{} of {}",
        number(total.saturating_sub(open)),
        number(total)
    );
    let failed = of(&[State::Failed, State::Conflict, State::Unknown]);
    if failed > 0 {
        text.push_str(&format!(", {} failed", number(failed)));
    }
    let in_flight = of(&[State::Sending, State::Accepted]);
    text.push_str(&format!(", {} in flight", number(in_flight)));
    if let Some(rate) = rate {
        text.push_str(&format!(", {rate:.1}/s"));
        let open = u32::try_from(open).unwrap_or(u32::MAX);
        if let Ok(left) = Duration::try_from_secs_f64(f64::from(open) / rate) {
            text.push_str(&format!(", {} left", whole(left)));
        }
    }
    if let Some(wait) = status.waits.first() {
        text.push_str(&format!(", waiting: {}", one_line(&wait.message)));
    }
    text
}

/// How many profiles are settled per second.
#[derive(Default)]
struct MeasuredRate(VecDeque<(Duration, u64)>);

impl MeasuredRate {
    /// Notes how many profiles are settled at a time, and returns the rate if there is one.
    fn note(&mut self, now: Duration, settled: u64) -> Option<f64> {
        self.0.push_back((now, settled));
        while self.0.len() > 2
            && let Some((time, _)) = self.0.front()
            && now.saturating_sub(*time) > MEASURED
        {
            self.0.pop_front();
        }
        let (time, before) = self.0.front()?;
        let time = now.saturating_sub(*time);
        let count = u32::try_from(settled.saturating_sub(*before)).ok()?;
        (count > 0 && !time.is_zero()).then(|| f64::from(count) / time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use billing_bulk::journal::{Counts, Hash, State};
    use billing_bulk::run::Status;

    use super::{MeasuredRate, text};

    #[test]
    fn rate_is_that_of_the_last_half_minute() {
        let mut rate = MeasuredRate::default();
        let mut note = |seconds, settled| rate.note(Duration::from_secs(seconds), settled);
        assert_eq!(note(0, 100), None);
        assert_eq!(note(10, 300), Some(20.0));
        assert_eq!(note(30, 400), Some(10.0));
        assert_eq!(note(60, 400), None);
    }

    #[test]
    fn line_counts_what_the_journal_has() {
        let mut counts = Counts::default();
        for (state, count) in [
            (State::Done, 1_200),
            (State::Failed, 2),
            (State::Unknown, 1),
            (State::Accepted, 4),
            (State::Planned, 96),
        ] {
            counts.add(state, count);
        }
        let status = Status {
            id: "7".to_owned(),
            plan_digest: String::new(),
            bindings: Vec::new(),
            counts,
            last_change: None,
            holder: None,
            head: Hash::default(),
            waits: Vec::new(),
            polls: None,
            stopped: None,
        };
        assert_eq!(text(&status, None), "1,203 of 1,303, 3 failed, 4 in flight");
        assert_eq!(
            text(&status, Some(2.5)),
            "1,203 of 1,303, 3 failed, 4 in flight, 2.5/s, 40s left"
        );
    }
}
