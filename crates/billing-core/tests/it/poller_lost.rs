//! Operations that the service does not know yet, or no longer.

use std::sync::Arc;
use std::time::Duration;

use billing_core::http::Method;
use billing_core::{PollToken, Poller, UpdateOutcome};
use billing_test::{Script, Server, TestClock, sending};
use serde_json::Value;

use crate::setup::{self, polls};

const BEFORE: &str = r#"{"type":"profiles","name":"p1","poNumber":"PO-0"}"#;
const AFTER: &str = r#"{"type":"profiles","name":"p1","poNumber":"PO-1"}"#;
const RESOURCE: &str = "/accounts/a1/profiles/p1";

/// A poller that reads a resource back for 20 seconds.
async fn begin(link: &str, answers: Vec<Script>) -> (Poller<Value>, Server, Arc<TestClock>) {
    let head = format!("202 Accepted\n{link}: /op\nRetry-After: 10");
    let mut all = vec![Script::new(&head, "")];
    all.extend(answers);
    let server = Server::start(all).await;
    let clock = Arc::new(TestClock::default());
    let options = sending(&clock).with_read_back(Duration::from_secs(20));
    let transport = setup::transport_to(&server.origin(), options);
    let mut request = setup::request(&transport, Method::PATCH);
    request.set_before(std::sync::Arc::new(
        serde_json::from_str::<Value>(BEFORE).unwrap(),
    ));
    let poller = Poller::begin(transport, &request, "a1", |_, _| false).await;
    (poller.unwrap(), server, clock)
}

fn gone(status: u16, times: usize) -> Vec<Script> {
    let answer = || Script::new(&format!("{status} X"), r#"{"error":{"code":"NotFound"}}"#);
    std::iter::repeat_with(answer).take(times).collect()
}

#[tokio::test]
async fn operation_that_is_not_known_yet_is_polled_again() {
    for status in [404, 410] {
        let mut answers = gone(status, 3);
        answers.push(Script::json(AFTER));
        let (poller, server, clock) = begin("Location", answers).await;
        let response = poller.await.unwrap();
        assert!(response.outcome().unwrap().is_applied());
        assert_eq!(polls(&server), ["/op"; 4]);
        assert_eq!(clock.seconds(), [10, 2, 4, 8], "the pauses grow");
    }
}

#[tokio::test]
async fn a_404_with_a_pause_of_its_own_is_given_it() {
    let answers = vec![
        Script::new("404 X\nRetry-After: 60", ""),
        Script::json(AFTER),
    ];
    let (poller, _server, clock) = begin("Location", answers).await;
    poller.await.unwrap();
    assert_eq!(clock.seconds(), [10, 60]);
}

#[tokio::test]
async fn lost_operation_whose_change_is_there_succeeded() {
    for status in [404, 410] {
        for link in ["Location", "Azure-AsyncOperation"] {
            let mut answers = gone(status, 4);
            answers.extend([Script::json(BEFORE), Script::json(AFTER)]);
            let (poller, server, clock) = begin(link, answers).await;
            let response = poller.await.unwrap();
            assert_eq!(response.body()["poNumber"], "PO-1");
            assert!(response.outcome().unwrap().is_applied());
            assert_eq!(polls(&server)[4..], [RESOURCE, RESOURCE], "{link}");
            assert_eq!(clock.seconds(), [10, 2, 4, 8, 1]);
        }
    }
}

#[tokio::test]
async fn lost_operation_without_its_change_is_an_error() {
    let third = BEFORE.replace("PO-0", "po-1");
    for (stored, looks, told) in [
        (BEFORE, 6, "and the resource does not show the change"),
        (
            &third,
            1,
            "and the resource has neither the old values nor the requested ones",
        ),
    ] {
        let mut answers = gone(404, 4);
        answers.extend((0..10).map(|_| Script::json(stored)));
        let (mut poller, server, _clock) = begin("Location", answers).await;
        let error = poller.wait().await.unwrap_err();
        assert!(
            error.is_operation_lost() && error.may_have_taken_effect(),
            "{error}"
        );
        assert!(!error.is_operation_failed() && !error.is_not_found() && !error.is_still_running());
        assert!(
            error.poll_token().is_none() && poller.token().is_none(),
            "no circle"
        );
        assert_eq!(
            error.to_string(),
            format!("the service no longer knows the operation, {told}")
        );
        let outcome = error.outcome().unwrap();
        assert_eq!(
            matches!(outcome, UpdateOutcome::NotApplied { .. }),
            stored == BEFORE
        );
        assert_eq!(polls(&server).len(), 4 + looks, "{told}");
        assert!(poller.wait().await.unwrap_err().is_invalid_input());
    }
}

#[tokio::test]
async fn lost_operation_is_resumed_at_the_resource() {
    let mut answers = gone(404, 4);
    answers.extend([Script::new("503 X", ""), Script::json(AFTER)]);
    let (mut poller, server, _clock) = begin("Location", answers).await;
    let error = poller.wait().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 503);
    let token: PollToken = error.poll_token().unwrap().to_string().parse().unwrap();
    let transport = setup::transport_to(&server.origin(), sending(&Arc::default()));
    let response = Poller::<Value>::resume(transport, token)
        .unwrap()
        .await
        .unwrap();
    assert!(response.outcome().unwrap().is_applied());
    assert_eq!(polls(&server)[4..], [RESOURCE, RESOURCE]);
}

