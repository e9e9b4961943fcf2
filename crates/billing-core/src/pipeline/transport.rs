//! Sends one attempt at a request to the one origin that it knows.

use std::fmt;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "__client")]
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use url::Url;

use crate::clock::Clock;
use crate::correlation_vector::CorrelationVector;
use crate::credential::token_credential::Credential;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::exchange::Exchange;
use crate::headers::ASYNC_OPERATION;
use crate::pipeline::authorize::authorize;
use crate::pipeline::connect_error::{connect_error, is_not_http};
use crate::pipeline::http_client::{http_client, read_body};
use crate::pipeline::options::SendOptions;
use crate::pipeline::raw_response::RawResponse;
use crate::pipeline::request::Request;
use crate::pipeline::retry_policy::RetryPolicy;
use crate::pipeline::service_headers::ServiceHeaders;
use crate::pipeline::throttle::Throttle;
#[cfg(feature = "__client")]
use crate::pipeline::tls::setup_error;
use crate::pipeline::trace::{self, Attempt};
use crate::preview::RequestPreview;
use crate::retry_after::retry_after;

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
    /// Creates a transport that sends to `endpoint` and the origins that it trusts, and nowhere
    /// else.
    ///
    /// # Errors
    /// Invalid input for an endpoint that needs TLS in a build without it, and a set-up error if
    /// the platform has no trust store. Nothing was sent.
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

    /// Returns a transport with the same connections, credential and pauses that sends each request
    /// once and reads nothing back, for callers that retry, pace and record by themselves.
    #[cfg(feature = "__client")]
    #[must_use]
    pub fn single_attempts(&self) -> Self {
        let options = self.0.options.clone();
        Self(Arc::new(Inner {
            client: self.0.client.clone(),
            endpoint: self.0.endpoint.clone(),
            credential: self.0.credential.clone(),
            service: Arc::clone(&self.0.service),
            options: options
                .with_retry(RetryPolicy::never())
                .with_read_back(Duration::ZERO),
            throttle: self.0.throttle.clone(),
        }))
    }

    /// Returns the endpoint that requests are sent to.
    pub fn endpoint(&self) -> &Endpoint {
        &self.0.endpoint
    }

    /// Returns the clock of the options.
    pub fn clock(&self) -> &dyn Clock {
        &*self.0.options.clock
    }

    /// Returns the pauses that the service has asked for.
    pub fn throttle(&self) -> &Throttle {
        &self.0.throttle
    }

    pub(super) fn credential(&self) -> &Credential {
        &self.0.credential
    }

    pub(super) fn retry_policy(&self) -> &RetryPolicy {
        &self.0.options.retry
    }

    /// Returns how long a resource is read back.
    pub(crate) fn read_back_time(&self) -> Duration {
        self.0.options.read_back
    }

    /// Returns how long one attempt may take.
    pub(crate) fn timeout(&self) -> Duration {
        self.0.options.timeout
    }

    /// Creates a request with fresh ids.
    pub fn request(&self, method: Method, url: Url) -> Request {
        self.request_without_ids(method, url).with_fresh_ids()
    }

    /// Creates a request for an operation that sets all of the service's ids itself: each fresh id
    /// takes a system call.
    pub fn request_without_ids(&self, method: Method, url: Url) -> Request {
        Request::new(&self.0.service, method, url)
    }

    /// Returns the request as it would be sent. No token is requested.
    ///
    /// # Errors
    /// Invalid input for a URL of another origin. Nothing was sent.
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

    /// Sends the request once and returns the response, whatever its status. `resends` is how often
    /// it was sent before.
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
        outcome.map_err(|mut error| {
            request.fill_ids(error.exchange_mut(), vector);
            error
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
        let mut response = self.execute(ready, attempt, request, limit).await?;
        let (status, headers) = (response.status(), mem::take(response.headers_mut()));
        self.0.throttle.read(&headers);
        let mut raw = RawResponse {
            status,
            retry_after: retry_after(&headers, self.clock().now()),
            exchange: self.exchange_of(request, vector, status, headers),
            body: Vec::new(),
            token: Some(token),
            of_write,
        };
        match self.read_body(response, &mut raw.body).await {
            Ok(()) => {}
            // The status of an error response says what happened, whatever is missing of its body.
            Err(_) if !status.is_success() => {}
            // Accepted is accepted: only the headers say where the outcome can be polled.
            Err(_) if of_write && names_operation(status, &raw.exchange.headers) => {
                raw.body.clear();
            }
            Err(ReadError::TooLarge) => {
                let limit = self.0.options.max_body;
                return Err(raw.error(
                    ErrorKind::TooLarge,
                    format!("the response is larger than the {limit} bytes that are allowed"),
                ));
            }
            Err(ReadError::Broken(source)) => {
                return Err(self
                    .send_error(source, request, limit)
                    .with_exchange(raw.exchange));
            }
        }
        Ok(raw)
    }

    /// Sends a request to the endpoint, or to the server in this process.
    async fn execute(
        &self,
        ready: reqwest::Request,
        attempt: Attempt<'_>,
        request: &Request,
        limit: Duration,
    ) -> Result<reqwest::Response, Error> {
        #[cfg(feature = "__client")]
        if let Some(server) = &self.0.options.server {
            let ready = http::Request::try_from(ready).map_err(setup_error)?;
            let ready = ready.map(|body| Bytes::copy_from_slice(body.as_bytes().unwrap_or(&[])));
            let response = server.respond(ready).await.map_err(|failure| {
                let origin = request.url.origin().ascii_serialization();
                failure.error(&origin, request.is_write())
            })?;
            return Ok(response.into());
        }
        trace::execute(&self.0.client, ready, attempt)
            .await
            .map_err(|error| self.send_error(error, request, limit))
    }

    fn exchange_of(
        &self,
        request: &Request,
        vector: Option<&CorrelationVector>,
        status: StatusCode,
        headers: HeaderMap,
    ) -> Exchange {
        let names = request.service();
        let (sent_request, sent_correlation) = request.sent_ids();
        let mut exchange = Exchange {
            status: Some(status),
            headers,
            ..Exchange::default()
        };
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let returned = |name| exchange.id(name);
        let request_id = owned(returned(&names.returned_request_id).or(sent_request));
        let correlation_id = owned(returned(&names.returned_correlation_id).or(sent_correlation));
        let returned_vector = names.correlation_vector.as_ref().and_then(returned);
        let correlation_vector = owned(returned_vector.or(vector.map(CorrelationVector::as_str)));
        exchange.request_id = request_id;
        exchange.correlation_id = correlation_id;
        exchange.correlation_vector = correlation_vector;
        exchange
    }

    /// Builds what is sent, except the token, for sending and for previews alike.
    fn prepare(
        &self,
        request: &Request,
        vector: Option<&CorrelationVector>,
    ) -> Result<reqwest::Request, Error> {
        let endpoint = self.endpoint();
        // Reads may follow a link to a trusted origin; writes go to the endpoint itself.
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

    /// Reads the response into `body`, which has its start if there is an error.
    async fn read_body(
        &self,
        mut response: reqwest::Response,
        body: &mut Vec<u8>,
    ) -> Result<(), ReadError> {
        /// An error response of either service has a few kilobytes. What is read of it is kept and
        /// parsed.
        const ERROR_LIMIT: usize = 256 * 1024;
        let is_success = response.status().is_success();
        let limit = self.0.options.max_body;
        let limit = if is_success {
            limit
        } else {
            limit.min(ERROR_LIMIT)
        };
        let announced = response.content_length();
        if is_success && announced.is_some_and(|length| length > limit as u64) {
            return Err(ReadError::TooLarge);
        }
        let expected = announced.and_then(|length| usize::try_from(length).ok());
        // The announced length may be wrong: more memory is allocated for received bytes only.
        body.reserve(expected.unwrap_or_default().min(64 * 1024));
        match read_body(&mut response, limit, body).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(ReadError::TooLarge),
            Err(source) => Err(ReadError::Broken(source)),
        }
    }

    fn send_error(&self, source: reqwest::Error, request: &Request, limit: Duration) -> Error {
        let origin = request.url.origin().ascii_serialization();
        let of_write = request.is_write();
        // A connection that took too long was never made, so this comes before the timeout.
        let error = if source.is_builder() {
            Error::invalid_input(
                "the request cannot be built: an id or a header is too long for one",
            )
        } else if source.is_connect() {
            let (kind, why) = connect_error(&source);
            Error::new(kind, format!("could not connect to {origin}{why}"))
        } else if source.is_timeout() {
            // The HTTP library does not say which of the two limits it was.
            let read = self.0.options.read_timeout;
            let or_silent = if read < limit {
                format!(", or nothing more of it for {read:?}")
            } else {
                String::new()
            };
            let message = format!("no complete response from {origin} within {limit:?}{or_silent}");
            Error::new(ErrorKind::Timeout, message).with_effect(of_write)
        } else if self.endpoint().is_plain() && is_not_http(&source) {
            // Behind TLS the port is right, and the response comes from something that is broken.
            let message =
                format!("the server at {origin} does not speak HTTP; is this a port for https?");
            Error::new(ErrorKind::NoHttp, message).with_effect(of_write)
        } else {
            // The head had come; the rest was cut short, or its chunks or compression are damaged.
            let message = if source.is_body() || source.is_decode() {
                format!("the response from {origin} is incomplete or damaged")
            } else {
                format!("the connection to {origin} broke")
            };
            Error::new(ErrorKind::Interrupted, message).with_effect(of_write)
        };
        error.with_source(source.without_url())
    }
}

/// Returns whether the headers of the response to a write say where its outcome can be polled.
fn names_operation(status: StatusCode, headers: &HeaderMap) -> bool {
    let is_success = status.is_success();
    status == StatusCode::ACCEPTED || (is_success && headers.contains_key(ASYNC_OPERATION))
}

enum ReadError {
    TooLarge,
    Broken(reqwest::Error),
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("endpoint", &self.0.endpoint)
            .field("options", &self.0.options)
            .finish_non_exhaustive()
    }
}
