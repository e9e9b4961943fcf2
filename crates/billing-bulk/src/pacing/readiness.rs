//! When requests may be sent, and why they wait.

use std::fmt;
use std::time::Duration;

use crate::pacing::key::Key;

/// When a request may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// Now.
    Ready,
    /// At this time, unless a response says something else before.
    At(Duration),
    /// After the response of the one request that probes a paused key.
    Blocked,
}

impl Readiness {
    /// Returns the later of two.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Blocked, _) | (_, Self::Blocked) => Self::Blocked,
            (Self::At(one), Self::At(other)) => Self::At(one.max(other)),
            (Self::Ready, other) => other,
            (this, Self::Ready) => this,
        }
    }
}

/// The pause that a rejection began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// The key that pauses.
    pub key: Key,
    /// When it ends.
    pub until: Duration,
}

/// Why the requests of a key wait.
///
/// ```
/// # use std::time::Duration;
/// # use billing_bulk::pacing::{Class, Keys, Pacers, Rate, Signal};
/// let mut pacers = Pacers::new(Rate::Learned);
/// let keys = Keys::arm("https://management.azure.com", "4d3cf487", Class::Write);
/// let ticket = pacers.sent(&keys, Duration::ZERO);
/// let signal = Signal { is_refused: true, ..Signal::default() };
/// pacers.received(ticket, Duration::ZERO, &signal);
/// let waiting = pacers.waiting(Duration::ZERO);
/// assert_eq!(waiting[0].to_string(), "arm.write: refused by the service");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The key.
    pub key: Key,
    /// Until when, if the time is known.
    pub until: Option<Duration>,
    /// The reason.
    pub reason: WaitingReason,
}

impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.reason)
    }
}

/// Why the requests of a key wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WaitingReason {
    /// The service refused a request, and the pause has not ended.
    Refused,
    /// One request probes whether the service accepts requests again.
    Probing,
    /// The next request would exceed the rate limit.
    RateLimit,
    /// The next request would exceed the rate of `--rate`.
    Cap,
}

impl fmt::Display for WaitingReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "refused by the service",
            Self::Probing => "one request probes whether the service accepts requests again",
            Self::RateLimit => "the rate limit is used up",
            Self::Cap => "the chosen rate is used up",
        })
    }
}
