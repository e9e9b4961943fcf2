//! The events that wait for the reader of a run's stream.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use crate::event::Event;

/// A queue of events: the engine puts them in while the stream is polled, and the stream hands them
/// out before it polls the engine again. So it holds what one poll of the engine makes.
#[derive(Clone, Default)]
pub(crate) struct Events(Arc<Mutex<VecDeque<Event>>>);

impl Events {
    pub(crate) fn put(&self, event: Event) {
        self.lock().push_back(event);
    }

    pub(crate) fn take(&self) -> Option<Event> {
        self.lock().pop_front()
    }

    /// Waits until the reader of the stream has taken all events.
    pub(crate) async fn taken(&self) {
        // The stream polls again when it has handed them out.
        poll_fn(|_| match self.lock().is_empty() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        })
        .await;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Event>> {
        // Nothing panics while the lock is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
