//! Sends one request to the one origin it knows.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::de::DeserializeOwned;
use url::Url;

use super::retry_after::retry_after;
use super::{Answer, Request, SendOptions, Service, client};
use crate::error::Kind;
use crate::{Clock, Credential, Endpoint, Error, RequestPreview, Response};

/// An endpoint, a credential for it and a connection pool; clones share all three.
#[derive(Clone)]
pub struct Transport(Arc<Inner>);

struct Inner {
    client: reqwest::Client,
    endpoint: Endpoint,
    credential: Credential,
    service: Arc<Service>,
    options: SendOptions,
}

impl Transport {
    /// A transport that sends to `endpoint` and nowhere else.
    ///
    /// # Errors
    /// Invalid input for an endpoint without the TLS it needs, and a set-up error when the platform
    /// has no trust store. Nothing was sent.
    pub fn new(
        endpoint: Endpoint,
        credential: Credential,
        service: Service,
        options: SendOptions,
    ) -> Result<Self, Error> {
        let client = client::build(&endpoint, service.user_agent, &options)?;
        let service = Arc::new(service);
        Ok(Self(Arc::new(Inner {
            client,
            endpoint,
            credential,
            service,
            options,
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

    /// A request with fresh ids, ready for a body.
    pub fn request(&self, method: Method, url: Url) -> Request {
        Request::new(&self.0.service, method, url)
    }

    /// The request as it would leave, without asking for a token.
    ///
    /// # Errors
    /// Invalid input for a URL of another origin.
    pub fn preview(&self, request: &Request) -> Result<RequestPreview, Error> {
        let ready = self.prepare(request, &HeaderValue::from_static("Bearer ***"))?;
        let body = request.body.as_deref();
        Ok(RequestPreview::new(
            ready.method().clone(),
            ready.url().to_string(),
            ready.headers(),
            body,
        ))
    }

    /// Sends the request once and decodes a success.
    ///
    /// # Errors
    /// - The credential has no token, or one that a header cannot carry: nothing was sent.
    /// - No connection came about: nothing was sent.
    /// - A time limit passed, or the connection broke: a write may have taken effect.
    /// - The service's refusal: a write answered in the 400s, but for 408, has not taken effect; any
    ///   other may have.
    /// - A success larger than allowed, or that is no `T`: a write may have taken effect.
    pub async fn fetch<T: DeserializeOwned>(
        &self,
        request: &Request,
    ) -> Result<Response<T>, Error> {
        self.send(request).await?.success()?.decode()
    }

    /// Sends the request once and gives the answer, whatever its status.
    pub(crate) async fn send(&self, request: &Request) -> Result<Answer, Error> {
        let (request_id, correlation_id) = request.sent_ids();
        self.exchange(request)
            .await
            .map_err(|error| match error.request_id() {
                Some(_) => error,
                None => error.with_ids(request_id, correlation_id),
            })
            .map_err(|error| match error.correlation_vector() {
                Some(_) => error,
                None => error.with_vector(request.sent_vector()),
            })
    }

    async fn exchange(&self, request: &Request) -> Result<Answer, Error> {
        let token = self.0.credential.get_token().await.map_err(|error| {
            // Whatever a credential's own requests met says nothing about ours, which never left.
            if error.is_credential() {
                error
            } else {
                Error::credential("the credential gave no token").with_source(error)
            }
        })?;
        let mut authorization =
            HeaderValue::from_str(&format!("Bearer {}", token.secret().expose())).map_err(
                |_| Error::credential("the token has characters that no header can carry"),
            )?;
        authorization.set_sensitive(true);
        let ready = self.prepare(request, &authorization)?;
        let of_write = request.is_write();

        let answer = self
            .0
            .client
            .execute(ready)
            .await
            .map_err(|source| self.broken(source, of_write))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let (sent_request, sent_correlation) = request.sent_ids();
        let names = request.service();
        let mut out = Answer {
            request_id: text(&headers, &names.returned_request_id).or(sent_request),
            correlation_id: text(&headers, &names.returned_correlation_id).or(sent_correlation),
            correlation_vector: names
                .correlation_vector
                .as_ref()
                .and_then(|name| text(&headers, name))
                .or_else(|| request.sent_vector()),
            retry_after: retry_after(&headers, self.clock().now()),
            status,
            headers,
            body: Bytes::new(),
            of_write,
        };
        match self.read_body(answer).await {
            Ok(body) => out.body = body,
            // The status already says what happened; half an error page changes nothing about it.
            Err(_) if !status.is_success() => {}
            Err(ReadError::TooLarge) => {
                let limit = self.0.options.max_body;
                return Err(out.error(
                    Kind::TooLarge,
                    format!("the answer is larger than the {limit} bytes that are allowed"),
                ));
            }
            Err(ReadError::Broken(source)) => {
                return Err(self
                    .broken(source, of_write)
                    .with_status(status)
                    .with_ids(out.request_id, out.correlation_id));
            }
        }
        Ok(out)
    }

    /// What leaves, for sending and for previews alike.
    fn prepare(
        &self,
        request: &Request,
        authorization: &HeaderValue,
    ) -> Result<reqwest::Request, Error> {
        if !self.endpoint().same_origin(&request.url) {
            return Err(Error::invalid_input(
                "the request is for another origin than the endpoint",
            ));
        }
        let mut ready = reqwest::Request::new(request.method.clone(), request.url.clone());
        *ready.headers_mut() = request.headers.clone();
        ready
            .headers_mut()
            .insert(AUTHORIZATION, authorization.clone());
        *ready.body_mut() = request.body.clone().map(Into::into);
        Ok(ready)
    }

    async fn read_body(&self, mut answer: reqwest::Response) -> Result<Bytes, ReadError> {
        let limit = self.0.options.max_body;
        if answer
            .content_length()
            .is_some_and(|length| length > limit as u64)
        {
            return Err(ReadError::TooLarge);
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(ReadError::Broken)? {
            if body.len() + chunk.len() > limit {
                return Err(ReadError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.into())
    }

    fn broken(&self, source: reqwest::Error, of_write: bool) -> Error {
        let origin = self.endpoint().origin();
        // A connection that took too long is still one that never came about.
        let error = if source.is_builder() {
            Error::invalid_input(
                "the request cannot be built: an id or a header is too long for one",
            )
        } else if source.is_connect() {
            Error::new(Kind::Connect, format!("could not connect to {origin}"))
        } else if source.is_timeout() {
            let limit = self.0.options.timeout;
            Error::new(
                Kind::Timeout,
                format!("no complete answer from {origin} within {limit:?}"),
            )
            .with_effect(of_write)
        } else {
            Error::new(
                Kind::Interrupted,
                format!("the connection to {origin} broke"),
            )
            .with_effect(of_write)
        };
        error.with_source(source.without_url())
    }
}

enum ReadError {
    TooLarge,
    Broken(reqwest::Error),
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("endpoint", &self.0.endpoint)
            .field("credential", &self.0.credential)
            .field("options", &self.0.options)
            .finish_non_exhaustive()
    }
}
