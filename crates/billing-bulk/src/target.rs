//! One service, as a run uses it: single attempts at reading, writing and polling, with what each
//! response said about rate limits.

use std::time::Duration;

use billing_core::{BoxFuture, RequestId};
use billing_edit::Edits;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::binding::Binding;
use crate::document::Document;
use crate::pacing::signal::Signal;
use crate::profile::ProfileId;

/// A service with the billing profiles of one tenant.
///
/// Each asynchronous method sends one request, once: a run counts, paces and records every attempt
/// itself. After a response that refuses the token, the next attempt uses another one if the
/// credential has it.
pub trait Target: Send + Sync {
    /// Returns what a plan of these profiles is bound to.
    fn binding(&self) -> &Binding;

    /// Returns whether the service takes a repeated request id for the same write, so that a write
    /// whose response was lost can be sent again.
    fn replays(&self) -> bool;

    /// Checks by a read of a profile what the service tells about the sign-in before a write; by
    /// default nothing is sent, and nothing is known.
    fn check_sign_in<'a>(
        &'a self,
        profile: &'a ProfileId,
    ) -> Option<BoxFuture<'a, Attempt<SignInCheck>>> {
        let _ = profile;
        None
    }

    /// Reads a profile.
    fn read<'a>(&'a self, profile: &'a ProfileId) -> BoxFuture<'a, Attempt<Document>>;

    /// Returns the exact body of the write that makes these edits of a document.
    ///
    /// # Errors
    /// The document is not one of this service, or the edits do not match it.
    fn body(&self, before: &Document, edits: &Edits) -> Result<Bytes, BodyError>;

    /// Sends a write once.
    fn write<'a>(
        &'a self,
        profile: &'a ProfileId,
        write: &'a Write,
    ) -> BoxFuture<'a, Attempt<Written>>;

    /// Polls an accepted write once. `misses` is that of the last poll, or 0.
    fn poll<'a>(
        &'a self,
        profile: &'a ProfileId,
        token: &'a str,
        misses: u32,
    ) -> BoxFuture<'a, Attempt<Polled>>;

    /// Returns how long ago a profile may have been compared with the plan when its write is sent,
    /// before it is read again: while a write waits for the rate limit, somebody else may change
    /// the profile. 5 seconds by default. A profile of Partner Center with an etag is not read
    /// again so soon: the service compares the etag.
    fn longest_drift(&self) -> Duration {
        Duration::from_secs(5)
    }

    /// Compares a document with these edits of an earlier one. Services leave out what is empty, so
    /// that an absent, a null and an empty member are the same.
    fn compare(&self, before: &Document, edits: &Edits, now: &Document) -> Comparison;

    /// Returns the paths of the members in which two documents differ, except those that change on
    /// their own, such as the etag.
    fn changed_paths(&self, before: &Document, now: &Document) -> Vec<String>;

    /// Returns the paths of the members that the service requires in this body, and that are
    /// missing or empty there. By default none: a write of a few members leaves out all others.
    fn missing_members(&self, body: &[u8]) -> Vec<String> {
        let _ = body;
        Vec::new()
    }

    /// Returns the paths of the members that a write has sent back as they were read, and that the
    /// document after it does not show so. By default none: a write sends only what changes, or is
    /// refused if someone else changes the profile in between.
    fn others_changed(&self, sent: &[u8], edits: &Edits, after: &Document) -> Vec<String> {
        let _ = (sent, edits, after);
        Vec::new()
    }
}

/// A write as it is recorded before it is sent.
#[derive(Clone, Debug)]
pub struct Write {
    /// The id under which the service knows this write.
    pub request_id: RequestId,
    /// The exact body.
    pub body: Bytes,
    /// What the body changes.
    pub edits: Edits,
    /// The etag that the profile must still have.
    pub if_match: Option<String>,
}

