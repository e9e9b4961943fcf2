//! One rate limit: when the next request that it counts may leave.

use std::time::{Duration, SystemTime};

use crate::pacing::estimate::Estimate;
use crate::pacing::pausing::Pausing;
use crate::pacing::prior::Prior;
use crate::pacing::rate::Rate;
use crate::pacing::readiness::{Readiness, WaitingReason};
use crate::pacing::saved::LearnedLimit;
use crate::pacing::signal::Signal;
use crate::pacing::time::{at, seconds};

/// How long a probe waits for the responses of the requests before it.
const LONGEST_RESPONSE: f64 = 10.0;
/// The time without a request after which a pacer that knows nothing is dropped.
const IDLE: f64 = 600.0;

/// The pacing of one rate limit.
#[derive(Debug)]
pub(crate) struct Pacer {
    rate: Rate,
    estimate: Estimate,
    pausing: Pausing,
    /// When the last request was sent, or else when the pacer was made.
    last: f64,
    has_sent: bool,
    /// When a request was last refused, or else when the pacer was made.
    refused: f64,
    /// When the last request was sent that the service accepted.
    accepted: Option<f64>,
}

/// A request as a pacer remembers it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    at: f64,
    number: u64,
    is_probe: bool,
}

impl Pacer {
    pub(crate) fn new(prior: Option<Prior>, rate: Rate, now: Duration) -> Self {
        let prior = prior.filter(|_| rate != Rate::Unlimited);
        Self::of(Estimate::new(prior, seconds(now)), rate, now)
    }

    /// Returns a pacer that starts from what an earlier run learned.
    pub(crate) fn resumed(
        limit: LearnedLimit,
        rate: Rate,
        now: Duration,
        time: SystemTime,
    ) -> Self {
        let estimate = Estimate::resumed(limit, seconds(now), time);
        Self::of(estimate, rate, now)
    }

    fn of(estimate: Estimate, rate: Rate, now: Duration) -> Self {
        Self {
            rate,
            estimate,
            pausing: Pausing::default(),
            last: seconds(now),
            has_sent: false,
            refused: seconds(now),
            accepted: None,
        }
    }

    /// Changes the rate.
    pub(crate) fn set_rate(&mut self, rate: Rate) {
        self.rate = rate;
    }

    /// Returns what the next run can start from.
    pub(crate) fn learned(&self, now: Duration, time: SystemTime) -> Option<LearnedLimit> {
        self.estimate.learned(seconds(now), time)
    }

    /// Returns how many requests per second the limit lets through, if that is known.
    pub(crate) fn rate(&self) -> Option<f64> {
        self.estimate.rate()
    }

    /// Returns whether the header of this limit can be trusted.
    pub(crate) fn trusts_header(&self) -> bool {
        self.estimate.trusts_header()
    }

    /// Returns whether the service accepted a request that was sent after the last rejection of the
    /// other limit.
    pub(crate) fn has_accepted_since(&self, other: &Self) -> bool {
        self.accepted
            .is_some_and(|accepted| accepted > other.refused)
    }

    /// Returns when the next request may be sent, if at most `left` follow with it.
    pub(crate) fn ready_at(&self, now: Duration, left: u64) -> Readiness {
        let now = seconds(now);
        self.pausing
            .ready_at(now)
            .and(at(now, self.capped_until()))
            .and(at(now, self.estimate.ready_at(left)))
    }

    fn capped_until(&self) -> f64 {
        match self.rate {
            Rate::Capped(cap) if self.has_sent => self.last + 1.0 / cap.get(),
            Rate::Capped(_) | Rate::Learned | Rate::Unlimited => 0.0,
        }
    }

    /// Returns why requests wait, and until when.
    pub(crate) fn waiting(&self, now: Duration) -> Option<(Option<Duration>, WaitingReason)> {
        let now = seconds(now);
        match self.pausing.ready_at(now) {
            Readiness::Blocked => return Some((None, WaitingReason::Probing)),
            Readiness::At(until) => return Some((Some(until), WaitingReason::Refused)),
            Readiness::Ready => {}
        }
        let (capped, limited) = (self.capped_until(), self.estimate.ready_at(u64::MAX));
        let reason = if capped > limited {
            WaitingReason::Cap
        } else {
            WaitingReason::RateLimit
        };
        match at(now, capped.max(limited)) {
            Readiness::At(until) => Some((Some(until), reason)),
            Readiness::Ready | Readiness::Blocked => None,
        }
    }

    pub(crate) fn sent(&mut self, now: Duration) -> Sent {
        let now = seconds(now);
        let is_probe = self.pausing.sent(now);
        let (number, probes_next) = self.estimate.sent(now);
        if probes_next {
            self.pausing.probe_at(now + LONGEST_RESPONSE);
        }
        (self.last, self.has_sent) = (now, true);
        Sent {
            at: now,
            number,
            is_probe,
        }
    }

    /// Notes that the service accepted a request.
    pub(crate) fn accepted(&mut self, sent: Sent, now: Duration, remaining: Option<u64>) {
        let now = seconds(now);
        self.accepted = Some(self.accepted.map_or(sent.at, |last| last.max(sent.at)));
        if sent.is_probe {
            self.pausing.succeeded();
            self.estimate.probed();
        }
        self.returned(now);
        let remaining = remaining.filter(|_| self.rate != Rate::Unlimited);
        self.estimate.accepted(sent.number, sent.at, now, remaining);
    }

    /// Notes a rejection and returns when the pause ends.
    pub(crate) fn rejected(&mut self, sent: Sent, now: Duration, signal: &Signal) -> Duration {
        let now = seconds(now);
        self.returned(now);
        self.refused = now;
        let is_news = self.pausing.is_news(sent.at);
        if self.rate != Rate::Unlimited {
            self.estimate.rejected(now, signal, is_news);
        }
        let rate = self.estimate.rate();
        let until = self
            .pausing
            .rejected(sent.at, sent.is_probe, now, signal.retry_after, rate);
        self.estimate.paused(sent.at, now, until, is_news);
        Duration::from_secs_f64(until)
    }

    /// Notes that a request says nothing about the limit.
    pub(crate) fn lost(&mut self, sent: Sent, now: Duration) {
        let now = seconds(now);
        if sent.is_probe {
            self.pausing.lost(now);
        }
        self.returned(now);
    }

    fn returned(&mut self, now: f64) {
        if let Some(time) = self.estimate.returned(now) {
            self.pausing.probe_by(time);
        }
    }

    /// Returns whether the pacer says nothing that a new one would not say.
    pub(crate) fn is_idle(&self, now: Duration) -> bool {
        let now = seconds(now);
        self.pausing.is_open() && self.estimate.rate().is_none() && now > self.last + IDLE
    }
}
