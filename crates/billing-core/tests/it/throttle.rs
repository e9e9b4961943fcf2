//! A 429 pauses whom it is about, and not only the request that met it.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use billing_core::http::Method;
use billing_core::wire::{Request, Transport};
use billing_core::{BoxFuture, Clock, RetryPolicy, SendOptions};
use insta::assert_snapshot;
use serde_json::Value;

use crate::loopback::{Answer, Server, TestClock, persistent, sending};
use crate::setup::{self, transport_to};

fn ok() -> Answer {
    Answer::json(r#"{"name":"p1"}"#)
}

fn throttled(seconds: u64) -> Answer {
    Answer::new(
        &format!("429 Too Many Requests\nRetry-After: {seconds}"),
        "",
    )
}

/// How long requests wait.
const PATIENCE: Duration = Duration::from_secs(9);

async fn start(answers: Vec<Answer>) -> (Server, Transport, Arc<TestClock>) {
    let server = Server::start(answers).await;
    let clock = Arc::new(TestClock::default());
    // One attempt would not wait for a pause. Every pause here is longer than this at first, so that the
    // request that meets it is not sent again.
    let policy = RetryPolicy::default().with_total_time(PATIENCE);
    let transport = transport_to(&server.origin(), sending(&clock).with_retry(policy));
    (server, transport, clock)
}

fn get(transport: &Transport, customer: Option<&str>) -> Request {
    let mut request = setup::request(transport, Method::GET);
    if let Some(customer) = customer {
        request.set_customer(customer);
    }
    request
}

#[tokio::test]
async fn a_customers_requests_pause_and_those_of_others_go_on() {
    let (_server, transport, clock) = start(vec![throttled(57), ok(), ok(), ok()]).await;
    let throttle = transport.clone();
    let throttle = throttle.throttle();
    let of = |customer| get(&transport, customer);
    let error = transport.fetch::<Value>(&of(Some("A"))).await.unwrap_err();
    assert!(error.is_throttled());
    assert_eq!(
        throttle.pause_left(Some("a")),
        Duration::from_secs(57),
        "in any case"
    );
    for free in [Some("b"), None] {
        assert_eq!(throttle.pause_left(free), Duration::ZERO);
        transport.fetch::<Value>(&of(free)).await.unwrap();
    }
    assert_eq!(clock.seconds(), Vec::<u64>::new());
    clock.sleep(Duration::from_secs(57) - PATIENCE).await;
    transport.fetch::<Value>(&of(Some("a"))).await.unwrap();
    assert_eq!(clock.seconds(), [48, 9]);
    assert_eq!(throttle.pause_left(Some("a")), Duration::ZERO);
}

#[tokio::test]
async fn two_customers_who_pause_at_once_mean_that_the_partner_does() {
    let (_server, transport, clock) = start(vec![throttled(10), throttled(30), ok()]).await;
    for customer in ["a", "b"] {
        let request = get(&transport, Some(customer));
        transport.fetch::<Value>(&request).await.unwrap_err();
    }
    let throttle = transport.throttle();
    for everybody in [Some("a"), Some("b"), Some("c"), None] {
        assert_eq!(throttle.pause_left(everybody), Duration::from_secs(30));
    }
    clock.sleep(Duration::from_secs(30) - PATIENCE).await;
    transport
        .fetch::<Value>(&get(&transport, None))
        .await
        .unwrap();
    assert_eq!(clock.seconds(), [21, 9]);
}

#[tokio::test]
async fn one_after_the_other_is_no_sign_of_the_partner() {
    let (_server, transport, clock) = start(vec![throttled(10), throttled(30)]).await;
    transport
        .fetch::<Value>(&get(&transport, Some("a")))
        .await
        .unwrap_err();
    clock.sleep(Duration::from_secs(10)).await;
    transport
        .fetch::<Value>(&get(&transport, Some("b")))
        .await
        .unwrap_err();
    assert_eq!(transport.throttle().pause_left(Some("a")), Duration::ZERO);
    assert_eq!(transport.throttle().pause_left(None), Duration::ZERO);
}

#[tokio::test]
async fn without_a_customer_all_pause() {
    let (_server, transport, _clock) = start(vec![throttled(10)]).await;
    transport
        .fetch::<Value>(&get(&transport, None))
        .await
        .unwrap_err();
    assert_eq!(
        transport.throttle().pause_left(Some("a")),
        Duration::from_secs(10)
    );
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
        transport.throttle().pause_left(Some("a")),
        Duration::from_secs(50)
    );
}

#[tokio::test]
async fn a_pause_that_is_too_long_is_an_error_and_nothing_is_sent() {
    let (server, transport, clock) = start(vec![throttled(3600)]).await;
    transport
        .fetch::<Value>(&get(&transport, None))
        .await
        .unwrap_err();
    let write = setup::request(&transport, Method::PUT);
    let error = transport.fetch::<Value>(&write).await.unwrap_err();
    assert!(error.is_throttled() && !error.may_have_taken_effect());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(error.status(), None);
    assert_snapshot!(error, @"the service wants no request for 3600 s more; this one was not sent");
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

/// While somebody sleeps for the first time, another request meets a 429.
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
async fn a_429_pauses_the_attempts_of_requests_that_were_sent_before_it() {
    let answers = vec![Answer::HangUp, throttled(400), ok()];
    let server = Server::start(answers).await;
    let clock = Arc::new(Meanwhile::default());
    let policy = RetryPolicy::default()
        .with_pauses(Duration::from_secs(1), Duration::from_secs(1))
        .with_jitter(false);
    let options = SendOptions::default()
        .with_retry(policy)
        .with_clock(Arc::clone(&clock) as Arc<dyn Clock>);
    let transport = transport_to(&server.origin(), options);
    *clock.other.lock().unwrap() = Some(transport.clone());
    let mut write = setup::request(&transport, Method::PUT);
    write.set_customer("a");
    write.set_recognised_by_id();
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
async fn a_429_without_a_time_pauses_by_the_policy() {
    let server = Server::start(vec![Answer::new("429 X", ""), ok()]).await;
    let clock = Arc::new(TestClock::default());
    let transport = transport_to(&server.origin(), persistent(&clock));
    transport
        .fetch::<Value>(&get(&transport, Some("a")))
        .await
        .unwrap();
    assert_eq!(clock.seconds(), [1]);
}

#[tokio::test]
async fn a_429_pauses_others_although_it_is_the_last_attempt_that_met_it() {
    let server = Server::start((0..4).map(|_| Answer::new("429 X", "")).collect()).await;
    let clock = Arc::new(TestClock::default());
    let transport = transport_to(&server.origin(), persistent(&clock));
    let get = get(&transport, Some("a"));
    let error = transport.fetch::<Value>(&get).await.unwrap_err();
    assert_eq!((error.attempts(), clock.seconds()), (4, vec![1, 2, 4]));
    let left = transport.throttle().pause_left(Some("a"));
    assert_eq!(left, Duration::from_secs(8));
}

#[tokio::test]
async fn what_is_left_of_the_limits_can_be_asked() {
    let head = "200 OK\nx-ms-ratelimit-remaining-tenant-writes: 1199\n\
                X-Ms-RateLimit-Remaining-tenant-reads: 11999\n\
                x-ms-ratelimit-remaining-odd: soon";
    let answers = vec![
        Answer::new(head, "{}"),
        Answer::new("200 OK\nx-ms-ratelimit-remaining-tenant-writes: 7", "{}"),
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
