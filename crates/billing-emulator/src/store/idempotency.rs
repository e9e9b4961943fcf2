//! What makes a write that is sent again the same write: `MS-RequestId`.
//!
//! "Partner Center REST headers" says that a retry carries the value of the first call, and that it
//! is reset "upon receiving a response (success or business failure)". So those two are what is
//! remembered and answered again, and no refusal on the way to the resource (a token, a media type,
//! a method, a throttle): there the same id may be sent again and be the first.
//!
//! No document says for how long an id is known, nor what an id with another request gets. Here it
//! is a day of the emulator's clock, for the latest 10,000 writes or 16 MiB of answers; and a
//! conflict.

use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasher, RandomState},
    time::{Duration, SystemTime},
};

use axum::{body::Bytes, http::StatusCode};
use uuid::Uuid;

use super::{
    media::MediaType,
    reply::{self, Ids},
};
use crate::call::{Call, Reply};

const KEPT_FOR: Duration = Duration::from_secs(24 * 60 * 60);
const KEPT_WRITES: usize = 10_000;
const KEPT_BYTES: usize = 16 * 1024 * 1024;

/// The answers of the latest writes, by the id of the request.
#[derive(Clone, Default)]
pub(crate) struct Replays {
    answers: HashMap<Uuid, Remembered>,
    /// In the order in which they were remembered.
    order: VecDeque<Uuid>,
    /// The bodies in the same order, one behind the other. Each in memory of its own would be given
    /// back long after it was written, which takes the allocator longer than a write takes for
    /// anything else.
    bodies: VecDeque<u8>,
    /// How many bytes of bodies were forgotten before those.
    forgotten: usize,
    /// What all answers hold together.
    bytes: usize,
    hasher: RandomState,
}

#[derive(Clone)]
struct Remembered {
    request: u64,
    at: SystemTime,
    status: StatusCode,
    media_type: MediaType,
    /// Where its body begins, counted from the first that there ever was.
    body_at: usize,
    body_length: usize,
    ids: Ids,
}

/// A write, as far as it is compared with others.
pub(super) struct Write<'a> {
    id: Option<Uuid>,
    customer: Uuid,
    call: &'a Call,
}

impl<'a> Write<'a> {
    pub(super) fn new(customer: Uuid, call: &'a Call) -> Self {
        let id = reply::request_id(call);
        Self { id, customer, call }
    }
}

/// What is known of a request.
pub(super) enum Seen<'a> {
    /// This is the first with its id, or it has none.
    Never,
    /// It was answered, with this.
    Same(Reply, &'a Ids),
    /// Another request had its id.
    Other,
}

