//! Which requests pause after a 429, and for how long.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use billing_core::http::Method;
use billing_core::pipeline::{Request, Transport};
use billing_core::{BoxFuture, Clock, RetryPolicy, SendOptions, ThrottleScope};
use billing_test::{Script, Server, TestClock, persistent, sending};
use insta::assert_snapshot;
use serde_json::Value;

use crate::setup::{self, transport_to};

fn ok() -> Script {
    Script::json(r#"{"name":"p1"}"#)
}

fn throttled(seconds: u64) -> Script {
    Script::new(
        &format!("429 Too Many Requests\nRetry-After: {seconds}"),
        "",
    )
}

fn customer(id: &str) -> ThrottleScope {
    ThrottleScope::Customer(id.to_owned())
}

/// How long requests wait.
const PATIENCE: Duration = Duration::from_secs(9);

async fn start(answers: Vec<Script>) -> (Server, Transport, Arc<TestClock>) {
    let server = Server::start(answers).await;
    let clock = Arc::new(TestClock::default());
    // One attempt would not wait for a pause. Every pause here is longer than this at first, so
    // that the request that meets it is not sent again.
    let policy = RetryPolicy::default().with_total_time(PATIENCE);
    let transport = transport_to(&server.origin(), sending(&clock).with_retry(policy));
    (server, transport, clock)
}

fn get(transport: &Transport, id: Option<&str>) -> Request {
    let mut request = setup::request(transport, Method::GET);
    if let Some(id) = id {
        request.set_throttle_scope(customer(id));
    }
    request
}

#[tokio::test]
async fn a_429_for_a_customer_pauses_this_customer_alone() {
    let (_server, transport, clock) = start(vec![throttled(57), ok(), ok(), ok()]).await;
    let throttle = transport.throttle();
    let of = |customer| get(&transport, customer);
    let error = transport.fetch::<Value>(&of(Some("A"))).await.unwrap_err();
    assert!(error.is_throttled());
    assert_eq!(
        throttle.pause_left(&customer("a")),
        Duration::from_secs(57),
        "in either letter case"
    );
    for free in [Some("b"), None] {
        transport.fetch::<Value>(&of(free)).await.unwrap();
    }
    assert_eq!(clock.seconds(), Vec::<u64>::new());
    clock.sleep(Duration::from_secs(57) - PATIENCE).await;
    transport.fetch::<Value>(&of(Some("a"))).await.unwrap();
    assert_eq!(clock.seconds(), [48, 9]);
    assert_eq!(throttle.pause_left(&customer("a")), Duration::ZERO);
}

#[tokio::test]
async fn many_throttled_customers_pause_no_other() {
    let mut answers: Vec<_> = (0..5).map(|_| throttled(50)).collect();
    answers.extend([ok(), ok()]);
    let (server, transport, clock) = start(answers).await;
    for number in 0..5 {
        let request = get(&transport, Some(&format!("c{number}")));
        transport.fetch::<Value>(&request).await.unwrap_err();
    }
    for free in [Some("another"), None] {
        let request = get(&transport, free);
        transport.fetch::<Value>(&request).await.unwrap();
    }
    assert_eq!((server.received().len(), clock.seconds().len()), (7, 0));
}

/// Which scopes pause after a 429 to each kind of request.
#[tokio::test]
async fn a_429_pauses_its_own_scope_and_no_other() {
    let scopes = [
        ThrottleScope::Reads,
        ThrottleScope::Writes,
        ThrottleScope::Deletes,
        ThrottleScope::Partner,
        customer("a"),
        customer("b"),
    ];
    let of_method = [
        (Method::GET, 0),
        (Method::HEAD, 0),
        (Method::PUT, 1),
        (Method::PATCH, 1),
        (Method::POST, 1),
        (Method::DELETE, 2),
    ];
    let by_method = of_method.map(|(method, scope)| (method, None, scope));
    let by_scope = [(Method::GET, 3), (Method::PUT, 4), (Method::GET, 5)]
        .map(|(method, scope)| (method, Some(scopes[scope].clone()), scope));
    for (method, chosen, expected) in by_method.into_iter().chain(by_scope) {
        let (_server, transport, _clock) = start(vec![throttled(20)]).await;
        let mut request = setup::request(&transport, method.clone());
        if let Some(scope) = chosen {
            request.set_throttle_scope(scope);
        }
        transport.fetch::<Value>(&request).await.unwrap_err();
        for (index, scope) in scopes.iter().enumerate() {
            let pause = if index == expected { 20 } else { 0 };
            let left = transport.throttle().pause_left(scope);
            assert_eq!(left, Duration::from_secs(pause), "{method}: {scope:?}");
        }
    }
}

#[tokio::test]
async fn a_shorter_pause_does_not_end_a_longer_one() {
    let server = Server::start(vec![throttled(50), throttled(5)]).await;
    let clock = Arc::new(TestClock::default());
    let transport = transport_to(&server.origin(), sending(&clock));
    for _ in 0..2 {
        transport
            .fetch::<Value>(&get(&transport, Some("a")))
            .await
            .unwrap_err();
    }
    assert_eq!(
        server.received().len(),
        2,
        "sent once, a request does not wait"
    );
    assert_eq!(
        transport.throttle().pause_left(&customer("a")),
        Duration::from_secs(50)
    );
}

#[tokio::test]
async fn a_lock_on_one_resource_is_a_conflict_and_pauses_nobody() {
    let bodies = [
        r#"{"error":{"code":"RetryableErrorDueToAnotherOperation","message":"Busy. Try again in 50 seconds."}}"#,
        r#"{"error":{"code":"429","details":[{"code":"RetryableErrorDueToAnotherOperation"}]}}"#,
    ];
    for body in bodies {
        let answers = vec![Script::new("429 X\nRetry-After: 50", body)];
        let (_server, transport, _clock) = start(answers).await;
        let request = setup::request(&transport, Method::PATCH);
        let error = transport.fetch::<Value>(&request).await.unwrap_err();
        assert!(error.is_conflict() && !error.is_throttled(), "{body}");
        assert!(!error.may_have_taken_effect(), "{body}");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(50)));
        let left = transport.throttle().pause_left(&ThrottleScope::Writes);
        assert_eq!(left, Duration::ZERO, "{body}");
    }
}

