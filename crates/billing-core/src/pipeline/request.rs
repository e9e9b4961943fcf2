//! One request of one service, before it has a credential.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::Serialize;
use serde_json::Value;
use url::Url;

use super::{ThrottleScope, VectorCounter};
use crate::{CorrelationId, CorrelationVector, Error, RequestId, outcome};

/// How one service names the ids in its headers.
#[derive(Clone, Debug)]
pub struct ServiceHeaders {
    /// What our software calls itself in `User-Agent`.
    pub user_agent: &'static str,
    /// The header of the request's id.
    pub request_id: HeaderName,
    /// The header of the correlation id, where the caller may choose it.
    pub correlation_id: Option<HeaderName>,
    /// The header of the correlation vector, where there is one.
    pub correlation_vector: Option<HeaderName>,
    /// The header in which the service returns its request id.
    pub returned_request_id: HeaderName,
    /// The header in which the service returns the correlation id.
    pub returned_correlation_id: HeaderName,
    /// What goes with every request besides.
    pub fixed: Vec<(HeaderName, HeaderValue)>,
}

/// When a request may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Idempotency {
    /// It changes nothing.
    Safe,
    /// The service takes requests with one id for one request: again with the same id as long as the
    /// outcome is unknown, with a new one after a refusal.
    RequestId,
    /// Only while it is certain that nothing was done.
    None,
}

/// Method, URL, headers and body; everything but the credential.
#[derive(Clone)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
    pub(crate) before: Option<Arc<Value>>,
    pub(crate) limit: Option<Duration>,
    /// Whether who sends it also sends it again; only a refused token is replaced.
    pub(crate) is_single: bool,
    pub(crate) idempotency: Idempotency,
    pub(crate) scope: ThrottleScope,
    pub(crate) operation: &'static str,
    changes_nothing: bool,
    vectors: Option<VectorCounter>,
    service: Arc<ServiceHeaders>,
}

/// As many as the operations set; more only take one more allocation.
const HEADERS: usize = 8;

