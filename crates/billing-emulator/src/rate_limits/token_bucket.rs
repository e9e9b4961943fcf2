//! A token bucket.

use std::time::{Duration, SystemTime};

use crate::rate_limits::timeline::Timeline;

/// The most requests that a bucket holds, and how it fills.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) capacity: u32,
    /// The requests that come back in `per`.
    pub(super) refill: u32,
    pub(super) per: Duration,
}

/// The level of a token bucket. It is counted in units: a request takes as many as there are
/// nanoseconds in a period, times 1,000, and a nanosecond brings as many as there are requests in a
/// period, times the rate in thousandths. So nothing is rounded.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct TokenBucket {
    /// The units that were taken and have not come back yet.
    missing: u128,
    /// The time of `missing`; `None` before the first request.
    at: Option<SystemTime>,
}

impl Size {
    fn request(self) -> u128 {
        self.per.as_nanos() * 1000
    }

    fn all(self) -> u128 {
        u128::from(self.capacity) * self.request()
    }
}

impl TokenBucket {
    /// Creates a bucket in which so many requests are left at a time.
    pub(super) fn with(size: Size, left: u32, at: SystemTime) -> Self {
        Self {
            missing: size.all().saturating_sub(u128::from(left) * size.request()),
            at: Some(at),
        }
    }

    /// Returns the units that are missing.
    fn missing(&self, size: Size, timeline: Timeline<'_>, now: SystemTime) -> u128 {
        let mut from = self.at.unwrap_or(timeline.since);
        let mut missing = self.missing;
        if let Some(later) = timeline.followed_from(from, now) {
            (from, missing) = (later, 0);
        }
        let filled = |missing: u128, from, to| {
            let brought = timeline.weighted_nanos(from, to) * u128::from(size.refill);
            missing.saturating_sub(brought)
        };
        for (at, requests) in timeline.takes(from, now) {
            missing = filled(missing, from, at) + u128::from(requests) * size.request();
            // The other client takes whole requests, and no more than there are.
            let surplus = missing.saturating_sub(size.all());
            missing -= surplus.div_ceil(size.request()) * size.request();
            from = at;
        }
        // Setting the clock back brings nothing.
        filled(missing, from, now)
    }

    fn units(&self, size: Size, timeline: Timeline<'_>, now: SystemTime) -> u128 {
        size.all().saturating_sub(self.missing(size, timeline, now))
    }

    /// Returns the requests that are left.
    pub(super) fn left(&self, size: Size, timeline: Timeline<'_>, now: SystemTime) -> u32 {
        let left = self.units(size, timeline, now) / size.request();
        u32::try_from(left).unwrap_or(u32::MAX)
    }

    /// Returns the time until the next request; `None` if there is one now. Neither a change of the
    /// rate nor the other client is foreseen.
    pub(super) fn wait(
        &self,
        size: Size,
        timeline: Timeline<'_>,
        now: SystemTime,
    ) -> Option<Duration> {
        let lacking = size
            .request()
            .checked_sub(self.units(size, timeline, now))?;
        let rate = u128::from(size.refill) * u128::from(timeline.thousandths(now));
        let nanos = lacking.div_ceil(rate.max(1));
        (lacking > 0).then(|| Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX)))
    }

    /// Takes a request, or what is left of one.
    pub(super) fn take(&mut self, size: Size, timeline: Timeline<'_>, now: SystemTime) {
        let missing = self.missing(size, timeline, now) + size.request();
        self.missing = missing.min(size.all());
        self.at = Some(now);
    }
}
