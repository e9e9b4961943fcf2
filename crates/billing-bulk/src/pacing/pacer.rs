//! One rate limit: when the next request that it counts may leave.

use std::time::Duration;

use crate::pacing::bucket::Bucket;
use crate::pacing::pause::Pause;
use crate::pacing::prior::Prior;
use crate::pacing::rate::Rate;
use crate::pacing::readiness::{Readiness, WaitingReason};
use crate::pacing::saved::LearnedLimit;
use crate::pacing::signal::Signal;
use crate::pacing::time::{at, seconds};

/// How much faster than the rate a burst is spent. While the bucket is below its capacity it
/// refills anyway, so a slow burst costs no time, and every misjudgement costs as many rejections as
/// are in flight.
const BOOST: f64 = 1.5;

/// The pacing of one rate limit.
#[derive(Debug)]
pub(crate) struct Pacer {
    rate: Rate,
    bucket: Option<Bucket>,
    pause: Pause,
    last_send: Option<f64>,
}

/// A request as a pacer remembers it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    at: f64,
    is_probe: bool,
}

impl Pacer {
    pub(crate) fn new(prior: Option<Prior>, rate: Rate, now: Duration) -> Self {
        let now = seconds(now);
        let bucket = prior.map(|prior| match prior {
            Prior::Bucket { capacity, rate } => Bucket::full(capacity, rate, now),
            Prior::Interval(limit) => {
                let capacity = f64::from(limit.requests);
                Bucket::full(capacity, capacity / seconds(limit.interval), now)
            }
        });
        Self {
            rate,
            bucket,
            pause: Pause::default(),
            last_send: None,
        }
    }

    /// Returns a pacer that starts from what an earlier run learned.
    pub(crate) fn resumed(limit: LearnedLimit, rate: Rate, now: Duration) -> Self {
        Self {
            bucket: Some(limit.bucket(seconds(now))),
            ..Self::new(None, rate, now)
        }
    }

    /// Returns what the next run can start from.
    pub(crate) fn learned(&self, now: Duration) -> Option<LearnedLimit> {
        let bucket = self.bucket.as_ref()?;
        Some(LearnedLimit::of(bucket, seconds(now)))
    }

    /// Returns when the next request may be sent, if at most `left` follow in all.
    pub(crate) fn ready_at(&self, now: Duration, left: u64) -> Readiness {
        let now = seconds(now);
        self.pause
            .ready_at(now)
            .and(at(now, self.capped_until()))
            .and(at(now, self.limited_until(left)))
    }

    fn capped_until(&self) -> f64 {
        match (self.rate, self.last_send) {
            (Rate::Capped(cap), Some(last)) => last + 1.0 / cap.get(),
            _ => 0.0,
        }
    }

    fn limited_until(&self, _left: u64) -> f64 {
        let Some(bucket) = self.bucket.filter(|_| self.rate != Rate::Unlimited) else {
            return 0.0;
        };
        let spaced = self
            .last_send
            .map_or(0.0, |last| last + 1.0 / (BOOST * bucket.rate));
        bucket.time_of(1.0, 1.0).max(spaced)
    }

    pub(crate) fn waiting(&self, now: Duration) -> Option<(Option<Duration>, WaitingReason)> {
        let until = |time| match at(seconds(now), time) {
            Readiness::At(until) => Some(until),
            Readiness::Ready | Readiness::Blocked => None,
        };
        match self.pause.ready_at(seconds(now)) {
            Readiness::Blocked => return Some((None, WaitingReason::Probing)),
            Readiness::At(until) => return Some((Some(until), WaitingReason::Refused)),
            Readiness::Ready => {}
        }
        let (capped, limited) = (self.capped_until(), self.limited_until(u64::MAX));
        let reason = if capped > limited {
            WaitingReason::Cap
        } else {
            WaitingReason::RateLimit
        };
        until(capped.max(limited)).map(|until| (Some(until), reason))
    }

    pub(crate) fn sent(&mut self, now: Duration) -> Sent {
        let now = seconds(now);
        self.last_send = Some(now);
        if let Some(bucket) = &mut self.bucket {
            let level = bucket.level(now, 1.0);
            bucket.set_level(now, level - 1.0);
        }
        Sent {
            at: now,
            is_probe: self.pause.sent(now),
        }
    }

    pub(crate) fn succeeded(&mut self, sent: Sent, _now: Duration, _remaining: Option<u64>) {
        self.pause.succeeded(sent.is_probe);
    }

    /// Notes a rejection and returns when the pause ends.
    pub(crate) fn refused(&mut self, sent: Sent, now: Duration, signal: &Signal) -> Duration {
        let now = seconds(now);
        if let Some(limit) = signal.limit {
            let capacity = f64::from(limit.requests.max(1));
            let rate = capacity / seconds(limit.interval).max(1.0);
            self.bucket = Some(Bucket::full(capacity, rate, now));
        }
        if let Some(bucket) = &mut self.bucket {
            bucket.set_level(now, 0.0);
        }
        let rate = self.bucket.map(|bucket| bucket.rate);
        let until = self
            .pause
            .refused(sent.at, sent.is_probe, now, signal.retry_after, rate);
        Duration::from_secs_f64(until)
    }

    pub(crate) fn lost(&mut self, sent: Sent, now: Duration) {
        self.pause.lost(sent.is_probe, seconds(now));
    }

    /// Returns whether the pacer says nothing that a new one would not say.
    pub(crate) fn is_idle(&self, now: Duration) -> bool {
        let now = seconds(now);
        let is_quiet = |time: f64| now > time + 600.0;
        self.pause.is_open()
            && self.pause.last_news().is_none_or(is_quiet)
            && self.last_send.is_none_or(is_quiet)
    }
}
