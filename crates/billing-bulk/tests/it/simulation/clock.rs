//! A clock that moves only when everything waits.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

use billing_core::{BoxFuture, Clock};

/// Simulated time. The wall clock can be set; the elapsed time only grows.
#[derive(Clone, Debug, Default)]
pub(crate) struct SimClock(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    elapsed: Duration,
    /// How far the machine's wall clock is behind the true time.
    behind: Duration,
    next: u64,
    sleepers: BTreeMap<(Duration, u64), Waker>,
}

/// The true time at which a simulation starts.
const START: Duration = Duration::from_secs(1_767_225_600);

impl SimClock {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the true time, which the service's clock shows.
    pub(crate) fn true_time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + START + self.lock().elapsed
    }

    /// Sets the machine's wall clock behind the true time.
    pub(crate) fn set_behind(&self, behind: Duration) {
        self.lock().behind = behind;
    }

    /// Returns when the next sleeper wakes.
    pub(crate) fn next_wake(&self) -> Option<Duration> {
        let inner = self.lock();
        inner.sleepers.first_key_value().map(|((at, _), _)| *at)
    }

    /// Moves to a time and wakes the sleepers that are due.
    pub(crate) fn move_to(&self, time: Duration) {
        let mut due = Vec::new();
        let mut inner = self.lock();
        inner.elapsed = inner.elapsed.max(time);
        while let Some(entry) = inner.sleepers.first_entry() {
            if entry.key().0 > time {
                break;
            }
            due.push(entry.remove());
        }
        drop(inner);
        for waker in due {
            waker.wake();
        }
    }
}

impl Clock for SimClock {
    fn now(&self) -> SystemTime {
        self.true_time() - self.lock().behind
    }

    fn elapsed(&self) -> Duration {
        self.lock().elapsed
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        let until = self.elapsed().saturating_add(duration);
        Box::pin(Sleep {
            clock: self.clone(),
            until,
            key: None,
        })
    }
}

struct Sleep {
    clock: SimClock,
    until: Duration,
    key: Option<(Duration, u64)>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let (until, key) = (self.until, self.key);
        let key = {
            let mut inner = self.clock.lock();
            if inner.elapsed >= until {
                return Poll::Ready(());
            }
            let key = key.unwrap_or_else(|| {
                inner.next += 1;
                (until, inner.next)
            });
            inner.sleepers.insert(key, context.waker().clone());
            key
        };
        self.key = Some(key);
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.clock.lock().sleepers.remove(&key);
        }
    }
}
