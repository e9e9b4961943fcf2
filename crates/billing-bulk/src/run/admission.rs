//! How many rows may begin: the tolerance for failures, and the sizes of a canary and of waves.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::hold::Hold;
use crate::journal::State;
use crate::journal::row::Row;
use crate::run::cause;
use crate::target::Cause;

/// How many rows a run may write and may fail.
#[derive(Clone, Debug, Default)]
pub(crate) struct Limits {
    /// More failures than these stop the run.
    pub(crate) max_failures: Option<u64>,
    /// The run stops when it has written this many rows.
    pub(crate) first: Option<u64>,
    /// The numbers of rows that are settled at the end of each wave.
    pub(crate) waves: Vec<u64>,
}

impl Limits {
    /// Returns whether there is one.
    pub(crate) fn is_set(&self) -> bool {
        self.max_failures.is_some() || self.first.is_some() || !self.waves.is_empty()
    }
}

/// Counts the rows that have begun, and tells when no further one may begin.
///
/// A row that has begun may fail until it is settled, so that it counts as a failure as long as it
/// is not. Hence a run never has more failures than one above the limit, whatever happens to the
/// writes in flight and to accepted operations.
pub(crate) struct Admission {
    limits: Limits,
    tally: Mutex<Tally>,
}

#[derive(Default)]
struct Tally {
    /// Rows that have begun and are not settled.
    begun: u64,
    /// Those of them that were sent.
    sent: HashSet<u64>,
    settled: u64,
    /// Settled rows that were sent.
    written: u64,
    failures: u64,
    /// How many waves have ended.
    wave: usize,
}

/// Why no further row may begin.
pub(crate) enum Closed {
    /// Rows that have begun must be settled first.
    Busy,
    /// The run stops.
    Stop(Cause),
    /// The run needs a decision.
    Hold(Hold),
}

impl Admission {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            tally: Mutex::default(),
        }
    }

    /// Returns whether rows are counted.
    pub(crate) fn is_limited(&self) -> bool {
        self.limits.is_set()
    }

    /// Counts a row that an earlier run has settled.
    pub(crate) fn load(&self, row: &Row) {
        if row.changes.is_empty() {
            return;
        }
        let mut tally = self.tally();
        if row.attempt.is_some() {
            tally.sent.insert(row.number);
        }
        tally.settle(row.number, row.state);
    }

    /// Takes the waves for done whose rows are settled. A run that is started again begins the next
    /// one.
    pub(crate) fn skip_waves(&self) {
        let mut tally = self.tally();
        let settled = tally.settled;
        tally.wave = self.limits.waves.partition_point(|end| *end <= settled);
    }

    /// Begins the next wave.
    pub(crate) fn begin_wave(&self) {
        let mut tally = self.tally();
        tally.wave = tally.wave.saturating_add(1);
    }

    /// Returns whether a row may begin.
    pub(crate) fn admits(&self, row: &Row) -> bool {
        row.state != State::Planned || row.changes.is_empty() || !self.is_full(&self.tally())
    }

    /// Counts a row that begins.
    pub(crate) fn begin(&self, row: &Row) {
        if !self.is_limited() || row.changes.is_empty() {
            return;
        }
        let mut tally = self.tally();
        tally.begun = tally.begun.saturating_add(1);
        if row.state != State::Planned {
            tally.sent.insert(row.number);
        }
    }

    /// Notes that the write of a row is sent, or was taken back.
    pub(crate) fn note_sent(&self, row: &Row, is_sent: bool) {
        if !self.is_limited() {
            return;
        }
        let mut tally = self.tally();
        if is_sent {
            tally.sent.insert(row.number);
        } else {
            tally.sent.remove(&row.number);
        }
    }

    /// Takes back that a row has begun, unless something was sent for it.
    pub(crate) fn leave(&self, row: &Row) {
        if !self.is_limited() || row.changes.is_empty() || row.state != State::Planned {
            return;
        }
        let mut tally = self.tally();
        tally.begun = tally.begun.saturating_sub(1);
    }

    /// Counts a row that is settled in this state.
    pub(crate) fn settle(&self, row: &Row, state: State) {
        if !self.is_limited() || row.changes.is_empty() {
            return;
        }
        let mut tally = self.tally();
        tally.begun = tally.begun.saturating_sub(1);
        tally.settle(row.number, state);
    }

    /// Returns why no further row may begin; `None` if one may.
    pub(crate) fn closed(&self) -> Option<Closed> {
        let tally = self.tally();
        if let Some(most) = self
            .limits
            .max_failures
            .filter(|most| tally.failures > *most)
        {
            return Some(Closed::Stop(cause::too_many_failures(tally.failures, most)));
        }
        if !self.is_full(&tally) {
            return None;
        }
        if tally.begun > 0 {
            return Some(Closed::Busy);
        }
        if self
            .limits
            .first
            .is_some_and(|first| tally.written >= first)
        {
            return Some(Closed::Stop(cause::first_written(tally.written)));
        }
        let next = tally.wave.saturating_add(1);
        Some(Closed::Hold(Hold::Wave {
            settled: tally.settled,
            next: self.limits.waves.get(next).copied(),
        }))
    }

    fn is_full(&self, tally: &Tally) -> bool {
        let Tally { begun, .. } = *tally;
        let is_risky = |most: u64| begun.saturating_add(tally.failures) > most;
        let is_written = |first: u64| begun.saturating_add(tally.written) >= first;
        let is_wave_begun = |end: &u64| begun.saturating_add(tally.settled) >= *end;
        self.limits.max_failures.is_some_and(is_risky)
            || self.limits.first.is_some_and(is_written)
            || (self.limits.waves.get(tally.wave)).is_some_and(is_wave_begun)
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        // Nothing panics while the lock is held.
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tally {
    fn settle(&mut self, row: u64, state: State) {
        let was_sent = self.sent.remove(&row);
        let is_failure = matches!(state, State::Failed | State::Unknown);
        self.settled = self.settled.saturating_add(1);
        self.written = self.written.saturating_add(u64::from(was_sent));
        self.failures = self.failures.saturating_add(u64::from(is_failure));
    }
}
