//! A span for each request that leaves, in OpenTelemetry's conventions for HTTP clients.

#[cfg(not(feature = "otel"))]
use async_trait::async_trait;
use http::header::USER_AGENT;
use http::{Extensions, HeaderMap, HeaderName};
use reqwest::{Request, Response};
#[cfg(not(feature = "otel"))]
use reqwest_middleware::Next;
use reqwest_middleware::{Middleware, Result};
#[cfg(feature = "otel")]
use reqwest_tracing::{ReqwestOtelSpanBackend, TracingMiddleware};
#[cfg(not(feature = "otel"))]
use tracing::Instrument as _;
use tracing::field::Empty;
use tracing::level_filters::LevelFilter;
use tracing::{Level, Span, info_span};
use uuid::Uuid;

/// What a span is told of an attempt besides the request.
#[derive(Clone)]
pub(super) struct Attempt {
    /// How often the request has left before.
    pub(super) resends: u32,
    /// The headers with the request's id, as it is sent and as it is returned.
    pub(super) ids: [HeaderName; 2],
}

/// Whether anybody looks at spans.
pub(super) fn is_on() -> bool {
    Level::INFO <= LevelFilter::current()
}

/// Spans whose context travels on in the service. What it takes for that is a quarter of the weight of a client, so whoever
/// does not ask for it has the same spans without.
#[cfg(feature = "otel")]
pub(super) fn middleware() -> impl Middleware {
    TracingMiddleware::<Trace>::new()
}

#[cfg(not(feature = "otel"))]
pub(super) fn middleware() -> impl Middleware {
    Trace
}

struct Trace;

#[cfg(feature = "otel")]
impl ReqwestOtelSpanBackend for Trace {
    fn on_request_start(request: &Request, extensions: &mut Extensions) -> Span {
        start(request, extensions)
    }

    fn on_request_end(span: &Span, outcome: &Result<Response>, extensions: &mut Extensions) {
        end(span, outcome, extensions);
    }
}

#[cfg(not(feature = "otel"))]
#[async_trait]
impl Middleware for Trace {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response> {
        let span = start(&request, extensions);
        let outcome = next.run(request, extensions).instrument(span.clone()).await;
        end(&span, &outcome, extensions);
        outcome
    }
}

/// Method, scheme, server, status, and which attempt it is. Of the headers it has `User-Agent` and the ids of the
/// request, if they are GUIDs; neither path nor query, nor the HTTP library's own words, which repeat the URL. It ends
/// with the answer's head: what becomes of the body is in the operation's span.
fn start(request: &Request, extensions: &Extensions) -> Span {
    let (url, headers) = (request.url(), request.headers());
    let user_agent = headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok());
    let span = info_span!(
        "HTTP request",
        otel.kind = "client",
        otel.name = request.method().as_str(),
        http.request.method = request.method().as_str(),
        url.scheme = url.scheme(),
        server.address = url.host_str(),
        server.port = url.port_or_known_default(),
        user_agent.original = user_agent,
        http.request.resend_count = Empty,
        billing.request_id = Empty,
        billing.returned_request_id = Empty,
        http.response.status_code = Empty,
        error.r#type = Empty,
        error.message = Empty,
        otel.status_code = Empty,
    );
    if let Some(attempt) = extensions.get::<Attempt>() {
        if attempt.resends > 0 {
            span.record("http.request.resend_count", attempt.resends);
        }
        let [sent, _] = &attempt.ids;
        span.record("billing.request_id", guid(headers, sent));
    }
    span
}

fn end(span: &Span, outcome: &Result<Response>, extensions: &Extensions) {
    match outcome {
        Ok(response) => {
            if let Some(Attempt { ids, .. }) = extensions.get() {
                let [_, returned] = ids;
                let returned = guid(response.headers(), returned);
                span.record("billing.returned_request_id", returned);
            }
            let status = response.status();
            span.record("http.response.status_code", status.as_u16());
            if !status.is_success() {
                span.record("otel.status_code", "ERROR");
                span.record("error.type", status.as_str());
            }
        }
        Err(error) => {
            span.record("otel.status_code", "ERROR");
            let (kind, message) = kind(error);
            span.record("error.type", kind);
            span.record("error.message", message);
        }
    }
}

/// The header's value, if it can be about nobody.
fn guid<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let text = headers.get(name)?.to_str().ok()?;
    Uuid::try_parse(text).is_ok().then_some(text)
}

/// A word for it and a few more.
fn kind(error: &reqwest_middleware::Error) -> (&'static str, &'static str) {
    match error {
        reqwest_middleware::Error::Middleware(_) => ("not_sent", "not sent"),
        reqwest_middleware::Error::Reqwest(error) if error.is_connect() => {
            ("connect", "no connection")
        }
        reqwest_middleware::Error::Reqwest(error) if error.is_timeout() => {
            ("timeout", "no answer in time")
        }
        reqwest_middleware::Error::Reqwest(_) => ("interrupted", "the connection broke"),
    }
}
