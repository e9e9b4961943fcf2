//! Stops a run early, so that it can be resumed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Stops a run from outside its stream; clones stop the same run.
#[derive(Clone, Debug, Default)]
pub struct StopHandle(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    is_finishing: AtomicBool,
    is_requested: AtomicBool,
    requested: Notify,
}

impl StopHandle {
    /// Asks the run to finish what it has sent: no further write is sent, and accepted writes are
    /// polled to their end. Then the stream ends as after [`stop`](Self::stop), which also ends the
    /// wait.
    pub fn finish(&self) {
        self.0.is_finishing.store(true, Ordering::SeqCst);
        self.0.requested.notify_waiters();
    }

    /// Returns whether no further write is sent.
    pub(crate) fn is_finishing(&self) -> bool {
        self.is_requested() || self.0.is_finishing.load(Ordering::SeqCst)
    }

    /// Asks the run to stop: no further write is sent, requests in flight are finished and
    /// recorded, and then the stream ends with its summary. The same run resumes later.
    pub fn stop(&self) {
        self.0.is_requested.store(true, Ordering::SeqCst);
        self.0.requested.notify_waiters();
    }

    /// Returns whether the run was asked to stop.
    pub fn is_requested(&self) -> bool {
        self.0.is_requested.load(Ordering::SeqCst)
    }

    /// Waits until the run is to stop, or [`finish`](Self::finish) is called.
    pub(crate) async fn requested(&self) {
        // Before the flag is read, so that no request is missed.
        let requested = self.0.requested.notified();
        if !self.is_requested() {
            requested.await;
        }
    }
}
