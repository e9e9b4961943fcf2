//! The states of a profile in a run, and the transitions between them.

use std::fmt;

use billing_core::RequestId;
use bytes::Bytes;
use serde::{Serialize, Serializer};

use crate::document::Document;
use crate::target::{Cause, ResponseIds};

/// The state of a profile in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Nothing was sent, or what was sent is known to have changed nothing.
    Planned,
    /// A write may have been sent; its outcome is not recorded.
    Sending,
    /// The service has accepted the write; its operation may still run.
    Accepted,
    /// The planned values are stored.
    Done,
    /// Nothing had to be written.
    Unchanged,
    /// The profile was not changed as planned, for a recorded cause.
    Failed,
    /// Someone else changed the profile; it was left alone.
    Conflict,
    /// Whether the write took effect is not known, and it is not sent again without a decision.
    Unknown,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::Planned,
        Self::Sending,
        Self::Accepted,
        Self::Done,
        Self::Unchanged,
        Self::Failed,
        Self::Conflict,
        Self::Unknown,
    ];

    /// Every state in the order in which people read them: what has ended comes first.
    pub const FOR_PEOPLE: [Self; 8] = [
        Self::Done,
        Self::Unchanged,
        Self::Failed,
        Self::Conflict,
        Self::Unknown,
        Self::Accepted,
        Self::Sending,
        Self::Planned,
    ];

    /// Returns what the state means, in a few words.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Planned => "not sent yet",
            Self::Sending => "sent, and the outcome is not recorded yet",
            Self::Accepted => "the service is still working on it",
            Self::Done => "the planned values are stored",
            Self::Unchanged => "nothing had to be written",
            Self::Failed => "not changed as planned",
            Self::Conflict => "changed by someone else and left alone",
            Self::Unknown => "it is not known whether the write took effect",
        }
    }

    /// Returns the name as journals and JSON have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Sending => "sending",
            Self::Accepted => "accepted",
            Self::Done => "done",
            Self::Unchanged => "unchanged",
            Self::Failed => "failed",
            Self::Conflict => "conflict",
            Self::Unknown => "unknown",
        }
    }

    /// Returns the state with this name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Returns whether `apply` never touches a profile in this state again.
    pub fn is_settled(self) -> bool {
        !matches!(self, Self::Planned | Self::Sending | Self::Accepted)
    }

    /// Returns whether no verb needs the data of a profile in this state any more.
    pub(crate) fn may_be_erased(self) -> bool {
        matches!(
            self,
            Self::Done | Self::Unchanged | Self::Failed | Self::Conflict
        )
    }

    /// Returns whether the state machine allows this transition.
    pub fn may_become(self, next: Self) -> bool {
        use State::{Accepted, Conflict, Done, Failed, Planned, Sending, Unchanged, Unknown};
        match self {
            // `Done` only after an attempt, of which a copy has arrived later.
            Planned => matches!(
                next,
                Planned | Sending | Done | Unchanged | Failed | Conflict
            ),
            // Back to `Planned` only if the attempt is known to have changed nothing.
            Sending => matches!(
                next,
                Planned | Sending | Accepted | Done | Failed | Conflict | Unknown
            ),
            Accepted => matches!(next, Accepted | Done | Failed | Conflict | Unknown),
            // `reconcile` only: found applied, changed by others, sent once more on purpose, or
            // looked at without a decision.
            Unknown => matches!(next, Sending | Done | Failed | Conflict | Unknown),
            Done | Unchanged | Failed | Conflict => false,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How many profiles are in each state.
///
/// ```
/// use billing_bulk::journal::{Counts, State};
///
/// let mut counts = Counts::default();
/// counts.add(State::Done, 2);
/// assert_eq!((counts.of(State::Done), counts.total()), (2, 2));
/// assert!(format!("{counts:?}").contains("Done: 2"));
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts([u64; 8]);

impl Counts {
    /// Returns the number of profiles in a state.
    pub fn of(&self, state: State) -> u64 {
        let counts = State::ALL.iter().zip(self.0);
        counts.filter(|(it, _)| **it == state).map(|(_, n)| n).sum()
    }

    /// Adds profiles in a state.
    pub fn add(&mut self, state: State, profiles: u64) {
        for (it, count) in State::ALL.iter().zip(&mut self.0) {
            if *it == state {
                *count = count.saturating_add(profiles);
            }
        }
    }

    /// Returns the number of profiles.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }
}

impl fmt::Debug for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let states = State::ALL.iter().map(|state| (state, self.of(*state)));
        f.debug_map().entries(states).finish()
    }
}

/// An object with a member for each state.
impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let states = State::ALL.iter();
        serializer.collect_map(states.map(|state| (state.as_str(), self.of(*state))))
    }
}

/// A step of a profile in a run.
#[derive(Clone)]
pub enum Transition {
    /// A write is about to be sent: `Planned`, `Sending` or `Unknown` → `Sending`.
    Send {
        /// 1 for the first attempt; a repeated attempt under the same id keeps its number.
        attempt: u32,
        /// The id under which the service knows the write.
        request_id: RequestId,
        /// The exact body.
        body: Bytes,
        /// The etag that the profile must still have.
        if_match: Option<String>,
    },
    /// No response came to the attempt, or none that tells its outcome: `Sending` → `Sending`.
    NoResponse(Cause),
    /// The attempt is known to have changed nothing and may be made again: `Sending` → `Planned`.
    Return(Cause),
    /// The service has accepted the write: `Sending` or `Accepted` → `Accepted`.
    Accept {
        /// The resume token.
        token: String,
        /// The ids of the response.
        ids: ResponseIds,
    },
    /// The planned values are stored.
    Finish {
        /// The document as the service stored it.
        after: Document,
        /// The ids of the response that shows it.
        ids: ResponseIds,
        /// What is noted in the history about other members of the profile.
        note: Option<Cause>,
    },
    /// Nothing has to be written.
    Skip {
        /// Why.
        cause: Cause,
        /// The document as it was read last; `None` if it was not read since the plan.
        after: Option<Document>,
    },
    /// The profile was not changed as planned.
    Fail(Cause),
    /// Someone else changed the profile.
    Conflict(Cause),
    /// Whether the write took effect is not known, or not known yet: `Unknown` → `Unknown` after
    /// another look at the profile.
    Lose(Cause),
}

impl Transition {
    /// Returns the state after this transition.
    pub fn next(&self) -> State {
        match self {
            Self::Send { .. } | Self::NoResponse(_) => State::Sending,
            Self::Return(_) => State::Planned,
            Self::Accept { .. } => State::Accepted,
            Self::Finish { .. } => State::Done,
            Self::Skip { .. } => State::Unchanged,
            Self::Fail(_) => State::Failed,
            Self::Conflict(_) => State::Conflict,
            Self::Lose(_) => State::Unknown,
        }
    }
}

// The body is about a person.
impl fmt::Debug for Transition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Transition(to {})", self.next())
    }
}
