//! What a rate limit has counted of one caller.

use std::{
    collections::VecDeque,
    time::{Duration, SystemTime},
};

use crate::rate_limits::{
    limit::{Algorithm, RateLimit, RemainingHeader},
    timeline::Timeline,
    token_bucket::{Size, TokenBucket},
    window::{FixedWindow, SlidingWindow, Span},
};

/// The most numbers that are kept for a header that is stale.
const MOST_KEPT: usize = 100_000;

#[derive(Debug, Clone)]
enum Count {
    TokenBucket(Size, TokenBucket),
    FixedWindow(Span, FixedWindow),
    SlidingWindow(Span, SlidingWindow),
}

/// The requests that a rate limit has counted together.
#[derive(Debug, Clone)]
pub(super) struct Meter {
    count: Count,
    /// The number of the request that last used it.
    pub(super) used: u64,
    /// The requests that were left after the latest requests, for a header that is stale.
    kept: VecDeque<(SystemTime, u32)>,
}

/// What is counted in one of the three ways.
macro_rules! count {
    ($meter:expr, $method:ident, $timeline:expr, $now:expr) => {
        match $meter {
            Count::TokenBucket(size, count) => count.$method(*size, $timeline, $now),
            Count::FixedWindow(span, count) => count.$method(*span, $timeline, $now),
            Count::SlidingWindow(span, count) => count.$method(*span, $timeline, $now),
        }
    };
}

impl Meter {
    pub(super) fn new(limit: &RateLimit) -> Self {
        let count = match limit.algorithm {
            Algorithm::TokenBucket {
                capacity,
                refill,
                per,
            } => {
                let size = Size {
                    capacity,
                    refill,
                    per,
                };
                Count::TokenBucket(size, TokenBucket::default())
            }
            Algorithm::FixedWindow {
                requests,
                per,
                phase,
            } => {
                let span = Span {
                    requests,
                    per,
                    phase,
                };
                Count::FixedWindow(span, FixedWindow::default())
            }
            Algorithm::SlidingWindow { requests, per } => {
                let phase = Duration::ZERO;
                let span = Span {
                    requests,
                    per,
                    phase,
                };
                Count::SlidingWindow(span, SlidingWindow::default())
            }
        };
        Self {
            count,
            used: 0,
            kept: VecDeque::new(),
        }
    }

    /// Returns the requests that would be let through now.
    pub(super) fn left(&self, timeline: Timeline<'_>, now: SystemTime) -> u32 {
        count!(&self.count, left, timeline, now)
    }

    /// Returns the time until the next request is let through; `None` if it would be now.
    pub(super) fn wait(&self, timeline: Timeline<'_>, now: SystemTime) -> Option<Duration> {
        count!(&self.count, wait, timeline, now)
    }

    /// Counts a request, which may have been refused.
    pub(super) fn take(&mut self, timeline: Timeline<'_>, now: SystemTime) {
        count!(&mut self.count, take, timeline, now);
    }

    /// Returns how many times it keeps.
    pub(super) fn len(&self) -> usize {
        let times = match &self.count {
            Count::SlidingWindow(_, window) => window.len(),
            Count::TokenBucket(..) | Count::FixedWindow(..) => 0,
        };
        times + self.kept.len()
    }

    /// Returns the number of a response's header; `noise` is any number.
    pub(super) fn shown(
        &mut self,
        limit: &RateLimit,
        timeline: Timeline<'_>,
        now: SystemTime,
        noise: u64,
    ) -> Option<u32> {
        let left = self.left(timeline, now);
        match limit.headers {
            RemainingHeader::Right => Some(left),
            RemainingHeader::Off => None,
            RemainingHeader::Stuck(number) => Some(number),
            RemainingHeader::Jitter(most) => {
                let range = u64::from(most) * 2 + 1;
                let high = u64::from(left) + noise % range;
                let shown = high.saturating_sub(u64::from(most));
                Some(u32::try_from(shown).unwrap_or(u32::MAX))
            }
            RemainingHeader::Stale(age) => {
                let then = now.checked_sub(age).unwrap_or(SystemTime::UNIX_EPOCH);
                self.keep(then, (now, left));
                let known = self.kept.front().filter(|(at, _)| *at <= then);
                Some(match known {
                    Some((at, left)) => self.later(*left, timeline, *at, then),
                    None => Self::new(limit).left(timeline, then),
                })
            }
        }
    }

    /// Keeps a number, and of those up to `then` only the last.
    fn keep(&mut self, then: SystemTime, latest: (SystemTime, u32)) {
        // After the clock was set back, what comes later is not known yet.
        while self.kept.back().is_some_and(|(at, _)| *at > latest.0) {
            self.kept.pop_back();
        }
        self.kept.push_back(latest);
        while self.kept.len() > MOST_KEPT || self.kept.get(1).is_some_and(|(at, _)| *at <= then) {
            self.kept.pop_front();
        }
    }

    /// Returns what became of a number by `now` without further requests.
    fn later(&self, left: u32, timeline: Timeline<'_>, at: SystemTime, now: SystemTime) -> u32 {
        match &self.count {
            Count::TokenBucket(size, _) => {
                TokenBucket::with(*size, left, at).left(*size, timeline, now)
            }
            Count::FixedWindow(span, _) => {
                let is_same = span.number(timeline, at) == span.number(timeline, now);
                let empty = || FixedWindow::default().left(*span, timeline, now);
                if is_same { left } else { empty() }
            }
            Count::SlidingWindow(..) => left,
        }
    }
}
