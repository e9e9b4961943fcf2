//! Long-running updates that succeed.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use billing_core::http::Method;
use billing_core::{BoxFuture, Clock, PollOptions, PollStatus, Poller};
use billing_test::{Script, Server, once};
use serde_json::{Value, json};

use crate::setup;

const DONE: &str = r#"{"type":"profiles","name":"p1"}"#;

fn accepted(headers: &str) -> Script {
    Script::new(&format!("202 Accepted\n{headers}"), "")
}

/// Waits for the result, and returns the requests after the write and the pauses.
async fn wait(answers: Vec<Script>) -> (Vec<String>, Vec<u64>) {
    let (server, transport, clock) = setup::start(answers).await;
    let request = setup::request(&transport, Method::PATCH);
    let mut poller = Poller::<Value>::begin(transport, &request, "a1", |_, _| false)
        .await
        .unwrap();
    assert!(poller.token().is_some());
    let response = poller.wait().await.unwrap();
    assert_eq!(response.body(), &json!({"type": "profiles", "name": "p1"}));
    assert!(poller.token().is_none());
    (polls(&server), clock.seconds())
}

/// Returns the request lines after the write, which must be the first and only one.
fn polls(server: &Server) -> Vec<String> {
    let received = server.received();
    assert_eq!(received[0].line, "PATCH /accounts/a1/profiles/p1 HTTP/1.1");
    for poll in &received[1..] {
        assert!(poll.line.starts_with("GET "), "{}", poll.line);
        assert!(poll.header("authorization").is_some());
        assert_eq!(poll.body, "");
    }
    let path = |line: &String| line.split(' ').nth(1).unwrap().to_owned();
    server.lines()[1..].iter().map(path).collect()
}

#[tokio::test]
async fn an_answer_at_once_is_a_finished_poller_without_a_token() {
    for status in ["200 OK", "201 Created"] {
        let (server, transport, clock) = setup::start(vec![Script::new(status, DONE)]).await;
        let request = setup::request(&transport, Method::PATCH);
        let mut poller = Poller::<Value>::begin(transport, &request, "a1", |_, _| false)
            .await
            .unwrap();
        assert!(poller.token().is_none());
        assert_eq!(poller.next_poll_in(), Duration::ZERO);
        let response = poller.wait().await.unwrap();
        assert_eq!(response.body()["name"], "p1");
        assert_eq!(server.received().len(), 1);
        assert_eq!(clock.seconds(), Vec::<u64>::new());
        assert!(
            poller.poll_once().await.unwrap_err().is_invalid_input(),
            "handed out before"
        );
    }
}

#[tokio::test]
async fn a_relative_location_is_joined_and_keeps_its_own_api_version() {
    let answers = vec![
        accepted(
            "Location: /billingOperations/ed29?api-version=2018-05-31-preview\nRetry-After: 60",
        ),
        Script::json(DONE),
    ];
    let (paths, slept) = wait(answers).await;
    assert_eq!(
        paths,
        ["/billingOperations/ed29?api-version=2018-05-31-preview"]
    );
    assert_eq!(slept, [60]);
}

#[tokio::test]
async fn newest_absolute_location_is_followed() {
    let answers = vec![
        accepted("Location: {origin}/op/1?api-version=2020-05-01\nRetry-After: 10"),
        accepted("Location: {origin}/op/1?api-version=2020-05-01\nRetry-After: 20"),
        accepted("Location: {origin}/op/2?api-version=2020-05-01\nRetry-After: 30"),
        accepted("Retry-After: 40"),
        accepted(""),
        Script::json(DONE),
    ];
    let (paths, slept) = wait(answers).await;
    let one = "/op/1?api-version=2020-05-01";
    let two = "/op/2?api-version=2020-05-01";
    assert_eq!(paths, [one, one, two, two, two]);
    assert_eq!(
        slept,
        [10, 20, 30, 40, 30],
        "30 seconds stand in for a missing Retry-After"
    );
}

#[tokio::test]
async fn retry_after_may_be_a_date_by_the_injected_clock() {
    let answers = vec![
        accepted("Location: /op\nRetry-After: Fri, 02 Jan 2026 03:04:50 GMT"),
        accepted("Location: /op\nRetry-After: Fri, 02 Jan 2026 03:05:00 GMT"),
        Script::json(DONE),
    ];
    assert_eq!(wait(answers).await.1, [45, 10]);
}

#[tokio::test]
async fn the_pause_is_kept_within_its_limits() {
    let answers = vec![
        accepted("Location: /op\nRetry-After: 0"),
        accepted("Retry-After: 99999999999999999999"),
        accepted("Retry-After: -5"),
        Script::json(DONE),
    ];
    assert_eq!(wait(answers).await.1, [1, 600, 30]);
}

#[tokio::test]
async fn an_end_without_the_resource_reads_the_resource() {
    for end in ["204 No Content", "200 OK"] {
        let answers = vec![
            accepted("Location: /op/1\nRetry-After: 10"),
            Script::new(end, ""),
            Script::json(DONE),
        ];
        let (paths, slept) = wait(answers).await;
        assert_eq!(paths, ["/op/1", "/accounts/a1/profiles/p1"], "{end}");
        assert_eq!(slept, [10]);
        let (paths, _) = wait(vec![Script::new(end, ""), Script::json(DONE)]).await;
        assert_eq!(paths, ["/accounts/a1/profiles/p1"], "{end}");
    }
}

