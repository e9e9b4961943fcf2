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
use crate::headers::{self, RateLimits};
use crate::pipeline::throttle_scope::ThrottleScope;

/// The pauses that the service has asked for, shared by the clones of a client.
///
/// A 429 pauses the other requests of the same [`ThrottleScope`], and no others. One 429 pauses
/// them for at most
/// [`SendOptions::with_max_shared_pause`](crate::SendOptions::with_max_shared_pause), whatever the
/// service asked for; the error of the throttled request has the full
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
    /// How many pauses there may be before those that have ended are removed.
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

    /// Returns how long requests of this scope pause from now on; zero if they do not.
    pub fn pause_left(&self, scope: &ThrottleScope) -> Duration {
        let now = self.0.clock.elapsed();
        let state = self.lock();
        // As long as nothing pauses, no key is made.
        if state.until.is_empty() {
            return Duration::ZERO;
        }
        let until = state.until.get(&scope.key()).copied();
        until.unwrap_or_default().saturating_sub(now)
    }

    /// Ends all pauses, and wakes the requests that wait for one. A request that pauses between two
    /// attempts of its own keeps that pause.
    ///
    /// For a caller who knows better than the service's last answer, for example after a limit was
    /// raised.
    pub fn clear(&self) {
        self.lock().until.clear();
        self.0.cleared.notify_waiters();
    }

    /// Returns what the service said last is left of its limits, by the end of the header's name:
    /// of `x-ms-ratelimit-remaining-tenant-writes` (Resource Manager) it is `tenant-writes`. At
    /// most 32 limits are kept, those that were named first.
    pub fn remaining(&self) -> BTreeMap<String, u64> {
        self.lock().limits.remaining()
    }

    /// Pauses the requests of this scope, for the longest pause at most.
    pub(crate) fn pause(&self, scope: &ThrottleScope, pause: Duration) {
        /// Fewer are not worth a search.
        const ROOM: usize = 64;
        let now = self.0.clock.elapsed();
        let until = now.saturating_add(pause.min(self.0.longest));
        let mut state = self.lock();
        if state.until.len() >= state.room.max(ROOM) {
            state.until.retain(|_, until| *until > now);
            // Doubled, so that the searches cost no more than the insertions do.
            state.room = state.until.len().saturating_mul(2);
        }
        let own = state.until.entry(scope.key()).or_default();
        *own = until.max(*own);
    }

    /// Waits for this pause of the scope, or until all pauses are cleared.
    pub(crate) async fn wait(&self, scope: &ThrottleScope) {
        let mut cleared = pin!(self.0.cleared.notified());
        // Looked at again: a call of `clear` from here on is heard.
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

    /// Notes what an answer says is left of the limits.
    pub(crate) fn read(&self, headers: &HeaderMap) {
        if headers::names_rate_limit(headers) {
            self.lock().limits.read(headers);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // Nothing panics while it is held, and the state is whole after each statement.
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
