//! One request to one service, before it has a credential.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::Serialize;
use serde_json::Value;
use url::Url;

use crate::correlation_vector::CorrelationVector;
use crate::error::Error;
use crate::exchange::Exchange;
use crate::ids::{CorrelationId, RequestId};
use crate::outcome::change::{Change, LazyChange};
use crate::outcome::exact_json;
use crate::pipeline::service_headers::ServiceHeaders;
use crate::pipeline::throttle_scope::ThrottleScope;
use crate::pipeline::vector_counter::VectorCounter;

/// When a request may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Idempotency {
    /// It changes nothing, so it may always be sent again.
    Safe,
    /// The service takes requests with one request id for one request: it may be sent again with
    /// the same id while the outcome is unknown, and with a new id after an error response.
    RequestId,
    /// It may be sent again only if nothing can have been changed.
    None,
}

/// A request: method, URL, headers and body; everything except the credential.
#[derive(Clone)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
    /// The merge patch that the body carries out, if the body is the full resource.
    patch: Option<Bytes>,
    /// Returns the resource before a partial update.
    before: Option<Arc<dyn Fn() -> Option<Value> + Send + Sync>>,
    /// The id that the service gave the resource once, unlike its name.
    instance: Option<String>,
    /// The time for all attempts together.
    pub(crate) limit: Option<Duration>,
    /// Whether the caller repeats the request itself, so that only a refused token is replaced.
    pub(crate) is_single: bool,
    pub(crate) idempotency: Idempotency,
    pub(crate) scope: ThrottleScope,
    pub(crate) operation: &'static str,
    is_read: bool,
    vectors: Option<VectorCounter>,
    service: Arc<ServiceHeaders>,
}

/// The number of headers that the operations set; more take one more allocation.
const HEADERS: usize = 8;

