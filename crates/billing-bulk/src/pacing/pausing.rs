//! Pauses after rejections: one rejection pauses the key, and one probe reopens it.

use std::time::Duration;

use crate::pacing::readiness::Readiness;
use crate::pacing::time::{at, seconds};

/// The longest pause of our own choice.
const LONGEST: f64 = 60.0;
/// The longest `Retry-After` that is obeyed. Limits of five minutes are recorded, and the named
/// pause can exceed the interval; one probe after ten minutes does no harm.
const LONGEST_RETRY_AFTER: f64 = 600.0;
/// A probe that is not reported for so long must not block its key for ever.
const LONGEST_PROBE: f64 = 120.0;

/// Whether requests may leave after what was refused so far.
#[derive(Debug, Default)]
pub(crate) struct Pausing {
    state: State,
    /// The number of refused probes in a row.
    refused_probes: i32,
    /// When the last rejection that was news became known.
    news: Option<f64>,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Open,
    Paused {
        until: f64,
    },
    /// A probe was sent.
    Probing {
        since: f64,
    },
}

impl Pausing {
    pub(crate) fn ready_at(&self, now: f64) -> Readiness {
        match self.state {
            State::Open => Readiness::Ready,
            State::Paused { until } => at(now, until),
            State::Probing { since } if now > since + LONGEST_PROBE => Readiness::Ready,
            State::Probing { .. } => Readiness::Blocked,
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        matches!(self.state, State::Open)
    }

    /// Notes that a request was sent and returns whether it is a probe.
    pub(crate) fn sent(&mut self, now: f64) -> bool {
        let is_probe = !self.is_open();
        if is_probe {
            self.state = State::Probing { since: now };
        }
        is_probe
    }

    /// Pauses without a rejection, so that the next request is a probe.
    pub(crate) fn probe_at(&mut self, until: f64) {
        if self.is_open() {
            self.state = State::Paused { until };
        }
    }

    /// Lets the probe leave at this time if the pause is longer and no rejection began it.
    pub(crate) fn probe_by(&mut self, time: f64) {
        if let State::Paused { until } = &mut self.state
            && self.news.is_none()
        {
            *until = until.min(time);
        }
    }

    /// Reopens the key: the probe was accepted.
    pub(crate) fn succeeded(&mut self) {
        self.state = State::Open;
        self.refused_probes = 0;
    }

    /// Makes another request the probe, since this one says nothing.
    pub(crate) fn lost(&mut self, now: f64) {
        if matches!(self.state, State::Probing { .. }) {
            self.state = State::Paused { until: now };
        }
    }

    /// Returns whether the rejection of a request is news. A request that was sent before the last
    /// rejection was known belongs to the same burst and says nothing new.
    pub(crate) fn is_news(&self, sent: f64) -> bool {
        self.news.is_none_or(|news| sent > news)
    }

    /// Pauses after a rejection for as long as the service asks and at least 2^k / rate for k
    /// refused probes in a row: the time in which a bucket gets that many tokens. Returns the end.
    pub(crate) fn rejected(
        &mut self,
        sent: f64,
        is_probe: bool,
        now: f64,
        retry_after: Option<Duration>,
        rate: Option<f64>,
    ) -> f64 {
        let asked = retry_after.map_or(0.0, |pause| seconds(pause).min(LONGEST_RETRY_AFTER));
        if !self.is_news(sent) {
            // It can only make the pause longer, and only while no probe was sent.
            if let State::Paused { until } = &mut self.state {
                *until = until.max(now + asked);
                return *until;
            }
            return now;
        }
        self.news = Some(now);
        if is_probe {
            self.refused_probes = self.refused_probes.saturating_add(1);
        }
        let own = 2_f64.powi(self.refused_probes) / rate.unwrap_or(1.0);
        let until = now + asked.max(own.min(LONGEST));
        self.state = State::Paused { until };
        until
    }
}
