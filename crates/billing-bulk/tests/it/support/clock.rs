//! A clock that moves only when nothing else can happen.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::{Duration, SystemTime};

use billing_core::{BoxFuture, Clock};

/// A clock that stands until [`SimulatedClock::advance`] moves it to the end of the next sleep.
#[derive(Debug, Default)]
pub(crate) struct SimulatedClock(Arc<Mutex<Times>>);

#[derive(Debug, Default)]
struct Times {
    elapsed: Duration,
    /// How far the time of day has gone back.
    back: Duration,
    /// How far it has gone on while the machine slept.
    slept: Duration,
    sleeps: BTreeMap<(Duration, u64), Waker>,
    next: u64,
}

impl SimulatedClock {
    /// Moves to the end of the next sleep; `false` if nothing sleeps.
    pub(crate) fn advance(&self) -> bool {
        let mut times = self.0.lock().unwrap();
        let Some(((due, _), waker)) = times.sleeps.pop_first() else {
            return false;
        };
        times.elapsed = times.elapsed.max(due);
        waker.wake();
        true
    }

    /// Moves on by this time.
    pub(crate) fn pass(&self, time: Duration) {
        self.0.lock().unwrap().elapsed += time;
    }

    /// Lets the machine sleep: only the time of day continues.
    pub(crate) fn sleep_for(&self, time: Duration) {
        self.0.lock().unwrap().slept += time;
    }

    /// Sets the time of day back.
    pub(crate) fn set_back(&self, time: Duration) {
        self.0.lock().unwrap().back += time;
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> SystemTime {
        let times = self.0.lock().unwrap();
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        start + times.elapsed + times.slept - times.back
    }

    fn elapsed(&self) -> Duration {
        self.0.lock().unwrap().elapsed
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        let times = Arc::clone(&self.0);
        let mut sleep = Sleep { times, key: None };
        let due = self.elapsed() + duration;
        Box::pin(poll_fn(move |context| {
            let mut times = sleep.times.lock().unwrap();
            if times.elapsed >= due {
                return Poll::Ready(());
            }
            let key = sleep.key.unwrap_or_else(|| {
                times.next += 1;
                (due, times.next)
            });
            times.sleeps.insert(key, context.waker().clone());
            drop(times);
            sleep.key = Some(key);
            Poll::Pending
        }))
    }
}

/// A sleep, which does not move the clock once it is dropped.
struct Sleep {
    times: Arc<Mutex<Times>>,
    key: Option<(Duration, u64)>,
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.times.lock().unwrap().sleeps.remove(&key);
        }
    }
}