impl Request {
    /// Creates a request without ids that accepts JSON.
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
            patch: None,
            before: None,
            instance: None,
            limit: None,
            is_single: false,
            idempotency: if is_read {
                Idempotency::Safe
            } else {
                Idempotency::None
            },
            scope,
            operation: "request",
            is_read,
            vectors: None,
            service: Arc::clone(service),
        }
    }

    /// Gives the request a fresh value of each id that the service has a header for.
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

    /// Declares that the service takes requests with one request id for one request, so that a
    /// write may be sent again while its outcome is unknown.
    pub fn set_idempotent_by_id(&mut self) {
        self.idempotency = Idempotency::RequestId;
    }

    /// Declares that the request changes nothing, whatever its method, so that it may be sent again
    /// and never is the cause of a change.
    pub fn set_safe(&mut self) {
        self.idempotency = Idempotency::Safe;
        self.is_read = true;
    }

    /// Sets the operation's name in traces, such as `UpdateCustomerBillingProfile`.
    pub fn set_operation(&mut self, name: &'static str) {
        self.operation = name;
    }

    /// Sets the rate limit that the request counts against. By default it is Resource Manager's
    /// limit of the request's method.
    pub fn set_throttle_scope(&mut self, scope: ThrottleScope) {
        self.scope = scope;
    }

    /// Replaces the request id.
    pub fn set_request_id(&mut self, id: RequestId) {
        self.set_id(Some(self.service.request_id.clone()), id.to_string());
    }

    /// Replaces the correlation id, if the service has one.
    pub fn set_correlation_id(&mut self, id: CorrelationId) {
        self.set_id(self.service.correlation_id.clone(), id.to_string());
    }

    /// Sets the source of the correlation vectors, if the service has them: each attempt takes the
    /// next one.
    pub fn set_correlation_vectors(&mut self, vectors: &VectorCounter) {
        let has_vectors = self.service.correlation_vector.is_some();
        self.vectors = has_vectors.then(|| vectors.clone());
    }

    /// Ids consist of letters, digits and punctuation, all of which a header can carry.
    fn set_id(&mut self, name: Option<HeaderName>, text: String) {
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
    /// Invalid input for a value that JSON cannot represent, such as a map whose keys are not text.
    /// Nothing was sent.
    pub fn set_json<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.set_body("application/json", to_json(value)?);
        Ok(())
    }

    /// Sets the body and its media type.
    pub fn set_body(&mut self, media_type: &'static str, body: impl Into<Bytes>) {
        self.set_media_type(media_type);
        self.body = Some(body.into());
    }

    /// Replaces the body's media type, for example with `text/json`.
    pub fn set_media_type(&mut self, media_type: &'static str) {
        self.headers
            .insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    }

    /// Sets the merge patch (RFC 7396) that the write carries out, for a body that is the full
    /// resource: the outcome is compared with the patch, and a resume token is bound to it.
    ///
    /// # Errors
    /// Invalid input for a value that JSON cannot represent. Nothing was sent.
    pub fn set_patch<T: Serialize + ?Sized>(&mut self, patch: &T) -> Result<(), Error> {
        self.patch = Some(to_json(patch)?.into());
        Ok(())
    }

    /// Declares that the caller repeats the request itself: it is sent once, or twice if the
    /// credential has another token after a 401.
    pub fn set_single_attempt(&mut self) {
        self.is_single = true;
    }

    /// Sets the resource before a partial update, so that the outcome can tell a member that is
    /// unchanged from a member that is stored in another form.
    ///
    /// It is written as JSON only if the outcome is requested or the update does not finish at
    /// once. A value that JSON cannot represent counts as unknown.
    pub fn set_before<T: Serialize + Send + Sync + 'static>(&mut self, before: Arc<T>) {
        self.before = Some(Arc::new(move || exact_json::value_of(&*before)));
    }

    /// Sets the id that the service gave the resource once, unlike its name: a resume token has it,
    /// so that a resource that was deleted and created again is noticed.
    pub fn set_instance(&mut self, id: Option<String>) {
        self.instance = id;
    }

    /// Returns the function that computes the change which the write requests as a merge patch;
    /// `None` without a body.
    pub(crate) fn change(&self) -> Option<LazyChange> {
        let patch = self.patch.clone().or_else(|| self.body.clone())?;
        let before = self.before.clone();
        Some(Arc::new(move || {
            let patch = exact_json::read(&patch)?;
            let before = before.as_ref().and_then(|before| before());
            Some(Change::of_patch(before.as_ref(), &patch))
        }))
    }

    /// Limits the time for all attempts together.
    pub(crate) fn set_limit(&mut self, limit: Duration) {
        self.limit = Some(limit);
    }

    /// Returns the body as it will be sent; empty if there is none.
    pub fn body(&self) -> &[u8] {
        self.body.as_deref().unwrap_or_default()
    }

    /// Returns the merge patch that the write carries out: the body, if none was set.
    pub fn patch(&self) -> &[u8] {
        self.patch.as_deref().unwrap_or_else(|| self.body())
    }

    /// Returns the URL that the request is sent to.
    pub fn url(&self) -> &Url {
        &self.url
    }

    pub(crate) fn instance(&self) -> Option<&str> {
        self.instance.as_deref()
    }

    pub(crate) fn is_deletion(&self) -> bool {
        self.method == Method::DELETE
    }

    pub(crate) fn is_read(&self) -> bool {
        self.is_read
    }

    pub(crate) fn is_write(&self) -> bool {
        !self.is_read
    }

    pub(crate) fn service(&self) -> &ServiceHeaders {
        &self.service
    }

    /// Returns the correlation vector of an attempt that begins now.
    pub(crate) fn next_vector(&self) -> Option<CorrelationVector> {
        Some(self.vectors.as_ref()?.next())
    }

    /// Returns the correlation vector that will be sent next.
    pub(crate) fn shown_vector(&self) -> Option<CorrelationVector> {
        Some(self.vectors.as_ref()?.peek())
    }

    /// Returns the request id and the correlation id that are sent.
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

    /// Fills the ids of an exchange without a response with those that were sent.
    pub(crate) fn fill_ids(&self, exchange: &mut Exchange, vector: Option<CorrelationVector>) {
        if exchange.request_id.is_none() {
            let (request_id, correlation_id) = self.sent_ids();
            exchange.request_id = request_id.map(str::to_owned);
            exchange.correlation_id = correlation_id.map(str::to_owned);
        }
        if exchange.correlation_vector.is_none() {
            let vector = vector.or_else(|| self.shown_vector());
            exchange.correlation_vector = vector.map(|vector| vector.to_string());
        }
    }
}

fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(value).map_err(|source| {
        Error::invalid_input("the body cannot be written as JSON").with_source(source)
    })
}