#[tokio::test]
async fn a_lock_is_waited_for_by_the_request_that_met_it() {
    let locked = Script::new(
        "429 X",
        r#"{"error":{"code":"RetryableErrorDueToAnotherOperation"}}"#,
    );
    let server = Server::start(vec![locked, ok()]).await;
    let clock = Arc::new(TestClock::default());
    let transport = transport_to(&server.origin(), persistent(&clock));
    let request = get(&transport, None);
    transport.fetch::<Value>(&request).await.unwrap();
    assert_eq!(clock.seconds(), [1]);
}

#[tokio::test]
async fn a_cleared_throttle_lets_all_pass() {
    let (server, transport, clock) = start(vec![throttled(600), throttled(600), ok(), ok()]).await;
    for scope in [Some("a"), None] {
        let request = get(&transport, scope);
        transport.fetch::<Value>(&request).await.unwrap_err();
    }
    transport.throttle().clear();
    for scope in [Some("a"), None] {
        let request = get(&transport, scope);
        transport.fetch::<Value>(&request).await.unwrap();
    }
    assert_eq!((server.received().len(), clock.seconds().len()), (4, 0));
}

/// A clock whose sleeps never end.
#[derive(Debug, Default)]
struct Asleep(TestClock);

impl Clock for Asleep {
    fn now(&self) -> SystemTime {
        self.0.now()
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'_, ()> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn clearing_the_throttle_wakes_those_who_wait() {
    let server = Server::start(vec![throttled(100), ok()]).await;
    // The request that meets the 429 has no time to wait for it; the next one has.
    let first = RetryPolicy::default().with_max_retry_after(Duration::from_secs(99));
    let clock: Arc<dyn Clock> = Arc::new(Asleep::default());
    let limit = Duration::from_secs(90);
    let options = SendOptions::default()
        .with_retry(first)
        .with_max_shared_pause(limit)
        .with_clock(clock);
    let transport = transport_to(&server.origin(), options);
    let request = get(&transport, Some("a"));
    transport.fetch::<Value>(&request).await.unwrap_err();
    let waiting = transport.fetch::<Value>(&request);
    let clears = async {
        // Polled after the request, which waits by now.
        assert_eq!(transport.throttle().pause_left(&customer("a")), limit);
        transport.throttle().clear();
    };
    let (outcome, ()) = futures_util::future::join(waiting, clears).await;
    outcome.unwrap();
}

#[tokio::test]
async fn a_pause_that_is_too_long_is_an_error_and_nothing_is_sent() {
    let (server, transport, clock) = start(vec![throttled(3600)]).await;
    let write = setup::request(&transport, Method::PUT);
    let first = transport.fetch::<Value>(&write).await.unwrap_err();
    assert_eq!(first.retry_after(), Some(Duration::from_secs(3600)));
    let error = transport.fetch::<Value>(&write).await.unwrap_err();
    assert!(error.is_throttled() && !error.may_have_taken_effect());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(600)));
    assert_eq!(error.status(), None);
    assert_snapshot!(error, @"the service wants no request for 600 s more; this one was not sent");
    assert_eq!((server.received().len(), clock.seconds()), (1, Vec::new()));
}

