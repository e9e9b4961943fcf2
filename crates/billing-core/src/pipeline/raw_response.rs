//! A response as bytes, and its conversion to a typed response or an error.

use std::time::Duration;

use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, StatusCode};
use percent_encoding::{AsciiSet, CONTROLS, percent_encode};
use serde::de::DeserializeOwned;

use crate::credential::claims_challenge::ClaimsChallenge;
use crate::credential::token::AccessToken;
use crate::decode::decode;
use crate::error::kind::ErrorKind;
use crate::error::service::ServiceError;
use crate::error::{Error, other_resource};
use crate::exchange::Exchange;
use crate::response::Response;
use crate::text::strip_bom;

/// A header's value has no control characters except tabs, which a URL parser skips.
const NOT_IN_HEADERS: &AsciiSet = &CONTROLS.remove(b'\t');

/// A complete response of any status whose body is not read yet.
pub(crate) struct RawResponse {
    pub(crate) status: StatusCode,
    pub(crate) exchange: Exchange,
    pub(crate) body: Vec<u8>,
    /// How long the service asks to wait before the next request. Only an error response passes it
    /// on to its error: in a success it is about the next poll.
    pub(crate) retry_after: Option<Duration>,
    /// The token that the request had.
    pub(crate) token: Option<AccessToken>,
    /// Whether the request was a write.
    pub(crate) of_write: bool,
}

impl RawResponse {
    /// Returns the response of an error, without its body.
    pub(crate) fn of_error(status: StatusCode, error: &Error) -> Self {
        Self {
            status,
            exchange: error.exchange().clone(),
            body: Vec::new(),
            retry_after: None,
            token: None,
            of_write: false,
        }
    }

    /// Returns the response itself if its status is a success.
    ///
    /// # Errors
    /// The service's error response for every status except the 200s. A write may have taken effect
    /// unless the service [promises](Self::promises_no_effect) that it did not.
    pub(crate) fn success(self) -> Result<Self, Error> {
        if self.status.is_success() {
            return Ok(self);
        }
        let service = ServiceError::read(&self.body);
        let challenge = (self.status == StatusCode::UNAUTHORIZED)
            .then(|| ClaimsChallenge::read(&self.exchange.headers))
            .flatten();
        let claims = match challenge {
            Some(_) => "; it asks for a token with further claims",
            None => "",
        };
        let message = format!(
            "the service answered {}{}{claims}",
            self.status,
            detail(self.status, &service)
        );
        let retry_after = match self.retry_after {
            None if self.status == StatusCode::TOO_MANY_REQUESTS => service.retry_after_in_text(),
            asked => asked,
        };
        Err(self
            .error(ErrorKind::Service, message)
            .with_service(Some(service))
            .with_claims_challenge(challenge)
            .with_retry_after(retry_after)
            .with_effect(self.of_write && !self.promises_no_effect()))
    }

    /// Returns whether the service promises that it did nothing: by a status in the 400s that HTTP
    /// defines, except 408, or by a 503 with `Retry-After`. Gateways use 499 and similar statuses
    /// for a connection that ended too early.
    fn promises_no_effect(&self) -> bool {
        let status = self.status;
        let is_client_error = status.is_client_error() && status.canonical_reason().is_some();
        (is_client_error && status != StatusCode::REQUEST_TIMEOUT)
            || (status == StatusCode::SERVICE_UNAVAILABLE && self.retry_after.is_some())
    }

    /// Decodes the body as a `T`.
    ///
    /// # Errors
    /// A decode error. A write may have taken effect all the same: the status is a success.
    pub(crate) fn decode<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        self.decode_with(|_, body| decode(body))
    }

    /// Decodes the body with `read`, which gets its `Content-Type` and its bytes.
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
        let media_type = self.exchange.headers.get(CONTENT_TYPE);
        let media_type = media_type.and_then(|value| value.to_str().ok());
        match read(media_type, &self.body) {
            Ok(body) => Ok(self.into_response(body)),
            Err(error) if error.is_other_resource() => {
                let error = self.other_resource();
                Err(error.with_document((!self.of_write).then_some(self.body)))
            }
            Err(error) => Err(error
                .prefixed(&format!(
                    "the service answered {}{}, and we ",
                    self.status,
                    body_format(&self.exchange.headers)
                ))
                .with_exchange(self.exchange)
                .with_effect(self.of_write)),
        }
    }

    /// Returns the typed response with the decoded body.
    pub(crate) fn into_response<T>(self, body: T) -> Response<T> {
        Response {
            status: self.status,
            exchange: self.exchange,
            change: None,
            body,
        }
    }

    /// Creates an error about this response; a write may have taken effect.
    pub(crate) fn error(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
        Error::new(kind, message)
            .with_exchange(self.exchange.clone())
            .with_effect(self.of_write)
    }

    /// Creates the error of a response about another resource, without the document.
    pub(crate) fn other_resource(&self) -> Error {
        other_resource()
            .with_exchange(self.exchange.clone())
            .with_effect(self.of_write)
    }

    /// Returns whether the body has nothing to decode.
    pub(crate) fn is_empty(&self) -> bool {
        strip_bom(&self.body).trim_ascii().is_empty()
    }

    /// Returns the links in the header `name`, each once. Bytes beyond ASCII, which a URL cannot
    /// have, are encoded: a link may be the only way to the outcome of a write.
    pub(crate) fn links(&self, name: &HeaderName) -> Vec<String> {
        let mut links = Vec::new();
        for value in self.exchange.headers.get_all(name) {
            let link = percent_encode(value.as_bytes(), NOT_IN_HEADERS).to_string();
            let link = link.trim().to_owned();
            if !link.is_empty() && !links.contains(&link) {
                links.push(link);
            }
        }
        links
    }
}

/// Returns what the error message says after the status. The service's message is left out: it may
/// repeat what was sent.
fn detail(status: StatusCode, service: &ServiceError) -> String {
    if status == StatusCode::BAD_REQUEST && service.is_about_json_patch() {
        return ": it took the merge patch for a JSON Patch (RFC 6902)".to_owned();
    }
    if status == StatusCode::BAD_REQUEST && service.wants_tls() {
        return ": this is a port for https".to_owned();
    }
    if let Some(code) = service.shown_code() {
        return format!(", code {code}");
    }
    let raw = service.raw().trim();
    if service.message().is_some() || raw.is_empty() {
        return String::new();
    }
    let noun = if raw.len() == 1 { "byte" } else { "bytes" };
    format!(" with a body of {} {noun} in an unknown format", raw.len())
}

/// Returns the format of a body that cannot be read, if that explains it: a gateway's page, or
/// compression that was not requested. Only known names are repeated.
fn body_format(headers: &HeaderMap) -> String {
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
        (None, Some(media_type)) => format!(" as {media_type}"),
        (None, None) => String::new(),
    }
}
