//! The outcome of an update is read from the resource, not from the form of a response.

use std::sync::Arc;
use std::time::Duration;

use billing_core::http::Method;
use billing_core::{Error, PollOptions, Poller, Response, StoredValue, UpdateOutcome};
use billing_test::{Script, Server, TestClock, sending};
use serde_json::Value;

use crate::setup;

const BEFORE: &str = r#"{"type":"profiles","name":"p1","poNumber":"PO-0"}"#;
const AFTER: &str = r#"{"type":"profiles","name":"p1","poNumber":"PO-1"}"#;
const ACCEPTED: &str = "202 Accepted\nLocation: /op\nRetry-After: 10";

async fn update(
    answers: Vec<Script>,
    is_settled: fn(&Value, &billing_core::Url) -> bool,
) -> (Result<Response<Value>, Error>, Server, Arc<TestClock>) {
    let server = Server::start(answers).await;
    let clock = Arc::new(TestClock::default());
    let options = sending(&clock).with_read_back(Duration::from_secs(20));
    let transport = setup::transport_to(&server.origin(), options);
    let mut request = setup::request(&transport, Method::PATCH);
    request.set_before(std::sync::Arc::new(
        serde_json::from_str::<Value>(BEFORE).unwrap(),
    ));
    let poller = Poller::begin(transport, &request, "a1", is_settled).await;
    let outcome = match poller {
        Ok(poller) => poller.await,
        Err(error) => Err(error),
    };
    (outcome, server, clock)
}

#[tokio::test]
async fn success_with_the_old_resource_is_reported_as_not_applied() {
    for is_settled in [
        (|_, _| true) as fn(&Value, &billing_core::Url) -> bool,
        |_, _| false,
    ] {
        for first in [None, Some(ACCEPTED)] {
            for (body, stored) in [(BEFORE, Some(StoredValue::Unchanged)), (AFTER, None)] {
                let mut answers: Vec<_> = first
                    .map(|head| Script::new(head, ""))
                    .into_iter()
                    .collect();
                answers.push(Script::json(body));
                let (response, _server, _clock) = update(answers, is_settled).await;
                let outcome = response.unwrap().outcome().unwrap();
                let told = outcome
                    .unapplied()
                    .first()
                    .map(billing_core::UnappliedMember::stored);
                assert_eq!(told, stored, "{body}");
                assert_eq!(
                    matches!(outcome, UpdateOutcome::NotApplied { .. }),
                    stored.is_some()
                );
            }
        }
    }
}

