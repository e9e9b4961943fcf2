//! A decoded answer with what came around it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde_json::Value;

use crate::UpdateOutcome;
use crate::headers::{ROUTING_REQUEST_ID, rate_limits_remaining};
use crate::outcome::{self, Change};

/// What the service answered: the decoded body, the status, and the ids to quote to support.
#[derive(Clone)]
pub struct Response<T> {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) request_id: Option<String>,
    pub(crate) correlation_id: Option<String>,
    pub(crate) correlation_vector: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) elapsed: Duration,
    pub(crate) asked: Option<RequestedChange>,
    pub(crate) body: T,
}

/// What a write asked for.
#[derive(Clone)]
pub(crate) enum RequestedChange {
    Change(Box<Change>),
    /// How to tell the change of a full update; called only if the outcome is asked for.
    Document(Arc<dyn Fn() -> Option<Change> + Send + Sync>),
    /// The merge patch that was sent, and the resource before; read only if the outcome is asked for.
    Patch(Bytes, Option<Arc<Value>>),
}

impl RequestedChange {
    fn outcome(&self, stored: &Value) -> Option<UpdateOutcome> {
        match self {
            Self::Change(change) => Some(change.outcome(stored)),
            Self::Document(change) => Some(change()?.outcome(stored)),
            Self::Patch(patch, before) => {
                let patch = outcome::read(patch)?;
                Some(Change::of_patch(before.as_deref(), &patch).outcome(stored))
            }
        }
    }
}

impl<T: Serialize> Response<T> {
    /// Compares the resource in this response to a write with what the write asked for; `None` for a read,
    /// and where it is not known what was asked for, as after a resume token of an older version.
    ///
    /// A success of the service is not yet one of the change: it may answer 200, or finish an operation,
    /// with the resource as it was before. Computed at each call.
    pub fn outcome(&self) -> Option<UpdateOutcome> {
        let asked = self.asked.as_ref()?;
        asked.outcome(&outcome::value_of(&self.body)?)
    }
}

impl<T> Response<T> {
    /// The decoded body.
    pub fn body(&self) -> &T {
        &self.body
    }

    /// The decoded body, without the rest.
    pub fn into_body(self) -> T {
        self.body
    }

    /// The same answer around another body.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            status: self.status,
            headers: self.headers,
            request_id: self.request_id,
            correlation_id: self.correlation_id,
            correlation_vector: self.correlation_vector,
            attempts: self.attempts,
            elapsed: self.elapsed,
            asked: self.asked,
            body: change(self.body),
        }
    }

    /// A protocol error about this answer, which is a success but not what was asked for. For the client crates.
    #[doc(hidden)]
    pub fn refuse(self, message: &str, of_write: bool) -> crate::Error {
        crate::Error::protocol(format!("the service answered {}, {message}", self.status))
            .with_status(self.status)
            .with_effort(self.attempts, self.elapsed, None)
            .with_ids(self.request_id, self.correlation_id)
            .with_vector(self.correlation_vector)
            .with_headers(&self.headers)
            .with_effect(of_write)
    }

    /// The same response to a write that asked for `change`, so that it has an
    /// [`outcome`](Self::outcome). `change` is called only if the outcome is asked for. For the client
    /// crates.
    #[doc(hidden)]
    #[must_use]
    pub fn with_change(
        mut self,
        change: impl Fn() -> Option<Change> + Send + Sync + 'static,
    ) -> Self {
        self.asked = Some(RequestedChange::Document(Arc::new(change)));
        self
    }

    /// The status, always a success.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The value of one header, if the service sent it as readable text. The letter case of `name`
    /// does not matter.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The request id that the service answered with, else the one that was sent.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The correlation id that the service answered with, else the one that was sent.
    pub fn correlation_id(&self) -> Option<&str> {
        self.correlation_id.as_deref()
    }

    /// The id of the request's way through Azure, such as `WESTEUROPE:20260821T101500Z:…`
    /// (`x-ms-routing-request-id`); Resource Manager only.
    pub fn routing_request_id(&self) -> Option<&str> {
        self.header(ROUTING_REQUEST_ID.as_str())
    }

    /// What this answer says is left of the service's limits, by the end of the header's name: of
    /// `x-ms-ratelimit-remaining-tenant-writes` it is `tenant-writes`. Empty where it says nothing, as Partner Center.
    /// [`Throttle::remaining`](crate::Throttle::remaining) has what all answers said last.
    pub fn remaining(&self) -> BTreeMap<String, u64> {
        rate_limits_remaining(&self.headers)
    }

    /// The correlation vector (`MS-CV`) that the service answered with, else the one that was sent; Partner Center only.
    pub fn correlation_vector(&self) -> Option<&str> {
        self.correlation_vector.as_deref()
    }
}

impl<T> Response<T> {
    /// Whether the request's token shows multi-factor authentication (`isMfaCompliant`), where the request asked for it
    /// by `ValidateMfa: true`; Partner Center only. `None` if the service does not say, as has been seen of answers that
    /// were asked, too.
    pub fn is_mfa_compliant(&self) -> Option<bool> {
        let said = self.header("ismfacompliant")?.trim();
        let is = |word: &str| said.eq_ignore_ascii_case(word);
        if is("true") {
            Some(true)
        } else {
            is("false").then_some(false)
        }
    }
}

// Header values stay out: a cookie or a trace of a person may be among them.
impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .field("correlation_id", &self.correlation_id)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}