/// What a service tells about a sign-in before a write. One that does not suffice is a
/// [`FailureKind::SignIn`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInCheck {
    /// The sign-in is as the service requires it.
    Sufficient,
    /// The service does not say.
    Unknown,
}

/// One request and its response.
#[derive(Debug)]
pub struct Attempt<T> {
    /// The result.
    pub result: Result<T, Failure>,
    /// What the response said about rate limits.
    pub signal: Signal,
    /// The ids of the request, as the service's support knows it.
    pub ids: ResponseIds,
}

/// The ids under which the service's support finds a request: those of the response, else those
/// that were sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResponseIds {
    /// The request id: `MS-RequestId` or `x-ms-request-id`.
    pub request_id: Option<String>,
    /// The correlation id: `MS-CorrelationId` or `x-ms-correlation-request-id`.
    pub correlation_id: Option<String>,
}

/// The result of a write that the service did not refuse.
#[derive(Debug)]
pub enum Written {
    /// The service responded with the profile as it is now.
    Finished(Document),
    /// The service has accepted the write and takes its time.
    Accepted {
        /// The resume token, which polls this write and no other.
        token: String,
        /// When to poll first.
        poll_in: Duration,
    },
}

/// The status of an accepted write.
#[derive(Debug)]
pub enum Polled {
    /// The operation still runs.
    Running {
        /// When to poll again.
        poll_in: Duration,
        /// The token for the next poll.
        token: String,
        /// How many polls in a row did not find the operation or its result.
        misses: u32,
    },
    /// The operation has ended, and this is the profile.
    Finished(Document),
}

/// Why an attempt has no result.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Failure {
    /// What it means for the profile.
    pub kind: FailureKind,
    /// What is shown and recorded.
    pub cause: Cause,
}

/// What a failed attempt means for the profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FailureKind {
    /// Nothing was sent or accepted, and time may help: no connection, 503 with `Retry-After`.
    NotSent,
    /// The rate limit was exceeded (429). Nothing was changed.
    Throttled,
    /// Another operation holds the profile (429 `RetryableErrorDueToAnotherOperation`). Nothing was
    /// changed.
    Locked,
    /// The credential has no token, or its token was refused. Nothing was changed. The next attempt
    /// uses another token if the credential has one.
    SignIn,
    /// The caller may not do this (403): with this profile, or with any. Nothing was changed.
    Forbidden,
    /// The etag is not the present one. This attempt changed nothing.
    StaleEtag,
    /// There is no such profile.
    NotFound,
    /// The service refused the request, and the same request will be refused again. Nothing was
    /// changed.
    Refused,
    /// The accepted operation failed or was canceled. It may have taken effect in part.
    OperationFailed,
    /// The service no longer knows the accepted operation. It may have taken effect.
    OperationLost,
    /// Whether a write took effect, or a read would succeed, is not known: no response, a broken
    /// one, or an unexpected status.
    Unknown,
}

/// What is shown and recorded about a failure: no names, addresses or e-mails.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// The service's code, else a code of ours such as `stale_etag`.
    pub code: String,
    /// One sentence in plain words.
    pub message: String,
    /// The HTTP status, if there was a response.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status: Option<u16>,
    /// The service's id of the request.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub request_id: Option<String>,
    /// The service's correlation id of the request.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub correlation_id: Option<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hint: Option<String>,
}

impl Cause {
    /// Adds the ids of the response that led to it.
    #[must_use]
    pub(crate) fn with_ids(mut self, ids: &ResponseIds) -> Self {
        self.request_id.clone_from(&ids.request_id);
        self.correlation_id.clone_from(&ids.correlation_id);
        self
    }
}

/// How a document compares with the edits of an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Every edited member has its new value.
    Applied,
    /// Every edited member has its old value.
    Unchanged,
    /// Some edited members have another value: these paths.
    Different(Vec<String>),
    /// The document is of another profile: the one of the earlier document was deleted, and another
    /// one has its name.
    Recreated,
}

/// A body cannot be made of a document and edits.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BodyError(pub String);
