//! A rejected request, and how long its client has to wait.

use std::time::{Duration, SystemTime};

use hyper::header::HeaderValue;

use crate::{
    clock,
    rate_limits::limit::{Algorithm, RateLimit, RateLimitScope, RetryAfter},
};

/// A refused request.
#[derive(Debug, Clone)]
pub(crate) struct Rejection {
    /// The limit and its interval, if the body names them.
    pub(crate) named: Option<(u32, Duration)>,
    /// The seconds to wait, as the body tells them.
    pub(crate) seconds: u64,
    pub(crate) retry_after: RetryAfterHeader,
}

/// The `Retry-After` of a rejection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RetryAfterHeader {
    Seconds(u64),
    Date(SystemTime),
    Missing,
}

impl Rejection {
    pub(super) fn new(limit: &RateLimit, wait: Duration, now: SystemTime) -> Self {
        let right = seconds(wait);
        let (seconds, retry_after) = match limit.retry_after {
            RetryAfter::Right => (right, RetryAfterHeader::Seconds(right)),
            RetryAfter::Times(factor) => {
                let wrong = Duration::try_from_secs_f64(wait.as_secs_f64() * factor);
                let wrong = seconds(wrong.unwrap_or(Duration::MAX));
                (wrong, RetryAfterHeader::Seconds(wrong))
            }
            RetryAfter::Constant(time) => {
                let constant = time.as_secs();
                (constant, RetryAfterHeader::Seconds(constant))
            }
            RetryAfter::Off => (right, RetryAfterHeader::Missing),
            RetryAfter::Date => {
                // A date has whole seconds.
                let passed = now
                    .duration_since(SystemTime::UNIX_EPOCH)
                    .unwrap_or_default();
                let end = Duration::from_secs(self::seconds(passed.saturating_add(wait)));
                let date = SystemTime::UNIX_EPOCH.checked_add(end);
                (
                    right,
                    date.map_or(RetryAfterHeader::Missing, RetryAfterHeader::Date),
                )
            }
        };
        let has_name = matches!(limit.scope, RateLimitScope::Provider(_)) && limit.named;
        let named = has_name.then_some(match limit.algorithm {
            Algorithm::TokenBucket { refill, per, .. } => (refill, per),
            Algorithm::FixedWindow { requests, per, .. }
            | Algorithm::SlidingWindow { requests, per } => (requests, per),
        });
        Self {
            named,
            seconds,
            retry_after,
        }
    }
}

impl RetryAfterHeader {
    /// Returns the value of the header, if there is one.
    pub(crate) fn value(self) -> Option<HeaderValue> {
        match self {
            Self::Seconds(seconds) => Some(HeaderValue::from(seconds)),
            Self::Date(time) => Some(clock::date(time)),
            Self::Missing => None,
        }
    }
}

/// Rounds up to whole seconds.
fn seconds(time: Duration) -> u64 {
    let has_rest = time.subsec_nanos() > 0;
    time.as_secs().saturating_add(has_rest.into())
}
