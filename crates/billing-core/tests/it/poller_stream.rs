//! A poller as a future and as a stream, and dropping either.

use std::sync::Arc;
use std::time::Duration;

use billing_core::{PollOptions, PollStatus, Poller};
use billing_test::{Script, Server, TestClock, sending};
use futures_util::{FutureExt, StreamExt};
use serde_json::Value;

use crate::setup;

const DONE: &str = r#"{"type":"profiles","name":"p1"}"#;
const ACCEPTED: &str = "202 Accepted\nLocation: /op\nRetry-After: 10";

async fn begin(answers: Vec<Script>) -> (Poller<Value>, Server, Arc<TestClock>) {
    let (poller, server, clock) = setup::begin(answers).await;
    (poller.unwrap(), server, clock)
}

fn script() -> Vec<Script> {
    vec![
        Script::new(ACCEPTED, ""),
        Script::new("202 Accepted\nRetry-After: 20", r#"{"percentComplete":50}"#),
        Script::json(DONE),
    ]
}

#[tokio::test]
async fn awaiting_a_poller_is_waiting_for_it() {
    let (poller, server, clock) = begin(script()).await;
    // The future owns the poller, so it can be spawned.
    let response = tokio::spawn(poller.into_future()).await.unwrap().unwrap();
    assert_eq!(response.body()["name"], "p1");
    assert_eq!(clock.seconds(), [10, 20]);
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn the_stream_gives_each_answer_and_ends_after_the_last() {
    let (mut poller, server, clock) = begin(script()).await;
    let mut states = poller.statuses();
    let PollStatus::Running {
        next_poll_in,
        percent_complete,
        ..
    } = states.next().await.unwrap().unwrap()
    else {
        panic!("it has only begun");
    };
    assert_eq!((next_poll_in.as_secs(), percent_complete), (20, Some(50.0)));
    let PollStatus::Succeeded(response) = states.next().await.unwrap().unwrap() else {
        panic!("it has ended");
    };
    assert_eq!(response.body()["name"], "p1");
    assert!(states.next().await.is_none());
    assert!(states.next().await.is_none());
    assert_eq!(clock.seconds(), [10, 20]);
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn the_stream_of_what_is_finished_has_one_item_and_asks_nothing() {
    let (mut poller, server, _clock) = begin(vec![Script::json(DONE)]).await;
    let states: Vec<_> = poller.statuses().collect().await;
    assert!(matches!(states[..], [Ok(PollStatus::Succeeded(_))]));
    assert_eq!(server.received().len(), 1);
    let states: Vec<_> = poller.statuses().collect().await;
    assert!(states[0].as_ref().unwrap_err().is_invalid_input());
    assert_eq!(states.len(), 1);
}

#[tokio::test]
async fn the_stream_ends_with_an_error_and_another_goes_on() {
    let mut answers = script();
    answers.insert(
        1,
        Script::new("503 Service Unavailable\nRetry-After: 30", ""),
    );
    let (mut poller, server, clock) = begin(answers).await;
    let first: Vec<_> = poller.statuses().collect().await;
    assert_eq!(first.len(), 1);
    let error = first[0].as_ref().unwrap_err();
    assert_eq!(error.poll_token(), poller.token());
    assert!(poller.token().is_some());
    assert_eq!(poller.statuses().count().await, 2);
    assert_eq!(clock.seconds(), [10, 30, 20]);
    assert_eq!(server.received().len(), 4);
}

#[tokio::test]
async fn the_stream_keeps_the_deadline_of_its_own() {
    let options = PollOptions::default().with_deadline(Duration::from_secs(25));
    let (poller, server, clock) = begin(script()).await;
    let mut poller = poller.with_options(options);
    let states: Vec<_> = poller.statuses().collect().await;
    assert!(matches!(states[0], Ok(PollStatus::Running { .. })));
    let error = states[1].as_ref().unwrap_err();
    assert!(error.is_still_running() && error.poll_token().is_some());
    assert_eq!(states.len(), 2);
    assert_eq!(clock.seconds(), [10]);
    // The next stream starts again.
    assert_eq!(poller.statuses().count().await, 1);
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn dropped_stream_or_wait_loses_nothing() {
    let answers = vec![
        Script::new(ACCEPTED, ""),
        Script::silence(),
        Script::silence(),
        Script::silence(),
        Script::json(DONE),
    ];
    let (mut poller, server, _clock) = begin(answers).await;
    let token = poller.token().cloned();
    let asked = |count| {
        let server = &server;
        async move {
            while server.received().len() < count {
                tokio::task::yield_now().await;
            }
        }
    };
    let mut states = poller.statuses();
    tokio::select! {
        biased;
        _ = states.next() => panic!("nobody answers"),
        () = asked(2) => {}
    }
    drop(states);
    tokio::select! {
        biased;
        _ = poller.wait() => panic!("nobody answers"),
        () = asked(3) => {}
    }
    tokio::select! {
        biased;
        _ = poller.poll_once() => panic!("nobody answers"),
        () = asked(4) => {}
    }
    assert_eq!(poller.token(), token.as_ref());
    assert_eq!(poller.wait().await.unwrap().body()["name"], "p1");
    let lines = server.lines();
    assert_eq!(
        lines
            .iter()
            .filter(|line| line.starts_with("PATCH"))
            .count(),
        1
    );
}

#[tokio::test]
async fn a_stream_whose_item_is_given_up_goes_on_where_it_was() {
    let (mut poller, server, clock) = begin(script()).await;
    let mut states = poller.statuses();
    // Polled once, then dropped: only the future of this item is lost.
    assert!(states.next().now_or_never().is_none());
    assert!(matches!(
        states.next().await,
        Some(Ok(PollStatus::Running { .. }))
    ));
    assert_eq!(clock.seconds(), [10], "it has not slept twice");
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn dropped_poller_is_resumed_from_its_token() {
    let answers = vec![
        Script::new(ACCEPTED, ""),
        Script::silence(),
        Script::json(DONE),
    ];
    let (poller, server, clock) = begin(answers).await;
    let kept = poller.token().unwrap().to_string();
    let mut owned = poller.into_future();
    let asked = async {
        while server.received().len() < 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        _ = &mut owned => panic!("nobody answers"),
        () = asked => {}
    }
    drop(owned);
    // Another process has the endpoint, its own credential, and the text.
    let transport = setup::transport_to(&server.origin(), sending(&clock));
    let resumed = Poller::<Value>::resume(transport, kept.parse().unwrap()).unwrap();
    assert_eq!(resumed.await.unwrap().body()["name"], "p1");
    assert_eq!(setup::polls(&server), ["/op", "/op"]);
}
