//! How patiently a request is sent again. Whether it may be is a matter of its contract: see
//! [`Idempotency`](super::request::Idempotency).

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use http::StatusCode;

use crate::error::Error;

/// How often, how long and how densely a request is sent again after a passing failure.
///
/// Passing are: no connection, no complete answer in time, a broken connection, and the statuses
/// 408, 429 and those in the 500s, but for 501 and 505, which no time mends. A `Retry-After` of the
/// service is obeyed on each of them; without one, the pause is a random part of a time that
/// doubles. A 429 without one is obeyed as its body says in words ("Try again in 57 seconds."),
/// else the pause doubles from 6 seconds, or from the [first pause](Self::with_backoff) if that is
/// longer; the longest pause holds there, too.
///
/// ```
/// use std::time::Duration;
/// use billing_core::{RetryPolicy, SendOptions};
///
/// let patient = RetryPolicy::default().with_attempts(8).with_total_time(Duration::from_secs(900));
/// let options = SendOptions::default().with_retry(patient);
/// # drop(options);
/// let once = SendOptions::default().with_retry(RetryPolicy::never());
/// # drop(once);
/// ```
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

/// Who is told of each retry.
#[derive(Clone)]
struct Listener(Arc<Listen>);

type Listen = dyn Fn(&Error, Duration) + Send + Sync;

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}

impl RetryPolicy {
    /// Each request is sent once, and no pause of the throttle is waited for.
    pub fn never() -> Self {
        Self::default().with_attempts(1)
    }

    /// How often a request is sent, the first time included; 4 by default, at least once. With more than
    /// one, a refused token (401) that the credential can replace gives one more.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// No attempt is begun when this has passed since the call, pauses of the throttle included; 5 minutes
    /// by default. All the attempts at a request together take this and the [time of
    /// one](super::SendOptions::with_timeout) at most.
    #[must_use]
    pub fn with_total_time(mut self, time: Duration) -> Self {
        self.total_time = time;
        self
    }

    /// The pause before the second attempt and the longest one, between which it doubles; half a second
    /// and 30 seconds by default.
    #[must_use]
    pub fn with_backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.first_pause = first;
        self.longest_pause = longest;
        self
    }

    /// Whether a pause is a random part of itself, so that many clients do not come back at once; it is
    /// by default. The service's own pauses are never shortened.
    #[must_use]
    pub fn with_jitter(mut self, jitter: bool) -> Self {
        self.jitter = jitter;
        self
    }

    /// The longest pause that the service may ask for; 5 minutes by default. If it asks for more,
    /// the error comes back at once, with [`retry_after`](Error::retry_after). What a 429 means for
    /// other requests is limited by
    /// [`SendOptions::with_max_shared_pause`](super::SendOptions::with_max_shared_pause).
    #[must_use]
    pub fn with_max_retry_after(mut self, longest: Duration) -> Self {
        self.max_retry_after = longest;
        self
    }

    /// What the retries of all clones of a client may draw on together; `None` for no limit.
    #[must_use]
    pub fn with_budget(mut self, budget: impl Into<Option<RetryBudget>>) -> Self {
        self.budget = budget.into();
        self
    }

    /// Calls `listener` before each pause, with the failure and how long the pause is.
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

    /// Whether a pause that the service asks for is one to wait for.
    pub(crate) fn allows_pause(&self, pause: Duration, elapsed: Duration) -> bool {
        pause <= self.max_retry_after && elapsed.saturating_add(pause) <= self.total_time
    }

    /// The pause after this failure, where the service may have `asked` for one; `None` when the
    /// request is not to be sent again. Where it is, the budget [has to grant it](Self::draw_for).
    pub(crate) fn pause_after(
        &self,
        error: &Error,
        asked: Option<Duration>,
        attempts: u32,
        elapsed: Duration,
    ) -> Option<Duration> {
        if attempts >= self.attempts || !is_passing(error) {
            return None;
        }
        let pause = match asked {
            Some(asked) if !self.allows_pause(asked, elapsed) => return None,
            Some(asked) => asked,
            None => self.backoff(attempts),
        };
        (elapsed.saturating_add(pause) <= self.total_time).then_some(pause)
    }

    /// Whether the budget has a retry left for this failure, which is drawn.
    pub(crate) fn draw_for(&self, error: &Error) -> bool {
        // A throttle is the service's pace, and not a sign that it is in trouble.
        error.is_rate_limit() || self.budget.as_ref().is_none_or(RetryBudget::draw)
    }

    /// Full jitter: a random part of a time that doubles with each attempt.
    pub(crate) fn backoff(&self, attempts: u32) -> Duration {
        let ceiling = self.doubled(self.first_pause, attempts);
        if self.jitter {
            ceiling.mul_f64(fastrand::f64())
        } else {
            ceiling
        }
    }

    /// The pause after a 429 that does not say how long: it doubles from several seconds, since the
    /// requests that are refused count against the limit, too ("API throttling guidance"). Jitter
    /// leaves half of it at least.
    pub(crate) fn throttle_backoff(&self, attempts: u32) -> Duration {
        const FIRST: Duration = Duration::from_secs(6);
        let ceiling = self.doubled(self.first_pause.max(FIRST), attempts);
        if self.jitter {
            ceiling.mul_f64(0.5 + fastrand::f64() / 2.0)
        } else {
            ceiling
        }
    }

    /// A pause that doubles with each attempt, up to the longest.
    fn doubled(&self, first: Duration, attempts: u32) -> Duration {
        let times = 2_u32.saturating_pow(attempts.saturating_sub(1));
        first.saturating_mul(times).min(self.longest_pause)
    }

    /// Puts back what a success is worth.
    pub(crate) fn succeeded(&self) {
        if let Some(budget) = &self.budget {
            budget.refill();
        }
    }
}

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

/// A token bucket: each retry draws one, ten successes put one back. An empty one ends the retrying, so
/// that a service in trouble does not get a multiple of its load.
///
/// Clones share the bucket, so one may be given to several clients.
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
    /// A full bucket of so many retries; clients have one of 100 by default.
    pub fn new(retries: u32) -> Self {
        let capacity = retries.saturating_mul(RETRY);
        Self(Arc::new(Bucket {
            tenths: AtomicU32::new(capacity),
            capacity,
        }))
    }

    /// How many retries are left.
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

/// Whether the same request may meet a better moment.
fn is_passing(error: &Error) -> bool {
    const PASSING: [StatusCode; 2] = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS];
    const LASTING: [StatusCode; 2] = [
        StatusCode::NOT_IMPLEMENTED,
        StatusCode::HTTP_VERSION_NOT_SUPPORTED,
    ];
    if error.is_broken() {
        return true;
    }
    error.is_error_response()
        && error.status().is_some_and(|status| {
            let is_theirs = status.is_server_error() && !LASTING.contains(&status);
            is_theirs || PASSING.contains(&status)
        })
}
