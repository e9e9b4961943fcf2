//! One request is sent to one origin, with its ids and its token.

use std::sync::Arc;
use std::time::Duration;

use billing_core::http::{HeaderName, Method};
use billing_core::{Clock, RetryBudget, RetryPolicy, Url};
use billing_test::{Script, Server, TestClock, once, sending};
use insta::{assert_json_snapshot, assert_snapshot};
use serde_json::{Value, json};

use crate::setup::{self, TOKEN, transport_to};

#[tokio::test]
async fn a_request_carries_token_ids_and_body() {
    let (server, transport, _clock) = setup::start(vec![Script::json("{}")]).await;
    transport
        .fetch::<Value>(&setup::request(&transport, Method::PUT))
        .await
        .unwrap();
    let received = &server.received()[0];
    assert_eq!(
        received.header("authorization"),
        Some(format!("Bearer {TOKEN}").as_str())
    );
    assert_snapshot!(received, @r#"
    PUT /accounts/a1/profiles/p1 HTTP/1.1
    accept: application/json
    authorization: Bearer [token]
    content-length: 19
    content-type: application/json
    host: [host]
    ms-correlationid: [id]
    ms-requestid: [id]
    user-agent: test/1

    {
      "poNumber": "PO-1"
    }
    "#);
}

#[tokio::test]
async fn a_proxy_leads_to_https_and_never_sees_the_token() {
    let proxy = Server::start(vec![Script::new("502 Bad Gateway", "")]).await;
    let options = once().with_proxy(proxy.origin().parse().unwrap());
    let transport = transport_to("https://service.example", options);
    let error = transport
        .fetch::<Value>(&setup::request(&transport, Method::PUT))
        .await
        .unwrap_err();
    assert!(error.is_connect(), "{error}");
    assert!(!error.may_have_taken_effect());
    let received = proxy.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].line, "CONNECT service.example:443 HTTP/1.1");
    assert!(!received[0].to_string().contains(TOKEN));
    assert_eq!(received[0].header("authorization"), None);
}

#[tokio::test]
async fn loopback_is_reached_without_the_proxy() {
    let proxy = Server::start(Vec::new()).await;
    let server = Server::start(vec![Script::json("{}")]).await;
    let options = once().with_proxy(proxy.origin().parse().unwrap());
    let transport = transport_to(&server.origin(), options);
    transport
        .fetch::<Value>(&setup::request(&transport, Method::GET))
        .await
        .unwrap();
    assert_eq!(server.lines().len(), 1);
    assert!(proxy.received().is_empty());
}

