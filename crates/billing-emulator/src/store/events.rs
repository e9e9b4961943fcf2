//! Events about requests, resources, the clock and faults, for the callers of `GET /api/events`.

use std::sync::Arc;

use hyper::body::Bytes;
use serde::Serialize;
use serde_json::json;
use tokio::sync::{
    OwnedSemaphorePermit, Semaphore,
    broadcast::{self, error::RecvError},
    watch,
};

/// How many subscribers there can be at a time.
pub(crate) const SUBSCRIBERS: usize = 16;

/// How many events a subscriber can be behind before it misses some.
const BACKLOG: usize = 256;

pub(crate) struct Events {
    sender: broadcast::Sender<Bytes>,
    permits: Arc<Semaphore>,
    /// Ends every subscription when it changes or its sender is dropped.
    stop: watch::Receiver<()>,
}

/// The events from now on, each as one server-sent event.
pub(crate) struct Subscription {
    events: broadcast::Receiver<Bytes>,
    stop: watch::Receiver<()>,
    _permit: OwnedSemaphorePermit,
}

impl Default for Events {
    fn default() -> Self {
        Self {
            sender: broadcast::Sender::new(BACKLOG),
            permits: Arc::new(Semaphore::new(SUBSCRIBERS)),
            stop: watch::channel(()).1,
        }
    }
}

impl Events {
    /// Sends an event with the result of `data`, which is not computed without subscribers.
    pub(crate) fn send<T: Serialize>(&self, name: &str, data: impl FnOnce() -> T) {
        if self.sender.receiver_count() > 0 {
            // Fails if the last subscriber has left in the meantime.
            let _ = self.sender.send(event(name, &data()));
        }
    }

    /// Keeps subscriptions open until `stop` changes or its sender is dropped. Before this is
    /// called they end at once.
    pub(crate) fn last_until(&mut self, stop: &watch::Receiver<()>) {
        self.stop = stop.clone();
    }

    /// Subscribes to the events from now on; `None` if there are too many subscribers.
    pub(crate) fn subscribe(&self) -> Option<Subscription> {
        let permit = Arc::clone(&self.permits).try_acquire_owned().ok()?;
        Some(Subscription {
            events: self.sender.subscribe(),
            stop: self.stop.clone(),
            _permit: permit,
        })
    }
}

impl Subscription {
    /// Waits for the next event; `None` after the last.
    pub(crate) async fn next(&mut self) -> Option<Bytes> {
        tokio::select! {
            biased;
            _ = self.stop.changed() => None,
            received = self.events.recv() => match received {
                Ok(event) => Some(event),
                Err(RecvError::Lagged(_)) => Some(event("missed", &json!({}))),
                Err(RecvError::Closed) => None,
            },
        }
    }
}

/// Writes a server-sent event.
pub(crate) fn event(name: &str, data: &impl Serialize) -> Bytes {
    // Numbers and text always serialize; JSON in compact form has no line breaks.
    let data = serde_json::to_string(data).unwrap_or_default();
    Bytes::from(format!("event: {name}\ndata: {data}\n\n"))
}
