//! A span for each request that leaves, in OpenTelemetry's conventions for HTTP clients.

use http::Extensions;
use reqwest::{Request, Response};
use reqwest_middleware::Result;
use reqwest_tracing::{ReqwestOtelSpanBackend, reqwest_otel_span};
use tracing::field::Empty;
use tracing::level_filters::LevelFilter;
use tracing::{Level, Span};

/// How often the request has left before.
#[derive(Clone)]
pub(super) struct Resends(pub(super) u32);

/// Method, scheme, server, status, and which attempt it is; neither path, query, headers nor the HTTP library's own words,
/// which repeat the URL. It ends with the answer's head: what becomes of the body is in the operation's span.
pub(super) struct Trace;

impl ReqwestOtelSpanBackend for Trace {
    fn on_request_start(request: &Request, extensions: &mut Extensions) -> Span {
        // The macro writes its fields out before it asks.
        if Level::INFO > LevelFilter::current() {
            return Span::none();
        }
        let span = reqwest_otel_span!(
            name = request.method().as_str(),
            request,
            error.r#type = Empty,
            http.request.resend_count = Empty
        );
        if let Some(Resends(count)) = extensions.get() {
            span.record("http.request.resend_count", count);
        }
        span
    }

    fn on_request_end(span: &Span, outcome: &Result<Response>, _: &mut Extensions) {
        match outcome {
            Ok(response) => {
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
