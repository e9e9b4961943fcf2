//! The events that wait for the reader of a run's stream.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

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

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Event>> {
        // Nothing panics while the lock is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