#[tokio::test]
async fn lost_operation_without_a_resource_is_an_error() {
    let mut answers = gone(404, 4);
    answers.push(Script::new("404 X", ""));
    let (mut poller, _server, _clock) = begin("Location", answers).await;
    let error = poller.wait().await.unwrap_err();
    assert!(
        error.is_operation_lost() && error.poll_token().is_none(),
        "{error}"
    );

    // A token with a hash of the whole body does not say what was requested.
    let mut answers = gone(404, 4);
    answers.push(Script::json(AFTER));
    let server = Server::start(answers).await;
    let transport = setup::transport_to(&server.origin(), sending(&Arc::default()));
    let token = setup::token(&setup::token_fields(&server.origin()));
    let error = Poller::<Value>::resume(transport, token)
        .unwrap()
        .await
        .unwrap_err();
    assert!(
        error.is_operation_lost() && error.outcome().is_none(),
        "{error}"
    );
    assert_eq!(
        error.to_string(),
        "the service no longer knows the operation, and what the update asked for is not known any more"
    );
}

#[tokio::test]
async fn only_404s_in_a_row_lose_an_operation() {
    let mut answers = gone(404, 3);
    answers.push(Script::new("202 Accepted", ""));
    answers.extend(gone(410, 3));
    answers.push(Script::json(AFTER));
    let (poller, server, _clock) = begin("Location", answers).await;
    poller.await.unwrap();
    assert_eq!(polls(&server), ["/op"; 8]);
}

#[tokio::test]
async fn resource_that_is_not_there_after_success_ends_the_wait() {
    for status in [404, 410] {
        let done = Script::json(r#"{"status":"Succeeded"}"#);
        let mut answers = vec![done];
        answers.extend(gone(status, 4));
        let (mut poller, server, clock) = begin("Azure-AsyncOperation", answers).await;
        let error = poller.wait().await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("the operation succeeded, but the resource cannot be read ({status})")
        );
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert!(error.may_have_taken_effect() && !error.is_operation_failed());
        assert!(!error.is_still_running() && !error.is_operation_lost());
        assert!(
            error.poll_token().is_none() && poller.token().is_none(),
            "no circle"
        );
        assert_eq!(polls(&server)[1..], [RESOURCE; 4]);
        assert_eq!(clock.seconds(), [10, 2, 4, 8]);
        assert!(poller.wait().await.unwrap_err().is_invalid_input());
    }
}

#[tokio::test]
async fn replica_without_the_resource_is_read_again_after_success() {
    let other = BEFORE.replace("p1", "p2");
    let mut answers = vec![Script::new("204 No Content", "")];
    answers.extend(gone(404, 2));
    answers.extend([Script::json(&other), Script::json(AFTER)]);
    let (poller, server, _clock) = begin("Location", answers).await;
    let response = poller.await.unwrap();
    assert!(response.outcome().unwrap().is_applied());
    assert_eq!(polls(&server)[1..], [RESOURCE; 4]);
}
