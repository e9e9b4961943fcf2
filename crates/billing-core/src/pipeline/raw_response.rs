//! An answer as bytes, and its way to a typed response or an error.

use std::time::Duration;

use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, StatusCode};
use percent_encoding::{AsciiSet, CONTROLS, percent_encode};
use serde::de::DeserializeOwned;

use crate::error::ErrorKind;
use crate::{AccessToken, ClaimsChallenge, Error, Response, ServiceError, decode};

/// A header's value has no control characters but tabs, which a URL's parser skips.
const NOT_IN_HEADERS: &AsciiSet = &CONTROLS.remove(b'\t');

/// A complete answer of any status, its body not yet looked at.
pub(crate) struct RawResponse {
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

impl RawResponse {
    /// The answer itself if it is a success.
    ///
    /// # Errors
    /// The service's refusal for every status but the 200s; a write may have taken effect unless
    /// [`is_refusal`](Self::is_refusal).
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
            .error(ErrorKind::Service, message)
            .with_service(service)
            .with_claims_challenge(challenge)
            .with_retry_after(retry_after)
            .with_effect(self.of_write && !self.is_refusal()))
    }

    /// Whether the service promises that it did nothing: by a status in the 400s that HTTP defines, except
    /// 408, or by a 503 that says when to come back. 499 and its like are gateways' own words for a
    /// connection that ended too early.
    fn is_refusal(&self) -> bool {
        let (status, says_when) = (self.status, self.retry_after.is_some());
        let is_client_error = status.is_client_error() && status.canonical_reason().is_some();
        (is_client_error && status != StatusCode::REQUEST_TIMEOUT)
            || (status == StatusCode::SERVICE_UNAVAILABLE && says_when)
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
            return Err(self.error(ErrorKind::Decode, message));
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
        let error = self.about_other_resource();
        if self.of_write {
            return error;
        }
        error.with_document(self.body)
    }

    /// The same without the document.
    pub(crate) fn about_other_resource(&self) -> Error {
        let error = Error::other_resource();
        self.put_on(error)
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
            asked: None,
            body,
        }
    }

    /// An error about this answer; a write that led to it may have taken effect.
    pub(crate) fn error(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
        self.put_on(Error::new(kind, message))
    }

    fn put_on(&self, error: Error) -> Error {
        error
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

    /// The links in the header `name`, each once. Bytes beyond ASCII, which a URL cannot have, are encoded:
    /// a link may be the only way to what a write became.
    pub(crate) fn links(&self, name: &HeaderName) -> Vec<String> {
        let mut links = Vec::new();
        for value in self.headers.get_all(name) {
            let link = percent_encode(value.as_bytes(), NOT_IN_HEADERS).to_string();
            let link = link.trim().to_owned();
            if !link.is_empty() && !links.contains(&link) {
                links.push(link);
            }
        }
        links
    }
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