impl Request {
    /// A request without ids that accepts JSON.
    pub(crate) fn new(service: &Arc<ServiceHeaders>, method: Method, url: Url) -> Self {
        let mut headers = HeaderMap::with_capacity(HEADERS);
        headers.extend(service.fixed.iter().cloned());
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, HeaderValue::from_static(service.user_agent));
        let is_read = method.is_safe();
        let scope = ThrottleScope::of(&method);
        Self {
            method,
            url,
            headers,
            body: None,
            before: None,
            limit: None,
            is_single: false,
            idempotency: if is_read {
                Idempotency::Safe
            } else {
                Idempotency::None
            },
            scope,
            operation: "request",
            changes_nothing: is_read,
            vectors: None,
            service: Arc::clone(service),
        }
    }

    /// Gives the request each id that the service has a header for.
    pub(crate) fn with_fresh_ids(mut self) -> Self {
        self.set_request_id(RequestId::generate());
        if self.service.correlation_id.is_some() {
            self.set_correlation_id(CorrelationId::generate());
        }
        if self.service.correlation_vector.is_some() {
            self.set_correlation_vectors(&VectorCounter::generate());
        }
        self
    }

    /// Says that the service takes requests with one id for one request, so that a write may be sent
    /// again while its outcome is unknown.
    pub fn set_idempotent_by_id(&mut self) {
        self.idempotency = Idempotency::RequestId;
    }

    /// Says that the request only asks, whatever its method, so that it may be sent again and is never the cause of a
    /// change.
    pub fn set_safe(&mut self) {
        self.idempotency = Idempotency::Safe;
        self.changes_nothing = true;
    }

    /// Names the operation in traces, such as `UpdateCustomerBillingProfile`.
    pub fn set_operation(&mut self, name: &'static str) {
        self.operation = name;
    }

    /// Says which rate limit the request is under; Resource Manager's of its method, unless it is
    /// said.
    pub fn set_throttle_scope(&mut self, scope: ThrottleScope) {
        self.scope = scope;
    }

    /// Replaces the request's id.
    pub fn set_request_id(&mut self, id: RequestId) {
        self.set_text(Some(self.service.request_id.clone()), id.to_string());
    }

    /// Replaces the correlation id, where the service has one.
    pub fn set_correlation_id(&mut self, id: CorrelationId) {
        self.set_text(self.service.correlation_id.clone(), id.to_string());
    }

    /// Says what the correlation vectors come from, where the service has them: each attempt takes the next one.
    pub fn set_correlation_vectors(&mut self, vectors: &VectorCounter) {
        self.vectors = self
            .service
            .correlation_vector
            .is_some()
            .then(|| vectors.clone());
    }

    /// Ids consist of letters, digits and punctuation, all of which a header can carry.
    fn set_text(&mut self, name: Option<HeaderName>, text: String) {
        if let (Some(name), Ok(value)) = (name, HeaderValue::try_from(text)) {
            self.headers.insert(name, value);
        }
    }

    /// Replaces any other header.
    ///
    /// # Errors
    /// Invalid input for text that a header cannot carry. Nothing was sent.
    pub fn set_header(&mut self, name: HeaderName, value: &str) -> Result<(), Error> {
        let value = HeaderValue::from_str(value).map_err(|_| {
            Error::invalid_input(format!("the header {name} cannot carry control characters"))
        })?;
        self.headers.insert(name, value);
        Ok(())
    }

    /// Sets the body to `value` as JSON.
    ///
    /// # Errors
    /// Invalid input for a value that has no JSON, such as a map whose keys are no text.
    pub fn set_json<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let body = serde_json::to_vec(value).map_err(|source| {
            Error::invalid_input("the body cannot be written as JSON").with_source(source)
        })?;
        self.set_body("application/json", body);
        Ok(())
    }

    /// Sets the body to bytes that are ready to be sent.
    pub fn set_body(&mut self, media_type: &'static str, body: impl Into<Bytes>) {
        self.set_media_type(media_type);
        self.body = Some(body.into());
    }

    /// Calls the body by another name, such as `text/json`.
    pub fn set_media_type(&mut self, media_type: &'static str) {
        self.headers
            .insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    }

    /// Says what the resource was before a partial update, so that the outcome can tell a member that is
    /// unchanged from one that is stored in another form. A value that has no JSON is left out.
    pub fn set_before(&mut self, before: &impl Serialize) {
        self.before = outcome::value_of(before).map(Arc::new);
    }

    /// Limits the time for all the attempts together.
    pub(crate) fn set_limit(&mut self, limit: Duration) {
        self.limit = Some(limit);
    }

    /// The body as it will be sent; empty if there is none.
    pub fn body(&self) -> &[u8] {
        self.body.as_deref().unwrap_or_default()
    }

    /// The URL that the request goes to.
    pub fn url(&self) -> &Url {
        &self.url
    }

    pub(crate) fn is_read(&self) -> bool {
        self.changes_nothing
    }

    pub(crate) fn is_write(&self) -> bool {
        !self.is_read()
    }

    pub(crate) fn service(&self) -> &ServiceHeaders {
        &self.service
    }

    /// The correlation vector of an attempt that begins now.
    pub(crate) fn next_vector(&self) -> Option<CorrelationVector> {
        Some(self.vectors.as_ref()?.next())
    }

    /// The correlation vector that is to be sent next.
    pub(crate) fn shown_vector(&self) -> Option<CorrelationVector> {
        Some(self.vectors.as_ref()?.peek())
    }

    /// The ids that were sent, for an error without an answer.
    pub(crate) fn sent_ids(&self) -> (Option<&str>, Option<&str>) {
        let text = |name: Option<&HeaderName>| {
            let value = self.headers.get(name?)?;
            value.to_str().ok()
        };
        (
            text(Some(&self.service.request_id)),
            text(self.service.correlation_id.as_ref()),
        )
    }

    /// The error with the ids that were sent, where no answer brought others.
    pub(crate) fn put_ids_on(&self, mut error: Error) -> Error {
        if error.request_id().is_none() {
            let (request_id, correlation_id) = self.sent_ids();
            error = error.with_ids(
                request_id.map(str::to_owned),
                correlation_id.map(str::to_owned),
            );
        }
        if error.correlation_vector().is_none() {
            error = error.with_vector(self.shown_vector().map(|vector| vector.to_string()));
        }
        error
    }
}
