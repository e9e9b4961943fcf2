//! The present holds of a run.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::hold::Hold;

/// The present holds of a run, at most one of a kind.
#[derive(Default)]
pub(crate) struct Holds {
    /// Whether no write is sent any more, whatever the holds are.
    is_closed: AtomicBool,
    present: Mutex<Vec<Hold>>,
    changed: Notify,
}

impl Holds {
    /// Returns whether there is one that concerns all rows.
    pub(crate) fn is_held(&self) -> bool {
        self.is_closed() || self.present().iter().any(Hold::is_of_all_rows)
    }

    /// Lets no row begin and no write leave for the rest of the run.
    pub(crate) fn close(&self) {
        self.is_closed.store(true, Ordering::Relaxed);
    }

    /// Returns whether [`close`](Self::close) was called.
    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Relaxed)
    }

    /// Returns whether there is such a one.
    pub(crate) fn any(&self, is_such: impl FnMut(&Hold) -> bool) -> bool {
        self.present().iter().any(is_such)
    }

    /// Returns all of them, oldest first.
    pub(crate) fn all(&self) -> Vec<Hold> {
        self.present().clone()
    }

    /// Returns the first that ends only by a decision.
    pub(crate) fn question(&self) -> Option<Hold> {
        self.present()
            .iter()
            .find(|it| it.needs_decision())
            .cloned()
    }

    /// Waits until one begins or ends. The wait begins with the call, not when it is polled first.
    pub(crate) fn changed(&self) -> impl Future<Output = ()> {
        self.changed.notified()
    }

    /// Adds a hold, unless there is one like it; returns whether it was added.
    pub(crate) fn begin(&self, hold: Hold) -> bool {
        let mut present = self.present();
        if present.iter().any(|it| it.is_like(&hold)) {
            return false;
        }
        present.push(hold);
        drop(present);
        self.changed.notify_waiters();
        true
    }

    /// Removes the holds that are over, and returns them.
    pub(crate) fn end(&self, mut is_over: impl FnMut(&Hold) -> bool) -> Vec<Hold> {
        let ended: Vec<_> = self.present().extract_if(.., |it| is_over(it)).collect();
        if !ended.is_empty() {
            self.changed.notify_waiters();
        }
        ended
    }

    fn present(&self) -> MutexGuard<'_, Vec<Hold>> {
        // Nothing panics while the lock is held.
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
