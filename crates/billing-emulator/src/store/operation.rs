//! One long-running operation: its links, its change and its progress.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::{
    contract::ApiVersion,
    store::{change::Change, resource::ProfileKey},
};

/// The links under which an operation is polled.
#[derive(Debug, Clone)]
pub(crate) struct Links {
    pub(crate) location: String,
    pub(crate) async_operation: Option<String>,
}

/// What an operation does, from which the messages and the names of its results follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OperationKind {
    Patch,
    Put,
    Delete,
}

/// A change that was accepted and is written when it succeeds.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) target: ProfileKey,
    pub(crate) kind: OperationKind,
    /// The version of the request, which its result has, too.
    pub(crate) version: ApiVersion,
    pub(crate) links: Links,
    pub(crate) progression: Progression,
    /// Taken when the operation succeeds, and dropped when it fails or is canceled.
    pub(crate) change: Option<Change>,
    /// The memory that the change takes.
    pub(crate) weight: usize,
    pub(crate) pace: Pace,
    /// Its progress in polls, including those that the clock stood for.
    pub(crate) polls: u64,
}

/// The speed at which the clock advances an operation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// When the operation was accepted.
    pub(crate) began: SystemTime,
    /// The time in which the clock advances it by `polls` polls.
    pub(crate) time: Duration,
    /// At least 1.
    pub(crate) polls: u32,
    /// Whether polls do not advance it.
    pub(crate) is_by_clock: bool,
}

impl Pace {
    /// Returns the pace of an operation that takes this time for all of its `polls`, whether it is
    /// polled or not.
    pub(crate) fn by_clock(began: SystemTime, time: Duration, polls: u32) -> Self {
        Self {
            began,
            time,
            polls,
            is_by_clock: true,
        }
    }

    /// Returns when the clock has advanced the operation by `polls` polls; `None` if that is after
    /// the last possible time.
    pub(super) fn due(&self, polls: u64) -> Option<SystemTime> {
        let all = u128::from(self.polls).max(1);
        let nanos = self
            .time
            .as_nanos()
            .checked_mul(u128::from(polls))?
            .div_ceil(all);
        let seconds = u64::try_from(nanos / 1_000_000_000).ok()?;
        let rest = u32::try_from(nanos % 1_000_000_000).ok()?;
        self.began.checked_add(Duration::new(seconds, rest))
    }

    /// Returns the number of polls that the clock stands for at `now`.
    pub(super) fn polls_at(&self, now: SystemTime) -> u64 {
        let passed = now.duration_since(self.began).unwrap_or_default();
        let polls = passed
            .as_nanos()
            .saturating_mul(u128::from(self.polls))
            .checked_div(self.time.as_nanos());
        polls.map_or(u64::MAX, |polls| u64::try_from(polls).unwrap_or(u64::MAX))
    }
}

/// The statuses that the polls of an operation find.
#[derive(Debug, Clone)]
pub(crate) enum Progression {
    /// The poll with this number, from 1, and each after it find the operation in this final state.
    /// With 0 the first poll does.
    Ends(u64, OperationState),
    NeverEnds,
    /// Each poll finds the next of these statuses, and the last one from then on. Never empty.
    Names(Arc<[String]>),
}

impl Progression {
    /// Returns the polls that it takes, at least 1: to its end, or to its last status.
    pub(crate) fn polls(&self) -> u32 {
        let last = self.last_poll().or(match self {
            Self::Names(names) => u64::try_from(names.len()).ok(),
            Self::Ends(..) | Self::NeverEnds => None,
        });
        last.map_or(1, |polls| u32::try_from(polls).unwrap_or(u32::MAX).max(1))
    }

    /// Returns the first poll that finds the operation ended, if there is one.
    pub(super) fn last_poll(&self) -> Option<u64> {
        match self {
            Self::Ends(polls, _) => Some(*polls),
            Self::NeverEnds => None,
            Self::Names(names) => {
                let mut numbered = (1..).zip(names.iter());
                let ended =
                    numbered.find(|(_, name)| OperationState::of(name) != OperationState::Running);
                ended.map(|(poll, _)| poll)
            }
        }
    }
}

/// The state that a status means to a client. All but three statuses mean that the operation is
/// running ("Asynchronous API reference", "Azure-AsyncOperation Resource format").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OperationState {
    Running,
    Succeeded,
    Failed,
    Canceled,
}

impl OperationState {
    fn of(name: &str) -> Self {
        let is = |state: &Self| state.name().eq_ignore_ascii_case(name);
        let ended = [Self::Succeeded, Self::Failed, Self::Canceled];
        ended.into_iter().find(is).unwrap_or(Self::Running)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Running => "InProgress",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Canceled => "Canceled",
        }
    }
}

impl Operation {
    /// Returns the status that the latest poll found.
    pub(crate) fn status(&self) -> &str {
        match &self.progression {
            Progression::Ends(polls, end) if self.polls >= *polls => end.name(),
            Progression::Ends(..) | Progression::NeverEnds => OperationState::Running.name(),
            Progression::Names(names) => {
                let polls = usize::try_from(self.polls).unwrap_or(usize::MAX);
                let last = names.len().saturating_sub(1);
                let found = names.get(polls.saturating_sub(1).min(last));
                found.map_or(OperationState::Running.name(), String::as_str)
            }
        }
    }

    pub(crate) fn state(&self) -> OperationState {
        OperationState::of(self.status())
    }

    /// Returns when the clock ends the operation; `None` if it never does.
    pub(super) fn due(&self) -> Option<SystemTime> {
        self.pace.due(self.progression.last_poll()?)
    }
}
