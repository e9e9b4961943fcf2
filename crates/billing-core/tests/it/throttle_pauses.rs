//! How long a 429 pauses requests: by its header, the text of its body, or the policy.

use std::sync::Arc;
use std::time::Duration;

use billing_core::http::Method;
use billing_core::pipeline::Transport;
use billing_core::{RetryPolicy, ThrottleScope};
use billing_test::{Script, Server, TestClock, persistent, sending};
use serde_json::Value;

use crate::setup::{self, transport_to};

fn ok() -> Script {
    Script::json(r#"{"name":"p1"}"#)
}

fn throttled_for(retry_after: &str) -> Script {
    Script::new(
        &format!("429 Too Many Requests\nRetry-After: {retry_after}"),
        "",
    )
}

/// A transport that sends each request once.
async fn start_once(answers: Vec<Script>) -> (Server, Transport, Arc<TestClock>) {
    let server = Server::start(answers).await;
    let clock = Arc::new(TestClock::default());
    let policy = RetryPolicy::never().with_jitter(false);
    let transport = transport_to(&server.origin(), sending(&clock).with_retry(policy));
    (server, transport, clock)
}

/// The pause that a response asks for, the one in its error, and the one of other requests.
#[tokio::test]
async fn what_one_429_sets_for_others_has_a_limit() {
    const CENTURY: u64 = 100 * 365 * 24 * 60 * 60;
    // The clock stands at 2026-01-02 03:04:05.
    let table = [
        ("599", 599, 599),
        ("600", 600, 600),
        ("601", 601, 600),
        ("1000000000", 1_000_000_000, 600),
        ("99999999999999999999999", CENTURY, 600),
        ("Fri, 02 Jan 2026 03:05:05 GMT", 60, 60),
        ("Sat, 02 Jan 2027 03:04:05 GMT", 365 * 24 * 60 * 60, 600),
        ("Fri, 31 Dec 9999 23:59:59 GMT", CENTURY, 600),
        ("Thu, 01 Jan 2026 00:00:00 GMT", 0, 0),
        ("0", 0, 0),
    ];
    for (header, told, shared) in table {
        let (_server, transport, _clock) = start_once(vec![throttled_for(header)]).await;
        let request = setup::request(&transport, Method::GET);
        let error = transport.fetch::<Value>(&request).await.unwrap_err();
        if told > 0 {
            let asked = error.retry_after();
            assert_eq!(asked, Some(Duration::from_secs(told)), "{header}");
        }
        let left = transport.throttle().pause_left(&ThrottleScope::Reads);
        assert_eq!(left, Duration::from_secs(shared), "{header}");
    }
}

#[tokio::test]
async fn the_limit_of_a_shared_pause_is_an_option() {
    for (limit, expected) in [(0, 0), (30, 30), (86_400, 1000)] {
        let server = Server::start(vec![throttled_for("1000")]).await;
        let clock = Arc::new(TestClock::default());
        let options = sending(&clock).with_max_shared_pause(Duration::from_secs(limit));
        let transport = transport_to(&server.origin(), options);
        let request = setup::request(&transport, Method::GET);
        let error = transport.fetch::<Value>(&request).await.unwrap_err();
        assert_eq!(error.retry_after(), Some(Duration::from_secs(1000)));
        let left = transport.throttle().pause_left(&ThrottleScope::Reads);
        assert_eq!(left, Duration::from_secs(expected));
    }
}

#[tokio::test]
async fn a_retry_after_that_is_none_is_read_as_absent() {
    for header in ["-1", "-99999999999999999999", "1.5", "soon", "", "1e3"] {
        let (_server, transport, _clock) = start_once(vec![throttled_for(header)]).await;
        let request = setup::request(&transport, Method::GET);
        let error = transport.fetch::<Value>(&request).await.unwrap_err();
        assert_eq!(error.retry_after(), None, "{header}");
        let left = transport.throttle().pause_left(&ThrottleScope::Reads);
        assert_eq!(left, Duration::from_secs(6), "{header}");
    }
}

/// Recorded bodies, and the pause that each asks for.
#[tokio::test]
async fn a_429_without_a_header_is_read_as_its_words_say() {
    let table = [
        (
            r#"{ "statusCode": 429, "message": "Rate limit is exceeded. Try again in 57 seconds." }"#,
            Some(57),
        ),
        (
            r#"{"error":{"code":"429","message":"Too many requests. Please retry after 60 seconds."}}"#,
            Some(60),
        ),
        (
            r#"{"error":{"code":"ResourceRequestsThrottled","message":"The limit of '30' requests in '00:01:00' is exceeded. Please try again after '75' seconds."}}"#,
            Some(75),
        ),
        (
            r#"{"error":{"code":"ResourceRequestsThrottled","message":"Number of requests exceeded the limit of 100 for time interval 00:05:00."}}"#,
            Some(300),
        ),
        (
            r#"{"error":{"message":"Please try again after \u00272\u0027 minutes."}}"#,
            Some(120),
        ),
        (
            r#"{"code":1,"description":"Try again after &#39;6&#39; seconds"}"#,
            Some(6),
        ),
        (
            r#"{"error":{"code":"X","message":"Throttled.","details":[{"message":"Retry after 00:00:08."}]}}"#,
            Some(8),
        ),
        ("Rate limit is exceeded. Try again in 1 second.", Some(1)),
        ("wait 1500 ms", Some(2)),
        ("TRY AGAIN IN 99999999999999999999 SECONDS", None),
        ("There were 57 seconds. Try again.", None),
        ("Try again in a while, at 99:99:99.", None),
        ("Throttled at 00:34:56.", None),
        ("Throttled. Timestamp: 2026-11-30 00:01:00Z", None),
        (
            "Throttled (2026-11-30 00:01:00, 11/30/2026 00:01:00).",
            None,
        ),
        (
            r#"{"message":"Throttled.","time":"2026-11-30T00:01:00.5Z"}"#,
            None,
        ),
        ("Throttled. Date: Mon, 30 Nov 2026 12:34:56 GMT", None),
        ("wait, waiting, retry after, again in 5", None),
        ("", None),
    ];
    for (body, expected) in table {
        let answer = Script::new("429 Too Many Requests", body);
        let (_server, transport, _clock) = start_once(vec![answer]).await;
        let request = setup::request(&transport, Method::GET);
        let error = transport.fetch::<Value>(&request).await.unwrap_err();
        let asked = error.retry_after().map(|asked| asked.as_secs());
        assert_eq!(asked, expected, "{body}");
        let left = transport.throttle().pause_left(&ThrottleScope::Reads);
        assert_eq!(left.as_secs(), expected.unwrap_or(6), "{body}");
    }
}

#[tokio::test]
async fn a_header_wins_over_the_words_of_a_429() {
    let body = r#"{"message":"Try again in 57 seconds."}"#;
    let answer = Script::new("429 X\nRetry-After: 20", body);
    let (_server, transport, _clock) = start_once(vec![answer]).await;
    let request = setup::request(&transport, Method::GET);
    let error = transport.fetch::<Value>(&request).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(20)));
}

