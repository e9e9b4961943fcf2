//! What happens to a row after a step, and what a waiting row keeps in memory.

use std::cmp::Ordering;
use std::time::Duration;

/// What happens to a row after a step.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Next {
    /// Nothing more in this run.
    Settled,
    /// The run stops; the row stays as it was recorded.
    Left,
    /// The row takes another step at a later time.
    Later(Later),
    /// The row takes another step when the run has no hold any more.
    Held(Later),
    /// The row was refused with 403, and is decided about with others.
    Aside,
    /// An accepted write that has not finished in the time for polling.
    Unfinished,
    /// A write that did not take effect and may be sent once more.
    Resendable(u64),
}

/// A row that waits for its next step. Everything else of it is in the journal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Later {
    pub(crate) row: u64,
    /// The time of the next step, by `Clock::elapsed`, in milliseconds.
    due: u64,
    pub(crate) progress: Progress,
}

/// What a run remembers of a row between two of its steps. A run that is resumed begins without it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress {
    /// When the phase began, by `Clock::elapsed`, in milliseconds.
    pub(crate) since: u64,
    /// How many steps of the phase did not lead further.
    pub(crate) tries: u16,
    /// How many polls in a row did not find the operation.
    pub(crate) misses: u8,
    pub(crate) phase: Phase,
    /// Whether the write was sent once more in this run of `reconcile`.
    pub(crate) is_resent: bool,
    /// How often the profile was compared again because its write had waited for too long.
    pub(crate) comparisons: u8,
}

/// Why a row waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Its state says what comes next.
    Normal,
    /// The service reported success, and the profile does not show it yet.
    Confirm,
    /// The outcome of its write can only be read from the profile.
    ReadBack,
    /// Its write may be sent once more.
    Resend,
}

impl Progress {
    /// Returns the progress of a row whose phase begins now.
    pub(crate) fn starting(now: Duration, phase: Phase) -> Self {
        Self {
            since: millis(now),
            tries: 0,
            misses: 0,
            phase,
            is_resent: false,
            comparisons: 0,
        }
    }

    /// Returns the same progress in another phase, which begins now.
    pub(crate) fn in_phase(self, now: Duration, phase: Phase) -> Self {
        Self {
            is_resent: self.is_resent,
            ..Self::starting(now, phase)
        }
    }

    /// Returns the same progress after a step that did not lead further.
    pub(crate) fn after_try(self) -> Self {
        Self {
            tries: self.tries.saturating_add(1),
            ..self
        }
    }

    /// Returns the same progress of a row whose profile is compared again.
    pub(crate) fn after_wait(self) -> Self {
        Self {
            comparisons: self.comparisons.saturating_add(1),
            ..self
        }
    }

    /// Returns how long the phase has lasted.
    pub(crate) fn lasted(self, now: Duration) -> Duration {
        now.saturating_sub(Duration::from_millis(self.since))
    }

    /// Returns the pause before the next step: 1 second, doubled with each try, at most `longest`.
    pub(crate) fn pause(self, longest: Duration) -> Duration {
        let doubled = 2_u64.saturating_pow(u32::from(self.tries.min(32)));
        Duration::from_secs(doubled).min(longest)
    }

    /// Returns the wait of a row until `due`.
    pub(crate) fn at(self, row: u64, due: Duration) -> Later {
        Later {
            row,
            due: millis(due),
            progress: self,
        }
    }
}

impl Later {
    pub(crate) fn due(self) -> Duration {
        Duration::from_millis(self.due)
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

// The heap of waiting rows has the earliest first, and rows of the same time by their number.
impl Ord for Later {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.due, other.row).cmp(&(self.due, self.row))
    }
}

impl PartialOrd for Later {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Later {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Later {}

#[cfg(test)]
mod tests {
    use std::collections::BinaryHeap;
    use std::time::Duration;

    use super::{Later, Phase, Progress};

    #[test]
    fn waiting_row_takes_32_bytes() {
        assert_eq!(size_of::<Later>(), 32);
    }

    #[test]
    fn waiting_rows_are_taken_by_time_and_then_by_number() {
        let start = Progress::starting(Duration::ZERO, Phase::Normal);
        let rows = [(7, 30), (2, 10), (9, 10), (1, 20)];
        let mut heap: BinaryHeap<Later> = rows
            .into_iter()
            .map(|(row, due)| start.at(row, Duration::from_secs(due)))
            .collect();
        let order: Vec<u64> = std::iter::from_fn(|| heap.pop()).map(|it| it.row).collect();
        assert_eq!(order, [2, 9, 1, 7]);
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let mut progress = Progress::starting(Duration::ZERO, Phase::Normal);
        let mut pauses = Vec::new();
        for _ in 0..7 {
            pauses.push(progress.pause(Duration::from_secs(30)).as_secs());
            progress = progress.after_try();
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 30, 30]);
    }
}
