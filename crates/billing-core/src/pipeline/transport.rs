//! Sends one request to the one origin it knows.

use std::fmt;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde::de::DeserializeOwned;
use url::Url;

use super::authorize::authorize;
use super::connect_error::{connect_error, is_not_http};
use super::http_client::http_client;
use super::trace::{self, Attempt};
use super::{
    Attempts, RawResponse, Request, RetryPolicy, SendOptions, ServiceHeaders, Throttle, WriteResult,
};
use crate::error::ErrorKind;
use crate::headers::ASYNC_OPERATION;
use crate::retry_after::retry_after;
use crate::{
    BoxFuture, Clock, CorrelationVector, Credential, Endpoint, Error, RequestPreview, Response,
};

/// An endpoint, a credential for it and a connection pool; clones share all three.
#[derive(Clone)]
pub struct Transport(Arc<Inner>);

struct Inner {
    client: reqwest::Client,
    endpoint: Endpoint,
    credential: Credential,
    service: Arc<ServiceHeaders>,
    options: SendOptions,
    throttle: Throttle,
}

impl Transport {
    /// A transport that sends to `endpoint`, to what it trusts, and nowhere else.
    ///
    /// # Errors
    /// Invalid input for an endpoint without the TLS it needs, and a set-up error when the platform
    /// has no trust store. Nothing was sent.
    pub fn new(
        endpoint: Endpoint,
        credential: Credential,
        service: ServiceHeaders,
        options: SendOptions,
    ) -> Result<Self, Error> {
        let client = http_client(&endpoint, &options)?;
        let service = Arc::new(service);
        let throttle = Throttle::new(Arc::clone(&options.clock), options.max_shared_pause);
        Ok(Self(Arc::new(Inner {
            client,
            endpoint,
            credential,
            service,
            options,
            throttle,
        })))
    }

    /// Where requests go.
    pub fn endpoint(&self) -> &Endpoint {
        &self.0.endpoint
    }

    /// The clock of the options.
    pub fn clock(&self) -> &dyn Clock {
        &*self.0.options.clock
    }

    /// The pauses that the service has asked for.
    pub fn throttle(&self) -> &Throttle {
        &self.0.throttle
    }

    pub(super) fn credential(&self) -> &Credential {
        &self.0.credential
    }

    pub(super) fn retry_policy(&self) -> &RetryPolicy {
        &self.0.options.retry
    }

    /// How long to read a resource back.
    pub(crate) fn read_back_time(&self) -> Duration {
        self.0.options.read_back
    }

    /// How long one request may take.
    pub(crate) fn timeout(&self) -> Duration {
        self.0.options.timeout
    }

    /// A request with fresh ids, ready for a body.
    pub fn request(&self, method: Method, url: Url) -> Request {
        self.request_without_ids(method, url).with_fresh_ids()
    }

    /// A request for an operation that sets all of the service's ids itself: each fresh one is a call of
    /// the operating system.
    pub fn request_without_ids(&self, method: Method, url: Url) -> Request {
        Request::new(&self.0.service, method, url)
    }

    /// The request as it would leave, without asking for a token.
    ///
    /// # Errors
    /// Invalid input for a URL of another origin.
    pub fn preview(&self, request: &Request) -> Result<RequestPreview, Error> {
        let ready = self.prepare(request, request.shown_vector().as_ref())?;
        let body = request.body.as_deref();
        Ok(RequestPreview::new(
            ready.method().clone(),
            ready.url().to_string(),
            ready.headers(),
            body,
        ))
    }

    /// Sends the request, and again as its contract and the policy allow, and decodes a success.
    ///
    /// # Errors
    /// - The credential has no token, or one that a header cannot carry: nothing was sent.
    /// - No connection came about, for want of trust in a certificate for example: nothing was
    ///   sent.
    /// - What answers at a plain `http` endpoint does not speak HTTP: a write may have taken
    ///   effect.
    /// - A time limit passed, or the connection broke: a write may have taken effect.
    /// - The service's refusal: a write answered in the 400s that HTTP defines, except 408, or by a
    ///   503 with `Retry-After`, has not taken effect; any other may have.
    /// - A success larger than allowed, or that is no `T`: a write may have taken effect.
    ///
    /// A write that was sent several times may have taken effect if one of them may have.
    pub async fn fetch<T: DeserializeOwned>(
        &self,
        request: &Request,
    ) -> Result<Response<T>, Error> {
        self.send(request).await?.decode()
    }

