//! An answer as bytes, and its way to a typed response or an error.

use std::time::Duration;

use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::de::DeserializeOwned;

use crate::error::Kind;
use crate::{AccessToken, ClaimsChallenge, Error, Response, ServiceError, decode};

/// A complete answer of any status, its body not yet looked at.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    pub(crate) request_id: Option<String>,
    pub(crate) correlation_id: Option<String>,
    pub(crate) correlation_vector: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    /// The token that the request carried.
    pub(crate) token: Option<AccessToken>,
    /// Whether the request was one that changes something.
    pub(crate) of_write: bool,
    /// How many requests it took.
    pub(crate) attempts: u32,
    /// How long they took together, pauses included.
    pub(crate) elapsed: Duration,
}

impl Answer {
    /// The answer itself if it is a success.
    ///
    /// # Errors
    /// The service's refusal for every status but the 200s; a write may have taken effect unless
    /// [`is_refusal`].
    pub(crate) fn success(self) -> Result<Self, Error> {
        if self.status.is_success() {
            return Ok(self);
        }
        let service = ServiceError::read(&self.body);
        let challenge = (self.status == StatusCode::UNAUTHORIZED)
            .then(|| ClaimsChallenge::read(&self.headers))
            .flatten();
        let wanted = match challenge {
            Some(_) => "; it asks for a token with further claims",
            None => "",
        };
        let message = format!(
            "the service answered {}{}{wanted}",
            self.status,
            told(self.status, &service)
        );
        let retry_after = match self.retry_after {
            None if self.status == StatusCode::TOO_MANY_REQUESTS => service.retry_after_in_words(),
            asked => asked,
        };
        Err(self
            .error(Kind::Service, message)
            .with_service(service)
            .with_claims_challenge(challenge)
            .with_retry_after(retry_after)
            .with_effect(self.of_write && !is_refusal(self.status)))
    }

    /// The body as a `T`.
    ///
    /// # Errors
    /// A decode error. A write may have taken effect all the same: the status says success.
    pub(crate) fn decode<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        self.decode_with(|_, body| decode(body))
    }

    /// The body as what `read` makes of it and its `Content-Type`.
    ///
    /// # Errors
    /// As [`decode`](Self::decode).
    pub(crate) fn decode_with<T>(
        self,
        read: impl FnOnce(Option<&str>, &[u8]) -> Result<T, Error>,
    ) -> Result<Response<T>, Error> {
        if self.is_empty() {
            let message = format!("the service answered {} without a body", self.status);
            return Err(self.error(Kind::Decode, message));
        }
        let media_type = self.headers.get(CONTENT_TYPE);
        let media_type = media_type.and_then(|value| value.to_str().ok());
        match read(media_type, &self.body) {
            Ok(body) => Ok(self.into_response(body)),
            Err(error) if error.is_other_resource() => Err(self.of_other_resource()),
            Err(error) => Err(error
                .prefixed(&format!(
                    "the service answered {}{}, and we ",
                    self.status,
                    form(&self.headers)
                ))
                .with_status(self.status)
                .with_effort(self.attempts, self.elapsed, None)
                .with_effect(self.of_write)
                .with_headers(&self.headers)
                .with_ids(self.request_id, self.correlation_id)
                .with_vector(self.correlation_vector)),
        }
    }

    /// The error of an answer about another resource; a read keeps the document.
    pub(crate) fn of_other_resource(self) -> Error {
        let mut error = Error::other_resource()
            .with_status(self.status)
            .with_effort(self.attempts, self.elapsed, None)
            .with_effect(self.of_write)
            .with_headers(&self.headers)
            .with_ids(self.request_id, self.correlation_id)
            .with_vector(self.correlation_vector);
        if !self.of_write {
            error = error.with_document(self.body);
        }
        error
    }

    /// The answer around what its body was read as.
    pub(crate) fn into_response<T>(self, body: T) -> Response<T> {
        Response {
            status: self.status,
            headers: self.headers,
            request_id: self.request_id,
            correlation_id: self.correlation_id,
            correlation_vector: self.correlation_vector,
            attempts: self.attempts,
            elapsed: self.elapsed,
            change: None,
            body,
        }
    }

    /// An error about this answer; a write that led to it may have taken effect.
    pub(crate) fn error(&self, kind: Kind, message: impl Into<String>) -> Error {
        Error::new(kind, message)
            .with_status(self.status)
            .with_effort(self.attempts, self.elapsed, None)
            .with_ids(self.request_id.clone(), self.correlation_id.clone())
            .with_vector(self.correlation_vector.clone())
            .with_headers(&self.headers)
            .with_effect(self.of_write)
    }

    /// Whether there is nothing in the body to decode.
    pub(crate) fn is_empty(&self) -> bool {
        decode::strip_bom(&self.body).trim_ascii().is_empty()
    }

    /// The link in the header `name`, which messages call `title`, if there is one.
    ///
    /// # Errors
    /// A protocol error for several, and for one that is no text.
    pub(crate) fn link(&self, name: &HeaderName, title: &str) -> Result<Option<&str>, Error> {
        let refuse = |what: String| {
            let message = format!("the service sent {what}; read the resource to see the outcome");
            Err(self.error(Kind::Protocol, message))
        };
        let mut all = self.headers.get_all(name).iter();
        let (first, second) = (all.next(), all.next());
        if second.is_some() {
            return refuse(format!("the header {title} several times"));
        }
        match first.map(HeaderValue::to_str) {
            None => Ok(None),
            Some(Ok(link)) => Ok(Some(link.trim()).filter(|link| !link.is_empty())),
            Some(Err(_)) => refuse(format!("a header {title} that is no plain text")),
        }
    }
}