#[test]
fn a_proxys_password_is_not_in_debug() {
    let options = once().with_proxy("http://me:s3cret@proxy.example:8080".parse().unwrap());
    let shown = format!("{options:?}");
    assert!(shown.contains("http://proxy.example:8080"), "{shown}");
    assert!(
        !shown.contains("s3cret") && !shown.contains("//me"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_response_gives_body_status_ids_and_headers_by_name() {
    let head = "200 OK\nMS-RequestId: r-1\nMS-CV: xqqtn+OEVE2ridoS.0";
    let (server, transport, _clock) =
        setup::start(vec![Script::new(head, "\u{feff}{\"a\":1}")]).await;
    let response = transport
        .fetch::<Value>(&setup::request(&transport, Method::GET))
        .await
        .unwrap();
    assert_eq!(response.body(), &json!({"a": 1}));
    assert_eq!(response.status().as_u16(), 200);
    assert_eq!(response.request_id(), Some("r-1"));
    let sent = server.received()[0]
        .header("ms-correlationid")
        .unwrap()
        .to_owned();
    assert_eq!(
        response.correlation_id(),
        Some(sent.as_str()),
        "what was sent stands in"
    );
    assert_eq!(response.header("ms-cv"), Some("xqqtn+OEVE2ridoS.0"));
    assert_eq!(response.header("x-none"), None);
    assert_eq!(response.map(|body| body["a"].as_u64()).into_body(), Some(1));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Server::start(vec![Script::json("{}")]).await;
    for status in [301, 302, 303, 307, 308] {
        let head = format!("{status} Moved\nLocation: {}/stolen", elsewhere.origin());
        let (server, transport, _clock) = setup::start(vec![Script::new(&head, "")]).await;
        let request = setup::request(&transport, Method::GET);
        let error = transport.fetch::<Value>(&request).await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert_eq!(server.received().len(), 1);
    }
    assert_eq!(elsewhere.received().len(), 0);
}

#[tokio::test]
async fn a_request_for_another_origin_is_refused() {
    let elsewhere = Server::start(Vec::new()).await;
    let (server, transport, _clock) = setup::start(Vec::new()).await;
    let url = Url::parse(&elsewhere.origin()).unwrap();
    let request = transport.request(Method::GET, url);
    assert!(
        transport
            .fetch::<Value>(&request)
            .await
            .unwrap_err()
            .is_invalid_input()
    );
    assert!(transport.preview(&request).unwrap_err().is_invalid_input());
    assert_eq!(elsewhere.received().len() + server.received().len(), 0);
}

#[tokio::test]
async fn retry_after_is_read_in_seconds_and_as_a_date() {
    // The test's clock stands at 03:04:05.
    let table = [
        ("57", Some(57)),
        ("0", Some(0)),
        (" 7 ", Some(7)),
        ("Fri, 02 Jan 2026 03:05:05 GMT", Some(60)),
        ("Friday, 02-Jan-26 03:05:05 GMT", Some(60)),
        ("Thu, 01 Jan 2026 00:00:00 GMT", Some(0)),
        ("1000000000", Some(1_000_000_000)),
        ("99999999999999999999999", Some(100 * 365 * 86_400)),
        ("-1", None),
        ("1.5", None),
        ("+5", None),
        ("soon", None),
        ("", None),
    ];
    for (text, expected) in table {
        let head = format!("503 Service Unavailable\nRetry-After: {text}");
        let (_server, transport, clock) = setup::start(vec![Script::new(&head, "")]).await;
        assert_eq!(clock.elapsed().as_secs(), 0);
        let request = setup::request(&transport, Method::GET);
        let error = transport.fetch::<Value>(&request).await.unwrap_err();
        assert_eq!(
            error.retry_after().map(|wait| wait.as_secs()),
            expected,
            "{text:?}"
        );
    }
}

#[tokio::test]
async fn a_date_to_retry_after_is_read_by_the_clock_of_the_service() {
    // The test's clock stands at 03:04:05.
    let table = [
        ("Fri, 02 Jan 2026 05:04:05 GMT", 60),
        ("Thu, 01 Jan 2026 00:00:00 GMT", 29 * 3600 + 5 * 60 + 5),
        ("Sat, 03 Jan 2026 00:00:00 GMT", 0),
        ("today", 7260),
    ];
    for (date, expected) in table {
        let head = format!("503 X\nRetry-After: Fri, 02 Jan 2026 05:05:05 GMT\nDate: {date}");
        let (_server, transport, _clock) = setup::start(vec![Script::new(&head, "")]).await;
        let request = setup::request(&transport, Method::GET);
        let error = transport.fetch::<Value>(&request).await.unwrap_err();
        let wait = error.retry_after().unwrap();
        assert_eq!(wait.as_secs(), expected, "{date}");
    }
}

#[tokio::test]
async fn retry_after_in_milliseconds_is_the_finer_word() {
    let table = [
        ("Retry-After: 9\nretry-after-ms: 1500", Some(1500)),
        ("x-ms-retry-after-ms: 250\nRetry-After: 9", Some(250)),
        ("retry-after-ms: 99999999999", Some(99_999_999_999)),
        ("retry-after-ms: soon\nRetry-After: 9", Some(9000)),
        ("x-ms-retry-after-ms: -1", None),
    ];
    for (headers, expected) in table {
        let head = format!("429 Too Many Requests\n{headers}");
        let (_server, transport, _clock) = setup::start(vec![Script::new(&head, "")]).await;
        let request = setup::request(&transport, Method::GET);
        let error = transport.fetch::<Value>(&request).await.unwrap_err();
        let wait = error.retry_after().map(|wait| wait.as_millis());
        assert_eq!(wait, expected, "{headers}");
    }
}

#[tokio::test]
async fn a_preview_is_what_leaves_with_the_token_hidden() {
    let (server, transport, _clock) = setup::start(vec![Script::json("{}")]).await;
    let mut request = setup::request(&transport, Method::PUT);
    request.set_request_id("7f3d1c52-8a5e-4f6b-9a41-0c2b6a1d9e30".parse().unwrap());
    request.set_correlation_id("0b9f6c1e-2d5a-4b7c-8e1f-3a4d5c6b7e8f".parse().unwrap());
    let preview = transport.preview(&request).unwrap();
    assert_eq!(server.received().len(), 0, "a preview sends nothing");
    transport.fetch::<Value>(&request).await.unwrap();

    let received = &server.received()[0];
    for (name, value) in preview.headers() {
        let expected = if name == "authorization" {
            "Bearer canary-token-7f3d"
        } else {
            value
        };
        assert_eq!(received.header(name), Some(expected), "{name}");
    }
    assert_eq!(preview.body(), Some(received.body.as_bytes()));
    assert_eq!(received.line, "PUT /accounts/a1/profiles/p1 HTTP/1.1");
    assert_snapshot!(preview.to_string().replace(&server.origin(), "[origin]"), @r#"
    PUT [origin]/accounts/a1/profiles/p1
    accept: application/json
    authorization: Bearer ***
    content-type: application/json
    ms-correlationid: 0b9f6c1e-2d5a-4b7c-8e1f-3a4d5c6b7e8f
    ms-requestid: 7f3d1c52-8a5e-4f6b-9a41-0c2b6a1d9e30
    user-agent: test/1

    {
      "poNumber": "PO-1"
    }
    "#);
    assert_json_snapshot!(preview, {".url" => "[url]"}, @r#"
    {
      "method": "PUT",
      "url": "[url]",
      "headers": {
        "accept": "application/json",
        "authorization": "Bearer ***",
        "content-type": "application/json",
        "ms-correlationid": "0b9f6c1e-2d5a-4b7c-8e1f-3a4d5c6b7e8f",
        "ms-requestid": "7f3d1c52-8a5e-4f6b-9a41-0c2b6a1d9e30",
        "user-agent": "test/1"
      },
      "body": {
        "poNumber": "PO-1"
      }
    }
    "#);
    assert!(
        !format!("{preview:?}").contains("PO-1"),
        "the body stays out of Debug"
    );
}

#[tokio::test]
async fn a_preview_of_a_body_that_is_no_json_shows_its_text() {
    let (_server, transport, _clock) = setup::start(Vec::new()).await;
    let mut request = setup::request(&transport, Method::PUT);
    request.set_body("application/xml", "<a/>");
    let preview = transport.preview(&request).unwrap();
    assert_eq!(preview.body_json(), None);
    assert!(preview.to_string().ends_with("\n\n<a/>"));
    assert_eq!(
        serde_json::to_value(&preview).unwrap()["body"],
        json!("<a/>")
    );
}

#[tokio::test]
async fn a_header_that_cannot_be_sent_is_refused() {
    let (_server, transport, _clock) = setup::start(Vec::new()).await;
    let mut request = setup::request(&transport, Method::PUT);
    let name = HeaderName::from_static("if-match");
    let error = request.set_header(name, "a\r\nX-Evil: 1").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the header if-match cannot carry control characters"
    );
}

#[test]
fn an_https_transport_is_built_without_a_process_wide_provider() {
    let options = once();
    let transport = transport_to("https://management.azure.com", options);
    assert_eq!(
        transport.endpoint().origin(),
        "https://management.azure.com"
    );
}

#[tokio::test]
async fn operations_can_be_spawned() {
    fn check<T: Send>(_: &T) {}
    let (_server, transport, _clock) = setup::start(Vec::new()).await;
    let request = setup::request(&transport, Method::GET);
    check(&transport.fetch::<Value>(&request));
}

#[tokio::test]
async fn localhost_is_loopback() {
    let server = Server::start(vec![Script::json("{}")]).await;
    let origin = server.origin().replace("127.0.0.1", "localhost");
    let transport = transport_to(&origin, once());
    transport
        .fetch::<Value>(&setup::request(&transport, Method::GET))
        .await
        .unwrap();
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn limits_may_be_as_large_as_can_be() {
    let (head, body) = ("503 X\nRetry-After: 1", r#"{"a":1}"#);
    let server = Server::start(vec![Script::new(head, ""), Script::json(body)]).await;
    let clock = Arc::new(TestClock::default());
    let policy = RetryPolicy::default()
        .with_attempts(u32::MAX)
        .with_total_time(Duration::MAX)
        .with_backoff(Duration::MAX, Duration::MAX)
        .with_max_retry_after(Duration::MAX)
        .with_budget(RetryBudget::new(u32::MAX));
    let options = sending(&clock)
        .with_retry(policy)
        .with_timeout(Duration::MAX)
        .with_connect_timeout(Duration::MAX)
        .with_read_timeout(Duration::MAX)
        .with_max_body(usize::MAX);
    let transport = transport_to(&server.origin(), options);
    let read = setup::request(&transport, Method::GET);
    let response = transport.fetch::<Value>(&read).await.unwrap();
    assert_eq!(response.body(), &json!({"a": 1}));
    assert_eq!(clock.seconds(), [1]);
}

/// Linux lets further connections wait when a listener's queue is full.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn connect_timeout_sends_nothing() {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = tokio::task::JoinSet::new();
    for _ in 0..8 {
        queue.spawn(tokio::net::TcpStream::connect(address));
    }
    let first = queue.join_next().await.unwrap().unwrap();

    let options = once()
        .with_connect_timeout(Duration::from_millis(50))
        .with_timeout(Duration::from_secs(60));
    let transport = transport_to(&format!("http://{address}"), options);
    let write = setup::request(&transport, Method::PUT);
    let error = transport.fetch::<Value>(&write).await.unwrap_err();
    assert!(error.is_connect() && !error.may_have_taken_effect());
    drop((first, listener));
}
