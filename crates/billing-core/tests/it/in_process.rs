//! Requests to a server in the same process.

use std::sync::{Arc, Mutex};

use billing_core::http::{Method, Request, Response, StatusCode};
use billing_core::pipeline::{InProcessServer, NoResponse, SendOptions};
use billing_core::{BoxFuture, RetryPolicy};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::setup::{self, TOKEN};

/// What the server sees of a request: method, path, `Authorization`, body.
type Seen = (String, String, String, Vec<u8>);
type Outcome = Result<Response<Bytes>, NoResponse>;

struct OneResponse {
    respond: fn() -> Outcome,
    seen: Mutex<Vec<Seen>>,
}

impl InProcessServer for OneResponse {
    fn respond(&self, request: Request<Bytes>) -> BoxFuture<'_, Outcome> {
        let authorization = request.headers()["authorization"].to_str().unwrap();
        self.seen.lock().unwrap().push((
            request.method().to_string(),
            request.uri().path().to_owned(),
            authorization.to_owned(),
            request.body().to_vec(),
        ));
        Box::pin(std::future::ready((self.respond)()))
    }
}

fn server(respond: fn() -> Outcome) -> (Arc<OneResponse>, SendOptions) {
    let seen = Mutex::default();
    let server = Arc::new(OneResponse { respond, seen });
    let options = SendOptions::default()
        .with_retry(RetryPolicy::never())
        .with_in_process_server(Arc::clone(&server) as Arc<dyn InProcessServer>);
    (server, options)
}

#[tokio::test]
async fn in_process_server_gets_the_request_of_a_socket() {
    let (server, options) = server(|| {
        let body = r#"{"poNumber":"PO-1"}"#.into();
        Ok(Response::builder().status(200).body(body).unwrap())
    });
    let transport = setup::transport_to("https://billing.example", options);
    let request = setup::request(&transport, Method::PUT);
    let response = transport.fetch::<Value>(&request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.body(), &json!({ "poNumber": "PO-1" }));
    let expected = (
        "PUT".to_owned(),
        "/accounts/a1/profiles/p1".to_owned(),
        format!("Bearer {TOKEN}"),
        br#"{"poNumber":"PO-1"}"#.to_vec(),
    );
    assert_eq!(*server.seen.lock().unwrap(), [expected]);
}

#[tokio::test]
async fn failures_of_an_in_process_server_have_their_effect() {
    /// The response, the predicate of its error, and whether a write may have taken effect.
    type Case = (fn() -> Outcome, fn(&billing_core::Error) -> bool, bool);
    let cases: [Case; 3] = [
        (|| Err(NoResponse::NotConnected), |e| e.is_connect(), false),
        (|| Err(NoResponse::Broken), |e| e.is_interrupted(), true),
        (|| Err(NoResponse::Late), |e| e.is_timeout(), true),
    ];
    for (respond, is_kind, may_have_taken_effect) in cases {
        let (_, options) = server(respond);
        let transport = setup::transport_to("https://billing.example", options);
        let request = setup::request(&transport, Method::PUT);
        let error = transport.fetch::<Value>(&request).await.unwrap_err();
        assert!(is_kind(&error), "{error}");
        assert_eq!(error.may_have_taken_effect(), may_have_taken_effect);
    }
}
