//! Shared setup: a service with its own header names, and a transport to a scripted server.

use std::sync::Arc;

use billing_core::http::{HeaderName, Method};
use billing_core::pipeline::{Request, SendOptions, ServiceHeaders, Transport};
use billing_core::{Endpoint, Error, PollToken, Poller, StaticToken};
use billing_test::{Script, Server, TestClock, sending};
use serde_json::Value;

pub(crate) const TOKEN: &str = "canary-token-7f3d";

/// An origin where nothing listens. A port that was free a moment ago may be another test's by now.
pub(crate) const CLOSED: &str = "http://127.0.0.1:1";

pub(crate) fn service() -> ServiceHeaders {
    ServiceHeaders {
        user_agent: "test/1",
        request_id: HeaderName::from_static("ms-requestid"),
        correlation_id: Some(HeaderName::from_static("ms-correlationid")),
        correlation_vector: None,
        returned_request_id: HeaderName::from_static("ms-requestid"),
        returned_correlation_id: HeaderName::from_static("ms-correlationid"),
        fixed: Vec::new(),
    }
}

pub(crate) fn transport_to(origin: &str, options: SendOptions) -> Transport {
    let endpoint: Endpoint = origin.parse().unwrap();
    Transport::new(endpoint, StaticToken::new(TOKEN).into(), service(), options).unwrap()
}

pub(crate) async fn start(answers: Vec<Script>) -> (Server, Transport, Arc<TestClock>) {
    let server = Server::start(answers).await;
    let clock = Arc::new(TestClock::default());
    let transport = transport_to(&server.origin(), sending(&clock));
    (server, transport, clock)
}

pub(crate) fn request(transport: &Transport, method: Method) -> Request {
    let url = transport
        .endpoint()
        .join(["accounts", "a1", "profiles", "p1"])
        .unwrap();
    let mut request = transport.request(method.clone(), url);
    if method != Method::GET {
        request
            .set_json(&serde_json::json!({"poNumber": "PO-1"}))
            .unwrap();
    }
    request
}

/// Begins a PATCH at a server with these responses.
pub(crate) async fn begin(
    answers: Vec<Script>,
) -> (Result<Poller<Value>, Error>, Server, Arc<TestClock>) {
    let (server, transport, clock) = start(answers).await;
    let request = request(&transport, Method::PATCH);
    let poller = Poller::begin(transport, &request, "a1", |_, _| false).await;
    (poller, server, clock)
}

/// The fields of a token for the PATCH of [`request`], accepted with a `Location` of `/op`. It has
/// a hash of the whole body, as for a change of very many members.
pub(crate) fn token_fields(origin: &str) -> Value {
    serde_json::json!({
        "origin": origin,
        "account": "a1",
        "resource": format!("{origin}/accounts/a1/profiles/p1"),
        "kind": "location",
        "location": format!("{origin}/op"),
        "body": r#"{"poNumber":"PO-1"}"#,
    })
}

/// Returns the token with these fields.
pub(crate) fn token(fields: &Value) -> PollToken {
    billing_test::token_word(fields).parse().unwrap()
}

/// Returns the paths that were requested after the write, which must be the first request.
pub(crate) fn polls(server: &Server) -> Vec<String> {
    let lines = server.lines();
    assert_eq!(lines[0], "PATCH /accounts/a1/profiles/p1 HTTP/1.1");
    let polled = lines[1..].iter().map(|line| {
        let path = line.strip_prefix("GET ").expect(line);
        path.trim_end_matches(" HTTP/1.1").to_owned()
    });
    polled.collect()
}
