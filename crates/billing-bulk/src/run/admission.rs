//! How many rows may begin: the tolerance for failures, and the sizes of a canary and of waves.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use crate::control::Approval;
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
///
/// The limits are about one plan: rows of other plans do not count, and do not begin.
pub(crate) struct Admission {
    limits: Limits,
    /// The number of the plan.
    plan: OnceLock<u32>,
    tally: Mutex<Tally>,
}

#[derive(Default)]
struct Tally {
    /// Rows that have begun and are not settled.
    begun: u64,
    /// Those of them that were sent.
    sent: HashSet<u64>,
    /// Those whose last write was refused, and that are planned again.
    refused: HashSet<u64>,
    settled: u64,
    /// Settled rows that were sent.
    written: u64,
    failures: u64,
    /// How many rows were settled when somebody last approved a wave.
    approved: u64,
    /// Whether the next wave is approved, and that is not recorded yet.
    is_approved: bool,
    /// Whether the run stops at the end of a wave.
    is_stopped: bool,
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
            plan: OnceLock::new(),
            tally: Mutex::default(),
        }
    }

    /// Returns whether rows are counted.
    pub(crate) fn is_limited(&self) -> bool {
        self.limits.is_set()
    }

    /// Sets the plan that the limits are about.
    pub(crate) fn set_plan(&self, plan: u32) {
        // It is empty until here.
        let _ = self.plan.set(plan);
    }

    /// Returns whether a row waits for a start with its own plan, or without limits.
    pub(crate) fn leaves_to_its_plan(&self, row: &Row) -> bool {
        self.is_limited()
            && row.state == State::Planned
            && self.plan.get().is_some_and(|plan| *plan != row.generation)
    }

    fn counts(&self, row: &Row) -> bool {
        self.is_limited()
            && !row.changes.is_empty()
            && self.plan.get().is_none_or(|plan| *plan == row.generation)
    }

    /// Counts a row that an earlier run has settled.
    pub(crate) fn load(&self, row: &Row) {
        if !self.counts(row) {
            return;
        }
        let mut tally = self.tally();
        if row.attempt.is_some() {
            tally.sent.insert(row.number);
        }
        tally.settle(row.number, row.state);
    }

    /// Takes over how far the waves are approved. After a stop at the end of a wave, this start
    /// approves the next one.
    pub(crate) fn load_approval(&self, approval: Option<Approval>) {
        let of_this_plan = |it: &Approval| self.plan.get() == Some(&it.plan);
        if let Some(approval) = approval.filter(of_this_plan) {
            let mut tally = self.tally();
            tally.approved = approval.settled;
            tally.is_approved = approval.has_stopped && !self.limits.waves.is_empty();
        }
    }

    /// Approves the next wave, which begins when that is [recorded](Self::begin_wave).
    pub(crate) fn approve(&self) {
        self.tally().is_approved = true;
    }

    /// Returns the approval that is to be recorded.
    pub(crate) fn approval(&self) -> Option<Approval> {
        let plan = *self.plan.get()?;
        let tally = self.tally();
        (tally.is_approved || tally.is_stopped).then_some(Approval {
            plan,
            settled: match tally.is_approved {
                true => tally.settled,
                false => tally.approved,
            },
            has_stopped: tally.is_stopped,
        })
    }

    /// Begins the wave of a recorded approval.
    pub(crate) fn begin_wave(&self, approval: Approval) {
        let mut tally = self.tally();
        tally.approved = approval.settled;
        tally.is_approved = false;
    }

    /// Notes that the run stops at the end of a wave, because it has no one to ask.
    pub(crate) fn stop_at_wave(&self) {
        self.tally().is_stopped = true;
    }

    /// Returns whether a row may begin.
    pub(crate) fn admits(&self, row: &Row) -> bool {
        row.state != State::Planned || !self.counts(row) || !self.is_full(&self.tally())
    }

    /// Counts a row that begins.
    pub(crate) fn begin(&self, row: &Row) {
        if !self.counts(row) {
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
        if !self.counts(row) {
            return;
        }
        let mut tally = self.tally();
        if is_sent {
            tally.sent.insert(row.number);
        } else {
            tally.sent.remove(&row.number);
            tally.refused.insert(row.number);
        }
    }

    /// Takes back that a row has begun, unless something was sent for it.
    pub(crate) fn leave(&self, row: &Row) {
        if !self.counts(row) || row.state != State::Planned {
            return;
        }
        let mut tally = self.tally();
        tally.begun = tally.begun.saturating_sub(1);
    }

    /// Counts a row that is settled in this state.
    pub(crate) fn settle(&self, row: &Row, state: State) {
        if !self.counts(row) {
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
        if let Some(first) = self.limits.first.filter(|first| tally.written >= *first) {
            let cause = cause::first_written(tally.written, first);
            return Some(Closed::Stop(cause));
        }
        Some(Closed::Hold(Hold::Wave {
            settled: tally.settled,
            next: self.wave_after(tally.settled),
        }))
    }

    fn is_full(&self, tally: &Tally) -> bool {
        let Tally { begun, .. } = *tally;
        let is_risky = |most: u64| begun.saturating_add(tally.failures) > most;
        let is_written = |first: u64| begun.saturating_add(tally.written) >= first;
        let is_wave_begun = |end: &u64| begun.saturating_add(tally.settled) >= *end;
        self.limits.max_failures.is_some_and(is_risky)
            || self.limits.first.is_some_and(is_written)
            || (self.wave_after(tally.approved)).is_some_and(|end| is_wave_begun(&end))
    }

    /// Returns the end of the first wave that ends with more settled rows than these.
    fn wave_after(&self, settled: u64) -> Option<u64> {
        let mut ends = self.limits.waves.iter().copied();
        ends.find(|end| *end > settled)
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        // Nothing panics while the lock is held.
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tally {
    fn settle(&mut self, row: u64, state: State) {
        // A write that was refused may still arrive once more. Then the values are there by this
        // run, or were there until somebody else changed them.
        let was_refused = self.refused.remove(&row) && state == State::Conflict;
        let was_sent = self.sent.remove(&row) || was_refused || state == State::Done;
        let is_failure = matches!(state, State::Failed | State::Unknown);
        self.settled = self.settled.saturating_add(1);
        self.written = self.written.saturating_add(u64::from(was_sent));
        self.failures = self.failures.saturating_add(u64::from(is_failure));
    }
}