#[tokio::test]
async fn a_pause_that_ends_after_the_total_time_is_not_waited_for() {
    let (server, transport, clock) = start(vec![throttled(10), ok()]).await;
    let get = get(&transport, Some("a"));
    transport.fetch::<Value>(&get).await.unwrap_err();
    let error = transport.fetch::<Value>(&get).await.unwrap_err();
    assert!(error.is_throttled() && !error.may_have_taken_effect());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(10)));
    assert_eq!((server.received().len(), clock.seconds()), (1, Vec::new()));
}

/// A clock during whose first sleep another request gets a 429.
#[derive(Debug, Default)]
struct Meanwhile {
    time: TestClock,
    other: Mutex<Option<Transport>>,
}

impl Clock for Meanwhile {
    fn now(&self) -> SystemTime {
        self.time.now()
    }

    fn elapsed(&self) -> Duration {
        self.time.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        let other = self.other.lock().unwrap().take();
        Box::pin(async move {
            self.time.sleep(duration).await;
            if let Some(other) = other {
                let get = get(&other, Some("a"));
                other.fetch::<Value>(&get).await.unwrap_err();
            }
        })
    }
}

#[tokio::test]
async fn throttle_pauses_attempts_of_earlier_requests() {
    let answers = vec![Script::hang_up(), throttled(400), ok()];
    let server = Server::start(answers).await;
    let clock = Arc::new(Meanwhile::default());
    let policy = RetryPolicy::default()
        .with_backoff(Duration::from_secs(1), Duration::from_secs(1))
        .with_jitter(false);
    let options = SendOptions::default()
        .with_retry(policy)
        .with_clock(Arc::clone(&clock) as Arc<dyn Clock>);
    let transport = transport_to(&server.origin(), options);
    *clock.other.lock().unwrap() = Some(transport.clone());
    let mut write = setup::request(&transport, Method::PUT);
    write.set_throttle_scope(customer("a"));
    write.set_idempotent_by_id();
    let error = transport.fetch::<Value>(&write).await.unwrap_err();
    assert!(error.is_throttled());
    assert!(error.may_have_taken_effect(), "its first attempt may have");
    assert_snapshot!(error, @"the service wants no request for 400 s more; this one was not sent again");
    assert_eq!((error.attempts(), clock.time.seconds()), (1, vec![1]));
    let received = server.received();
    assert_eq!(received.len(), 2);
    assert_eq!(error.request_id(), received[0].header("ms-requestid"));
}

#[tokio::test]
async fn what_is_left_of_the_limits_can_be_asked() {
    let head = "200 OK\nx-ms-ratelimit-remaining-tenant-writes: 1199\n\
                X-Ms-RateLimit-Remaining-tenant-reads: 11999\n\
                x-ms-ratelimit-remaining-odd: soon";
    let answers = vec![
        Script::new(head, "{}"),
        Script::new("200 OK\nx-ms-ratelimit-remaining-tenant-writes: 7", "{}"),
    ];
    let (_server, transport, _clock) = start(answers).await;
    assert!(transport.throttle().remaining().is_empty());
    for _ in 0..2 {
        transport
            .fetch::<Value>(&get(&transport, None))
            .await
            .unwrap();
    }
    let told: Vec<_> = transport.throttle().remaining().into_iter().collect();
    assert_eq!(
        told,
        [
            ("tenant-reads".to_owned(), 11999),
            ("tenant-writes".to_owned(), 7)
        ]
    );
}

#[tokio::test]
async fn the_limits_that_are_kept_are_limited_themselves() {
    let many = |from: usize| {
        let lines = (from..from + 40)
            .map(|number| format!("\nx-ms-ratelimit-remaining-limit-{number:03}: {number}"));
        let long = format!("\nx-ms-ratelimit-remaining-{}: 1", "a".repeat(101));
        let head: String = lines.chain([long]).collect();
        Script::new(&format!("200 OK{head}"), "{}")
    };
    let (_server, transport, _clock) = start(vec![many(0), many(40)]).await;
    for _ in 0..2 {
        let response = transport.fetch::<Value>(&get(&transport, None)).await;
        assert_eq!(response.unwrap().remaining().len(), 32);
    }
    let kept = transport.throttle().remaining();
    assert_eq!(kept.len(), 32);
    assert!(kept.keys().all(|name| name.len() < 100));
}
