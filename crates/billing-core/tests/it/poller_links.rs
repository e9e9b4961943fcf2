//! The link of an accepted write is found whatever else is in the response.

use billing_core::Poller;
use billing_core::http::Method;
use billing_test::{Script, Server};
use serde_json::Value;

use crate::setup::{self, begin, polls};

const DONE: &str = r#"{"type":"profiles","name":"p1"}"#;

fn raw(head: &[u8], body: &[u8]) -> Script {
    let mut bytes = b"HTTP/1.1 202 Accepted\r\n".to_vec();
    bytes.extend_from_slice(head);
    bytes.extend_from_slice(b"\r\n\r\n");
    bytes.extend_from_slice(body);
    Script::bytes(bytes)
}

/// Where the first poll goes.
async fn polled(answer: Script) -> String {
    let (poller, server, _clock) = begin(vec![answer, Script::json(DONE)]).await;
    poller.unwrap().await.unwrap();
    polls(&server).remove(0)
}

#[tokio::test]
async fn location_beside_oddities_is_followed() {
    let cases: [(&[u8], &[u8]); 14] = [
        (b"Location: /op", b"no length, no JSON"),
        (b"Location: /op\r\nContent-Length: 100", b"cut short"),
        (b"Location: /op\r\nTransfer-Encoding: chunked", b"zz\r\n"),
        (
            b"Location: /op\r\nContent-Type: \xff\xfe\r\nContent-Length: 2",
            b"{}",
        ),
        (
            b"Location: /op\r\nContent-Length: 0\r\nRetry-After: soon",
            b"",
        ),
        (
            b"Location: /op\r\nContent-Length: 0\r\nRetry-After: -5",
            b"",
        ),
        (
            b"Location: /op\r\nContent-Length: 0\r\nRetry-After: 1\r\nRetry-After: 2",
            b"",
        ),
        (
            b"Location: /op\r\nContent-Length: 0\r\nRetry-After: \xe9",
            b"",
        ),
        // Several links: the same, another, and some that cannot be followed.
        (b"Location: /op\r\nLocation: /op\r\nContent-Length: 0", b""),
        (
            b"Location: /op\r\nLocation: /other\r\nContent-Length: 0",
            b"",
        ),
        (
            b"Location: http://127.0.0.1:9/x\r\nLocation: /op\r\nContent-Length: 0",
            b"",
        ),
        (
            b"Location: /accounts/a1/profiles/p1\r\nLocation: /op\r\nContent-Length: 0",
            b"",
        ),
        (b"Location: \r\nLocation: /op\r\nContent-Length: 0", b""),
        (
            b"Location: http://[\r\nLocation: /op\r\nContent-Length: 0",
            b"",
        ),
    ];
    for (head, body) in cases {
        let path = polled(raw(head, body)).await;
        assert_eq!(path, "/op", "{}", String::from_utf8_lossy(head));
    }
}

#[tokio::test]
async fn location_beyond_ascii_is_encoded_and_followed() {
    for (link, path) in [
        (&b"/caf\xe9"[..], "/caf%E9"),
        ("/caf\u{e9}".as_bytes(), "/caf%C3%A9"),
        (b"/op?sig=\xff", "/op?sig=%FF"),
    ] {
        let head = [b"Content-Length: 0\r\nLocation: ", link].concat();
        assert_eq!(polled(raw(&head, b"")).await, path);
    }
}

#[tokio::test]
async fn one_good_link_of_two_kinds_is_enough() {
    for bad in [
        "http://127.0.0.1:9/x",
        "http://[",
        "/accounts/a1/profiles/p1",
        "ftp://x/y",
        "",
    ] {
        for status in ["202 Accepted", "200 OK"] {
            let head = format!("{status}\nAzure-AsyncOperation: {bad}\nLocation: /op");
            assert_eq!(polled(Script::new(&head, DONE)).await, "/op", "{bad}");
        }
        let head = format!("202 Accepted\nLocation: {bad}\nAzure-AsyncOperation: /status");
        let answers = vec![
            Script::new(&head, ""),
            Script::json(r#"{"status":"Succeeded"}"#),
            Script::json(DONE),
        ];
        let (poller, server, _clock) = begin(answers).await;
        poller.unwrap().await.unwrap();
        assert_eq!(polls(&server)[0], "/status", "{bad}");
    }
    // A resource that is still being changed can be polled itself.
    let not_yet = r#"{"name":"p1","properties":{"provisioningState":"Updating"}}"#;
    let head = "201 Created\nLocation: http://127.0.0.1:9/x";
    let path = polled(Script::new(head, not_yet)).await;
    assert_eq!(path, "/accounts/a1/profiles/p1");
}

#[tokio::test]
async fn operation_link_of_a_broken_answer_is_followed() {
    let head =
        "HTTP/1.1 200 OK\r\nAzure-AsyncOperation: /status\r\nContent-Length: 100\r\n\r\n{\"id\"";
    let answers = vec![
        Script::bytes(head),
        Script::json(r#"{"status":"Succeeded"}"#),
        Script::json(DONE),
    ];
    let (poller, server, _clock) = begin(answers).await;
    poller.unwrap().await.unwrap();
    assert_eq!(polls(&server)[0], "/status");
}

#[tokio::test]
async fn accepted_write_without_a_usable_link_is_read_back() {
    let before = r#"{"name":"p1","poNumber":"PO-0"}"#;
    let after = r#"{"name":"p1","poNumber":"PO-1"}"#;
    for links in [
        "",
        "\nLocation: http://127.0.0.1:9/op",
        "\nLocation: /accounts/a1//profiles/p1",
    ] {
        let head = format!("202 Accepted{links}");
        let answers = vec![
            Script::new(&head, ""),
            Script::json(before),
            Script::json(after),
        ];
        let server = Server::start(answers).await;
        let clock = std::sync::Arc::default();
        let transport = setup::transport_to(&server.origin(), billing_test::persistent(&clock));
        let request = setup::request(&transport, Method::PATCH);
        let poller = Poller::<Value>::begin(transport, &request, "a1", |_, _| false).await;
        let response = poller.unwrap().await.unwrap();
        assert_eq!(response.body()["poNumber"], "PO-1", "{links}");
        assert!(response.outcome().unwrap().is_applied());
        assert_eq!(polls(&server).len(), 2, "{links}");
        assert_eq!(clock.seconds(), [1, 2]);
    }
}
