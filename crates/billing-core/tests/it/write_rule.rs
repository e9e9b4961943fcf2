//! When a request is retried, and how a write with an unknown outcome ends: result of the first
//! attempt × operation × state read back. The rule is `docs/adr/0001-no-automatic-resend.md`.

use std::sync::Arc;
use std::time::Duration;

use billing_core::http::Method;
use billing_core::{Error, Poller, UpdateOutcome};
use billing_test::{Script, Server, TestClock, persistent};
use serde_json::Value;

use crate::setup;

/// The result of the first attempt, and its class.
struct Class {
    name: &'static str,
    answer: fn() -> Script,
    /// The same request may succeed later.
    is_passing: bool,
    /// The service may have accepted a write.
    is_open: bool,
    /// Only the poller can tell.
    only_patch: bool,
}

const fn class(
    name: &'static str,
    answer: fn() -> Script,
    is_passing: bool,
    is_open: bool,
) -> Class {
    Class {
        name,
        answer,
        is_passing,
        is_open,
        only_patch: false,
    }
}

const fn of_patch(name: &'static str, answer: fn() -> Script) -> Class {
    Class {
        only_patch: true,
        ..class(name, answer, false, true)
    }
}

fn status(head: &str) -> Script {
    Script::new(head, "")
}

fn classes() -> Vec<Class> {
    vec![
        // Refused before anything was changed.
        class("400", || status("400 X"), false, false),
        class("401", || status("401 X"), false, false),
        class("403", || status("403 X"), false, false),
        class("404", || status("404 X"), false, false),
        class("409", || status("409 X"), false, false),
        class("412", || status("412 X"), false, false),
        class("429", || status("429 X"), true, false),
        class(
            "429 with a pause",
            || status("429 X\nRetry-After: 9"),
            true,
            false,
        ),
        class(
            "503 with a pause",
            || status("503 X\nRetry-After: 9"),
            true,
            false,
        ),
        class(
            "503 until a date",
            || status("503 X\nRetry-After: Fri, 02 Jan 2026 03:04:35 GMT"),
            true,
            false,
        ),
        // The outcome is open.
        class("no answer", Script::hang_up, true, true),
        class("silence", Script::hour_of_silence, true, true),
        class("reset", Script::close, true, true),
        class(
            "half an answer",
            || Script::bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{".to_vec()),
            true,
            true,
        ),
        class(
            "half a head",
            || Script::bytes(b"HTTP/1.1 200 OK\r\nContent-".to_vec()),
            true,
            true,
        ),
        class(
            "no HTTP",
            || Script::bytes(b"SSH-2.0-OpenSSH\r\n\r\n".to_vec()),
            false,
            true,
        ),
        class("408", || status("408 X"), true, true),
        class(
            "408 with a pause",
            || status("408 X\nRetry-After: 9"),
            true,
            true,
        ),
        class("499", || status("499 X"), false, true),
        class("500", || status("500 X"), true, true),
        class(
            "500 with a pause",
            || status("500 X\nRetry-After: 9"),
            true,
            true,
        ),
        class("501", || status("501 X"), false, true),
        class("502", || status("502 X"), true, true),
        class("503", || status("503 X"), true, true),
        class(
            "503 with garbage",
            || status("503 X\nRetry-After: soon"),
            true,
            true,
        ),
        class("504", || status("504 X"), true, true),
        class(
            "504 with a pause",
            || status("504 X\nRetry-After: 9"),
            true,
            true,
        ),
        class("307", || status("307 X\nLocation: /x"), false, true),
        class("a page", || Script::new("200 OK", "<html>"), false, true),
        of_patch("another resource", || {
            Script::json(r#"{"name":"p2","poNumber":"PO-1"}"#)
        }),
        of_patch("no resource", || Script::json("{}")),
        of_patch("202 without a link", || status("202 Accepted")),
        of_patch("202 to another origin", || {
            status("202 Accepted\nLocation: http://127.0.0.1:9/op")
        }),
        of_patch("202 to the resource", || {
            status("202 Accepted\nLocation: /accounts/a1/profiles//p1")
        }),
    ]
}

const BEFORE: &str = r#"{"name":"p1","poNumber":"PO-0"}"#;
const WANTED: &str = r#"{"name":"p1","poNumber":"PO-1"}"#;

/// A state that is read back: its name, the responses, and the number of reads.
type State = (&'static str, fn() -> Script, usize);

const STATES: [State; 7] = [
    ("before", || Script::json(BEFORE), 8),
    ("wanted", || Script::json(WANTED), 1),
    (
        "third value",
        || Script::json(r#"{"name":"p1","poNumber":"po-1"}"#),
        1,
    ),
    (
        "another resource",
        || Script::json(r#"{"name":"p2","poNumber":"PO-1"}"#),
        8,
    ),
    ("nameless", || Script::json(r#"{"poNumber":"PO-1"}"#), 8),
    ("a page", || Script::new("200 OK", "<html>"), 8),
    ("refused", || Script::new("403 X", ""), 1),
];

/// Sends a request with `method` to a service with these responses.
async fn send(method: Method, answers: Vec<Script>) -> (Result<Value, Error>, Server) {
    let server = Server::start(answers).await;
    let clock = Arc::<TestClock>::default();
    let options = persistent(&clock).with_timeout(Duration::from_secs(60));
    let transport = setup::transport_to(&server.origin(), options);
    let mut request = setup::request(&transport, method.clone());
    if method != Method::PATCH {
        request.set_idempotent_by_id();
        let outcome = transport.fetch::<Value>(&request).await;
        return (outcome.map(billing_core::Response::into_body), server);
    }
    request.set_before(std::sync::Arc::new(
        serde_json::from_str::<Value>(BEFORE).unwrap(),
    ));
    let outcome = match Poller::begin(transport, &request, "a1", |_, _| false).await {
        Ok(poller) => poller.await,
        Err(error) => Err(error),
    };
    (outcome.map(billing_core::Response::into_body), server)
}

fn count(server: &Server, method: &str) -> usize {
    let lines = server.lines();
    lines.iter().filter(|line| line.starts_with(method)).count()
}

#[tokio::test]
async fn reads_are_sent_again_and_change_nothing() {
    for class in classes().into_iter().filter(|class| !class.only_patch) {
        let answers = vec![(class.answer)(), Script::json(WANTED)];
        let (outcome, server) = send(Method::GET, answers).await;
        assert_eq!(outcome.is_ok(), class.is_passing, "{}", class.name);
        if let Err(error) = outcome {
            assert!(!error.may_have_taken_effect(), "{}", class.name);
        }
        assert_eq!(
            server.lines().len(),
            count(&server, "GET"),
            "{}",
            class.name
        );
    }
}

#[tokio::test]
async fn writes_with_an_id_are_sent_again_under_it() {
    for class in classes().into_iter().filter(|class| !class.only_patch) {
        let answers = vec![(class.answer)(), Script::json(WANTED)];
        let (outcome, server) = send(Method::PUT, answers).await;
        assert_eq!(outcome.is_ok(), class.is_passing, "{}", class.name);
        if let Err(error) = outcome {
            assert_eq!(
                error.may_have_taken_effect(),
                class.is_open,
                "{}",
                class.name
            );
        }
        // The server does not see what it resets.
        let sent = if class.is_passing && class.name != "reset" {
            2
        } else {
            1
        };
        assert_eq!(count(&server, "PUT"), sent, "{}", class.name);
        assert_eq!(
            server.lines().len(),
            sent,
            "nothing is read back: {}",
            class.name
        );
        let received = server.received();
        let ids: Vec<_> = received
            .iter()
            .map(|one| one.header("ms-requestid").unwrap())
            .collect();
        if let [first, second] = ids[..] {
            let is_new = class.name.starts_with('4') && !class.is_open;
            assert_eq!(first != second, is_new, "{}", class.name);
        }
    }
}

#[tokio::test]
async fn writes_of_unknown_outcome_are_not_sent_again_without_id() {
    for class in classes() {
        for (state, read, looks) in STATES {
            let name = format!("{}, {state}", class.name);
            let mut answers = vec![(class.answer)()];
            if !class.is_open {
                answers.push(Script::json(WANTED));
            }
            answers.extend((0..10).map(|_| read()));
            let (outcome, server) = send(Method::PATCH, answers).await;
            let unseen = usize::from(class.name == "reset");
            let sent = count(&server, "PATCH") + unseen;
            if !class.is_open {
                assert_eq!(sent, if class.is_passing { 2 } else { 1 }, "{name}");
                assert_eq!(count(&server, "GET"), 0, "{name}");
                assert_eq!(outcome.is_ok(), class.is_passing, "{name}");
                if let Err(error) = outcome {
                    assert!(!error.may_have_taken_effect(), "{name}");
                }
                continue;
            }
            assert_eq!(sent, 1, "{name}");
            assert_eq!(count(&server, "GET"), looks, "{name}");
            match outcome {
                Ok(document) => {
                    assert_eq!(state, "wanted", "{name}");
                    assert_eq!(document["poNumber"], "PO-1", "{name}");
                }
                Err(error) => {
                    assert_ne!(state, "wanted", "{name}: {error}");
                    assert!(error.may_have_taken_effect(), "{name}");
                    assert!(
                        error.to_string().ends_with("so the outcome is unknown"),
                        "{error}"
                    );
                    let seen = match error.outcome() {
                        Some(UpdateOutcome::NotApplied { .. }) => "before",
                        Some(UpdateOutcome::PartlyApplied { .. }) => "third value",
                        Some(_) => "applied",
                        None => "nothing",
                    };
                    let expected = if looks == 8 && state != "before" || state == "refused" {
                        "nothing"
                    } else {
                        state
                    };
                    assert_eq!(seen, expected, "{name}");
                    assert_eq!(error.attempts(), 1, "{name}");
                }
            }
        }
    }
}

#[tokio::test]
async fn what_was_never_connected_is_sent_again_and_changes_nothing() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    for method in [Method::GET, Method::PUT, Method::PATCH] {
        let clock = Arc::<TestClock>::default();
        let transport = setup::transport_to(&origin, persistent(&clock));
        let request = setup::request(&transport, method.clone());
        let error = match method {
            Method::PATCH => Poller::<Value>::begin(transport, &request, "a1", |_, _| false)
                .await
                .unwrap_err(),
            _ => transport.fetch::<Value>(&request).await.unwrap_err(),
        };
        assert!(
            error.is_connect() && !error.may_have_taken_effect(),
            "{method}"
        );
        assert_eq!(
            (error.attempts(), clock.seconds()),
            (4, vec![1, 2, 4]),
            "{method}"
        );
    }
}

/// The operation finishes after a while, and only then shows the change.
#[tokio::test]
async fn lost_202_of_an_operation_that_ends_in_time_is_a_success() {
    for looks in 1..8 {
        let mut answers = vec![Script::hang_up()];
        answers.extend((0..looks).map(|_| Script::json(BEFORE)));
        answers.push(Script::json(WANTED));
        let (outcome, server) = send(Method::PATCH, answers).await;
        assert_eq!(outcome.unwrap()["poNumber"], "PO-1");
        assert_eq!(
            (count(&server, "PATCH"), count(&server, "GET")),
            (1, looks + 1)
        );
    }
}

#[tokio::test]
async fn another_editor_in_between_is_not_overwritten() {
    let theirs = || Script::json(r#"{"name":"p1","poNumber":"THEIRS"}"#);
    // Known from the start, or from the first read.
    for answers in [
        vec![Script::hang_up(), theirs(), Script::json(WANTED)],
        vec![
            Script::hang_up(),
            Script::json(BEFORE),
            theirs(),
            Script::json(WANTED),
        ],
    ] {
        let (outcome, server) = send(Method::PATCH, answers).await;
        let error = outcome.unwrap_err();
        assert!(error.may_have_taken_effect());
        assert!(matches!(
            error.outcome(),
            Some(UpdateOutcome::PartlyApplied { .. })
        ));
        assert_eq!(count(&server, "PATCH"), 1);
    }
}

#[tokio::test]
async fn read_back_keeps_its_pace_and_its_time() {
    for (time, pauses) in [
        (0, vec![]),
        (1, vec![1]),
        (10, vec![1, 2, 4, 3]),
        (120, vec![1, 2, 4, 8, 16, 30, 30, 29]),
    ] {
        let mut answers = vec![Script::new("500 X", "")];
        answers.extend((0..10).map(|_| Script::json(BEFORE)));
        let server = Server::start(answers).await;
        let clock = Arc::<TestClock>::default();
        let options = persistent(&clock).with_read_back(Duration::from_secs(time));
        let transport = setup::transport_to(&server.origin(), options);
        let request = setup::request(&transport, Method::PATCH);
        let poller = Poller::<Value>::begin(transport, &request, "a1", |_, _| false).await;
        let error = poller.unwrap_err();
        assert!(error.may_have_taken_effect());
        assert_eq!(error.elapsed().as_secs(), time);
        assert_eq!(error.status().unwrap().as_u16(), 500);
        assert_eq!(error.outcome().is_some(), time > 0);
        assert_eq!(clock.seconds(), pauses);
        assert_eq!(count(&server, "PATCH"), 1);
    }
}

#[tokio::test]
async fn look_that_fails_is_tried_again() {
    for failure in [
        Script::hang_up(),
        Script::new("500 X", ""),
        Script::new("404 X", ""),
        Script::new("429 X\nRetry-After: 20", ""),
    ] {
        let answers = vec![Script::hang_up(), failure, Script::json(WANTED)];
        let (outcome, server) = send(Method::PATCH, answers).await;
        assert_eq!(outcome.unwrap()["poNumber"], "PO-1");
        assert_eq!((count(&server, "PATCH"), count(&server, "GET")), (1, 2));
    }
}
