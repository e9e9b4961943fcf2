//! `GET /api/events`: what happens, as server-sent events, for a page that looks on.

use std::{convert::Infallible, sync::Arc};

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use futures_util::{StreamExt as _, stream};
use serde::Serialize;
use serde_json::json;
use tokio::sync::{
    OwnedSemaphorePermit, Semaphore,
    broadcast::{self, error::RecvError},
    watch,
};

use super::Refusal;

/// How many may look on at a time.
const SUBSCRIBERS: usize = 16;

/// How many events a subscriber may be behind before it misses some.
const KEPT: usize = 256;

pub(crate) struct Events {
    sender: broadcast::Sender<Bytes>,
    places: Arc<Semaphore>,
    /// Ends every answer when it changes or its sender is gone.
    stop: watch::Receiver<()>,
}

impl Default for Events {
    fn default() -> Self {
        Self {
            sender: broadcast::Sender::new(KEPT),
            places: Arc::new(Semaphore::new(SUBSCRIBERS)),
            stop: watch::channel(()).1,
        }
    }
}

impl Events {
    /// Tells those who look on what `data` makes; without any it is not made.
    pub(crate) fn send<T: Serialize>(&self, name: &str, data: impl FnOnce() -> T) {
        if self.sender.receiver_count() > 0 {
            // The last of them may have gone meanwhile.
            let _ = self.sender.send(event(name, &data()));
        }
    }

    /// Lets answers last until `stop` changes or its sender is gone; before this is said, they end at once.
    pub(crate) fn last_until(&mut self, stop: &watch::Receiver<()>) {
        self.stop = stop.clone();
    }

    pub(super) fn subscribe(&self) -> Result<Response, Refusal> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| {
            let message = format!("{SUBSCRIBERS} others are looking on; close one of them");
            Refusal::new(StatusCode::SERVICE_UNAVAILABLE, message)
        })?;
        let subscription = Subscription {
            events: self.sender.subscribe(),
            stop: self.stop.clone(),
            _place: place,
        };
        // One comes at once, so that a caller knows that it hears of everything from here on.
        let hello = stream::iter([event("hello", &json!({}))]);
        let events = hello.chain(stream::unfold(subscription, async |mut subscription| {
            Some((subscription.next().await?, subscription))
        }));
        let events = events.map(Ok::<_, Infallible>);
        let mut response = Response::new(Body::from_stream(events));
        let content_type = HeaderValue::from_static("text/event-stream");
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, content_type);
        Ok(response)
    }
}

struct Subscription {
    events: broadcast::Receiver<Bytes>,
    stop: watch::Receiver<()>,
    _place: OwnedSemaphorePermit,
}

impl Subscription {
    /// The next event; `None` after the last.
    async fn next(&mut self) -> Option<Bytes> {
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

fn event(name: &str, data: &impl Serialize) -> Bytes {
    // Numbers and text always serialize; JSON in compact form has no line breaks.
    let data = serde_json::to_string(data).unwrap_or_default();
    Bytes::from(format!("event: {name}\ndata: {data}\n\n"))
}
