//! What is known of the requests of one operation, whether it succeeded or failed.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use http::header::ETAG;
use http::{HeaderMap, HeaderName, StatusCode};

use crate::headers::{ROUTING_REQUEST_ID, rate_limits_remaining};

/// The attempts at a request and the last response: status, ids, headers, number and time.
///
/// [`Response`](crate::Response) and [`Error`](crate::Error) both hold one, so a new id is one more
/// field here.
#[derive(Clone)]
pub(crate) struct Exchange {
    /// The status of the response, if one came.
    pub(crate) status: Option<StatusCode>,
    /// The last status of any attempt, also if the last attempt had none.
    pub(crate) last_status: Option<StatusCode>,
    pub(crate) headers: HeaderMap,
    pub(crate) request_id: Option<String>,
    pub(crate) correlation_id: Option<String>,
    pub(crate) correlation_vector: Option<String>,
    /// The number of requests that were sent.
    pub(crate) attempts: u32,
    /// How long they took together, pauses included.
    pub(crate) elapsed: Duration,
}

impl Exchange {
    /// Returns the value of a header that is text of 256 bytes at most: it is kept and shown.
    pub(crate) fn id(&self, name: &HeaderName) -> Option<&str> {
        const LONGEST: usize = 256;
        let text = self.headers.get(name)?.to_str().ok()?;
        (text.len() <= LONGEST).then_some(text)
    }

    /// Returns the id of the request's route through Azure.
    pub(crate) fn routing_request_id(&self) -> Option<&str> {
        self.id(&ROUTING_REQUEST_ID)
    }

    /// Returns what the response says is left of the service's rate limits.
    pub(crate) fn remaining(&self) -> BTreeMap<String, u64> {
        rate_limits_remaining(&self.headers)
    }

    /// Returns the header `ETag` as a body has it: a strong etag without its quotes.
    pub(crate) fn etag(&self) -> Option<&str> {
        const LONGEST: usize = 1024;
        let etag = self.headers.get(ETAG)?.to_str().ok()?.trim();
        let unquoted = etag
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        (etag.len() <= LONGEST).then(|| unquoted.unwrap_or(etag))
    }

    /// Returns the same exchange with nothing but its ids.
    pub(crate) fn ids_only(&self) -> Self {
        Self {
            request_id: self.request_id.clone(),
            correlation_id: self.correlation_id.clone(),
            ..Self::default()
        }
    }

    /// Adds the fields that are known to the output of a `Debug`. Header values are left out: a
    /// cookie or a person's name may be among them.
    pub(crate) fn fields(&self, out: &mut fmt::DebugStruct<'_, '_>) {
        let earlier_status = self.last_status.filter(|last| self.status != Some(*last));
        let remaining = Some(self.remaining()).filter(|remaining| !remaining.is_empty());
        let elapsed = Some(self.elapsed).filter(|elapsed| !elapsed.is_zero());
        known(out, "status", &self.status);
        known(out, "last_status", &earlier_status);
        known(out, "request_id", &self.request_id);
        known(out, "correlation_id", &self.correlation_id);
        known(out, "correlation_vector", &self.correlation_vector);
        known(out, "routing_request_id", &self.routing_request_id());
        known(out, "remaining", &remaining);
        out.field("attempts", &self.attempts);
        known(out, "elapsed", &elapsed);
    }
}

/// Implements the accessors of the ids and rate limits of a type with the method `exchange`.
macro_rules! exchange_accessors {
    ($holder:ident $(<$parameter:ident>)?) => {
        impl $(<$parameter>)? $holder $(<$parameter>)? {
            /// Returns the request id of the response, else the one that was sent.
            pub fn request_id(&self) -> Option<&str> {
                self.exchange().request_id.as_deref()
            }

            /// Returns the correlation id of the response, else the one that was sent.
            pub fn correlation_id(&self) -> Option<&str> {
                self.exchange().correlation_id.as_deref()
            }

            /// Returns the correlation vector (`MS-CV`) of the response, else the one that was
            /// sent. Partner Center only.
            pub fn correlation_vector(&self) -> Option<&str> {
                self.exchange().correlation_vector.as_deref()
            }

            /// Returns the id of the request's route through Azure, such as
            /// `WESTEUROPE:20260821T101500Z:…` (`x-ms-routing-request-id`), if the response has
            /// one. Resource Manager only.
            pub fn routing_request_id(&self) -> Option<&str> {
                self.exchange().routing_request_id()
            }

            /// Returns what the response says is left of the service's rate limits, by the end of
            /// the header's name: `tenant-writes` for `x-ms-ratelimit-remaining-tenant-writes`.
            /// Partner Center names none.
            ///
            /// [`Throttle::remaining`](crate::Throttle::remaining) has the latest value of all
            /// responses.
            pub fn remaining(&self) -> BTreeMap<String, u64> {
                self.exchange().remaining()
            }
        }
    };
}

pub(crate) use exchange_accessors;

/// Adds a field that is known to the output of a `Debug`.
pub(crate) fn known<T: fmt::Debug>(
    out: &mut fmt::DebugStruct<'_, '_>,
    name: &str,
    value: &Option<T>,
) {
    if let Some(value) = value {
        out.field(name, value);
    }
}

impl Default for Exchange {
    fn default() -> Self {
        Self {
            status: None,
            last_status: None,
            headers: HeaderMap::new(),
            request_id: None,
            correlation_id: None,
            correlation_vector: None,
            attempts: 1,
            elapsed: Duration::ZERO,
        }
    }
}
