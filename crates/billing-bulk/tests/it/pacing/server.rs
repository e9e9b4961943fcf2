//! Simulated servers: what their rate limits let through, and what their responses say about them.
//!
//! They share no code with the emulator and none with the pacing. Times are seconds.

use std::collections::VecDeque;
use std::time::Duration;

use billing_bulk::pacing::{Limit, Signal};
use fastrand::Rng;

/// A server with one or two rate limits, each of which must let a request through.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    /// The limit that the header is about.
    pub(crate) outer: RateLimit,
    /// A limit behind the outer one.
    pub(crate) inner: Option<RateLimit>,
    /// Whether the body of a rejection names the inner limit: requests, seconds.
    pub(crate) names: Option<(u32, u64)>,
    pub(crate) header: Header,
    pub(crate) retry_after: RetryAfter,
    /// Whether a refused request costs a token, too.
    pub(crate) rejections_cost: bool,
    /// A second client takes this many tokens each time that so many seconds have passed; its
    /// requests come first, and so tokens that are missing are those of the next seconds.
    pub(crate) second_client: Option<(f64, f64)>,
    pub(crate) taken_until: f64,
    /// The number of tokens at earlier times, for a stale header.
    pub(crate) history: VecDeque<(f64, f64)>,
}

/// The header with the number of remaining requests.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Header {
    None,
    True,
    /// As it was so many seconds ago.
    Stale(f64),
    /// Always this number.
    Stuck(u64),
    /// From one of three instances that differ by this number.
    Instances(f64),
}

/// How the pause of a rejection is named.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum RetryAfter {
    /// The time to the next token, in whole seconds.
    True,
    /// A date: whole seconds of the server's clock, so that up to a second is lost or gained.
    Date,
    Missing,
    /// A part of the truth, in whole seconds.
    Part(f64),
    Always(f64),
}

/// A rate limit.
#[derive(Clone, Debug)]
pub(crate) enum RateLimit {
    Bucket {
        capacity: f64,
        rate: f64,
        level: f64,
        at: f64,
        /// At this time the rate changes to that.
        change: Option<(f64, f64)>,
    },
    FixedWindow {
        requests: usize,
        interval: f64,
        /// The time within the first window at which the simulation starts.
        phase: f64,
        window: f64,
        used: usize,
    },
    SlidingWindow {
        requests: usize,
        interval: f64,
        log: VecDeque<f64>,
    },
}

impl RateLimit {
    pub(crate) fn bucket(capacity: f64, rate: f64) -> Self {
        Self::Bucket {
            capacity,
            rate,
            level: capacity,
            at: 0.0,
            change: None,
        }
    }

    pub(crate) fn changing(capacity: f64, rate: f64, time: f64, later: f64) -> Self {
        Self::Bucket {
            capacity,
            rate,
            level: capacity,
            at: 0.0,
            change: Some((time, later)),
        }
    }

    pub(crate) fn fixed_window(requests: usize, interval: f64, phase: f64) -> Self {
        Self::FixedWindow {
            requests,
            interval,
            phase,
            window: 0.0,
            used: 0,
        }
    }

    pub(crate) fn sliding_window(requests: usize, interval: f64) -> Self {
        Self::SlidingWindow {
            requests,
            interval,
            log: VecDeque::new(),
        }
    }

    fn advance(&mut self, now: f64) {
        match self {
            Self::Bucket {
                capacity,
                rate,
                level,
                at,
                change,
            } => {
                if let Some((time, later)) = *change
                    && now >= time
                {
                    *level = (*level + *rate * (time - *at)).min(*capacity);
                    (*at, *rate, *change) = (time, later, None);
                }
                *level = (*level + *rate * (now - *at)).min(*capacity);
                *at = now;
            }
            Self::FixedWindow {
                interval,
                phase,
                window,
                used,
                ..
            } => {
                let present = ((now + *phase) / *interval + 1e-9).floor();
                if present > *window {
                    (*window, *used) = (present, 0);
                }
            }
            Self::SlidingWindow { interval, log, .. } => {
                while log
                    .front()
                    .is_some_and(|first| first + *interval <= now + 1e-9)
                {
                    log.pop_front();
                }
            }
        }
    }

    fn remaining(&self) -> f64 {
        match self {
            Self::Bucket { level, .. } => *level,
            Self::FixedWindow { requests, used, .. } => *requests as f64 - *used as f64,
            Self::SlidingWindow { requests, log, .. } => *requests as f64 - log.len() as f64,
        }
    }

