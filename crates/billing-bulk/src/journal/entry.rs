//! An entry of the history before it is stored: the same in every storage.

use std::time::SystemTime;

use billing_core::RequestId;
use rusqlite::types::ValueRef;

use crate::document::{Document, Version};
use crate::journal::chain::Hash;
use crate::journal::holder::Holder;
use crate::sqlite::checksum::Checksum;
use crate::sqlite::time::to_nanos;
use crate::target::ResponseIds;

/// The entry that takes over a plan, in the column of states.
pub(crate) const PLAN: &str = "plan";

/// The entry that tells of an erasure, in the column of states.
pub(crate) const ERASED: &str = "erased";

/// An entry that is to be appended to the history.
#[derive(Clone, Debug)]
pub(crate) struct NewEntry {
    /// The row; `None` if it is about the whole run.
    pub(crate) number: Option<i64>,
    pub(crate) time: i64,
    /// A state, [`PLAN`] or [`ERASED`].
    pub(crate) state: &'static str,
    pub(crate) attempt: Option<i64>,
    pub(crate) request_id: Option<String>,
    /// The cause as JSON.
    pub(crate) cause: Option<String>,
    pub(crate) ids: ResponseIds,
    pub(crate) commitment: Option<Hash>,
}

impl NewEntry {
    /// Returns an entry without an attempt, a cause and a response.
    pub(crate) fn new(number: Option<i64>, time: SystemTime, state: &'static str) -> Self {
        Self {
            number,
            time: to_nanos(time),
            state,
            attempt: None,
            request_id: None,
            cause: None,
            ids: ResponseIds::default(),
            commitment: None,
        }
    }

    /// Adds the attempt that is about to be sent.
    pub(crate) fn with_attempt(mut self, attempt: u32, request_id: RequestId) -> Self {
        self.attempt = Some(attempt.into());
        self.request_id = Some(request_id.to_string());
        self
    }

    /// Returns the checksum of the entry's columns, once the process that records it has a number.
    pub(crate) fn checksum(&self, holder: i64) -> Hash {
        of([
            of_integer(self.number),
            ValueRef::Integer(self.time),
            ValueRef::Text(self.state.as_bytes()),
            of_integer(self.attempt),
            of_text(&self.request_id),
            of_text(&self.cause),
            ValueRef::Integer(holder),
            of_text(&self.ids.request_id),
            of_text(&self.ids.correlation_id),
            self.commitment
                .as_ref()
                .map_or(ValueRef::Null, |hash| ValueRef::Blob(hash)),
        ])
    }
}

/// Returns the column of a text that may be absent.
pub(crate) fn of_text(text: &Option<String>) -> ValueRef<'_> {
    match text {
        Some(text) => ValueRef::Text(text.as_bytes()),
        None => ValueRef::Null,
    }
}

/// Returns the column of a number that may be absent.
pub(crate) fn of_integer(number: Option<i64>) -> ValueRef<'static> {
    number.map_or(ValueRef::Null, ValueRef::Integer)
}

/// Returns the checksum of the row of a process.
pub(crate) fn of_holder(number: i64, holder: &Holder, opened: i64) -> Hash {
    of([
        ValueRef::Integer(number),
        of_integer(holder.process.map(i64::from)),
        of_text(&holder.host),
        of_text(&holder.user),
        of_text(&holder.tool),
        ValueRef::Integer(opened),
    ])
}

/// Returns the checksum of values.
pub(crate) fn of<'a>(values: impl IntoIterator<Item = ValueRef<'a>>) -> Hash {
    let mut checksum = Checksum::default();
    for value in values {
        checksum.add(value);
    }
    checksum.finish()
}

/// Returns the columns of a document: its text, its etag and its hash.
pub(crate) fn of_document(document: &Document) -> [ValueRef<'_>; 3] {
    let (etag, hash) = match document.version() {
        Version::Etag(etag) => (ValueRef::Text(etag.as_bytes()), ValueRef::Null),
        Version::Hash(hash) => (ValueRef::Null, ValueRef::Blob(hash)),
    };
    [ValueRef::Blob(document.json()), etag, hash]
}

/// Returns the checksum of an after-image.
pub(crate) fn of_outcome(number: i64, document: &Document) -> Hash {
    of([ValueRef::Integer(number)]
        .into_iter()
        .chain(of_document(document)))
}
