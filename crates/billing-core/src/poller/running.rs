//! The state of a running operation between two polls.

use std::time::Duration;

use crate::error::Error;
use crate::outcome::update_outcome::UpdateOutcome;
use crate::poller::error::not_in_time;
use crate::poller::link::LinkKind;
use crate::poller::report::Progress;
use crate::poller::token::PollToken;

/// The state of a running operation between two polls.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) token: PollToken,
    /// `None` if there is nothing to wait for before the next poll.
    pub(super) last_poll: Option<LastPoll>,
    /// How many polls in a row were answered that there is no such operation.
    pub(super) not_found: u32,
    /// How many reads of the result did not find it: 404, 410, another resource, or none.
    pub(super) misread: u32,
    /// `None` until the resource is read to see the change.
    pub(super) read_backs: Option<ReadBacks>,
}

/// The reads of the resource so far, of which none showed the change.
#[derive(Debug)]
pub(super) struct ReadBacks {
    pub(super) since: Duration,
    pub(super) count: u32,
    pub(super) last: UpdateOutcome,
}

/// The last response to a poll, as far as it says when to poll again.
#[derive(Debug)]
pub(super) struct LastPoll {
    pub(super) at: Duration,
    pub(super) retry_after: Option<Duration>,
    pub(super) progress: Progress,
}

impl Running {
    pub(super) fn new(token: PollToken) -> Self {
        Self {
            token,
            last_poll: None,
            not_found: 0,
            misread: 0,
            read_backs: None,
        }
    }

    /// Returns how many polls in a row did not find the operation or its result.
    #[cfg(feature = "__client")]
    pub(super) fn misses(&self) -> u32 {
        if self.token.kind().reads_back() {
            self.misread
        } else {
            self.not_found.max(self.misread)
        }
    }

    /// Continues to count from the misses of an earlier poller.
    #[cfg(feature = "__client")]
    pub(super) fn set_misses(&mut self, misses: u32) {
        self.misread = misses;
        // Once the resource is read, it is no longer about the operation.
        if !self.token.kind().reads_back() {
            self.not_found = misses;
        }
    }

    /// Polls again after a pause.
    pub(super) fn pause(&mut self, at: Duration, retry_after: Option<Duration>) {
        self.last_poll = Some(LastPoll {
            at,
            retry_after,
            progress: Progress::default(),
        });
    }

    /// Reads the resource from now on, without a pause.
    pub(super) fn read_resource(&mut self, kind: LinkKind) {
        self.token.follow_resource(kind);
        self.last_poll = None;
    }

    pub(super) fn not_in_time(&self, waited: Duration, pause: Duration) -> Error {
        let last = self.read_backs.as_ref().map(|reads| &reads.last);
        not_in_time(&self.token, last, waited, pause)
    }
}
