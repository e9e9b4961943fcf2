//! A rate limit of a service in memory, which counts reads, writes and polls together.

use std::time::Duration;

use billing_bulk::ProfileId;
use billing_bulk::target::{Attempt, FailureKind};
use billing_core::Clock as _;

use crate::support::service::{FakeService, failed};

/// A number of requests in a window of time.
#[derive(Clone, Debug)]
pub(crate) struct Limit {
    pub(crate) requests: usize,
    pub(crate) interval: Duration,
    pub(crate) is_fixed: bool,
    /// Whether each profile has a window of its own.
    pub(crate) is_per_profile: bool,
    pub(crate) retry_after: RetryAfter,
}

/// The pause that a rejection names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum RetryAfter {
    Right,
    /// A second, however long it takes.
    Short,
    /// Three times as long as it takes.
    Long,
    Missing,
}

/// A limit, and the requests that it has let through.
#[derive(Clone)]
pub(super) struct Counted {
    limit: Limit,
    log: Vec<(Duration, ProfileId)>,
}

impl Counted {
    /// Lets a request through, or returns how long it takes until there is room.
    fn admit(&mut self, now: Duration, profile: &ProfileId) -> Result<(), Duration> {
        let Limit { interval, .. } = self.limit;
        let window = |time: Duration| time.as_nanos() / interval.as_nanos();
        let is_fixed = self.limit.is_fixed;
        self.log.retain(|(time, _)| match is_fixed {
            true => window(*time) == window(now),
            false => *time + interval > now,
        });
        let is_counted = |of: &ProfileId| !self.limit.is_per_profile || of.key() == profile.key();
        let counted = self.log.iter().filter(|(_, of)| is_counted(of));
        let mut times: Vec<Duration> = counted.map(|(time, _)| *time).collect();
        if times.len() < self.limit.requests {
            self.log.push((now, profile.clone()));
            return Ok(());
        }
        times.sort_unstable();
        let windows = u32::try_from(window(now) + 1).unwrap();
        Err(match is_fixed {
            true => interval * windows - now,
            false => times[times.len() - self.limit.requests] + interval - now,
        })
    }
}

impl FakeService {
    /// Limits the requests from now on. Of each window, all requests but one are used up, by
    /// someone else, a second apart.
    pub(crate) fn limit(&self, limit: Limit, profiles: &[ProfileId]) {
        let now = self.clock.elapsed();
        let used = (1..limit.requests).flat_map(|number| {
            let time = now.saturating_sub(Duration::from_secs(number as u64));
            profiles.iter().map(move |profile| (time, profile.clone()))
        });
        let log = used.collect();
        self.lock().limit = Some(Counted { limit, log });
    }

    /// Counts a request; refuses it if the limit is used up.
    pub(super) fn throttled<T>(&self, request: &str, profile: &ProfileId) -> Option<Attempt<T>> {
        let now = self.clock.elapsed();
        let mut content = self.lock();
        let counted = content.limit.as_mut()?;
        let wait = counted.admit(now, profile).err()?;
        let seconds = Duration::from_secs(wait.as_secs() + 1);
        let retry_after = match counted.limit.retry_after {
            RetryAfter::Right => Some(seconds),
            RetryAfter::Short => Some(Duration::from_secs(1)),
            RetryAfter::Long => Some(seconds * 3),
            RetryAfter::Missing => None,
        };
        content.log.push(format!("throttled {request}"));
        let mut attempt = failed(FailureKind::Throttled);
        attempt.signal.retry_after = retry_after;
        Some(attempt)
    }
}
