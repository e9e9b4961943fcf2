//! How often, how long and at which pace a request is retried. Whether it may be is its
//! idempotency: see [`Idempotency`](crate::pipeline::request::Idempotency).

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use http::StatusCode;

use crate::error::Error;
use crate::option_setters::option_setters;

/// How often, how long and at which pace a request is retried after a transient failure.
///
/// By default, a request is sent up to four times within five minutes. A service that waits for a
/// slow network may allow more:
///
/// ```
/// use std::time::Duration;
/// use billing_core::{RetryPolicy, SendOptions};
///
/// let patient = RetryPolicy::default()
///     .with_attempts(8)
///     .with_total_time(Duration::from_secs(15 * 60))
///     .with_backoff(Duration::from_secs(1), Duration::from_secs(60));
/// let options = SendOptions::default().with_retry(patient);
/// # drop(options);
/// ```
///
/// An interactive program may retry less, say so, and share one budget among its clients:
///
/// ```
/// use std::time::Duration;
/// use billing_core::{RetryBudget, RetryPolicy, SendOptions};
///
/// let budget = RetryBudget::new(20);
/// let quick = RetryPolicy::default()
///     .with_attempts(2)
///     .with_jitter(true)
///     .with_max_retry_after(Duration::from_secs(10))
///     .with_budget(budget.clone())
///     .on_retry(|error, pause| eprintln!("{error}; trying again in {pause:?}"));
/// let options = SendOptions::default().with_retry(quick);
/// # drop(options);
/// let once = SendOptions::default().with_retry(RetryPolicy::never());
/// # drop(once);
/// assert_eq!(budget.left(), 20);
/// ```
///
/// Transient failures are: no connection, no complete response in time, a broken connection, and
/// the statuses 408, 429 and the 500s, except 501 and 505, which time does not change. On each of
/// them the service's `Retry-After` counts; without one, the pause is a random part of a time that
/// doubles with each attempt. A 429 without one pauses as its body says ("Try again in 57
/// seconds."), else from 6 seconds, doubling, or from the [first pause](Self::with_backoff) if that
/// is longer; the longest pause is the limit there, too.
///
/// A write to Resource Manager is retried only if nothing can have been changed; one to Partner
/// Center is retried under its request id.
#[derive(Clone, Debug)]
pub struct RetryPolicy {
    attempts: u32,
    total_time: Duration,
    first_pause: Duration,
    longest_pause: Duration,
    jitter: bool,
    max_retry_after: Duration,
    budget: Option<RetryBudget>,
    listener: Option<Listener>,
}

/// The function that is called before each retry.
#[derive(Clone)]
struct Listener(Arc<Listen>);

type Listen = dyn Fn(&Error, Duration) + Send + Sync;

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}

impl RetryPolicy {
    /// Returns the policy that sends each request once, without waiting for a pause of the
    /// throttle.
    pub fn never() -> Self {
        Self::default().with_attempts(1)
    }

    /// Sets how often a request is sent, the first time included; 4 by default, at least once. With
    /// more than one, a refused token (401) that the credential can replace gives one more.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Sets the pause before the second attempt and the longest pause, between which it doubles;
    /// half a second and 30 seconds by default.
    #[must_use]
    pub fn with_backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.first_pause = first;
        self.longest_pause = longest;
        self
    }

    /// Sets the budget that the retries of all clones of a client share; `None` for no limit.
    #[must_use]
    pub fn with_budget(mut self, budget: impl Into<Option<RetryBudget>>) -> Self {
        self.budget = budget.into();
        self
    }

    /// Calls `listener` before each pause, with the error and the length of the pause.
    #[must_use]
    pub fn on_retry(mut self, listener: impl Fn(&Error, Duration) + Send + Sync + 'static) -> Self {
        self.listener = Some(Listener(Arc::new(listener)));
        self
    }

    pub(crate) fn notify(&self, error: &Error, pause: Duration) {
        if let Some(Listener(listener)) = &self.listener {
            listener(error, pause);
        }
    }

    pub(crate) fn is_never(&self) -> bool {
        self.attempts == 1
    }

    /// Returns whether a pause that the service asks for is within the limits.
    pub(crate) fn allows_pause(&self, pause: Duration, elapsed: Duration) -> bool {
        pause <= self.max_retry_after && elapsed.saturating_add(pause) <= self.total_time
    }

    /// Returns the pause after this error, for which the service may have `asked`; `None` if the
    /// request is not sent again. A retry also [needs the budget](Self::draw_for).
    pub(crate) fn pause_after(
        &self,
        error: &Error,
        asked: Option<Duration>,
        attempts: u32,
        elapsed: Duration,
    ) -> Option<Duration> {
        if attempts >= self.attempts || !is_transient(error) {
            return None;
        }
        let pause = match asked {
            Some(asked) if !self.allows_pause(asked, elapsed) => return None,
            Some(asked) => asked,
            None => self.backoff(attempts),
        };
        (elapsed.saturating_add(pause) <= self.total_time).then_some(pause)
    }

    /// Takes a retry from the budget for this error; `false` if none is left.
    pub(crate) fn draw_for(&self, error: &Error) -> bool {
        // A rate limit is the service's pace, and not a sign that it is overloaded.
        error.is_rate_limit() || self.budget.as_ref().is_none_or(RetryBudget::draw)
    }

    /// Returns the pause with full jitter: a random part of a time that doubles with each attempt.
    pub(crate) fn backoff(&self, attempts: u32) -> Duration {
        self.doubled(self.first_pause, attempts, 0.0)
    }

    /// Returns the pause after a 429 that names none. It doubles from several seconds, since
    /// refused requests count against the limit, too ("API throttling guidance"). Jitter leaves at
    /// least half of it.
    pub(crate) fn throttle_backoff(&self, attempts: u32) -> Duration {
        const FIRST: Duration = Duration::from_secs(6);
        self.doubled(self.first_pause.max(FIRST), attempts, 0.5)
    }

    /// Returns a pause that doubles with each attempt, up to the longest; with jitter, a random
    /// part of it, but not less than the fraction `least`.
    fn doubled(&self, first: Duration, attempts: u32, least: f64) -> Duration {
        let times = 2_u32.saturating_pow(attempts.saturating_sub(1));
        let pause = first.saturating_mul(times).min(self.longest_pause);
        if self.jitter {
            pause.mul_f64(least + fastrand::f64() * (1.0 - least))
        } else {
            pause
        }
    }

    /// Puts back into the budget what a success is worth.
    pub(crate) fn succeeded(&self) {
        if let Some(budget) = &self.budget {
            budget.refill();
        }
    }
}

