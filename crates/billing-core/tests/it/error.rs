//! Errors have predicates, ids and a readable form.

use std::sync::Arc;

use billing_core::http::{Method, StatusCode};
use billing_core::{Error, ServiceError};
use billing_test::{Script, Server, TestClock, persistent};
use insta::assert_snapshot;

use crate::setup;

async fn answered(status: &str, body: &str) -> Error {
    let (_server, transport, _clock) = setup::start(vec![Script::new(status, body)]).await;
    let request = setup::request(&transport, Method::PUT);
    transport
        .fetch::<serde_json::Value>(&request)
        .await
        .unwrap_err()
}

#[test]
fn an_error_is_the_size_of_a_pointer() {
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<Option<Error>>(), size_of::<usize>());
}

#[test]
fn an_error_crosses_threads() {
    fn check<T: std::error::Error + Send + Sync + 'static>() {}
    check::<Error>();
}

#[tokio::test]
async fn each_status_has_its_predicate() {
    type Predicate = fn(&Error) -> bool;
    let all: [(&str, Predicate); 6] = [
        ("unauthorized", Error::is_unauthorized),
        ("forbidden", Error::is_forbidden),
        ("not found", Error::is_not_found),
        ("timeout", Error::is_timeout),
        ("conflict", Error::is_conflict),
        ("throttled", Error::is_throttled),
    ];
    let mut table = String::new();
    for status in [
        400, 401, 403, 404, 405, 408, 409, 412, 417, 429, 500, 503, 504,
    ] {
        let error = answered(&format!("{status} X"), "").await;
        let names: Vec<_> = all
            .iter()
            .filter(|(_, is)| is(&error))
            .map(|(name, _)| *name)
            .collect();
        table.push_str(&format!("{status}: {names:?}\n"));
        assert_eq!(error.status().unwrap().as_u16(), status);
    }
    assert_snapshot!(table, @r#"
    400: []
    401: ["unauthorized"]
    403: ["forbidden"]
    404: ["not found"]
    405: []
    408: ["timeout"]
    409: ["conflict"]
    412: ["conflict"]
    417: []
    429: ["throttled"]
    500: []
    503: []
    504: ["timeout"]
    "#);
}

#[tokio::test]
async fn a_stale_etag_is_412_or_400_with_code_2055() {
    let stale = answered(
        "400 Bad Request",
        r#"{"code":2055,"description":"Etag is no longer valid"}"#,
    );
    let stale = stale.await;
    assert!(stale.is_stale_etag() && stale.is_conflict());
    assert_snapshot!(stale, @"the service answered 400 Bad Request, code 2055");
    assert!(
        answered("412 Precondition Failed", "")
            .await
            .is_stale_etag()
    );
    let other = answered("400 Bad Request", r#"{"code":2000,"description":"no"}"#).await;
    assert!(!other.is_stale_etag() && !other.is_conflict());
    let elsewhere = answered("500 X", r#"{"code":2055,"description":"no"}"#).await;
    assert!(!elsewhere.is_stale_etag());
    assert!(!answered("409 Conflict", "").await.is_stale_etag());
}

#[tokio::test]
async fn an_error_carries_the_services_words_ids_and_wait() {
    let head = "429 Too Many Requests\nMS-RequestId: r-1\nMS-CorrelationId: c-1\nRetry-After: 57";
    let error = answered(
        head,
        r#"{"statusCode":429,"message":"Rate limit is exceeded."}"#,
    )
    .await;
    assert_eq!(error.request_id(), Some("r-1"));
    assert_eq!(error.correlation_id(), Some("c-1"));
    assert_eq!(error.retry_after().unwrap().as_secs(), 57);
    assert_eq!(
        error.service_error().and_then(ServiceError::code),
        Some("429")
    );
    assert_eq!(error.attempts(), 1);
    assert_snapshot!(error, @"the service answered 429 Too Many Requests, code 429");
    assert_snapshot!(format!("{error:?}"), @r#"Error { kind: Service, message: "the service answered 429 Too Many Requests, code 429", status: 429, request_id: "r-1", correlation_id: "c-1", attempts: 1, retry_after: 57s, service: ServiceError { code: Some("429"), message: [23 bytes hidden], details: [0 hidden], raw: [54 bytes hidden], .. }, may_have_taken_effect: false }"#);
}

#[tokio::test]
async fn display_says_the_status_once_and_never_the_raw_body() {
    assert_snapshot!(answered("404 Not Found", "").await, @"the service answered 404 Not Found");
    assert_snapshot!(answered("502 Bad Gateway", "<html>Jane Roe</html>").await, @"the service answered 502 Bad Gateway with a body of 21 bytes in an unknown format");
    assert_snapshot!(answered("307 Temporary Redirect\nLocation: /x", "").await, @"the service answered 307 Temporary Redirect");
}

#[tokio::test]
async fn a_conflict_keeps_what_is_known_of_the_last_error() {
    let head = "412 Precondition Failed\nMS-RequestId: r-9\nETag: \"e-9\"\nRetry-After: 7\n\
                x-ms-routing-request-id: EU:9";
    let last = answered(head, "").await;
    let error = Error::conflict(3, last);
    assert_eq!(error.etag(), Some("e-9"));
    assert_eq!(error.retry_after().unwrap().as_secs(), 7);
    assert_eq!(error.routing_request_id(), Some("EU:9"));
    assert_eq!(error.last_status(), Some(StatusCode::PRECONDITION_FAILED));
    assert!(error.is_conflict() && !error.may_have_taken_effect());
    assert_eq!(error.attempts(), 3);
    assert_eq!(error.status(), Some(StatusCode::PRECONDITION_FAILED));
    assert_eq!(error.request_id(), Some("r-9"));
    assert_snapshot!(error, @"somebody else kept changing the resource: gave up after 3 attempts");
    assert_snapshot!(std::error::Error::source(&error).unwrap(), @"the service answered 412 Precondition Failed");
}

/// `Retry-After` of a success is about the next poll, and of an ended operation about none.
#[tokio::test]
async fn only_error_responses_ask_for_a_pause() {
    let answered = |status| format!("{status}\nRetry-After: 7\nLocation: /op");
    let success = answered("200 OK");
    let polled = [
        (r#"{"status":"Failed"}"#, "operation_failed"),
        (r#"{"status":"Canceled"}"#, "operation_canceled"),
        (r#"{"a":1}"#, "protocol"),
    ];
    for (body, kind) in polled {
        let answers = vec![
            Script::new(&answered("202 Accepted"), ""),
            Script::new(&success, body),
            Script::new(&success, body),
        ];
        let (poller, _server, _clock) = setup::begin(answers).await;
        let error = poller.unwrap().await.unwrap_err();
        assert_eq!((error.kind_name(), error.retry_after()), (kind, None));
    }
    for (body, kind) in [("", "decode"), ("[", "decode")] {
        let (_server, transport, _clock) = setup::start(vec![Script::new(&success, body)]).await;
        let request = setup::request(&transport, Method::GET);
        let error = transport.fetch::<Vec<u8>>(&request).await.unwrap_err();
        assert_eq!((error.kind_name(), error.retry_after()), (kind, None));
    }
    for status in ["404 Not Found", "429 Too Many Requests", "503 Unavailable"] {
        let error = self::answered(&answered(status), "").await;
        assert_eq!(error.retry_after().unwrap().as_secs(), 7, "{status}");
    }
}

#[tokio::test]
async fn unusable_response_has_all_attempts() {
    let answers = vec![
        Script::new("503 Service Unavailable", ""),
        Script::hang_up(),
        Script::json(r#"{"a":"b"}"#),
    ];
    let server = Server::start(answers).await;
    let clock = Arc::new(TestClock::default());
    let transport = setup::transport_to(&server.origin(), persistent(&clock));
    let request = setup::request(&transport, Method::GET);
    let error = transport.fetch::<Vec<u8>>(&request).await.unwrap_err();
    assert!(error.is_decode());
    assert_eq!((error.attempts(), error.elapsed().as_secs()), (3, 1 + 2));
    assert_eq!(error.last_status(), Some(StatusCode::OK));
}

#[tokio::test]
async fn a_text_in_the_place_of_a_code_is_not_shown() {
    for code in ["Jane Roe", "jane@contoso.example", "Stra\u{df}e", ""] {
        let body = serde_json::json!({ "error": code }).to_string();
        let error = answered("400 Bad Request", &body).await;
        assert!(
            error
                .to_string()
                .starts_with("the service answered 400 Bad Request with a body of")
        );
        assert!(format!("{error:?}").contains("code: None"), "{error:?}");
        assert_eq!(error.service_error().unwrap().code(), Some(code));
    }
    let body = r#"{"code":"Common.Not_Found-2","message":"Jane Roe"}"#;
    let error = answered("404 Not Found", body).await;
    assert_snapshot!(error, @"the service answered 404 Not Found, code Common.Not_Found-2");
}
