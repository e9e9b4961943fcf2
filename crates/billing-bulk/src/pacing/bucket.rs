//! A mirror of the token bucket that a service keeps.

use crate::pacing::signal::Limit;
use crate::pacing::time::seconds;

/// The lowest rate that is learned: a request per minute is worth a try, and a rate near 0 would
/// never be found to be wrong.
const LOWEST: f64 = 1.0 / 60.0;

/// The time in which a bucket of unknown capacity is taken to fill.
pub(crate) const FILL: f64 = 20.0;

/// A token bucket as the client sees it. Tokens come back at a rate, and a request takes one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    /// The most tokens that it holds.
    pub(crate) capacity: f64,
    /// Tokens per second.
    pub(crate) rate: f64,
    level: f64,
    at: f64,
}

impl Bucket {
    pub(crate) fn new(capacity: f64, rate: f64, level: f64, now: f64) -> Self {
        Self {
            capacity,
            rate,
            level,
            at: now,
        }
    }

    /// Returns an empty bucket of which only the rate is known, from what was delivered.
    pub(crate) fn of_rate(rate: f64, now: f64) -> Self {
        let rate = rate.max(LOWEST);
        Self::new((rate * FILL).max(1.0), rate, 0.0, now)
    }

    /// Returns the full bucket of a number of requests in an interval.
    pub(crate) fn of_limit(limit: Limit, now: f64) -> Self {
        let capacity = f64::from(limit.requests.max(1));
        let rate = capacity / seconds(limit.interval).max(1.0);
        Self::new(capacity, rate, capacity, now)
    }

    /// Returns the number of tokens if this share of the rate is counted on.
    pub(crate) fn level(&self, now: f64, share: f64) -> f64 {
        (self.level + self.rate * share * (now - self.at)).min(self.capacity)
    }

    /// Returns when there will be this many tokens; a bucket never holds more than its capacity.
    pub(crate) fn time_of(&self, tokens: f64, share: f64) -> f64 {
        self.at + (tokens.min(self.capacity) - self.level) / (self.rate * share)
    }

    /// Returns the time in which an empty bucket fills.
    pub(crate) fn fill_time(&self) -> f64 {
        self.capacity / self.rate
    }

    /// Sets the number of tokens.
    pub(crate) fn set_level(&mut self, now: f64, level: f64) {
        self.level = level.min(self.capacity);
        self.at = now;
    }

    /// Changes the rate from now on.
    pub(crate) fn set_rate(&mut self, now: f64, share: f64, rate: f64) {
        self.set_level(now, self.level(now, share));
        self.rate = rate.max(LOWEST.min(self.rate));
    }
}
