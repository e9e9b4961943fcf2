//! The pace of polling, and its deadline.

use std::time::Duration;

use crate::option_setters::option_setters;
use crate::pipeline::read_back::pause_before;

/// How often an operation is polled, and for how long. How often a failed poll is sent again is the
/// [`RetryPolicy`](crate::RetryPolicy)'s.
///
/// ```
/// use std::time::Duration;
/// use billing_core::PollOptions;
///
/// let options = PollOptions::default()
///     .with_default_interval(Duration::from_secs(10))
///     .with_min_interval(Duration::from_secs(2))
///     .with_max_interval(Duration::from_secs(60))
///     .with_deadline(Duration::from_secs(15 * 60));
/// # drop(options);
/// ```
#[derive(Clone, Debug)]
pub struct PollOptions {
    default_interval: Duration,
    min_interval: Duration,
    max_interval: Duration,
    deadline: Option<Duration>,
}

impl PollOptions {
    /// Sets how long [`wait`](crate::Poller::wait) waits from the moment it is called, the last
    /// response included; without a limit by default.
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

    /// Returns the pause before the read of this number if the service names none: growing, up to
    /// the default.
    pub(super) fn growing(&self, read: u32) -> Duration {
        pause_before(read).min(self.default_interval)
    }

    /// Returns what is left of the deadline; `None` without one.
    pub(super) fn left_after(&self, waited: Duration) -> Option<Duration> {
        Some(self.deadline?.saturating_sub(waited))
    }
}

option_setters! { PollOptions {
    /// Sets the pause if the service names none; 30 seconds by default. While a replica may be
    /// behind, the pauses grow from a second up to this one.
    with_default_interval(default_interval: Duration);

    /// Sets the shortest pause, whatever the service names; 1 second by default.
    with_min_interval(min_interval: Duration);

    /// Sets the longest pause, whatever the service names; 10 minutes by default, the longest that
    /// Resource Manager allows itself ("Asynchronous API reference").
    with_max_interval(max_interval: Duration);
} }

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