impl Replays {
    pub(super) fn find(&mut self, write: &Write<'_>, now: SystemTime) -> Seen<'_> {
        self.forget_old(now);
        let known = write.id.and_then(|id| self.answers.get(&id));
        match known {
            None => Seen::Never,
            Some(known) if known.request == self.fingerprint(write) => {
                let content_type = known.media_type.content_type();
                let start = known.body_at.wrapping_sub(self.forgotten);
                let body = self.bodies.iter().skip(start).take(known.body_length);
                let body: Bytes = body.copied().collect();
                let reply = reply::of(known.status, content_type, body);
                Seen::Same(reply, &known.ids)
            }
            Some(_) => Seen::Other,
        }
    }

    /// Remembers the answer of a request whose id was never seen, if it is an outcome.
    pub(super) fn remember(
        &mut self,
        write: &Write<'_>,
        reply: &Reply,
        media_type: MediaType,
        ids: &Ids,
        now: SystemTime,
    ) {
        let Some(id) = write.id.filter(|_| is_outcome(reply.status())) else {
            return;
        };
        let remembered = Remembered {
            request: self.fingerprint(write),
            at: now,
            status: reply.status(),
            media_type,
            // Which stays so whatever is forgotten below.
            body_at: self.forgotten.wrapping_add(self.bodies.len()),
            body_length: reply.body().len(),
            ids: ids.clone(),
        };
        let size = remembered.size();
        while self.order.len() >= KEPT_WRITES
            || (self.bytes + size > KEPT_BYTES && !self.order.is_empty())
        {
            self.forget_first();
        }
        self.bytes += size;
        self.bodies.extend(reply.body());
        self.answers.insert(id, remembered);
        self.order.push_back(id);
    }

    fn forget_old(&mut self, now: SystemTime) {
        // A clock that was set back makes nothing old.
        let is_old = |known: &Remembered| {
            let age = now.duration_since(known.at);
            age.is_ok_and(|age| age >= KEPT_FOR)
        };
        while let Some(first) = self.order.front()
            && self.answers.get(first).is_none_or(is_old)
        {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        let first = self.order.pop_front();
        if let Some(known) = first.and_then(|first| self.answers.remove(&first)) {
            self.bytes = self.bytes.saturating_sub(known.size());
            self.bodies
                .drain(..known.body_length.min(self.bodies.len()));
            self.forgotten = self.forgotten.wrapping_add(known.body_length);
        }
    }

    /// What tells writes apart: the customer, and the body with its media type.
    fn fingerprint(&self, write: &Write<'_>) -> u64 {
        let call = write.call;
        self.hasher
            .hash_one((write.customer, call.media_type(), &call.body))
    }
}

impl Remembered {
    /// What it holds: the body of the answer, and what it echoes of what was sent.
    fn size(&self) -> usize {
        self.body_length + self.ids.len()
    }
}

/// Whether the resource itself answered, with success or a business failure.
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
    use axum::http::{Error, Request};

    use super::*;

    #[test]
    fn what_an_answer_echoes_counts_among_the_bytes_that_are_kept() -> Result<(), Error> {
        let mut replays = Replays::default();
        let vector = "x".repeat(60 * 1024);
        for id in 1..=300 {
            let request = Request::put("/")
                .header("ms-requestid", Uuid::from_u128(id).to_string())
                .header("ms-cv", &vector)
                .body(())?;
            let call = Call::new(0, request.into_parts().0);
            let reply = reply::of(StatusCode::OK, "application/json", Bytes::new());
            let write = Write::new(Uuid::nil(), &call);
            let (media_type, now) = (MediaType::default(), SystemTime::UNIX_EPOCH);
            replays.remember(&write, &reply, media_type, &Ids::of(&call), now);
        }
        let kept = KEPT_BYTES / vector.len();
        assert_eq!((replays.answers.len(), replays.order.len()), (kept, kept));
        assert_eq!(replays.bytes, kept * vector.len());
        Ok(())
    }

    #[test]
    fn each_known_write_is_replayed_its_own_response() -> Result<(), Error> {
        let mut replays = Replays::default();
        let mut calls = Vec::new();
        for id in 1..=KEPT_WRITES + 100 {
            let id = Uuid::from_u128(id as u128).to_string();
            let request = Request::put("/").header("ms-requestid", id);
            let head = request.body(())?.into_parts().0;
            calls.push(Call::new(0, head));
        }
        // Of different lengths, some of them empty.
        let body = |at: usize| at.to_string().repeat(at % 7);
        let (media_type, now) = (MediaType::default(), SystemTime::UNIX_EPOCH);
        for (at, call) in calls.iter().enumerate() {
            let reply = reply::of(StatusCode::OK, "application/json", body(at).into());
            let write = Write::new(Uuid::nil(), call);
            replays.remember(&write, &reply, media_type, &Ids::of(call), now);
        }
        for (at, call) in calls.iter().enumerate() {
            let known = match replays.find(&Write::new(Uuid::nil(), call), now) {
                Seen::Same(reply, _) => Some(reply.into_body()),
                Seen::Never | Seen::Other => None,
            };
            assert_eq!(known, (at >= 100).then(|| body(at).into()), "{at}");
        }
        Ok(())
    }
}
