//! Responses take bounded work and memory.

use billing_core::http::Method;
use billing_core::pipeline::is_equivalent;
use billing_core::{Endpoint, ServiceError, Url, decode};
use billing_test::{Script, Server, once};
use serde_json::{Value, json};

use crate::setup::{self, transport_to};

/// `{"a":{"a":…}}`, as deep as a document can be read.
fn nested(depth: usize, innermost: Value) -> Value {
    (0..depth).fold(innermost, |inner, _| json!({"a": inner, "b": null}))
}

#[test]
fn deep_documents_are_compared_once_per_level() {
    // Comparing twice at each of 100 levels would never end.
    let (one, same) = (nested(100, json!(1)), nested(100, json!(1)));
    assert!(is_equivalent(&one, &same));
    assert!(!is_equivalent(&one, &nested(100, json!(2))));
    assert!(!is_equivalent(&one, &nested(99, json!(1))));
}

#[test]
fn a_member_that_one_lacks_may_be_null_or_empty_in_the_other() {
    let table = [
        (json!({"a": 1}), json!({"a": 1, "b": null}), true),
        (json!({"a": 1, "b": ""}), json!({"a": 1}), true),
        (json!({"b": []}), json!({"b": {}}), true),
        (json!({"a": 1}), json!({"a": 1, "b": 0}), false),
        (json!({"a": 1, "b": false}), json!({"a": 1}), false),
        (json!({"a": {"b": 1}}), json!({"a": null}), false),
        (json!([1, 2]), json!([2, 1]), false),
    ];
    for (one, other, expected) in table {
        assert_eq!(is_equivalent(&one, &other), expected, "{one} {other}");
        assert_eq!(is_equivalent(&other, &one), expected, "{other} {one}");
    }
}

#[tokio::test]
async fn an_error_response_is_read_up_to_256_kib() {
    let message = "a".repeat(8 * 1024 * 1024);
    let long = format!(r#"{{"code":2000,"description":"{message}"}}"#);
    let bodies = [
        long.clone(),
        "[".repeat(9 * 1024 * 1024),
        format!("<a>{}", "<b/>".repeat(2 * 1024 * 1024)),
        "x".repeat(9 * 1024 * 1024),
    ];
    for body in bodies {
        let server = Server::start(vec![Script::new("400 Bad Request", &body)]).await;
        let transport = transport_to(&server.origin(), once());
        let request = setup::request(&transport, Method::PUT);
        let error = transport.fetch::<Value>(&request).await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), 400);
        assert!(!error.may_have_taken_effect());
        let service = error.service_error().unwrap();
        assert_eq!(service.raw().len(), 16 * 1024);
        assert_eq!(service.message(), None);
    }
}

#[test]
fn an_error_has_a_hundred_findings_at_most() {
    let many: Vec<_> = (0..1000)
        .map(|number| json!({"message": number.to_string()}))
        .collect();
    let members: serde_json::Map<_, _> = (0..1000)
        .map(|number| (format!("m{number}"), json!(["is missing", "is empty"])))
        .collect();
    for body in [
        json!({"details": many}),
        json!({"data": many}),
        json!({"errors": members}),
    ] {
        let error = ServiceError::read(body.to_string().as_bytes());
        assert_eq!(error.details().len(), 100);
    }
}

#[tokio::test]
async fn an_id_of_the_service_is_no_longer_than_one_is() {
    for (length, is_kept) in [(256, true), (257, false), (8000, false)] {
        let id = "r".repeat(length);
        let head = format!("404 Not Found\nMS-RequestId: {id}\nx-ms-routing-request-id: {id}");
        let server = Server::start(vec![Script::new(&head, "")]).await;
        let transport = transport_to(&server.origin(), once());
        let request = setup::request(&transport, Method::GET);
        let error = transport.fetch::<Value>(&request).await.unwrap_err();
        let sent = server.received()[0]
            .header("ms-requestid")
            .map(str::to_owned);
        let expected = if is_kept {
            Some(id.as_str())
        } else {
            sent.as_deref()
        };
        assert_eq!(error.request_id(), expected);
        assert_eq!(error.routing_request_id().is_some(), is_kept);
    }
}

#[test]
fn a_link_longer_than_any_server_takes_is_not_followed() {
    let endpoint: Endpoint = "https://management.azure.com".parse().unwrap();
    let from: Url = "https://management.azure.com/a".parse().unwrap();
    let link = |length: usize| format!("/{}", "a".repeat(length - 1));
    assert!(endpoint.resolve(&from, &link(32 * 1024)).is_ok());
    for length in [32 * 1024 + 1, 8 * 1024 * 1024] {
        let error = endpoint.resolve(&from, &link(length)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the service sent a link of more than 32768 bytes; it was not followed"
        );
    }
}

#[test]
fn a_document_of_nothing_but_small_objects_is_not_read() {
    let list = |item: &str, size: usize| {
        let items = vec![item; size / (item.len() + 1)].join(",");
        format!("{{\"items\":[{items}]}}")
    };
    let real = r#"{"id":"4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04"}"#;
    let table = [
        ("{}", 8 * 1024 * 1024, false),
        (r#"{"a":0}"#, 1024 * 1024, false),
        ("[]", 8 * 1024 * 1024, true),
        (real, 8 * 1024 * 1024, true),
        ("{}", 200 * 1024, true),
    ];
    for (item, size, is_read) in table {
        let outcome = decode::<serde::de::IgnoredAny>(list(item, size).as_bytes());
        assert_eq!(outcome.is_ok(), is_read, "{item}");
        if let Err(error) = outcome {
            assert!(error.is_decode());
            assert_eq!(
                error.to_string(),
                "could not read the JSON: it has more objects than a document of its size can have"
            );
        }
    }
}
