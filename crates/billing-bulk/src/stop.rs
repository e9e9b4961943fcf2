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
    changed: Notify,
}

impl StopHandle {
    /// Asks the run to finish what it has sent: no further write is sent, and accepted writes are
    /// polled to their end. Then the stream ends as after [`stop`](Self::stop), which also ends the
    /// wait.
    pub fn finish(&self) {
        self.0.is_finishing.store(true, Ordering::SeqCst);
        self.0.changed.notify_waiters();
    }

    /// Returns whether no further write is sent.
    pub(crate) fn is_finishing(&self) -> bool {
        self.is_requested() || self.0.is_finishing.load(Ordering::SeqCst)
    }

    /// Asks the run to stop: no further write is sent, requests in flight are finished and
    /// recorded, and then the stream ends with its summary. The same run resumes later.
    pub fn stop(&self) {
        self.0.is_requested.store(true, Ordering::SeqCst);
        self.0.changed.notify_waiters();
    }

    /// Returns whether the run was asked to stop.
    pub fn is_requested(&self) -> bool {
        self.0.is_requested.load(Ordering::SeqCst)
    }

    /// Returns whether a request is not sent any more. A request for a write ends earlier.
    pub(crate) fn ends(&self, is_for_a_write: bool) -> bool {
        if is_for_a_write {
            self.is_finishing()
        } else {
            self.is_requested()
        }
    }

    /// Waits until a request is not sent any more, as [`ends`](Self::ends) tells.
    pub(crate) async fn ended(&self, is_for_a_write: bool) {
        loop {
            // Before the flags are read, so that no call is missed.
            let changed = self.0.changed.notified();
            if self.ends(is_for_a_write) {
                return;
            }
            changed.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::StopHandle;

    #[test]
    fn wait_is_over_after_a_call_before_its_first_poll() {
        let stop = StopHandle::default();
        let (write, read) = (stop.ended(true), stop.ended(false));
        stop.finish();
        assert_eq!(write.now_or_never(), Some(()));
        assert_eq!(read.now_or_never(), None);
        let read = stop.ended(false);
        stop.stop();
        assert_eq!(read.now_or_never(), Some(()));
        assert_eq!(stop.ended(true).now_or_never(), Some(()));
    }

    #[test]
    fn wait_is_over_when_a_call_is_made() {
        let stop = StopHandle::default();
        let (mut write, mut read) = (Box::pin(stop.ended(true)), Box::pin(stop.ended(false)));
        assert_eq!(write.as_mut().now_or_never(), None);
        assert_eq!(read.as_mut().now_or_never(), None);
        stop.finish();
        assert_eq!(write.now_or_never(), Some(()));
        assert_eq!(read.as_mut().now_or_never(), None);
        stop.stop();
        assert_eq!(read.now_or_never(), Some(()));
    }
}
