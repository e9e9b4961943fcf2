//! Slots for writes and for requests, as many as profiles are worked on at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// Slots that are taken and given back. Rows that wait for the journal do not count as worked on,
/// so that more of them may want a slot than there are.
#[derive(Clone, Default)]
pub(crate) struct Slots(Arc<State>);

#[derive(Default)]
struct State {
    taken: AtomicUsize,
    freed: Notify,
}

/// A slot, until it is dropped.
#[must_use = "a slot that is dropped is free"]
pub(crate) struct Slot(Slots);

impl Slots {
    /// Waits until fewer than `most` slots are taken, and takes one.
    pub(crate) async fn take(&self, most: impl Fn() -> usize) -> Slot {
        let State { taken, freed } = &*self.0;
        // Nothing else runs between the comparison and the addition: a run is one future.
        while taken.load(Ordering::Relaxed) >= most() {
            freed.notified().await;
        }
        taken.fetch_add(1, Ordering::Relaxed);
        Slot(self.clone())
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let State { taken, freed } = &*self.0.0;
        taken.fetch_sub(1, Ordering::Relaxed);
        freed.notify_one();
    }
}
