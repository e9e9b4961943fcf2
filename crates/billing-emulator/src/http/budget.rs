//! Bounds the memory of the requests and responses in flight, over all connections.
//!
//! A request waits for room before its body is read, and a write waits again before it is handled.
//! Room for a response is held until the client has read it, or until its connection is closed
//! because it does not read. Room for a body may be held while the request waits for room for its
//! response. So there is no deadlock, and a request that waits too long is refused before anything
//! is done. Room is given in the order of the requests.

use std::{sync::Arc, time::Duration};

use hyper::{
    StatusCode,
    body::Bytes,
    header::{self, HeaderValue},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time,
};

use crate::http::response::{self, Response};

/// The bytes of one permit of a semaphore: 1 KiB.
const UNIT: usize = 1024;

/// The largest response that is not counted, since the number of connections bounds such responses:
/// 64 KiB.
const UNCOUNTED: usize = 64 * 1024;

/// The room that a write takes in addition to twice its body, so that its response is never refused
/// after it is done: 5 MiB, with the largest billing profile in it.
const WRITE: usize = 5 * 1024 * 1024;

/// The longest that a request waits for room.
const PATIENCE: Duration = Duration::from_secs(10);

/// The memory for the requests and responses of some listeners.
pub(crate) struct Budget {
    bodies: Pool,
    responses: Pool,
}

/// Room that is held until this is dropped.
pub(crate) struct Room(Option<OwnedSemaphorePermit>);

impl Budget {
    /// Creates a budget with so many bytes for request bodies and for responses.
    pub(crate) fn new(bodies: usize, responses: usize) -> Self {
        Self {
            bodies: Pool::new(bodies),
            responses: Pool::new(responses),
        }
    }

    /// Waits for room for a request body of at most so many bytes; `None` if that takes too long.
    pub(crate) async fn body(&self, bytes: usize) -> Option<Room> {
        self.bodies.wait(bytes).await
    }

    /// Waits for room for the response to a write with a body of so many bytes; `None` if that
    /// takes too long.
    pub(crate) async fn write(&self, bytes: usize) -> Option<Room> {
        self.responses.wait(WRITE.saturating_add(2 * bytes)).await
    }

    /// Counts a response until it is sent or its client is gone: in the `room` that was taken for
    /// it, or else in what is free. Without room the response is replaced by [`busy`].
    pub(crate) fn response(&self, response: Response, room: Option<Room>) -> Response {
        let length = response.body().len();
        if length <= UNCOUNTED {
            return response;
        }
        let units = self.responses.units(length);
        let room = match room {
            Some(room) => room.less(units),
            None => match self.responses.try_take(units) {
                Some(room) => room,
                None => return busy(),
            },
        };
        response.map(|body| Bytes::from_owner(Held { body, _room: room }))
    }

    /// Counts the bytes that are written instead of a response; `None` without room for them.
    pub(crate) fn raw(&self, bytes: Bytes) -> Option<Bytes> {
        if bytes.len() <= UNCOUNTED {
            return Some(bytes);
        }
        let units = self.responses.units(bytes.len());
        let room = self.responses.try_take(units)?;
        Some(Bytes::from_owner(Held {
            body: bytes,
            _room: room,
        }))
    }
}

/// Returns the response to a request without room for it or for its response.
pub(crate) fn busy() -> Response {
    let message = "the memory for requests and responses is in use; read the responses, and send less at a time";
    let mut response = response::error(StatusCode::SERVICE_UNAVAILABLE, message);
    let second = HeaderValue::from_static("1");
    response.headers_mut().insert(header::RETRY_AFTER, second);
    response
}

impl Room {
    /// Keeps so many units and gives the others back.
    fn less(mut self, units: u32) -> Self {
        let taken = self.0.as_mut();
        let kept = taken.and_then(|taken| taken.split(taken.num_permits().min(units as usize)));
        Self(kept)
    }
}

/// A response that gives its room back when its last part has been sent.
struct Held {
    body: Bytes,
    _room: Room,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

struct Pool {
    free: Arc<Semaphore>,
    /// All units; a larger request takes all of them.
    units: u32,
}

impl Pool {
    fn new(bytes: usize) -> Self {
        let units = u32::try_from(bytes / UNIT).unwrap_or(u32::MAX);
        Self {
            free: Arc::new(Semaphore::new(units as usize)),
            units,
        }
    }

    fn units(&self, bytes: usize) -> u32 {
        let units = u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX);
        units.min(self.units)
    }

    async fn wait(&self, bytes: usize) -> Option<Room> {
        if bytes == 0 {
            return Some(Room(None));
        }
        let taken = Arc::clone(&self.free).acquire_many_owned(self.units(bytes));
        let taken = time::timeout(PATIENCE, taken).await;
        Some(Room(Some(taken.ok()?.ok()?)))
    }

    fn try_take(&self, units: u32) -> Option<Room> {
        let taken = Arc::clone(&self.free).try_acquire_many_owned(units);
        Some(Room(Some(taken.ok()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: usize = 1024 * 1024;

    fn large() -> Response {
        Response::new(vec![0; MIB].into())
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_waits_in_turn_and_at_most_ten_seconds() {
        let budget = Budget::new(2 * MIB, 0);
        let first = budget.body(MIB).await.unwrap();
        let second = budget.body(MIB).await.unwrap();
        assert!(budget.body(1).await.is_none());
        // Requests are served in their order, whatever their size.
        let (large, small, ()) = tokio::join!(budget.body(2 * MIB), budget.body(1), async {
            drop(first);
            tokio::task::yield_now().await;
            assert_eq!(budget.bodies.free.available_permits(), 0);
            drop(second);
        });
        assert!(large.is_some() && small.is_none());
        drop(large);
        assert!(
            budget.body(10 * MIB).await.is_some(),
            "what is too large takes all"
        );
    }

    #[tokio::test]
    async fn a_response_is_counted_until_its_last_part_is_dropped() {
        let budget = Budget::new(0, 2 * MIB);
        let mut sent = budget.response(large(), None).into_body();
        let rest = sent.split_off(MIB / 2);
        let other = budget.response(large(), None);
        assert_eq!(budget.response(large(), None).status(), 503);
        drop(sent);
        assert_eq!(budget.response(large(), None).status(), 503);
        drop(rest);
        assert_eq!(budget.response(large(), None).status(), 200);
        drop(other);
        assert_eq!(budget.responses.free.available_permits(), 2 * 1024);
    }

    #[tokio::test]
    async fn a_write_gives_back_the_room_that_its_response_leaves() {
        let budget = Budget::new(0, 8 * MIB);
        let room = budget.write(MIB).await.unwrap();
        assert_eq!(budget.responses.free.available_permits(), 1024);
        let response = budget.response(large(), Some(room));
        assert_eq!(response.status(), 200);
        assert_eq!(budget.responses.free.available_permits(), 7 * 1024);
        drop(response);
        let room = budget.write(MIB).await;
        drop(budget.response(Response::default(), room));
        assert_eq!(budget.responses.free.available_permits(), 8 * 1024);
    }
}