#[tokio::test]
async fn read_back_after_success_waits_for_a_replica() {
    let report = || Script::json(r#"{"status":"Succeeded"}"#);
    let answers = vec![
        Script::new("202 Accepted\nAzure-AsyncOperation: /op", ""),
        report(),
        Script::json(BEFORE),
        Script::json(BEFORE),
        Script::json(AFTER),
    ];
    let (response, server, clock) = update(answers, |_, _| false).await;
    assert!(response.unwrap().outcome().unwrap().is_applied());
    assert_eq!(server.received().len(), 5);
    assert_eq!(clock.seconds(), [30, 1, 2]);
    // The reads end, and a third value ends them at once.
    let third = BEFORE.replace("PO-0", "po-1");
    for (body, requests, stored) in [
        (BEFORE, 8, StoredValue::Unchanged),
        (&third, 3, StoredValue::OtherForm),
    ] {
        let mut answers = vec![Script::new(ACCEPTED, ""), Script::new("204 No Content", "")];
        answers.extend((0..10).map(|_| Script::json(body)));
        let (response, server, _clock) = update(answers, |_, _| false).await;
        let outcome = response.unwrap().outcome().unwrap();
        assert_eq!(outcome.unapplied()[0].stored(), stored);
        assert_eq!(server.received().len(), requests, "{body}");
    }
}

#[tokio::test]
async fn answers_about_another_resource_are_no_success() {
    for other in [
        r#"{"type":"profiles","name":"p2","poNumber":"PO-1"}"#,
        r#"{"id":"/accounts/a2/profiles/p1","name":"p1","poNumber":"PO-1"}"#,
        r#"{"id":"/accounts/a1/profiles/p1","name":"p2","poNumber":"PO-1"}"#,
        r#"{"name":"p2","properties":{"provisioningState":"Failed"}}"#,
        r#"{"name":"p2","properties":{"provisioningState":"Updating"}}"#,
    ] {
        let not_found = || (0..10).map(|_| Script::json(other));
        let finished = "202 Accepted\nAzure-AsyncOperation: /op";
        let report = r#"{"status":"Succeeded"}"#;
        let scripts = [
            vec![],
            vec![Script::new(ACCEPTED, "")],
            vec![Script::new(ACCEPTED, ""), Script::new("204 No Content", "")],
            vec![Script::new(finished, ""), Script::json(report)],
        ];
        for (index, mut script) in scripts.into_iter().enumerate() {
            script.extend(not_found());
            let (outcome, server, _clock) = update(script, |_, _| false).await;
            let error = outcome.unwrap_err();
            assert!(error.is_other_resource(), "{index}: {error}");
            assert!(error.may_have_taken_effect() && !error.is_operation_failed());
            assert!(error.document().is_none(), "a write keeps none");
            assert!(error.poll_token().is_none(), "{index}: no circle");
            // The write was sent once; the result is read four times.
            if index > 0 {
                let polls = setup::polls(&server);
                let looks = polls
                    .iter()
                    .rev()
                    .take_while(|path| *path == polls.last().unwrap());
                assert_eq!(looks.count(), 4, "{index}");
            }
        }
    }
}

#[tokio::test]
async fn ids_are_compared_as_resource_manager_does() {
    for id in [
        "/accounts/a1/profiles/p1",
        "/Accounts/A1/Profiles/P1/",
        "accounts//a%31/profiles/p1",
    ] {
        let body = format!(r#"{{"id":"{id}","name":"P1","poNumber":"PO-1"}}"#);
        let (outcome, _server, _clock) = update(vec![Script::json(&body)], |_, _| false).await;
        assert!(outcome.unwrap().outcome().unwrap().is_applied(), "{id}");
    }
}

#[tokio::test]
async fn outcome_is_known_after_resuming_from_a_token() {
    for (body, is_applied) in [(BEFORE, false), (AFTER, true)] {
        let (poller, server, clock) = setup::begin(vec![
            Script::new(ACCEPTED, ""),
            Script::json(body),
            Script::json(body),
        ])
        .await;
        let token = poller
            .unwrap()
            .token()
            .unwrap()
            .to_string()
            .parse()
            .unwrap();
        let transport = setup::transport_to(&server.origin(), sending(&clock));
        let response = Poller::<Value>::resume(transport.clone(), token)
            .unwrap()
            .await
            .unwrap();
        assert_eq!(response.outcome().unwrap().is_applied(), is_applied);
        // A hash of the whole body cannot be compared with the resource.
        let token = setup::token(&setup::token_fields(&server.origin()));
        let response = Poller::<Value>::resume(transport, token)
            .unwrap()
            .await
            .unwrap();
        assert_eq!(response.outcome(), None);
    }
}

#[tokio::test]
async fn response_to_a_read_has_no_outcome() {
    let (_server, transport, _clock) = setup::start(vec![Script::json(AFTER)]).await;
    let request = setup::request(&transport, Method::GET);
    let response = transport.fetch::<Value>(&request).await.unwrap();
    assert_eq!(response.outcome(), None);
}

#[tokio::test]
async fn deadline_after_success_says_what_the_resource_shows() {
    let accepted = "202 Accepted\nLocation: /op";
    let missing = || (0..4).map(|_| Script::new("404 X", "")).collect();
    // How the operation ends, the deadline, how often the resource is read by then, and the
    // message.
    let table: [(Vec<Script>, u64, usize, &str); 3] = [
        (
            vec![Script::new("204 No Content", "")],
            60,
            5,
            "the operation succeeded, but the resource does not show the change after 45 s, and the \
             next read is due in 16 s",
        ),
        (
            missing(),
            74,
            5,
            "the service no longer knows the operation, and the resource does not show the change \
             after 59 s, and the next read is due in 16 s",
        ),
        (
            vec![Script::new(accepted, "")],
            50,
            0,
            "the operation is still running after 30 s, and the next poll is due in 30 s",
        ),
    ];
    for (script, deadline, looks, told) in table {
        let mut answers = vec![Script::new(accepted, "")];
        answers.extend(script);
        let polls = answers.len();
        answers.extend((0..looks).map(|_| Script::json(BEFORE)));
        answers.push(Script::json(AFTER));
        let server = Server::start(answers).await;
        let clock = Arc::new(TestClock::default());
        let options = sending(&clock).with_read_back(Duration::from_secs(120));
        let transport = setup::transport_to(&server.origin(), options);
        let mut request = setup::request(&transport, Method::PATCH);
        request.set_before(std::sync::Arc::new(
            serde_json::from_str::<Value>(BEFORE).unwrap(),
        ));
        let poller = Poller::<Value>::begin(transport, &request, "a1", |_, _| false).await;
        let deadline = PollOptions::default().with_deadline(Duration::from_secs(deadline));
        let mut poller = poller.unwrap().with_options(deadline);
        let error = poller.wait().await.unwrap_err();
        assert_eq!(error.to_string(), told);
        assert!(error.is_still_running() && error.may_have_taken_effect());
        assert_eq!(server.received().len(), polls + looks, "{told}");
        let shown = error
            .outcome()
            .map(|outcome| outcome.unapplied()[0].stored());
        assert_eq!(
            shown,
            (looks > 0).then_some(StoredValue::Unchanged),
            "{told}"
        );
        // The token resumes the operation, and the same poller continues.
        assert_eq!(error.poll_token(), poller.token());
        let mut poller = poller.with_options(PollOptions::default());
        assert!(poller.wait().await.unwrap().outcome().unwrap().is_applied());
    }
}

#[tokio::test]
async fn deadline_before_the_first_read_says_so() {
    let (poller, _server, _clock) = setup::begin(vec![
        Script::new("202 Accepted\nLocation: /op\nRetry-After: 0", ""),
        Script::new("204 No Content", ""),
        Script::hour_of_silence(),
    ])
    .await;
    let options = PollOptions::default()
        .with_min_interval(Duration::ZERO)
        .with_deadline(Duration::from_secs(60));
    let error = poller.unwrap().with_options(options).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the operation succeeded, but the resource is not read yet after 0 s"
    );
    assert!(error.is_still_running() && error.outcome().is_none());
}
