//! An answer as bytes, and its way to a typed response or an error.

use std::time::Duration;

use bytes::Bytes;
use http::header::LOCATION;
use http::{HeaderMap, HeaderName, StatusCode};
use serde::de::DeserializeOwned;

use crate::error::Kind;
use crate::{Error, Response, ServiceError, decode};

/// A complete answer of any status, its body not yet looked at.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) request_id: Option<String>,
    pub(crate) correlation_id: Option<String>,
    pub(crate) correlation_vector: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    /// Whether the request was one that changes something.
    pub(crate) of_write: bool,
}

impl Answer {
    /// The answer itself if it is a success.
    ///
    /// # Errors
    /// The service's refusal for every status but the 200s. A write that was answered in the 400s,
    /// but for 408, has not taken effect; any other may have.
    pub(crate) fn success(self) -> Result<Self, Error> {
        if self.status.is_success() {
            return Ok(self);
        }
        let service = ServiceError::read(self.status, &self.body);
        let message = format!("the service answered {}{}", self.status, told(&service));
        let refused = self.status.is_client_error() && self.status != StatusCode::REQUEST_TIMEOUT;
        Err(self
            .error(Kind::Service, message)
            .with_service(service)
            .with_retry_after(self.retry_after)
            .with_effect(self.of_write && !refused))
    }

    /// The body as a `T`.
    ///
    /// # Errors
    /// A decode error. A write may have taken effect all the same: the status says success.
    pub(crate) fn decode<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        match decode::<T>(&self.body) {
            Ok(body) => Ok(Response {
                status: self.status,
                headers: self.headers,
                request_id: self.request_id,
                correlation_id: self.correlation_id,
                correlation_vector: self.correlation_vector,
                body,
            }),
            Err(error) => Err(error
                .with_status(self.status)
                .with_effect(self.of_write)
                .with_ids(self.request_id, self.correlation_id)
                .with_vector(self.correlation_vector)),
        }
    }

    /// An error about this answer; a write that led to it may have taken effect.
    pub(crate) fn error(&self, kind: Kind, message: impl Into<String>) -> Error {
        Error::new(kind, message)
            .with_status(self.status)
            .with_ids(self.request_id.clone(), self.correlation_id.clone())
            .with_vector(self.correlation_vector.clone())
            .with_effect(self.of_write)
    }

    /// Whether there is nothing in the body to decode.
    pub(crate) fn is_empty(&self) -> bool {
        decode::strip_bom(&self.body).trim_ascii().is_empty()
    }

    pub(crate) fn location(&self) -> Option<&str> {
        self.headers.get(LOCATION)?.to_str().ok()
    }

    pub(crate) fn has(&self, name: &HeaderName) -> bool {
        self.headers.contains_key(name)
    }
}

/// The service's words behind its status; the reason phrase alone would say the status twice.
fn told(service: &ServiceError) -> String {
    match (service.code(), service.message(), service.raw().trim()) {
        (None, _, "") => String::new(),
        (None, None, raw) => format!(
            " with a body of {} bytes that is no error we know",
            raw.len()
        ),
        _ => format!(": {service}"),
    }
}
