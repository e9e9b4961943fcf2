//! Long-running updates that fail or do not end.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use billing_core::http::Method;
use billing_core::{BoxFuture, Clock, Error, PollOptions, Poller, RetryPolicy, SendOptions};
use billing_test::{Script, Server, Step, TestClock, chain, persistent};
use insta::assert_snapshot;
use serde_json::Value;
use tokio::time::Instant;

use crate::setup::{self, begin};

const ACCEPTED: &str = "202 Accepted\nLocation: /op\nRetry-After: 10";

#[tokio::test]
async fn a_deadline_gives_up_with_the_token_and_never_asks_early() {
    let answers = vec![
        Script::new(ACCEPTED, ""),
        Script::new(ACCEPTED, ""),
        Script::new("202 Accepted\nRetry-After: 60", ""),
        Script::json(r#"{"type":"t"}"#),
    ];
    let (poller, server, clock) = begin(answers).await;
    let options = PollOptions::default().with_deadline(Duration::from_secs(30));
    let mut poller = poller.unwrap().with_options(options);
    let error = poller.wait().await.unwrap_err();
    assert!(error.is_still_running() && error.may_have_taken_effect());
    assert_eq!(error.poll_token(), poller.token());
    assert_snapshot!(error, @"the operation is still running after 20 s, and the next poll is due in 60 s");
    assert_eq!(error.elapsed().as_secs(), 20);
    assert_eq!(
        clock.seconds(),
        [10, 10],
        "there is no use in sleeping to the deadline"
    );
    assert_eq!(server.received().len(), 3);
    // Another wait has a deadline of its own.
    let options = PollOptions::default().with_deadline(Duration::from_secs(90));
    let mut poller = poller.with_options(options);
    assert_eq!(poller.wait().await.unwrap().body()["type"], "t");
}

#[tokio::test]
async fn a_poll_without_an_answer_is_given_up_at_the_deadline() {
    let answers = vec![
        Script::new("202 Accepted\nLocation: /op\nRetry-After: 0", ""),
        Script::hour_of_silence(),
    ];
    let (poller, server, _clock) = begin(answers).await;
    let options = PollOptions::default()
        .with_min_interval(Duration::ZERO)
        .with_deadline(Duration::from_secs(60));
    let mut poller = poller.unwrap().with_options(options);
    let error = poller.wait().await.unwrap_err();
    assert!(error.is_still_running() && error.may_have_taken_effect());
    assert_eq!(error.poll_token(), poller.token());
    assert_eq!(error.retry_after(), None);
    assert_snapshot!(chain(&error, &server).lines().take(2).collect::<Vec<_>>().join("\n"), @"
    the operation is still running after 0 s
    no complete response from [origin] within 60s
    ");
    assert_eq!(server.received().len(), 2);
}

/// A clock that runs with the time limits of requests.
#[derive(Debug)]
struct RunningClock(Instant);

impl Clock for RunningClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

#[tokio::test]
async fn a_later_attempt_at_a_poll_is_given_up_at_the_deadline_too() {
    let silence = || {
        let time = Duration::from_secs(40);
        Script::from([Step::Read, Step::LetPass(time), Step::Stall])
    };
    let answers = vec![Script::new(ACCEPTED, ""), silence(), silence()];
    let (poller, server, _clock) = begin(answers).await;
    let token = poller.unwrap().token().unwrap().clone();
    // The attempts take 40 s each, and the deadline is in the second.
    let policy = RetryPolicy::default().with_backoff(Duration::ZERO, Duration::ZERO);
    let options = SendOptions::default()
        .with_timeout(Duration::from_secs(40))
        .with_clock(Arc::new(RunningClock(Instant::now())))
        .with_retry(policy);
    let transport = setup::transport_to(&server.origin(), options);
    let options = PollOptions::default().with_deadline(Duration::from_secs(60));
    let poller = Poller::<Value>::resume(transport, token).unwrap();
    let mut poller = poller.with_options(options);
    let error = poller.wait().await.unwrap_err();
    assert!(error.is_still_running() && error.may_have_taken_effect());
    assert_eq!(error.poll_token(), poller.token());
    assert!(error.elapsed() >= Duration::from_secs(60));
    assert_eq!(
        server.received().len(),
        3,
        "none is begun after the deadline"
    );
}

#[tokio::test]
async fn the_deadline_ends_the_attempts_at_a_poll_too() {
    let answers = vec![
        Script::new("202 Accepted\nLocation: /op\nRetry-After: 100", ""),
        Script::new("503 X\nRetry-After: 70", ""),
        Script::new("503 X\nRetry-After: 70", ""),
        Script::json(r#"{"type":"t"}"#),
    ];
    let server = Server::start(answers).await;
    let clock = std::sync::Arc::new(TestClock::default());
    let transport = setup::transport_to(&server.origin(), persistent(&clock));
    let request = setup::request(&transport, Method::PATCH);
    let options = PollOptions::default().with_deadline(Duration::from_secs(200));
    let poller = Poller::<Value>::begin(transport, &request, "a1", |_, _| false).await;
    let error = poller
        .unwrap()
        .with_options(options)
        .wait()
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 503);
    assert!(error.may_have_taken_effect() && error.poll_token().is_some());
    assert_eq!(clock.seconds(), [100, 70]);
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn throttle_pause_beyond_the_deadline_is_not_awaited() {
    let answers = vec![
        Script::new("202 Accepted\nLocation: /op\nRetry-After: 10", ""),
        Script::new("429 X\nRetry-After: 400", ""),
        Script::json(r#"{"type":"t"}"#),
    ];
    let server = Server::start(answers).await;
    let clock = std::sync::Arc::new(TestClock::default());
    let transport = setup::transport_to(&server.origin(), persistent(&clock));
    let write = setup::request(&transport, Method::PATCH);
    let poller = Poller::<Value>::begin(transport.clone(), &write, "a1", |_, _| false).await;
    let read = setup::request(&transport, Method::GET);
    transport.fetch::<Value>(&read).await.unwrap_err();
    clock.sleep(Duration::from_secs(150)).await;

    // With 250 seconds, either limit of a poll may be shorter: the deadline or the request's time.
    for seconds in [20, 249] {
        let options = PollOptions::default().with_deadline(Duration::from_secs(seconds));
        let mut poller = Poller::<Value>::resume(
            transport.clone(),
            poller.as_ref().unwrap().token().unwrap().clone(),
        )
        .unwrap()
        .with_options(options);
        let error = poller.wait().await.unwrap_err();
        assert!(error.is_still_running() && error.may_have_taken_effect());
        assert_eq!(error.poll_token(), poller.token());
        assert_eq!(error.retry_after(), Some(Duration::from_secs(250)));
        assert_eq!(clock.seconds(), [150]);
        insta::allow_duplicates! {
            assert_snapshot!(chain(&error, &server), @"
            the operation is still running after 0 s, and the next poll is due in 250 s
            the service wants no request for 250 s more; this one was not sent
            ");
        }
    }
    let options = PollOptions::default().with_deadline(Duration::from_secs(300));
    let mut poller = poller.unwrap().with_options(options);
    assert_eq!(poller.wait().await.unwrap().body()["type"], "t");
    assert_eq!(clock.seconds(), [150, 250]);
}

#[tokio::test]
async fn accepted_update_with_a_broken_body_is_polled() {
    let half = b"HTTP/1.1 202 Accepted\r\nLocation: /op\r\nContent-Length: 9\r\n\r\n{";
    let answers = vec![
        Script::bytes(half.to_vec()),
        Script::json(r#"{"type":"t"}"#),
    ];
    let server = Server::start(answers).await;
    let clock = std::sync::Arc::new(TestClock::default());
    let transport = setup::transport_to(&server.origin(), persistent(&clock));
    let request = setup::request(&transport, Method::PATCH);
    let poller = Poller::<Value>::begin(transport, &request, "a1", |_, _| false).await;
    assert_eq!(poller.unwrap().await.unwrap().body()["type"], "t");
    assert_eq!(setup::polls(&server), ["/op"]);
}

#[tokio::test]
async fn foreign_location_of_a_write_is_refused() {
    let elsewhere = Server::start(Vec::new()).await;
    let location = format!("202 Accepted\nLocation: {}/op", elsewhere.origin());
    let (poller, server, _clock) = begin(vec![Script::new(&location, "")]).await;
    let error = poller.unwrap_err();
    assert!(error.is_foreign_origin() && error.may_have_taken_effect());
    assert_eq!(error.status().unwrap().as_u16(), 202);
    assert!(error.request_id().is_some());
    assert!(error.poll_token().is_none());
    let told = chain(&error, &server).replace(&elsewhere.origin(), "[elsewhere]");
    assert_snapshot!(told, @"the service sent a link to [elsewhere], which is not [origin]; it was not followed");
    assert_eq!(elsewhere.received().len(), 0);
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn foreign_location_of_a_poll_keeps_the_last_token() {
    let elsewhere = Server::start(Vec::new()).await;
    let location = format!("202 Accepted\nLocation: {}/op", elsewhere.origin());
    let answers = vec![Script::new(ACCEPTED, ""), Script::new(&location, "")];
    let (poller, _server, _clock) = begin(answers).await;
    let mut poller = poller.unwrap();
    let before = poller.token().cloned();
    let error = poller.wait().await.unwrap_err();
    assert!(error.is_foreign_origin() && error.may_have_taken_effect());
    assert_eq!(error.poll_token(), before.as_ref());
    assert_eq!(elsewhere.received().len(), 0);
}

#[tokio::test]
async fn an_accepted_write_without_a_location_says_what_to_do() {
    let (poller, server, _clock) = begin(vec![Script::new("202 Accepted", "")]).await;
    let error = poller.unwrap_err();
    assert!(error.is_protocol() && error.may_have_taken_effect());
    assert_snapshot!(chain(&error, &server), @"the service accepted the write but did not say where to ask for its result; read the resource to see the outcome");
}

#[tokio::test]
async fn failed_poll_leaves_the_outcome_open() {
    let mut table = String::new();
    for status in [401, 403, 408, 429, 500, 503, 307] {
        let failure = Script::new(&format!("{status} X\nRetry-After: 20"), "");
        let answers = vec![
            Script::new(ACCEPTED, ""),
            failure,
            Script::json(r#"{"type":"t"}"#),
        ];
        let (poller, server, clock) = begin(answers).await;
        let mut poller = poller.unwrap();
        let error = poller.wait().await.unwrap_err();
        assert!(error.may_have_taken_effect(), "{status}");
        assert_eq!(error.poll_token(), poller.token(), "{status}");
        table.push_str(&format!("{}\n", chain(&error, &server)));
        assert_eq!(poller.wait().await.unwrap().body()["type"], "t", "{status}");
        assert_eq!(clock.seconds(), [10, 20], "{status}");
    }
    assert_snapshot!(table, @r"
    the service answered 401 Unauthorized
    the service answered 403 Forbidden
    the service answered 408 Request Timeout
    the service answered 429 Too Many Requests
    the service answered 500 Internal Server Error
    the service answered 503 Service Unavailable
    the service answered 307 Temporary Redirect
    ");
}

#[tokio::test]
async fn a_broken_poll_leaves_the_outcome_open() {
    for failure in [
        Script::hang_up(),
        Script::json("no json"),
        Script::json(r#""type""#),
    ] {
        let answers = vec![Script::new(ACCEPTED, ""), failure];
        let (poller, _server, _clock) = begin_typed(answers).await;
        let error = poller.unwrap().wait().await.unwrap_err();
        assert!(
            error.may_have_taken_effect() && error.poll_token().is_some(),
            "{error}"
        );
        assert!(!error.is_operation_failed(), "{error}");
    }
}

type Members = std::collections::BTreeMap<String, Value>;

async fn begin_typed(
    answers: Vec<Script>,
) -> (
    Result<Poller<Members>, Error>,
    Server,
    std::sync::Arc<TestClock>,
) {
    let (server, transport, clock) = setup::start(answers).await;
    let request = setup::request(&transport, Method::PATCH);
    (
        Poller::begin(transport, &request, "a1", |_, _| false).await,
        server,
        clock,
    )
}

#[tokio::test]
async fn refused_operation_may_have_taken_effect_in_part() {
    for status in [400, 409, 412, 422] {
        let body = r#"{"error":{"code":"AddressInvalid","message":"No such region."}}"#;
        let failure = Script::new(&format!("{status} X"), body);
        let (poller, _server, _clock) = begin(vec![Script::new(ACCEPTED, ""), failure]).await;
        let mut poller = poller.unwrap();
        let error = poller.wait().await.unwrap_err();
        assert!(
            error.may_have_taken_effect() && error.poll_token().is_none(),
            "{status}"
        );
        assert!(error.is_operation_failed(), "{status}");
        assert_eq!(
            error.service_error().unwrap().code(),
            Some("AddressInvalid")
        );
        assert!(poller.token().is_none());
        assert!(poller.wait().await.unwrap_err().is_invalid_input());
    }
}

#[tokio::test]
async fn reading_back_cannot_make_a_finished_write_undone() {
    let answers = vec![
        Script::new("204 No Content", ""),
        Script::new("400 Bad Request", ""),
        Script::new("200 OK", ""),
        Script::json("{}"),
        Script::json("no json"),
        Script::json(r#"{"value":[]}"#),
    ];
    let (poller, server, clock) = begin(answers).await;
    let mut poller = poller.unwrap();
    let error = poller.poll_once().await.unwrap_err();
    assert!(
        error.may_have_taken_effect() && error.poll_token().is_some(),
        "{error}"
    );
    // A body that is not a resource is read again a few times.
    let error = poller.wait().await.unwrap_err();
    assert!(
        error.is_protocol() && error.may_have_taken_effect() && !error.is_operation_failed(),
        "{error}"
    );
    assert!(error.poll_token().is_none() && poller.token().is_none());
    assert_eq!(server.received().len(), 6);
    assert_eq!(clock.seconds().len(), 4);
}

#[tokio::test]
async fn a_refused_write_gives_no_poller() {
    let (poller, server, _clock) = begin(vec![Script::new("409 Conflict", "")]).await;
    let error = poller.unwrap_err();
    assert!(error.is_conflict() && !error.may_have_taken_effect() && error.poll_token().is_none());
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn location_of_the_resource_itself_is_refused() {
    for location in [
        "?api-version=2",
        "#x",
        "/accounts/a1/profiles/p1",
        "/Accounts/%611/profiles/p1/",
        "{origin}//accounts//a1/profiles/p1",
        "/accounts/a1%2Fprofiles/p1",
        "/accounts/./a1/x/../profiles/p1?a=/b",
        "/accounts%2F.%2Fa1/profiles/p1//",
        "{origin}/ACCOUNTS/A1/PROFILES/P1#x",
    ] {
        let answer = Script::new(&format!("202 Accepted\nLocation: {location}"), "");
        let (poller, server, _clock) = begin(vec![answer]).await;
        let error = poller.unwrap_err();
        assert!(
            error.is_protocol() && error.may_have_taken_effect(),
            "{location}"
        );
        assert_eq!(server.received().len(), 1, "{location}");
    }
}

#[tokio::test]
async fn a_success_that_is_no_resource_is_not_taken_for_the_result() {
    for body in ["{}", r#"{"error":{"code":"x"}}"#, r#"{"value":[]}"#] {
        let (poller, _server, _clock) = begin(vec![Script::json(body)]).await;
        let error = poller.unwrap_err();
        assert!(
            error.is_protocol() && error.may_have_taken_effect(),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_refusal_of_the_poll_itself_leaves_the_outcome_open() {
    let front_door = r#"{"error":{"code":"NoRegisteredProviderFound","message":"…"}}"#;
    let gateway = r#"{"title":"Bad Request","status":400}"#;
    let refusals = [
        Script::new("400 Bad Request", front_door),
        Script::new("400 Bad Request", gateway),
        Script::new("412 Precondition Failed", ""),
        Script::new("405 Method Not Allowed", ""),
        Script::new("414 URI Too Long", ""),
    ];
    for refusal in refusals {
        let (poller, _server, _clock) = begin(vec![Script::new(ACCEPTED, ""), refusal]).await;
        let error = poller.unwrap().wait().await.unwrap_err();
        assert!(
            error.may_have_taken_effect() && error.poll_token().is_some(),
            "{error}"
        );
        assert!(!error.is_operation_failed(), "{error}");
    }
}
