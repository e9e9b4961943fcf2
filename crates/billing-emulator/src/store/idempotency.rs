//! Idempotency records: the responses to writes by their `MS-RequestId`. A retry of a write gets
//! the same response, and the write is not done again.
//!
//! By "Partner Center REST headers" a retry carries the value of the first request, and the value
//! is reset "upon receiving a response (success or business failure)". So both kinds of response
//! are recorded and replayed. An error on the way to the resource (a token, a media type, a method,
//! a rate limit) is not: a later request may use its id as if it were new.
//!
//! No document says how long an id is known, nor what happens to an id with another request. Here
//! it is known for a day of the emulator's clock, for the latest 100,000 writes or 64 MiB of
//! responses; another request is a conflict.

use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasher, RandomState},
    time::{Duration, SystemTime},
};

use hyper::{StatusCode, body::Bytes, header::HeaderValue};
use uuid::Uuid;

use crate::http::request::Request;

const KEPT_FOR: Duration = Duration::from_secs(24 * 60 * 60);
const KEPT_WRITES: usize = 100_000;
const KEPT_BYTES: usize = 64 * 1024 * 1024;

/// The ids of a response, which a replay has again: as they were sent, or else generated from the
/// number of the request.
#[derive(Clone)]
pub(crate) struct ResponseIds {
    /// The number of the first request.
    pub(crate) number: u64,
    pub(crate) correlation: Option<HeaderValue>,
    pub(crate) vector: Option<HeaderValue>,
}

/// A response that can be replayed.
#[derive(Clone)]
pub(crate) struct Recorded {
    pub(crate) status: StatusCode,
    pub(crate) content_type: &'static str,
    pub(crate) body: Bytes,
    pub(crate) ids: ResponseIds,
}

impl Recorded {
    /// Returns the bytes that it keeps.
    fn size(&self) -> usize {
        let ids = [&self.ids.correlation, &self.ids.vector];
        let ids = ids.into_iter().flatten().map(HeaderValue::len);
        self.body.len() + ids.sum::<usize>()
    }
}

/// What the records have about a write.
pub(crate) enum Lookup {
    /// The first with its id, or one without an id.
    New,
    /// The same as an earlier write, with the response to it.
    Replay(Recorded),
    /// Different from the earlier write with its id.
    Conflict,
}

#[derive(Clone)]
struct Record {
    /// The hash of the customer, the media type and the body.
    request: u64,
    at: SystemTime,
    response: Recorded,
}

/// The responses to the latest writes, by the ids of the requests.
#[derive(Clone, Default)]
pub(crate) struct IdempotencyRecords {
    by_id: HashMap<Uuid, Record>,
    /// The oldest first.
    order: VecDeque<Uuid>,
    /// The size of all recorded responses.
    bytes: usize,
    hasher: RandomState,
}

impl IdempotencyRecords {
    pub(crate) fn find(
        &mut self,
        id: Option<Uuid>,
        customer: Uuid,
        request: &Request,
        now: SystemTime,
    ) -> Lookup {
        self.forget_old(now);
        match id.and_then(|id| self.by_id.get(&id)) {
            None => Lookup::New,
            Some(known) if known.request == self.hash(customer, request) => {
                Lookup::Replay(known.response.clone())
            }
            Some(_) => Lookup::Conflict,
        }
    }

    /// Records the response to a write whose id is new, if it is an outcome of the write.
    pub(crate) fn record(
        &mut self,
        id: Option<Uuid>,
        customer: Uuid,
        request: &Request,
        response: Recorded,
        now: SystemTime,
    ) {
        let Some(id) = id.filter(|_| is_outcome(response.status)) else {
            return;
        };
        let size = response.size();
        while self.order.len() >= KEPT_WRITES
            || (self.bytes + size > KEPT_BYTES && !self.order.is_empty())
        {
            self.forget_first();
        }
        self.bytes += size;
        let request = self.hash(customer, request);
        let at = now;
        self.by_id.insert(
            id,
            Record {
                request,
                at,
                response,
            },
        );
        self.order.push_back(id);
    }

    fn forget_old(&mut self, now: SystemTime) {
        // Setting the clock back makes no record old.
        let is_old = |known: &Record| {
            let age = now.duration_since(known.at);
            age.is_ok_and(|age| age >= KEPT_FOR)
        };
        while let Some(first) = self.order.front()
            && self.by_id.get(first).is_none_or(is_old)
        {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        let first = self.order.pop_front();
        if let Some(known) = first.and_then(|first| self.by_id.remove(&first)) {
            self.bytes = self.bytes.saturating_sub(known.response.size());
        }
    }

    /// Hashes what distinguishes writes: the customer, and the body with its media type.
    fn hash(&self, customer: Uuid, request: &Request) -> u64 {
        self.hasher
            .hash_one((customer, request.media_type(), &request.body))
    }
}

/// Returns whether a response is from the resource itself: a success or a business failure.
fn is_outcome(status: StatusCode) -> bool {
    let failures = [
        StatusCode::BAD_REQUEST,
        StatusCode::NOT_FOUND,
        StatusCode::PRECONDITION_FAILED,
    ];
    status.is_success() || failures.contains(&status)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;

    fn request() -> Request {
        Request::new(0, hyper::Request::new(()).into_parts().0)
    }

    fn id(number: usize) -> Option<Uuid> {
        Some(Uuid::from_u128(number as u128))
    }

    fn response(body: String, vector: Option<HeaderValue>) -> Recorded {
        Recorded {
            status: StatusCode::OK,
            content_type: "application/json",
            body: body.into(),
            ids: ResponseIds {
                number: 0,
                correlation: None,
                vector,
            },
        }
    }

    #[test]
    fn echoed_headers_count_among_the_bytes_that_are_kept() {
        let mut records = IdempotencyRecords::default();
        let vector = "x".repeat(60 * 1024);
        for number in 1..=1_200 {
            let vector = HeaderValue::from_str(&vector).ok();
            let response = response(String::new(), vector);
            records.record(id(number), Uuid::nil(), &request(), response, NOW);
        }
        let kept = KEPT_BYTES / vector.len();
        assert_eq!((records.by_id.len(), records.order.len()), (kept, kept));
        assert_eq!(records.bytes, kept * vector.len());
    }

    #[test]
    fn each_known_write_is_replayed_its_own_response() {
        let mut records = IdempotencyRecords::default();
        // Of different lengths, some of them empty.
        let body = |at: usize| at.to_string().repeat(at % 7);
        let count = KEPT_WRITES + 100;
        for at in 0..count {
            let response = response(body(at), None);
            records.record(id(at), Uuid::nil(), &request(), response, NOW);
        }
        for at in 0..count {
            let known = match records.find(id(at), Uuid::nil(), &request(), NOW) {
                Lookup::Replay(recorded) => Some(recorded.body),
                Lookup::New | Lookup::Conflict => None,
            };
            assert_eq!(known, (at >= 100).then(|| body(at).into()), "{at}");
        }
    }
}
