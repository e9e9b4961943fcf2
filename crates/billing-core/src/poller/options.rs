//! The pace and the patience of polling. It is not the pace of retrying.

use std::time::Duration;

use crate::pipeline::pause_before;

/// How often to ask, and for how long.
#[derive(Clone, Debug)]
pub struct PollOptions {
    default_interval: Duration,
    min_interval: Duration,
    max_interval: Duration,
    deadline: Option<Duration>,
}

impl PollOptions {
    /// The pause where the service names none; 30 seconds by default. Where a replica may be behind, the
    /// pauses grow from a second up to this one.
    #[must_use]
    pub fn with_default_interval(mut self, interval: Duration) -> Self {
        self.default_interval = interval;
        self
    }

    /// The shortest pause, whatever the service names; 1 second by default.
    #[must_use]
    pub fn with_min_interval(mut self, interval: Duration) -> Self {
        self.min_interval = interval;
        self
    }

    /// The longest pause, whatever the service names; 10 minutes by default, the most that Resource
    /// Manager allows itself ("Asynchronous API reference").
    #[must_use]
    pub fn with_max_interval(mut self, interval: Duration) -> Self {
        self.max_interval = interval;
        self
    }

    /// How long [`wait`](super::Poller::wait) waits from the moment it is called, the last answer
    /// included; without a limit by default.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    pub(super) fn interval(&self, retry_after: Option<Duration>) -> Duration {
        match retry_after {
            Some(asked) => asked.max(self.min_interval).min(self.max_interval),
            None => self.default_interval,
        }
    }

    /// The pause before the look of this number where the service names none: growing, up to the default.
    pub(super) fn growing(&self, look: u32) -> Duration {
        pause_before(look).min(self.default_interval)
    }

    /// What is left of the deadline; `None` without one.
    pub(super) fn left_after(&self, waited: Duration) -> Option<Duration> {
        Some(self.deadline?.saturating_sub(waited))
    }
}

impl Default for PollOptions {
    fn default() -> Self {
        Self {
            default_interval: Duration::from_secs(30),
            min_interval: Duration::from_secs(1),
            max_interval: Duration::from_secs(600),
            deadline: None,
        }
    }
}