#[tokio::test]
async fn a_poller_can_be_stepped() {
    let answers = vec![
        accepted("Location: /op\nRetry-After: 5"),
        accepted("Retry-After: 7"),
        Script::json(DONE),
    ];
    let (_server, transport, clock) = setup::start(answers).await;
    let request = setup::request(&transport, Method::PATCH);
    let mut poller = Poller::<Value>::begin(transport, &request, "a1", |_, _| false)
        .await
        .unwrap();
    assert_eq!(poller.next_poll_in().as_secs(), 5);
    let PollStatus::Running { next_poll_in, .. } = poller.poll_once().await.unwrap() else {
        panic!("it has only begun");
    };
    assert_eq!(next_poll_in.as_secs(), 7);
    let PollStatus::Succeeded(response) = poller.poll_once().await.unwrap() else {
        panic!("it has ended");
    };
    assert_eq!(response.body()["name"], "p1");
    assert_eq!(clock.seconds(), Vec::<u64>::new(), "stepping never sleeps");
}

#[tokio::test]
async fn resumed_poller_polls_at_once_and_never_writes() {
    let answers = vec![
        accepted("Location: /op?sig=1\nRetry-After: 60"),
        accepted("Location: /op?sig=2\nRetry-After: 60"),
        Script::json(DONE),
    ];
    let (server, transport, clock) = setup::start(answers).await;
    let request = setup::request(&transport, Method::PATCH);
    let first = Poller::<Value>::begin(transport.clone(), &request, "a1", |_, _| false)
        .await
        .unwrap();
    let text = first.token().unwrap().to_string();
    drop(first);

    let mut second = Poller::<Value>::resume(transport, text.parse().unwrap()).unwrap();
    assert_eq!(second.token().unwrap().to_string(), text);
    assert_eq!(second.wait().await.unwrap().body()["name"], "p1");
    assert_eq!(polls(&server), ["/op?sig=1", "/op?sig=2"]);
    assert_eq!(clock.seconds(), [60]);
}

#[tokio::test]
async fn the_pace_can_be_chosen() {
    let answers = vec![
        accepted("Location: /op\nRetry-After: 0"),
        accepted(""),
        Script::json(DONE),
    ];
    let (_server, transport, clock) = setup::start(answers).await;
    let request = setup::request(&transport, Method::PATCH);
    let options = PollOptions::default()
        .with_min_interval(Duration::ZERO)
        .with_default_interval(Duration::from_secs(3));
    let mut poller = Poller::<Value>::begin(transport, &request, "a1", |_, _| false)
        .await
        .unwrap()
        .with_options(options);
    poller.wait().await.unwrap();
    assert_eq!(clock.seconds(), [3]);
}

#[tokio::test]
async fn a_wait_that_is_dropped_loses_nothing() {
    /// A clock that stands still and whose sleeps never end.
    #[derive(Debug)]
    struct Still;

    impl Clock for Still {
        fn now(&self) -> SystemTime {
            SystemTime::UNIX_EPOCH
        }

        fn elapsed(&self) -> Duration {
            Duration::ZERO
        }

        fn sleep(&self, _: Duration) -> BoxFuture<'_, ()> {
            Box::pin(std::future::pending())
        }
    }

    let server = Server::start(vec![
        accepted("Location: /op\nRetry-After: 5"),
        Script::json(DONE),
    ])
    .await;
    let options = once().with_clock(Arc::new(Still));
    let transport = setup::transport_to(&server.origin(), options);
    let request = setup::request(&transport, Method::PATCH);
    let mut poller = Poller::<Value>::begin(transport, &request, "a1", |_, _| false)
        .await
        .unwrap();
    tokio::select! {
        biased;
        _ = poller.wait() => panic!("the sleep never ends"),
        () = std::future::ready(()) => {}
    }
    assert!(poller.token().is_some());
    assert_eq!(poller.next_poll_in().as_secs(), 5);
    assert!(matches!(
        poller.poll_once().await.unwrap(),
        PollStatus::Succeeded(_)
    ));
    assert_eq!(polls(&server), ["/op"]);
}

#[tokio::test]
async fn response_that_names_an_operation_is_polled() {
    let operation = "200 OK\nAzure-AsyncOperation: /operations/1";
    for head in [operation, "202 Accepted\nLocation: /operations/1"] {
        let (_server, transport, _clock) = setup::start(vec![Script::new(head, DONE)]).await;
        let request = setup::request(&transport, Method::PATCH);
        let poller = Poller::<Value>::begin(transport, &request, "a1", |_, _| true).await;
        assert!(poller.unwrap().token().is_some(), "{head}");
    }
    let (_server, transport, _clock) = setup::start(vec![Script::new("200 OK", DONE)]).await;
    let request = setup::request(&transport, Method::PATCH);
    let poller = Poller::<Value>::begin(transport, &request, "a1", |_, _| true).await;
    assert!(poller.unwrap().token().is_none());
}
