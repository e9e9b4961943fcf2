//! A span for each request that is sent, in OpenTelemetry's conventions for HTTP clients.

use http::header::USER_AGENT;
use http::{HeaderMap, HeaderName};
use reqwest::{Client, Request, Response};
use tracing::field::Empty;
use tracing::{Instrument as _, Span, info_span};
use uuid::Uuid;

/// What the span of an attempt needs besides the request.
pub(super) struct Attempt<'a> {
    /// How often the request was sent before.
    pub(super) resends: u32,
    /// The header with the request id that is sent.
    pub(super) sent_id: &'a HeaderName,
    /// The header with the request id that is returned.
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

/// Continues the trace in the service: the program's propagator adds the span's context.
#[cfg(feature = "otel")]
fn propagate(span: &Span, mut request: Request) -> Request {
    use opentelemetry::trace::TraceContextExt as _;
    use tracing_opentelemetry::OpenTelemetrySpanExt as _;

    let mut context = span.context();
    if !context.has_active_span() {
        // The program leaves our spans out of its trace, so its own context is sent.
        context = opentelemetry::Context::current();
    }
    let mut carrier = Carrier::default();
    opentelemetry::global::get_text_map_propagator(|propagator| {
        propagator.inject_context(&context, &mut carrier);
    });
    for (name, value) in &carrier.0 {
        // A propagator must not replace the token or the ids.
        let entry = request.headers_mut().entry(name);
        entry.or_insert_with(|| value.clone());
    }
    request
}

#[cfg(feature = "otel")]
#[derive(Default)]
struct Carrier(HeaderMap);

#[cfg(feature = "otel")]
impl opentelemetry::propagation::Injector for Carrier {
    fn set(&mut self, name: &str, value: String) {
        // The program chooses the propagator; a value that is not a valid header is dropped.
        let header = HeaderName::try_from(name).ok().zip(value.try_into().ok());
        if let Some((name, value)) = header {
            self.0.insert(name, value);
        }
    }
}

/// Starts the span with method, scheme, server and attempt.
///
/// Numbers are `i64`, OpenTelemetry's one integer: its layer turns any other into text. Of the
/// headers, the span has `User-Agent` and the request ids, if they are GUIDs. It has neither
/// `url.full`, which includes path and query, nor the HTTP library's error text, which repeats the
/// URL. It ends with the head of the response; errors about the body are in the operation's span.
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

/// Returns the header's value if it is a GUID, which identifies no person.
fn guid<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let text = headers.get(name)?.to_str().ok()?;
    Uuid::try_parse(text).is_ok().then_some(text)
}

/// Returns the error's kind and a short message.
fn kind(error: &reqwest::Error) -> (&'static str, &'static str) {
    if error.is_connect() {
        ("connect", "no connection")
    } else if error.is_timeout() {
        ("timeout", "no response in time")
    } else {
        ("connection_broken", "the connection broke")
    }
}
