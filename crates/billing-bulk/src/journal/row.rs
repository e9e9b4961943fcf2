//! A profile in a journal.

use std::fmt;
use std::time::SystemTime;

use billing_core::RequestId;
use bytes::Bytes;

use crate::change::Change;
use crate::document::Document;
use crate::journal::chain::Hash;
use crate::journal::state::State;
use crate::profile::ProfileId;
use crate::source::Source;
use crate::target::{Cause, ResponseIds};

/// A profile of a plan, as a run takes it over.
#[derive(Clone, Debug)]
pub struct NewRow {
    /// The row's number in the plan, from 1.
    pub number: u64,
    /// The profile.
    pub profile: ProfileId,
    /// The document as the plan read it.
    pub before: Document,
    /// The members that change; empty if the profile already has its values.
    pub changes: Vec<Change>,
    /// Where the row comes from.
    pub source: Source,
}

/// A profile in a journal.
#[derive(Clone, Debug)]
pub struct Row {
    /// The row's number in the journal, from 1.
    pub number: u64,
    /// The number of its plan: 1 for the plan that the run began with.
    pub generation: u32,
    /// The row of an earlier plan that this one replaces.
    pub previous: Option<u64>,
    /// The profile.
    pub profile: ProfileId,
    /// The document as the plan read it; empty once the row is erased.
    pub before: Document,
    /// The members that change; without values once the row is erased.
    pub changes: Vec<Change>,
    /// Where the row comes from.
    pub source: Source,
    /// When the personal data of the row were erased.
    pub erased: Option<SystemTime>,
    /// The present state.
    pub state: State,
    /// The last attempt at a write.
    pub attempt: Option<SentWrite>,
    /// The resume token of an accepted write.
    pub token: Option<String>,
    /// The cause of the present state.
    pub cause: Option<Cause>,
}

impl Row {
    /// Returns the exact body of the last attempt, while the row is `Sending` or `Accepted`.
    pub(crate) fn body(&self) -> Option<&Bytes> {
        self.attempt.as_ref()?.body.as_ref()
    }
}

/// A write as it was recorded before it was sent.
#[derive(Clone, PartialEq)]
pub struct SentWrite {
    /// 1 for the first attempt.
    pub attempt: u32,
    /// The id under which the service knows the write.
    pub request_id: RequestId,
    /// When it was recorded.
    pub time: SystemTime,
    /// The exact body, while the row is `Sending` or `Accepted`.
    pub body: Option<Bytes>,
    /// The SHA-256 of the body, in lower-case hexadecimal.
    pub body_sha256: String,
    /// The etag that was sent.
    pub if_match: Option<String>,
}

// The body is about a person.
impl fmt::Debug for SentWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SentWrite")
            .field("attempt", &self.attempt)
            .field("request_id", &self.request_id)
            .field("time", &self.time)
            .field("body_sha256", &self.body_sha256)
            .field("if_match", &self.if_match)
            .finish_non_exhaustive()
    }
}

/// One transition in the history of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number in the journal, from 1.
    pub number: u64,
    /// When it was recorded.
    pub time: SystemTime,
    /// The state that it led to.
    pub state: State,
    /// The attempt, for a write.
    pub attempt: Option<u32>,
    /// The request id, for a write.
    pub request_id: Option<RequestId>,
    /// The cause, if there is one.
    pub cause: Option<Cause>,
    /// The number of the process that recorded it.
    pub holder: u64,
    /// The ids of the response that led to it, if one did.
    pub ids: ResponseIds,
    /// What binds the entry to its content: to the body of a write that is about to be sent, and to
    /// the document that a profile was found with at its end.
    pub commitment: Option<Hash>,
}