#[tokio::test]
async fn words_of_another_status_are_no_time_to_wait() {
    let answer = Script::new("503 X", r#"{"message":"Try again in 57 seconds."}"#);
    let (_server, transport, _clock) = start_once(vec![answer]).await;
    let request = setup::request(&transport, Method::GET);
    let error = transport.fetch::<Value>(&request).await.unwrap_err();
    assert_eq!(error.retry_after(), None);
}

#[tokio::test]
async fn a_429_without_a_time_pauses_for_several_seconds() {
    let server = Server::start((0..4).map(|_| Script::new("429 X", "")).collect()).await;
    let clock = Arc::new(TestClock::default());
    let transport = transport_to(&server.origin(), persistent(&clock));
    let get = setup::request(&transport, Method::GET);
    let error = transport.fetch::<Value>(&get).await.unwrap_err();
    assert_eq!((error.attempts(), clock.seconds()), (4, vec![6, 12, 24]));
    // Other requests pause even after the last attempt.
    let left = transport.throttle().pause_left(&ThrottleScope::Reads);
    assert_eq!(left, Duration::from_secs(48));
}

#[tokio::test]
async fn the_first_pause_of_a_throttle_follows_the_policy() {
    let seconds = Duration::from_secs;
    let table = [
        (seconds(20), seconds(30), vec![20, 30]),
        (seconds(1), seconds(2), vec![2, 2]),
    ];
    for (first, longest, expected) in table {
        let answers = vec![Script::new("429 X", ""), Script::new("429 X", ""), ok()];
        let server = Server::start(answers).await;
        let clock = Arc::new(TestClock::default());
        let policy = RetryPolicy::default()
            .with_backoff(first, longest)
            .with_jitter(false);
        let transport = transport_to(&server.origin(), sending(&clock).with_retry(policy));
        let get = setup::request(&transport, Method::GET);
        transport.fetch::<Value>(&get).await.unwrap();
        assert_eq!(clock.seconds(), expected);
    }
}

#[tokio::test]
async fn jitter_leaves_half_of_a_throttle_s_pause() {
    for _ in 0..20 {
        let server = Server::start(vec![Script::new("429 X", ""), ok()]).await;
        let clock = Arc::new(TestClock::default());
        let options = sending(&clock).with_retry(RetryPolicy::default());
        let transport = transport_to(&server.origin(), options);
        let get = setup::request(&transport, Method::GET);
        transport.fetch::<Value>(&get).await.unwrap();
        let pause: Duration = clock.sleeps().iter().sum();
        assert!(pause >= Duration::from_secs(3) && pause <= Duration::from_secs(6));
        assert_eq!(clock.sleeps().len(), 1, "the shared pause is the same one");
    }
}
