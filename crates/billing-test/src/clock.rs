//! A clock that does not wait, and time that passes at once.

use std::future::Future as _;
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Waker};
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

/// Lets this much time pass at once on the clock of tokio, which the limits of requests follow.
/// Before that, the other tasks see what was sent to them.
///
/// The runtime must have one thread.
pub async fn let_pass(time: Duration) {
    until_others_wait().await;
    move_on(time);
}

/// Waits until all other tasks wait, after those that tokio's clock has woken by now have run.
#[expect(
    clippy::disallowed_methods,
    reason = "a real pause: a runtime looks at its clock when all tasks wait"
)]
pub(crate) async fn until_others_wait() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

/// Moves the clock of tokio, and lets it run on.
pub(crate) fn move_on(time: Duration) {
    tokio::time::pause();
    // The first poll moves the clock. No other task may run before the clock runs again.
    let moved = pin!(tokio::time::advance(time));
    let _ = moved.poll(&mut Context::from_waker(Waker::noop()));
    tokio::time::resume();
}