/// Whether the status promises that nothing was done: one in the 400s that HTTP defines, but for 408.
/// 499 and its like are gateways' own words for a connection that ended too early.
fn is_refusal(status: StatusCode) -> bool {
    status.is_client_error()
        && status.canonical_reason().is_some()
        && status != StatusCode::REQUEST_TIMEOUT
}

/// What is said behind the status. The service's message is not: it may repeat what was sent.
fn told(status: StatusCode, service: &ServiceError) -> String {
    if status == StatusCode::BAD_REQUEST && service.is_about_json_patch() {
        return ": it took the merge patch for a JSON Patch (RFC 6902)".to_owned();
    }
    if status == StatusCode::BAD_REQUEST && service.wants_tls() {
        return ": this is a port for https".to_owned();
    }
    match (
        service.shown_code(),
        service.message(),
        service.raw().trim(),
    ) {
        (Some(code), _, _) => format!(", code {code}"),
        (None, Some(_), _) | (None, None, "") => String::new(),
        (None, None, raw) => format!(
            " with a body of {} bytes that is no error we know",
            raw.len()
        ),
    }
}

/// What a body that cannot be read says it is, if that explains it: a gateway's page, or compression that
/// nobody asked for. Only names that we know are repeated.
fn form(headers: &HeaderMap) -> String {
    const ENCODINGS: [&str; 4] = ["gzip", "deflate", "br", "zstd"];
    const TYPES: [&str; 4] = ["text/html", "text/plain", "text/xml", "application/xml"];
    let known = |name: HeaderName, known: &[&'static str]| {
        let value = headers.get(name)?.to_str().ok()?;
        let value = value.split(';').next()?.trim();
        known
            .iter()
            .find(|known| known.eq_ignore_ascii_case(value))
            .copied()
    };
    match (
        known(CONTENT_ENCODING, &ENCODINGS),
        known(CONTENT_TYPE, &TYPES),
    ) {
        (Some(encoding), _) => format!(" encoded as {encoding}"),
        (None, Some(kind)) => format!(" as {kind}"),
        (None, None) => String::new(),
    }
}
