//! Pauses after rejections: one rejection pauses the key, and one probe reopens it.

use std::time::Duration;

use crate::pacing::readiness::Readiness;
use crate::pacing::time::{at, seconds};

/// The longest pause of our own choice, and the longest that a probe may take.
const LONGEST: f64 = 60.0;
/// The longest `Retry-After` that is obeyed. Limits of five minutes are recorded, and the named
/// pause can exceed the interval; one probe after ten minutes does no harm.
const LONGEST_RETRY_AFTER: f64 = 600.0;

/// Whether requests may leave after what was refused so far.
#[derive(Debug, Default)]
pub(crate) struct Pause {
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

impl Pause {
    pub(crate) fn ready_at(&self, now: f64) -> Readiness {
        match self.state {
            State::Open => Readiness::Ready,
            State::Paused { until } => at(now, until),
            // A probe that is not reported must not block its key for ever.
            State::Probing { since } if now > since + 2.0 * LONGEST => Readiness::Ready,
            State::Probing { .. } => Readiness::Blocked,
        }
    }

    /// Notes that a request was sent and returns whether it is a probe.
    pub(crate) fn sent(&mut self, now: f64) -> bool {
        let is_probe = !matches!(self.state, State::Open);
        if is_probe {
            self.state = State::Probing { since: now };
        }
        is_probe
    }

    pub(crate) fn succeeded(&mut self, is_probe: bool) {
        if is_probe {
            self.state = State::Open;
            self.refused_probes = 0;
        }
    }

    /// Makes another request the probe, since this one says nothing.
    pub(crate) fn lost(&mut self, is_probe: bool, now: f64) {
        if is_probe && matches!(self.state, State::Probing { .. }) {
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
    pub(crate) fn refused(
        &mut self,
        sent: f64,
        is_probe: bool,
        now: f64,
        retry_after: Option<Duration>,
        rate: Option<f64>,
    ) -> f64 {
        let asked = retry_after.map_or(0.0, |pause| seconds(pause).min(LONGEST_RETRY_AFTER));
        let pause = if self.is_news(sent) {
            self.news = Some(now);
            if is_probe {
                self.refused_probes = self.refused_probes.saturating_add(1);
            }
            let own = 2_f64.powi(self.refused_probes) / rate.unwrap_or(1.0);
            asked.max(own.min(LONGEST))
        } else if matches!(self.state, State::Paused { .. }) {
            // The service asks, and so the pause may become longer.
            asked
        } else {
            return now;
        };
        let until = match self.state {
            State::Paused { until } => until.max(now + pause),
            State::Open | State::Probing { .. } => now + pause,
        };
        self.state = State::Paused { until };
        until
    }

    /// Returns when the last rejection that was news became known.
    pub(crate) fn last_news(&self) -> Option<f64> {
        self.news
    }

    pub(crate) fn is_open(&self) -> bool {
        matches!(self.state, State::Open)
    }
}