    /// Returns the time to the next token.
    fn wait(&self, now: f64) -> f64 {
        match self {
            _ if self.remaining() >= 1.0 - 1e-9 => 0.0,
            Self::Bucket { rate, level, .. } => (1.0 - level) / rate,
            Self::FixedWindow {
                interval,
                phase,
                window,
                ..
            } => (window + 1.0) * interval - phase - now,
            Self::SlidingWindow { interval, log, .. } => log[0] + interval - now,
        }
    }

    fn take(&mut self, now: f64) {
        match self {
            Self::Bucket { level, .. } => *level -= 1.0,
            Self::FixedWindow { used, .. } => *used += 1,
            Self::SlidingWindow { log, .. } => log.push_back(now),
        }
    }
}

impl Server {
    pub(crate) fn new(outer: RateLimit) -> Self {
        Self {
            outer,
            inner: None,
            names: None,
            header: Header::None,
            retry_after: RetryAfter::True,
            rejections_cost: false,
            second_client: None,
            taken_until: 0.0,
            history: VecDeque::new(),
        }
    }

    fn limits(&mut self) -> impl Iterator<Item = &mut RateLimit> {
        std::iter::once(&mut self.outer).chain(self.inner.as_mut())
    }

    fn advance(&mut self, now: f64) {
        if let Some((tokens, every)) = self.second_client {
            while self.taken_until + every <= now {
                self.taken_until += every;
                let time = self.taken_until;
                self.outer.advance(time);
                if let RateLimit::Bucket { level, .. } = &mut self.outer {
                    *level -= tokens;
                }
            }
        }
        for limit in self.limits() {
            limit.advance(now);
        }
    }

    fn wait(&mut self, now: f64) -> f64 {
        self.limits()
            .map(|limit| limit.wait(now))
            .fold(0.0, f64::max)
    }

    /// Handles a request.
    pub(crate) fn handle(&mut self, now: f64, rng: &mut Rng) -> Signal {
        self.advance(now);
        let wait = self.wait(now);
        let is_refused = wait > 0.0;
        if !is_refused {
            self.limits().for_each(|limit| limit.take(now));
        } else if self.rejections_cost
            && let RateLimit::Bucket { level, .. } = &mut self.outer
        {
            *level = (*level - 1.0).max(0.0);
        }
        let limit = self
            .names
            .filter(|_| is_refused)
            .map(|(requests, seconds)| Limit {
                requests,
                interval: Duration::from_secs(seconds),
            });
        Signal {
            remaining: self.remaining(now, rng),
            retry_after: self.retry_after(now, wait).filter(|_| is_refused),
            limit,
            is_refused,
        }
    }

    fn remaining(&mut self, now: f64, rng: &mut Rng) -> Option<u64> {
        let level = self.outer.remaining();
        let shown = match self.header {
            Header::None => return None,
            Header::True => level,
            Header::Stuck(number) => return Some(number),
            Header::Instances(apart) => level + apart * f64::from(rng.i32(-1..=1)),
            Header::Stale(seconds) => {
                self.history.push_back((now, level));
                while self
                    .history
                    .get(1)
                    .is_some_and(|(time, _)| *time <= now - seconds)
                {
                    self.history.pop_front();
                }
                self.history[0].1
            }
        };
        Some(shown.max(0.0) as u64)
    }

    fn retry_after(&self, now: f64, wait: f64) -> Option<Duration> {
        let seconds = match self.retry_after {
            RetryAfter::True => wait.ceil().max(1.0),
            RetryAfter::Date => (now + wait).ceil() - now.floor(),
            RetryAfter::Missing => return None,
            RetryAfter::Part(part) => (wait * part).ceil().max(1.0),
            RetryAfter::Always(seconds) => seconds,
        };
        Some(Duration::from_secs_f64(seconds))
    }

    /// Returns the time from the first to the last of `requests` requests for a client that knows
    /// when the next token comes.
    pub(crate) fn optimum(mut self, requests: usize) -> f64 {
        let mut now = 0.0;
        for _ in 0..requests {
            self.advance(now);
            loop {
                let wait = self.wait(now);
                if wait <= 0.0 {
                    break;
                }
                now += wait.max(1e-6);
                self.advance(now);
            }
            self.limits().for_each(|limit| limit.take(now));
        }
        now
    }
}
