//! Traces continue in the service (feature `otel`).

use std::sync::{Arc, Mutex};

use billing_core::http::Method;
use billing_test::{Received, Script, Server, TestClock, persistent};
use opentelemetry::Context;
use opentelemetry::Value as Attribute;
use opentelemetry::global::set_text_map_propagator;
use opentelemetry::propagation::text_map_propagator::FieldIter;
use opentelemetry::propagation::{
    Extractor, Injector, TextMapCompositePropagator, TextMapPropagator,
};
use opentelemetry::trace::{TraceContextExt as _, TracerProvider as _};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use serde_json::Value;
use tracing::{Instrument as _, Metadata, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};

use crate::setup::{self, transport_to};

/// A propagator that also writes headers which it must not, if there is a trace.
#[derive(Debug)]
struct Meddler;

impl TextMapPropagator for Meddler {
    fn inject_context(&self, context: &Context, injector: &mut dyn Injector) {
        if context.has_active_span() {
            injector.set("X-Tenant", "first".to_owned());
            injector.set("x-tenant", "last".to_owned());
            injector.set("Authorization", "Bearer other".to_owned());
            injector.set("MS-RequestId", "other".to_owned());
            injector.set("no name", "value".to_owned());
            injector.set("no-value", "\n".to_owned());
        }
    }

    fn extract_with_context(&self, context: &Context, _: &dyn Extractor) -> Context {
        context.clone()
    }

    fn fields(&self) -> FieldIter<'_> {
        FieldIter::new(&[])
    }
}

/// Sends a request within the span `caller` of a program that records the spans it selects, and
/// returns what the server received and the ids of the trace and of that span.
async fn traced(
    wanted: impl Fn(&Metadata<'_>) -> bool + Send + Sync + 'static,
) -> (Received, [String; 2]) {
    // The propagator is global, so each test sets the same one.
    set_text_map_propagator(TextMapCompositePropagator::new(vec![
        Box::new(TraceContextPropagator::new()),
        Box::new(Meddler),
    ]));
    let tracer = SdkTracerProvider::builder().build().tracer("test");
    let layer = tracing_opentelemetry::layer().with_tracer(tracer);
    let layer = layer.with_filter(filter_fn(wanted));
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));

    let (server, transport, _clock) = setup::start(vec![Script::json("{}")]).await;
    let caller = info_span!("caller");
    let request = setup::request(&transport, Method::GET);
    let fetch = transport.fetch::<Value>(&request);
    fetch.instrument(caller.clone()).await.unwrap();

    let context = caller.context();
    let context = context.span().span_context().clone();
    let ids = [
        context.trace_id().to_string(),
        context.span_id().to_string(),
    ];
    (server.received().remove(0), ids)
}

/// The ids of the trace and of the span.
fn parent(received: &Received) -> [String; 2] {
    let sent = received.header("traceparent").unwrap();
    let sent: Vec<_> = sent.split('-').collect();
    let ["00", trace, span, "01"] = sent[..] else {
        panic!("{sent:?}")
    };
    [trace.to_owned(), span.to_owned()]
}

#[tokio::test]
async fn each_request_carries_the_trace_of_the_callers_span() {
    let (received, [trace, caller]) = traced(|_| true).await;
    let [sent_trace, sent_span] = parent(&received);
    assert_eq!(sent_trace, trace);
    // The span of the request, a child of the caller's.
    assert_ne!(sent_span, caller);
}

#[tokio::test]
async fn trace_without_our_spans_continues_the_callers() {
    let (received, ids) = traced(|span| !span.target().starts_with("billing_core")).await;
    assert_eq!(parent(&received), ids);
}

#[tokio::test]
async fn what_a_request_says_already_no_propagator_says_otherwise() {
    let (received, _) = traced(|_| true).await;
    let token = format!("Bearer {}", setup::TOKEN);
    assert_eq!(received.header("authorization"), Some(token.as_str()));
    let id = received.header("ms-requestid").unwrap();
    assert_eq!(id.len(), 36, "{id}");
    assert_eq!(received.header("x-tenant"), Some("last"));
    assert_eq!(received.header("no-value"), None);
}

#[tokio::test]
async fn without_a_layer_no_trace_leaves() {
    let (server, transport, _clock) = setup::start(vec![Script::json("{}")]).await;
    let request = setup::request(&transport, Method::GET);
    transport.fetch::<Value>(&request).await.unwrap();
    assert_eq!(server.received()[0].header("traceparent"), None);
}

/// Keeps the spans that have ended.
#[derive(Clone, Debug, Default)]
struct Kept(Arc<Mutex<Vec<SpanData>>>);

impl SpanExporter for Kept {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().unwrap().extend(batch);
        Ok(())
    }
}

#[tokio::test]
async fn numbers_are_exported_as_integers_and_no_url_is() {
    let kept = Kept::default();
    let exporter = SdkTracerProvider::builder().with_simple_exporter(kept.clone());
    let provider = exporter.build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));

    let server = Server::start(vec![Script::new("503 X", ""), Script::json("{}")]).await;
    let clock = Arc::new(TestClock::default());
    let transport = transport_to(&server.origin(), persistent(&clock));
    let request = setup::request(&transport, Method::GET);
    transport.fetch::<Value>(&request).await.unwrap();
    drop(guard);
    provider.force_flush().unwrap();

    let spans = kept.0.lock().unwrap();
    let all = |name: &str| -> Vec<Attribute> {
        let attributes = spans.iter().flat_map(|span| &span.attributes);
        let found = attributes.filter(|one| one.key.as_str() == name);
        found.map(|one| one.value.clone()).collect()
    };
    let port = server.origin().rsplit(':').next().unwrap().parse().unwrap();
    assert_eq!(
        all("server.port"),
        [Attribute::I64(port), Attribute::I64(port)]
    );
    let statuses = [Attribute::I64(503), Attribute::I64(200)];
    assert_eq!(all("http.response.status_code"), statuses);
    assert_eq!(all("http.request.resend_count"), [Attribute::I64(1)]);
    assert_eq!(all("billing.attempts"), [Attribute::I64(2)]);
    for attribute in spans.iter().flat_map(|span| &span.attributes) {
        assert_ne!(attribute.key.as_str(), "url.full");
        let value = attribute.value.to_string();
        assert!(!value.contains("profiles"), "{attribute:?}");
    }
}
