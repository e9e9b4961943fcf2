//! A clock that does not wait.

use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use billing_core::{BoxFuture, Clock};

/// A clock that starts at 2026-01-02 03:04:05 UTC; sleeping takes no time and is recorded.
#[derive(Debug, Default)]
pub struct TestClock(Mutex<Vec<Duration>>);

impl TestClock {
    /// Returns how long each sleep was to last.
    pub fn sleeps(&self) -> Vec<Duration> {
        self.0.lock().unwrap().clone()
    }

    /// Returns how many whole seconds each sleep was to last.
    pub fn seconds(&self) -> Vec<u64> {
        self.sleeps().iter().map(Duration::as_secs).collect()
    }
}

impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045) + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        self.0.lock().unwrap().iter().sum()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        self.0.lock().unwrap().push(duration);
        // Other tasks run meanwhile, as they do during a real sleep.
        Box::pin(tokio::task::yield_now())
    }
}
