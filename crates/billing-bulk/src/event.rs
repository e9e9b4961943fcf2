//! What happens during a run, as a stream of events.

use std::time::SystemTime;

use crate::hold::Hold;
use crate::profile::ProfileId;
use crate::target::Cause;

/// Something that happened during a run.
#[derive(Clone, Debug)]
pub struct Event {
    /// When.
    pub time: SystemTime,
    /// The profile; `None` for an event of the whole run.
    pub profile: Option<ProfileId>,
    /// What happened.
    pub kind: EventKind,
}

/// What happened.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum EventKind {
    /// The run begins or resumes.
    Run {
        /// The journal's id.
        id: String,
        /// Whether it was begun before.
        is_resumed: bool,
        /// The number of profiles.
        profiles: u64,
    },
    /// A write is being sent.
    Sent {
        /// 1 for the first attempt.
        attempt: u32,
        /// The id of the request.
        request_id: String,
    },
    /// The service has accepted a write and takes its time.
    Accepted,
    /// The planned values are stored.
    Done {
        /// Whether they were there without a write.
        is_unchanged: bool,
        /// What is noted about other members of the profile.
        note: Option<Cause>,
    },
    /// The profile has failed; it was not changed, or not as planned.
    Failed(Cause),
    /// Someone else changed the profile.
    Conflict(Cause),
    /// Whether the write took effect is not known.
    Unknown(Cause),
    /// A rate limit was exceeded; requests pause.
    Throttled {
        /// The paused key, such as `arm.write`.
        key: String,
        /// How long.
        pause: std::time::Duration,
    },
    /// How fast writes are sent: told every few seconds while they are.
    Pace {
        /// Writes per second.
        rate: f64,
        /// The part of the write rate that the service allows, as far as that is known: 1 is all of
        /// it.
        quota: Option<f64>,
    },
    /// No new write is sent for now, for this reason.
    Paused(Hold),
    /// This reason is over. Writes are sent again if there is no other.
    Resumed(Hold),
    /// `reconcile` waits until the last attempts are old enough to be taken for lost.
    Waiting {
        /// How many profiles are waited for.
        profiles: u64,
        /// How long the next of them waits.
        left: std::time::Duration,
    },
    /// The run has ended or stopped.
    Summary {
        /// How many profiles are in each state.
        counts: crate::journal::Counts,
        /// Why it stopped before its end, if it did.
        stopped: Option<Cause>,
        /// The head of the journal's chain.
        head: crate::journal::Hash,
    },
}