option_setters! { RetryPolicy {
    /// Sets the time after which no attempt begins, pauses of the throttle included; 5 minutes by
    /// default. All attempts together take this and the [time of
    /// one](crate::SendOptions::with_timeout) at most.
    with_total_time(total_time: Duration);

    /// Sets whether a pause is a random part of itself, so that many clients do not retry at once;
    /// `true` by default. The service's own pauses are never shortened.
    with_jitter(jitter: bool);

    /// Sets the longest pause that the service may ask for; 5 minutes by default. If it asks for
    /// more, the error is returned at once, with [`retry_after`](Error::retry_after).
    /// [`SendOptions::with_max_shared_pause`](crate::SendOptions::with_max_shared_pause) limits
    /// what a 429 means for other requests.
    with_max_retry_after(max_retry_after: Duration);
} }

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 4,
            total_time: Duration::from_secs(300),
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(30),
            jitter: true,
            max_retry_after: Duration::from_secs(300),
            budget: Some(RetryBudget::new(100)),
            listener: None,
        }
    }
}

/// A token bucket for retries: each retry takes one token, ten successes put one back. An empty
/// bucket stops all retries, so that an overloaded service does not get a multiple of its load.
///
/// Clones share the bucket, so several clients can have the same one.
#[derive(Clone, Debug)]
pub struct RetryBudget(Arc<Bucket>);

#[derive(Debug)]
struct Bucket {
    tenths: AtomicU32,
    capacity: u32,
}

const RETRY: u32 = 10;
const SUCCESS: u32 = 1;

impl RetryBudget {
    /// Returns a full bucket of so many retries; by default, each client has one of 100.
    pub fn new(retries: u32) -> Self {
        let capacity = retries.saturating_mul(RETRY);
        Self(Arc::new(Bucket {
            tenths: AtomicU32::new(capacity),
            capacity,
        }))
    }

    /// Returns how many retries are left.
    pub fn left(&self) -> u32 {
        self.0.tenths.load(Ordering::Relaxed) / RETRY
    }

    fn draw(&self) -> bool {
        self.update(|tenths| tenths.checked_sub(RETRY))
    }

    fn refill(&self) {
        self.update(|tenths| Some(tenths.saturating_add(SUCCESS).min(self.0.capacity)));
    }

    fn update(&self, change: impl FnMut(u32) -> Option<u32>) -> bool {
        let (set, fetch) = (Ordering::Relaxed, Ordering::Relaxed);
        self.0.tenths.fetch_update(set, fetch, change).is_ok()
    }
}

/// Returns whether the same request may succeed later.
fn is_transient(error: &Error) -> bool {
    const TRANSIENT: [StatusCode; 2] = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS];
    const PERMANENT: [StatusCode; 2] = [
        StatusCode::NOT_IMPLEMENTED,
        StatusCode::HTTP_VERSION_NOT_SUPPORTED,
    ];
    if error.is_broken() {
        return true;
    }
    error.is_error_response()
        && error.status().is_some_and(|status| {
            let is_theirs = status.is_server_error() && !PERMANENT.contains(&status);
            is_theirs || TRANSIENT.contains(&status)
        })
}