    /// The same for a body in one of several media types: `read` gets its `Content-Type`, if there is one, and the body.
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch).
    pub async fn fetch_with<T>(
        &self,
        request: &Request,
        read: impl FnOnce(Option<&str>, &[u8]) -> Result<T, Error>,
    ) -> Result<Response<T>, Error> {
        self.send(request).await?.decode_with(read)
    }

    /// Sends the request, and again as its contract and the policy allow; gives a success. In a box, so that all below it
    /// is compiled here and not in each crate that waits for it.
    pub(crate) fn send<'a>(
        &'a self,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<RawResponse, Error>> {
        Box::pin(async move { Attempts::new(self).send(request).await })
    }

    /// The same for a write that the service does not recognise by its id: see [`Attempts::send_or_read_back`].
    pub(crate) fn send_or_read_back<'a>(
        &'a self,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<WriteResult, Error>> {
        Box::pin(async move { Attempts::new(self).send_or_read_back(request).await })
    }

    /// Sends the request once and gives the answer, whatever its status. It has left `resends` times before.
    pub(super) async fn exchange(
        &self,
        request: &Request,
        resends: u32,
        limit: Duration,
    ) -> Result<RawResponse, Error> {
        let vector = request.next_vector();
        let outcome = self
            .try_exchange(request, vector.as_ref(), resends, limit)
            .await;
        outcome.map_err(|error| {
            let error = match error.correlation_vector() {
                Some(_) => error,
                None => error.with_vector(vector.map(|vector| vector.to_string())),
            };
            request.put_ids_on(error)
        })
    }

    async fn try_exchange(
        &self,
        request: &Request,
        vector: Option<&CorrelationVector>,
        resends: u32,
        limit: Duration,
    ) -> Result<RawResponse, Error> {
        let mut ready = self.prepare(request, vector)?;
        *ready.timeout_mut() = Some(limit);
        let of_write = request.is_write();
        let token = authorize(&self.0.credential, limit, ready.headers_mut()).await?;
        let names = request.service();
        let attempt = Attempt {
            resends,
            sent_id: &names.request_id,
            returned_id: &names.returned_request_id,
        };
        let mut answer = trace::execute(&self.0.client, ready, attempt)
            .await
            .map_err(|error| self.broken(error, request, limit))?;
        let (status, headers) = (answer.status(), mem::take(answer.headers_mut()));
        self.0.throttle.read(&headers);
        let (sent_request, sent_correlation) = request.sent_ids();
        let returned = |name| text(&headers, name);
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let returned_vector = names.correlation_vector.as_ref().and_then(returned);
        let sent_vector = vector.map(CorrelationVector::as_str);
        let mut out = RawResponse {
            request_id: owned(returned(&names.returned_request_id).or(sent_request)),
            correlation_id: owned(returned(&names.returned_correlation_id).or(sent_correlation)),
            correlation_vector: owned(returned_vector.or(sent_vector)),
            retry_after: retry_after(&headers, self.clock().now()),
            token: Some(token),
            status,
            headers,
            body: Vec::new(),
            of_write,
            attempts: 1,
            elapsed: Duration::ZERO,
        };
        let broken = self.read_body(answer, &mut out.body).await.err();
        match broken {
            // A refusal's status already says what happened; half an error page changes nothing about it.
            Some(_) if !status.is_success() => {}
            // Accepted is accepted: the headers say where to ask, which nothing else does.
            Some(_) if of_write && names_operation(status, &out.headers) => out.body.clear(),
            None => {}
            Some(ReadError::TooLarge) => {
                let limit = self.0.options.max_body;
                return Err(out.error(
                    ErrorKind::TooLarge,
                    format!("the answer is larger than the {limit} bytes that are allowed"),
                ));
            }
            Some(ReadError::Broken(source)) => {
                return Err(self
                    .broken(source, request, limit)
                    .with_status(status)
                    .with_headers(&out.headers)
                    .with_ids(out.request_id, out.correlation_id)
                    .with_vector(out.correlation_vector));
            }
        }
        Ok(out)
    }

    /// What leaves but for the token, for sending and for previews alike.
    fn prepare(
        &self,
        request: &Request,
        vector: Option<&CorrelationVector>,
    ) -> Result<reqwest::Request, Error> {
        let endpoint = self.endpoint();
        // A link leads to where something can be read; what is written goes to the endpoint itself.
        let may_go = endpoint.same_origin(&request.url)
            || (request.is_read() && endpoint.trusts(&request.url));
        if !may_go {
            return Err(Error::invalid_input(
                "the request is for another origin than the endpoint",
            ));
        }
        let mut ready = reqwest::Request::new(request.method.clone(), request.url.clone());
        *ready.headers_mut() = request.headers.clone();
        let vector = vector.map(|vector| HeaderValue::from_str(vector.as_str()));
        if let (Some(name), Some(Ok(value))) = (&request.service().correlation_vector, vector) {
            ready.headers_mut().insert(name, value);
        }
        *ready.body_mut() = request.body.clone().map(Into::into);
        Ok(ready)
    }

    /// Reads into `body`, which has the start of it when there is an error.
    async fn read_body(
        &self,
        mut answer: reqwest::Response,
        body: &mut Vec<u8>,
    ) -> Result<(), ReadError> {
        /// An error response of either service has a few kilobytes, and what is read of it is kept
        /// and parsed.
        const ERROR_LIMIT: usize = 256 * 1024;
        let limit = self.0.options.max_body;
        let announced = answer.content_length();
        let limit = if answer.status().is_success() {
            limit
        } else {
            limit.min(ERROR_LIMIT)
        };
        if answer.status().is_success() && announced.is_some_and(|length| length > limit as u64) {
            return Err(ReadError::TooLarge);
        }
        let expected = announced.and_then(|length| usize::try_from(length).ok());
        // A length may be a lie; one that says more than this has to be borne out by what comes.
        body.reserve(expected.unwrap_or_default().min(64 * 1024));
        while let Some(chunk) = answer.chunk().await.map_err(ReadError::Broken)? {
            let room = limit - body.len();
            body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
            if chunk.len() > room {
                return Err(ReadError::TooLarge);
            }
        }
        Ok(())
    }

    fn broken(&self, source: reqwest::Error, request: &Request, limit: Duration) -> Error {
        let origin = request.url.origin().ascii_serialization();
        let of_write = request.is_write();
        // A connection that took too long is still one that never came about.
        let error = if source.is_builder() {
            Error::invalid_input(
                "the request cannot be built: an id or a header is too long for one",
            )
        } else if source.is_connect() {
            let (kind, why) = connect_error(&source);
            Error::new(kind, format!("could not connect to {origin}{why}"))
        } else if source.is_timeout() {
            // The HTTP library does not tell which of the two it was.
            let read = self.0.options.read_timeout;
            let or_silent = if read < limit {
                format!(", or nothing more of it for {read:?}")
            } else {
                String::new()
            };
            let message = format!("no complete answer from {origin} within {limit:?}{or_silent}");
            Error::new(ErrorKind::Timeout, message).with_effect(of_write)
        } else if self.endpoint().is_plain() && is_not_http(&source) {
            // Behind TLS it is the right port at least, and the answer of something that is out of
            // order.
            let message =
                format!("what answers at {origin} does not speak HTTP; is this a port for https?");
            Error::new(ErrorKind::NoHttp, message).with_effect(of_write)
        } else {
            // Its head had come; the rest was cut short, or its chunks or compression are damaged.
            let message = if source.is_body() || source.is_decode() {
                format!("the answer from {origin} did not come whole")
            } else {
                format!("the connection to {origin} broke")
            };
            Error::new(ErrorKind::Interrupted, message).with_effect(of_write)
        };
        error.with_source(source.without_url())
    }
}

/// Whether the headers of the answer to a write say where to ask what becomes of it.
fn names_operation(status: StatusCode, headers: &HeaderMap) -> bool {
    let is_success = status.is_success();
    status == StatusCode::ACCEPTED || (is_success && headers.contains_key(ASYNC_OPERATION))
}

enum ReadError {
    TooLarge,
    Broken(reqwest::Error),
}

/// An id that the service returned. It is kept and shown, so it may not be as long as a header can.
fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    const LIMIT: usize = 256;
    let text = headers.get(name)?.to_str().ok()?;
    (text.len() <= LIMIT).then_some(text)
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("endpoint", &self.0.endpoint)
            .field("options", &self.0.options)
            .finish_non_exhaustive()
    }
}
