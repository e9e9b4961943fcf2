//! Checks a rate limit before it comes into force.

use std::{fmt, time::Duration};

use crate::{
    error::Error,
    rate_limits::limit::{Algorithm, OperationClass, RateLimit, RemainingHeader, RetryAfter},
};

/// The most requests of a limit, and the longest time of one: a year.
const MOST_REQUESTS: u32 = 1_000_000_000;
const LONGEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// The most requests of a sliding window, which remembers the time of each.
const MOST_SLIDING: u32 = 100_000;

/// The oldest number of a header that is stale.
const OLDEST: Duration = Duration::from_secs(600);

/// The most changes of a rate, and the largest factor of one.
const MOST_CHANGES: usize = 100;
const MOST_THOUSANDTHS: u32 = 1_000_000;

/// The key that is wrong, and what is valid.
type Checks = Result<(), (&'static str, &'static str)>;

/// Checks every limit.
///
/// # Errors
///
/// [`Error::InvalidData`]: a limit is not valid.
pub(crate) fn all(limits: &[RateLimit]) -> Result<(), Error> {
    limits.iter().try_for_each(|limit| {
        let refused = |(key, reason)| Error::invalid(place(limit, key), reason);
        limit.check().map_err(refused)
    })
}

/// Names a limit and a key in it.
pub(super) fn place(limit: impl fmt::Display, key: &str) -> String {
    format!("rate limit `{limit}`, {key}")
}

impl RateLimit {
    pub(super) fn check(&self) -> Checks {
        self.check_algorithm()?;
        self.check_answers()?;
        let has_changes = self.changes.len() <= MOST_CHANGES;
        let is_rate = |thousandths| (1..=MOST_THOUSANDTHS).contains(&thousandths);
        let mut changes = self.changes.iter();
        if !has_changes || !changes.all(|change| is_rate(change.thousandths)) {
            let valid = "must be at most 100 factors from x0.001 to x1000";
            return Err(("change", valid));
        }
        match self.other {
            Some(other) if other.requests == 0 || other.every < Duration::from_millis(1) => {
                Err(("other", "must be one request or more in 1ms or more"))
            }
            _ => Ok(()),
        }
    }

    fn check_algorithm(&self) -> Checks {
        let (requests, per) = match self.algorithm {
            Algorithm::TokenBucket {
                capacity,
                refill,
                per,
            } => (
                capacity.max(refill) * u32::from(capacity.min(refill) > 0),
                per,
            ),
            Algorithm::FixedWindow {
                requests,
                per,
                phase,
            } => {
                if phase >= per {
                    return Err(("phase", "must be shorter than the window"));
                }
                (requests, per)
            }
            Algorithm::SlidingWindow { requests, per } => {
                if requests > MOST_SLIDING {
                    return Err((
                        "the numbers",
                        "a sliding window has at most 100000 requests",
                    ));
                }
                (requests, per)
            }
        };
        if !(1..=MOST_REQUESTS).contains(&requests) {
            return Err((
                "the numbers",
                "must be 1 to 1000000000; without a limit leave it out",
            ));
        }
        if per.is_zero() || per > LONGEST {
            return Err((
                "the numbers",
                "must be per a time of more than nothing and at most a year",
            ));
        }
        let is_poll = self.scope.class() == OperationClass::Poll;
        let is_delete = self.scope.class() == OperationClass::Delete;
        if !self.scope.is_arm() && (is_poll || is_delete) {
            return Err(("the scope", "Partner Center has reads and writes only"));
        }
        Ok(())
    }

    fn check_answers(&self) -> Checks {
        if !self.scope.is_arm() && self.headers != RemainingHeader::Off {
            let reason = "Partner Center tells nothing of the requests that are left; leave it out";
            return Err(("headers", reason));
        }
        if matches!(self.headers, RemainingHeader::Stale(age) if age > OLDEST) {
            return Err(("headers", "must be stale by at most 600s"));
        }
        match self.retry_after {
            RetryAfter::Times(factor) if !(0.001..=1000.0).contains(&factor) => {
                Err(("retry-after", "must be a factor from x0.001 to x1000"))
            }
            RetryAfter::Constant(time) if time.subsec_nanos() > 0 || time > LONGEST => Err((
                "retry-after",
                "must be whole seconds, as in retry-after=15s",
            )),
            _ => Ok(()),
        }
    }
}
