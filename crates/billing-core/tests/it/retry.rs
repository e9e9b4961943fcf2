//! When a request is sent again, and after which pause.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use billing_core::http::Method;
use billing_core::{Error, Response, RetryBudget, RetryPolicy};
use billing_test::{Script, Server, TestClock, persistent};
use insta::assert_snapshot;
use serde_json::Value;

use crate::setup::{self, transport_to};

fn ok() -> Script {
    Script::json(r#"{"name":"p1"}"#)
}

fn status(line: &str) -> Script {
    Script::new(line, "")
}

struct Sent {
    outcome: Result<Response<Value>, Error>,
    server: Server,
    clock: Arc<TestClock>,
}

impl Sent {
    fn requests(&self) -> usize {
        self.server.received().len()
    }

    fn ids(&self) -> Vec<String> {
        let received = self.server.received();
        let ids = received.iter().map(|one| one.header("ms-requestid"));
        ids.map(|id| id.unwrap().to_owned()).collect()
    }
}

async fn send(method: Method, answers: Vec<Script>, policy: Option<RetryPolicy>) -> Sent {
    let server = Server::start(answers).await;
    let clock = Arc::new(TestClock::default());
    let mut options = persistent(&clock).with_timeout(Duration::from_secs(60));
    if let Some(policy) = policy {
        options = options.with_retry(policy);
    }
    let transport = transport_to(&server.origin(), options);
    let request = setup::request(&transport, method);
    Sent {
        outcome: transport.fetch(&request).await,
        server,
        clock,
    }
}

/// A policy with pauses of one, two and four seconds.
fn policy() -> RetryPolicy {
    RetryPolicy::default()
        .with_backoff(Duration::from_secs(1), Duration::from_secs(60))
        .with_jitter(false)
}

#[tokio::test]
async fn read_is_retried_after_transient_failures_only() {
    let half = || Script::bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[1".to_vec());
    let chunk =
        || Script::bytes(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n{".to_vec());
    let mut cases: Vec<(String, Script)> = vec![
        ("reset".to_owned(), Script::close()),
        ("hung up".to_owned(), Script::hang_up()),
        ("silent".to_owned(), Script::hour_of_silence()),
        ("half an answer".to_owned(), half()),
        ("half a chunk".to_owned(), chunk()),
        ("another type".to_owned(), Script::json("[1")),
        ("nothing".to_owned(), status("200 OK")),
    ];
    for code in [
        301, 400, 401, 403, 404, 408, 409, 410, 412, 429, 499, 500, 501, 502, 503, 504, 505, 507,
        529,
    ] {
        cases.push((code.to_string(), status(&format!("{code} X"))));
    }
    let mut table = String::new();
    for (name, answer) in cases {
        let sent = send(Method::GET, vec![answer, ok()], None).await;
        let told = match &sent.outcome {
            Ok(_) => format!("again after {:?} s", sent.clock.seconds()),
            Err(error) => {
                assert!(!error.may_have_taken_effect());
                assert_eq!(error.attempts(), 1);
                "not again".to_owned()
            }
        };
        table.push_str(&format!("{name}: {told}\n"));
    }
    assert_snapshot!(table);
}

#[tokio::test]
async fn a_read_keeps_its_ids() {
    let sent = send(Method::GET, vec![status("503 X"), ok()], None).await;
    let ids = sent.ids();
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn a_write_is_sent_again_only_when_nothing_was_done() {
    let mut table = String::new();
    let cases = [
        ("408", status("408 X")),
        ("429", status("429 X")),
        ("499", status("499 X")),
        ("500", status("500 X")),
        ("503", status("503 X")),
        ("hung up", Script::hang_up()),
        ("silent", Script::hour_of_silence()),
    ];
    for (name, answer) in cases {
        let sent = send(Method::PATCH, vec![answer, ok()], None).await;
        let told = match &sent.outcome {
            Ok(_) => {
                let ids = sent.ids();
                assert_ne!(ids[0], ids[1], "an answer ends the request");
                "sent again with another id"
            }
            Err(error) => {
                assert!(error.may_have_taken_effect(), "{name}");
                assert_eq!(sent.requests(), 1, "{name}");
                "not again, may have taken effect"
            }
        };
        table.push_str(&format!("{name}: {told}\n"));
    }
    assert_snapshot!(table);
}

#[tokio::test]
async fn the_pauses_double_and_the_attempts_end() {
    let answers = (0..5).map(|_| status("503 X")).collect();
    let sent = send(Method::GET, answers, None).await;
    let error = sent.outcome.as_ref().unwrap_err();
    assert_eq!(sent.clock.seconds(), [1, 2, 4]);
    assert_eq!(sent.requests(), 4);
    assert_eq!(error.attempts(), 4);
    assert_eq!(error.elapsed(), Duration::from_secs(7));
    assert_eq!(error.last_status().unwrap().as_u16(), 503);
}

#[tokio::test]
async fn the_longest_pause_is_not_exceeded() {
    let answers = (0..5).map(|_| status("503 X")).collect();
    let policy = policy()
        .with_backoff(Duration::from_secs(20), Duration::from_secs(30))
        .with_attempts(5);
    let sent = send(Method::GET, answers, Some(policy)).await;
    assert_eq!(sent.clock.seconds(), [20, 30, 30, 30]);
}

#[tokio::test]
async fn jitter_takes_a_random_part_of_the_pause() {
    let answers = (0..40).map(|_| status("503 X")).collect();
    let longest = Duration::from_secs(8);
    let policy = policy()
        .with_backoff(longest, longest)
        .with_jitter(true)
        .with_attempts(40)
        .with_total_time(Duration::from_secs(3600));
    let sent = send(Method::GET, answers, Some(policy)).await;
    let pauses = sent.clock.sleeps();
    assert_eq!(pauses.len(), 39);
    assert!(pauses.iter().all(|pause| *pause <= longest));
    // 39 draws on one side of the middle happen once in 2^38 runs.
    let middle = longest / 2;
    assert!(pauses.iter().any(|pause| *pause < middle));
    assert!(pauses.iter().any(|pause| *pause > middle));
}

#[tokio::test]
async fn the_service_says_how_long_to_wait_on_any_status() {
    for code in [408, 429, 500, 503] {
        let answer = status(&format!("{code} X\nRetry-After: 57"));
        let sent = send(Method::GET, vec![answer, ok()], None).await;
        assert!(sent.outcome.is_ok(), "{code}");
        assert_eq!(sent.clock.seconds(), [57], "{code}");
    }
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_the_callers_to_decide() {
    let answer = status("503 X\nRetry-After: 301");
    let sent = send(Method::GET, vec![answer, ok()], None).await;
    let error = sent.outcome.as_ref().unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(301)));
    assert_eq!((error.attempts(), sent.requests()), (1, 1));
    assert_eq!(sent.clock.seconds(), Vec::<u64>::new());
}

#[tokio::test]
async fn no_attempt_is_begun_after_the_total_time() {
    let answers = (0..5).map(|_| status("503 X")).collect();
    let policy = policy().with_total_time(Duration::from_secs(3));
    let sent = send(Method::GET, answers, Some(policy)).await;
    assert_eq!(sent.clock.seconds(), [1, 2]);
    assert_eq!(sent.outcome.as_ref().unwrap_err().attempts(), 3);
}

#[tokio::test]
async fn never_means_once() {
    let sent = send(
        Method::GET,
        vec![status("503 X"), ok()],
        Some(RetryPolicy::never()),
    )
    .await;
    assert_eq!(sent.requests(), 1);
    let sent = send(
        Method::GET,
        vec![status("503 X"), ok()],
        Some(policy().with_attempts(0)),
    )
    .await;
    assert_eq!(sent.requests(), 1);
}

#[tokio::test]
async fn empty_budget_ends_all_retries_except_throttled_ones() {
    let budget = RetryBudget::new(1);
    let shared = || policy().with_budget(budget.clone());
    let answers = || vec![status("503 X"), status("503 X"), ok()];
    let first = send(Method::GET, answers(), Some(shared())).await;
    assert_eq!((first.requests(), budget.left()), (2, 0));
    let second = send(Method::GET, answers(), Some(shared())).await;
    assert_eq!(second.requests(), 1);
    let throttled = vec![status("429 X\nRetry-After: 1"), ok()];
    let third = send(Method::GET, throttled, Some(shared())).await;
    assert!(third.outcome.is_ok());
    // Ten successes put one retry back; the one above was the first.
    for _ in 0..9 {
        assert_eq!(budget.left(), 0);
        assert!(
            send(Method::GET, vec![ok()], Some(shared()))
                .await
                .outcome
                .is_ok()
        );
    }
    assert_eq!(budget.left(), 1);
    let unlimited = send(Method::GET, answers(), Some(shared().with_budget(None))).await;
    assert!(unlimited.outcome.is_ok());
}

#[tokio::test]
async fn the_budget_is_never_fuller_than_full() {
    let budget = RetryBudget::new(1);
    let policy = policy().with_budget(budget.clone());
    assert!(
        send(Method::GET, vec![ok()], Some(policy))
            .await
            .outcome
            .is_ok()
    );
    assert_eq!(budget.left(), 1);
}

#[tokio::test]
async fn a_listener_hears_of_each_retry_before_the_pause() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&heard);
    let policy = policy().on_retry(move |error, pause| {
        log.lock().unwrap().push(format!("{error}, {pause:?}"));
    });
    let answers = vec![status("503 X"), status("429 X\nRetry-After: 5"), ok()];
    send(Method::GET, answers, Some(policy))
        .await
        .outcome
        .unwrap();
    assert_snapshot!(heard.lock().unwrap().join("\n"), @"
    the service answered 503 Service Unavailable, 1s
    the service answered 429 Too Many Requests, 5s
    ");
}

#[tokio::test]
async fn failed_connection_is_retried_for_writes_too() {
    let clock = Arc::new(TestClock::default());
    let transport = transport_to(setup::CLOSED, persistent(&clock));
    let request = setup::request(&transport, Method::PATCH);
    let error = transport.fetch::<Value>(&request).await.unwrap_err();
    assert!(error.is_connect() && !error.may_have_taken_effect());
    assert_eq!((error.attempts(), clock.seconds()), (4, vec![1, 2, 4]));
    assert_eq!((error.status(), error.last_status()), (None, None));
}

#[tokio::test]
async fn the_last_status_is_kept_when_the_last_attempt_has_none() {
    let answers = vec![
        status("503 X"),
        Script::hang_up(),
        Script::hang_up(),
        Script::hang_up(),
    ];
    let sent = send(Method::GET, answers, None).await;
    let error = sent.outcome.unwrap_err();
    assert!(error.is_interrupted());
    assert_eq!(error.status(), None);
    assert_eq!(error.last_status().unwrap().as_u16(), 503);
}
