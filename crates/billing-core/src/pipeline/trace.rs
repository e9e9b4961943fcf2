//! A span for each request that leaves, in OpenTelemetry's conventions for HTTP clients.

use http::header::USER_AGENT;
use http::{HeaderMap, HeaderName};
use reqwest::{Client, Request, Response};
use tracing::field::Empty;
use tracing::{Instrument as _, Span, info_span};
use uuid::Uuid;

/// What a span is told of an attempt besides the request.
pub(super) struct Attempt<'a> {
    /// How often the request has left before.
    pub(super) resends: u32,
    /// The header with the request's id, as it is sent.
    pub(super) sent_id: &'a HeaderName,
    /// And as it is returned.
    pub(super) returned_id: &'a HeaderName,
}

/// Sends the request in a span of its own.
pub(super) async fn execute(
    client: &Client,
    request: Request,
    attempt: Attempt<'_>,
) -> reqwest::Result<Response> {
    let span = start(&request, &attempt);
    #[cfg(feature = "otel")]
    let request = propagate(&span, request);
    let outcome = client.execute(request).instrument(span.clone()).await;
    end(&span, &outcome, &attempt);
    outcome
}

/// Lets the trace go on in the service: the program's propagator puts the span's context on.
#[cfg(feature = "otel")]
fn propagate(span: &Span, mut request: Request) -> Request {
    use opentelemetry::trace::TraceContextExt as _;
    use tracing_opentelemetry::OpenTelemetrySpanExt as _;

    let mut context = span.context();
    if !context.has_active_span() {
        // The program leaves our spans out of its trace, which goes on from its own.
        context = opentelemetry::Context::current();
    }
    let mut carrier = Carrier::default();
    opentelemetry::global::get_text_map_propagator(|propagator| {
        propagator.inject_context(&context, &mut carrier);
    });
    for (name, value) in &carrier.0 {
        // The token and the ids are ours to say.
        let said = request.headers_mut().entry(name);
        said.or_insert_with(|| value.clone());
    }
    request
}

#[cfg(feature = "otel")]
#[derive(Default)]
struct Carrier(HeaderMap);

#[cfg(feature = "otel")]
impl opentelemetry::propagation::Injector for Carrier {
    fn set(&mut self, name: &str, value: String) {
        // A propagator is the program's own choice; what is no header cannot go on.
        let header = HeaderName::try_from(name).ok().zip(value.try_into().ok());
        if let Some((name, value)) = header {
            self.0.insert(name, value);
        }
    }
}

/// Method, scheme, server, status, and which attempt it is. Numbers are `i64`, the one integer that
/// OpenTelemetry has: its layer makes texts of any other. Of the headers it has `User-Agent` and
/// the ids of the request, if they are GUIDs; neither `url.full`, which would have path and query,
/// nor the HTTP library's own words, which repeat the URL. It ends with the answer's head: what
/// becomes of the body is in the operation's span.
fn start(request: &Request, attempt: &Attempt<'_>) -> Span {
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
        server.port = url.port_or_known_default().map(i64::from),
        user_agent.original = user_agent,
        http.request.resend_count = Empty,
        billing.request_id = Empty,
        billing.returned_request_id = Empty,
        http.response.status_code = Empty,
        error.r#type = Empty,
        error.message = Empty,
        otel.status_code = Empty,
    );
    if span.is_disabled() {
        return span;
    }
    if attempt.resends > 0 {
        span.record("http.request.resend_count", i64::from(attempt.resends));
    }
    span.record("billing.request_id", guid(headers, attempt.sent_id));
    span
}

fn end(span: &Span, outcome: &reqwest::Result<Response>, attempt: &Attempt<'_>) {
    if span.is_disabled() {
        return;
    }
    match outcome {
        Ok(response) => {
            let returned = guid(response.headers(), attempt.returned_id);
            span.record("billing.returned_request_id", returned);
            let status = response.status();
            span.record("http.response.status_code", i64::from(status.as_u16()));
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
fn kind(error: &reqwest::Error) -> (&'static str, &'static str) {
    if error.is_connect() {
        ("connect", "no connection")
    } else if error.is_timeout() {
        ("timeout", "no response in time")
    } else {
        ("connection_broken", "the connection broke")
    }
}
