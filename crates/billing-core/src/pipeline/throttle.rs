//! The pauses that a service asked for, and what is left of its rate limits.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use http::HeaderMap;
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::headers::RateLimits;
use crate::pipeline::throttle_scope::ThrottleScope;

/// The pauses that the service has asked for, shared by the clones of a client.
///
/// ```
/// use billing_core::{Throttle, ThrottleScope};
///
/// fn report(throttle: &Throttle) -> String {
///     let pause = throttle.pause_left(&ThrottleScope::Writes);
///     format!("writes pause for {pause:?}; left: {:?}", throttle.remaining())
/// }
/// # fn check(throttle: &Throttle) { throttle.clear(); report(throttle); }
/// ```
///
/// A 429 pauses the other requests of the same [`ThrottleScope`], and no others, for at most
/// [`SendOptions::with_max_shared_pause`](crate::SendOptions::with_max_shared_pause), whatever the
/// service asked for. The error of the throttled request has the full
/// [`retry_after`](crate::Error::retry_after).
///
/// A 429 with the code `RetryableErrorDueToAnotherOperation` is a lock on one resource and pauses
/// nothing.
#[derive(Clone)]
pub struct Throttle(Arc<Shared>);

struct Shared {
    clock: Arc<dyn Clock>,
    /// The longest pause that one 429 may set.
    longest: Duration,
    state: Mutex<State>,
    cleared: Notify,
}

/// Times are those of `Clock::elapsed`.
#[derive(Default)]
struct State {
    until: HashMap<ThrottleScope, Duration>,
    /// The number of pauses at which those that have ended are removed.
    room: usize,
    limits: RateLimits,
}

impl Throttle {
    pub(crate) fn new(clock: Arc<dyn Clock>, longest: Duration) -> Self {
        Self(Arc::new(Shared {
            clock,
            longest,
            state: Mutex::default(),
            cleared: Notify::new(),
        }))
    }

    /// Returns how long requests of this scope pause from now on; zero if they do not pause.
    pub fn pause_left(&self, scope: &ThrottleScope) -> Duration {
        let now = self.0.clock.elapsed();
        let state = self.lock();
        if state.until.is_empty() {
            return Duration::ZERO;
        }
        let until = state.until.get(&scope.key()).copied();
        until.unwrap_or_default().saturating_sub(now)
    }

    /// Ends all pauses, and wakes the requests that wait for one, for example after a limit was
    /// raised. A request that pauses between two attempts of its own keeps that pause.
    pub fn clear(&self) {
        self.lock().until.clear();
        self.0.cleared.notify_waiters();
    }

    /// Returns the latest values of the service's rate limits, by the end of the header's name:
    /// `tenant-writes` for `x-ms-ratelimit-remaining-tenant-writes` (Resource Manager). The first
    /// 32 limits that the service names are kept.
    pub fn remaining(&self) -> BTreeMap<String, u64> {
        self.lock().limits.remaining()
    }

    /// Pauses the requests of this scope, at most for the longest pause.
    pub(crate) fn pause(&self, scope: &ThrottleScope, pause: Duration) {
        /// Ended pauses are not searched for below this number.
        const ROOM: usize = 64;
        let now = self.0.clock.elapsed();
        let until = now.saturating_add(pause.min(self.0.longest));
        let mut state = self.lock();
        if state.until.len() >= state.room.max(ROOM) {
            state.until.retain(|_, until| *until > now);
            // Doubled, so that the searches cost no more than the insertions.
            state.room = state.until.len().saturating_mul(2);
        }
        let own = state.until.entry(scope.key()).or_default();
        *own = until.max(*own);
    }

    /// Waits for this pause of the scope, or until all pauses are cleared.
    pub(crate) async fn wait(&self, scope: &ThrottleScope) {
        let mut cleared = pin!(self.0.cleared.notified());
        // Read after `notified`, so that no `clear` is missed.
        let left = self.pause_left(scope);
        if left.is_zero() {
            return;
        }
        let mut sleep = self.0.clock.sleep(left);
        poll_fn(|context| {
            let is_over = sleep.as_mut().poll(context).is_ready();
            if is_over || cleared.as_mut().poll(context).is_ready() {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }

    /// Updates what is left of the rate limits from the headers of a response.
    pub(crate) fn read(&self, headers: &HeaderMap) {
        self.lock().limits.read(headers);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // Nothing panics while the lock is held, and the state is consistent after each statement.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Throttle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Throttle")
            .field("remaining", &self.remaining())
            .finish_non_exhaustive()
    }
}
