//! A mirror of the token bucket that a service keeps.

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
    /// Returns a full bucket.
    pub(crate) fn full(capacity: f64, rate: f64, now: f64) -> Self {
        Self {
            capacity,
            rate,
            level: capacity,
            at: now,
        }
    }

    /// Returns the number of tokens. `share` of the rate is counted on.
    pub(crate) fn level(&self, now: f64, share: f64) -> f64 {
        (self.level + self.rate * share * (now - self.at)).min(self.capacity)
    }

    /// Returns when there will be this many tokens; a bucket never holds more than its capacity.
    pub(crate) fn time_of(&self, tokens: f64, share: f64) -> f64 {
        self.at + (tokens.min(self.capacity) - self.level) / (self.rate * share)
    }

    /// Sets the number of tokens.
    pub(crate) fn set_level(&mut self, now: f64, level: f64) {
        self.level = level.min(self.capacity);
        self.at = now;
    }
}
