//! Times of a run, collected from the histories of its profiles.

use std::time::SystemTime;

use crate::journal::State;
use crate::journal::row::Entry;
use crate::sqlite::time::to_nanos;

/// The code of a 429 because of another operation on the profile, which is no rate limit.
const LOCKED: &str = "RetryableErrorDueToAnotherOperation";

/// What a state means for the progress of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Something is left to do for the run.
    Open,
    /// The planned values are stored.
    Finished,
    /// Someone has to look at it.
    Attention,
}

impl Standing {
    pub(crate) fn of(state: State) -> Self {
        match state {
            State::Planned | State::Sending | State::Accepted => Self::Open,
            State::Done | State::Unchanged => Self::Finished,
            State::Failed | State::Conflict | State::Unknown => Self::Attention,
        }
    }
}

/// A profile that changed its standing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Move {
    /// In milliseconds since 1970.
    pub(crate) time: i64,
    pub(crate) from: Standing,
    pub(crate) to: Standing,
}

/// Times of a run, in milliseconds since 1970.
#[derive(Debug, Default)]
pub(crate) struct Samples {
    /// The first and the last step.
    pub(crate) span: Option<(SystemTime, SystemTime)>,
    pub(crate) moves: Vec<Move>,
    /// When writes were sent.
    pub(crate) sent: Vec<i64>,
    /// When writes were throttled.
    pub(crate) throttled: Vec<i64>,
    /// When writes were sent, and how long their responses took.
    pub(crate) latencies: Vec<(i64, u32)>,
}

/// Returns the milliseconds since 1970.
pub(crate) fn millis(time: SystemTime) -> i64 {
    to_nanos(time).div_euclid(1_000_000)
}

/// Returns whether the step sends a write.
fn is_sent(entry: &Entry) -> bool {
    entry.state == State::Sending && entry.attempt.is_some()
}

/// Returns whether the step is a throttled write.
fn is_throttled(entry: &Entry) -> bool {
    let is_limit = |cause: &crate::target::Cause| cause.status == Some(429) && cause.code != LOCKED;
    entry.state == State::Planned && entry.cause.as_ref().is_some_and(is_limit)
}

impl Samples {
    /// Adds the history of a row, and returns how many writes were sent for it.
    pub(crate) fn add(&mut self, history: &[Entry]) -> u64 {
        let mut writes = 0;
        let mut last: Option<&Entry> = None;
        for entry in history {
            let time = millis(entry.time);
            self.span = Some(match self.span {
                None => (entry.time, entry.time),
                Some((first, last)) => (first.min(entry.time), last.max(entry.time)),
            });
            let from = Standing::of(last.map_or(State::Planned, |last| last.state));
            let to = Standing::of(entry.state);
            if from != to {
                self.moves.push(Move { time, from, to });
            }
            // A write that is sent again, or that another process settles, had no response.
            if let Some(sent) = last.filter(|last| is_sent(last))
                && entry.state != State::Sending
                && entry.holder == sent.holder
                && let Ok(latency) = entry.time.duration_since(sent.time)
            {
                let latency = u32::try_from(latency.as_millis()).unwrap_or(u32::MAX);
                self.latencies.push((millis(sent.time), latency));
            }
            if is_sent(entry) {
                writes += 1;
                self.sent.push(time);
            }
            if is_throttled(entry) {
                self.throttled.push(time);
            }
            last = Some(entry);
        }
        writes
    }
}
