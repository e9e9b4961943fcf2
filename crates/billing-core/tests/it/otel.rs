//! Traces that go on in the service. The tests are built with the feature.

use billing_core::http::Method;
use opentelemetry::global::set_text_map_propagator;
use opentelemetry::trace::{TraceContextExt as _, TracerProvider as _};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use serde_json::Value;
use tracing::{Instrument as _, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::loopback::Answer;
use crate::setup;

#[tokio::test]
async fn each_request_carries_the_trace_of_the_callers_span() {
    set_text_map_propagator(TraceContextPropagator::new());
    let tracer = SdkTracerProvider::builder().build().tracer("test");
    let layer = tracing_opentelemetry::layer().with_tracer(tracer);
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));

    let (server, transport, _clock) = setup::start(vec![Answer::json("{}")]).await;
    let caller = info_span!("caller");
    let request = setup::request(&transport, Method::GET);
    let fetch = transport.fetch::<Value>(&request);
    fetch.instrument(caller.clone()).await.unwrap();

    let context = caller.context();
    let context = context.span().span_context().clone();
    let received = server.received();
    let sent: Vec<_> = received[0]
        .header("traceparent")
        .unwrap()
        .split('-')
        .collect();
    let [version, trace, span, flags] = sent[..] else {
        panic!("{sent:?}")
    };
    assert_eq!((version, flags), ("00", "01"));
    assert_eq!(trace, context.trace_id().to_string());
    // That of the request, which is a child of the caller's.
    assert_ne!(span, context.span_id().to_string());
}

#[tokio::test]
async fn without_a_layer_no_trace_leaves() {
    let (server, transport, _clock) = setup::start(vec![Answer::json("{}")]).await;
    let request = setup::request(&transport, Method::GET);
    transport.fetch::<Value>(&request).await.unwrap();
    assert_eq!(server.received()[0].header("traceparent"), None);
}
