//! Bounds the memory of the requests and responses that are in flight, over all connections.
//!
//! A request waits for room before its body is read, and a write once more before it is answered.
//! What holds room for a response waits for its caller alone, who loses the connection by not
//! reading; what holds room for a body may wait for room for a response. So nothing waits for
//! itself, and whoever waits too long is refused before anything is done. Room is given in the
//! order in which it was asked for.

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

/// How much room the permits of a semaphore are: a KiB each.
const UNIT: usize = 1024;

/// Responses up to this size are not counted, since the number of connections bounds them: 64 KiB.
const UNCOUNTED: usize = 64 * 1024;

/// The room that a write asks for beside twice its body, so that its response is never refused once
/// it is done: 5 MiB, with the largest billing profile in it.
const WRITE: usize = 5 * 1024 * 1024;

/// For how long a request waits for room.
const PATIENCE: Duration = Duration::from_secs(10);

/// The room for the requests and responses of some listeners.
pub(crate) struct Budget {
    bodies: Pool,
    responses: Pool,
}

/// Room that is taken until this is dropped.
pub(crate) struct Room(Option<OwnedSemaphorePermit>);

impl Budget {
    /// Room for so many bytes of bodies, and of responses.
    pub(crate) fn new(bodies: usize, responses: usize) -> Self {
        Self {
            bodies: Pool::new(bodies),
            responses: Pool::new(responses),
        }
    }

    /// Waits for room for a request body of at most so many bytes; `None` if there is none for too
    /// long.
    pub(crate) async fn body(&self, bytes: usize) -> Option<Room> {
        self.bodies.wait(bytes).await
    }

    /// Waits for room for the response to a write with a body of so many bytes.
    pub(crate) async fn write(&self, bytes: usize) -> Option<Room> {
        self.responses.wait(WRITE.saturating_add(2 * bytes)).await
    }

    /// Counts a response until it is sent or its caller is gone: in the `room` that was taken for
    /// it, or else in what is free. Where nothing is, the response is one that says so.
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

    /// Counts what is written in place of a response; `None` if there is no room for it.
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

/// The response where there is no room for a request or for the right response.
pub(crate) fn busy() -> Response {
    let message = "the emulator holds as many bytes of requests and responses as it may; read the responses and send less at a time";
    let mut response = response::error(StatusCode::SERVICE_UNAVAILABLE, message);
    let second = HeaderValue::from_static("1");
    response.headers_mut().insert(header::RETRY_AFTER, second);
    response
}

impl Room {
    /// Gives back all but so many units.
    fn less(mut self, units: u32) -> Self {
        let taken = self.0.as_mut();
        let kept = taken.and_then(|taken| taken.split(taken.num_permits().min(units as usize)));
        Self(kept)
    }
}

/// A response that gives its room back when the last part of it was sent.
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
    /// What is larger than all of it takes all of it.
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
    async fn a_body_waits_for_its_turn_and_is_refused_after_ten_seconds() {
        let budget = Budget::new(2 * MIB, 0);
        let first = budget.body(MIB).await.unwrap();
        let second = budget.body(MIB).await.unwrap();
        assert!(budget.body(1).await.is_none());
        // Those that wait are served in the order in which they came, whatever their size.
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
    async fn the_response_to_a_write_has_its_room_and_gives_the_rest_back() {
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
