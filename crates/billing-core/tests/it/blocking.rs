//! A blocking poller runs the async one, and refuses to block inside of an async runtime.

use std::sync::{Arc, Barrier as Meeting};
use std::thread;
use std::time::Duration;

use billing_core::blocking::{Poller, Runtime};
use billing_core::http::Method;
use billing_core::{Error, PollStatus, RetryPolicy, SendOptions};
use billing_test::{Script, Server, TestClock, sending};
use serde_json::Value;
use tokio::sync::Barrier;

use crate::setup::{self, transport_to};

async fn forty_two() -> Result<u32, Error> {
    Ok(42)
}

#[test]
fn threads_wait_at_the_same_time() {
    let runtime = Runtime::new().unwrap();
    let all = Arc::new(Barrier::new(4));
    let callers = [(); 4].map(|()| {
        let (runtime, all) = (runtime.clone(), Arc::clone(&all));
        // If the calls ran one after the other, none would return.
        thread::spawn(move || {
            runtime
                .block_on(async {
                    all.wait().await;
                    Ok(())
                })
                .unwrap();
        })
    });
    for caller in callers {
        caller.join().unwrap();
    }
}

#[tokio::test]
async fn a_call_inside_of_an_async_runtime_is_refused_without_a_panic() {
    let runtime = Runtime::new().unwrap();
    let error = runtime.block_on(forty_two()).unwrap_err();
    assert!(error.is_invalid_input());
    assert!(!error.may_have_taken_effect());
    insta::assert_snapshot!(error, @"a blocking client was called inside of an async runtime: use the async client there (on a thread of `spawn_blocking`, through `Handle::block_on`)");

    let on_a_thread = thread::spawn(move || runtime.block_on(forty_two()));
    assert_eq!(on_a_thread.join().unwrap().unwrap(), 42);
}

#[tokio::test]
async fn spawn_blocking_thread_is_refused_too() {
    let outcome = tokio::task::spawn_blocking(|| {
        let runtime = Runtime::new().unwrap();
        assert!(
            runtime
                .block_on(forty_two())
                .unwrap_err()
                .is_invalid_input()
        );
        tokio::runtime::Handle::current().block_on(forty_two())
    });
    assert_eq!(outcome.await.unwrap().unwrap(), 42);
}

#[tokio::test]
async fn the_last_clone_may_be_dropped_inside_of_an_async_runtime() {
    let runtime = Runtime::new().unwrap();
    drop(runtime.clone());
    drop(runtime);
}

#[test]
fn the_last_clone_may_be_dropped_while_tasks_wait() {
    struct Tell(std::sync::mpsc::Sender<()>);
    impl Drop for Tell {
        fn drop(&mut self) {
            self.0.send(()).unwrap();
        }
    }
    let (tell, told) = std::sync::mpsc::channel();
    let runtime = Runtime::new().unwrap();
    runtime
        .block_on(async {
            let tell = Tell(tell);
            tokio::spawn(async move {
                let _tell = tell;
                std::future::pending::<()>().await;
            });
            Ok(())
        })
        .unwrap();
    drop(runtime);
    told.recv().unwrap();
}

#[test]
fn a_panic_of_one_caller_does_not_stop_the_others() {
    let runtime = Runtime::new().unwrap();
    let meeting = Arc::new(Meeting::new(2));
    let panics = {
        let (runtime, meeting) = (runtime.clone(), Arc::clone(&meeting));
        thread::spawn(move || {
            let _: Result<(), Error> = runtime.block_on(async {
                meeting.wait();
                panic!("a bug of the caller");
            });
        })
    };
    meeting.wait();
    assert!(panics.join().is_err());
    assert_eq!(runtime.block_on(forty_two()).unwrap(), 42);
}

#[test]
fn limits_of_time_and_pauses_end_by_the_system_s_clock() {
    let server = Server::start_apart(vec![Script::silence(), Script::silence()]);
    let pause = Duration::from_millis(1);
    let policy = RetryPolicy::default()
        .with_attempts(2)
        .with_backoff(pause, pause);
    let options = SendOptions::default()
        .with_timeout(Duration::from_millis(200))
        .with_retry(policy);
    let transport = transport_to(&server.origin(), options);
    let request = setup::request(&transport, Method::GET);
    let runtime = Runtime::new().unwrap();
    let error = runtime
        .block_on(transport.fetch::<Value>(&request))
        .unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.attempts(), 2);
}

/// An update that the service has accepted, with its poller.
fn accepted(then: Vec<Script>) -> (Server, Poller<Value>, Arc<TestClock>) {
    let accepted = "202 Accepted\nLocation: /operations/1?api-version=x\nRetry-After: 7";
    let mut answers = vec![Script::new(accepted, "")];
    answers.extend(then);
    let server = Server::start_apart(answers);
    let clock = Arc::new(TestClock::default());
    let transport = transport_to(&server.origin(), sending(&clock));
    let request = setup::request(&transport, Method::PATCH);
    let runtime = Runtime::new().unwrap();
    let begin = billing_core::Poller::begin(transport, &request, "a1", |_, _| false);
    let poller = runtime.block_on(begin).unwrap();
    (server, Poller::new(poller, runtime), clock)
}

const RESOURCE: &str = r#"{"id":"/accounts/a1/profiles/p1","name":"p1"}"#;

#[test]
fn a_poller_waits_for_the_resource() {
    let running = Script::new("202 Accepted\nRetry-After: 5", "");
    let (server, mut poller, clock) = accepted(vec![running, Script::json(RESOURCE)]);
    let updated = poller.wait().unwrap();
    assert_eq!(updated.body()["name"], "p1");
    assert_eq!(clock.seconds(), [7, 5]);
    assert_eq!(server.lines().len(), 3);
    assert!(poller.token().is_none());
}

#[test]
fn a_poller_is_stepped() {
    let (_server, mut poller, clock) = accepted(vec![
        Script::new("202 Accepted", ""),
        Script::json(RESOURCE),
    ]);
    assert_eq!(poller.next_poll_in().as_secs(), 7);
    assert!(matches!(
        poller.poll_once().unwrap(),
        PollStatus::Running { .. }
    ));
    assert!(matches!(
        poller.poll_once().unwrap(),
        PollStatus::Succeeded(_)
    ));
    assert!(clock.sleeps().is_empty());
}

#[test]
fn the_states_are_iterated_over_up_to_the_last() {
    let running = Script::new("202 Accepted\nRetry-After: 5", "");
    let (_server, mut poller, clock) = accepted(vec![running, Script::json(RESOURCE)]);
    let mut states = poller.statuses();
    let first = states.next().unwrap().unwrap();
    assert!(matches!(first, PollStatus::Running { .. }));
    // Another iterator continues after a dropped one.
    drop(states);
    let rest: Vec<_> = poller.statuses().map(Result::unwrap).collect();
    assert!(matches!(rest[..], [PollStatus::Succeeded(_)]));
    assert_eq!(clock.seconds(), [7, 5]);
}

#[test]
fn a_poller_that_is_refused_in_async_keeps_its_token() {
    let (server, mut poller, _clock) = accepted(vec![Script::json(RESOURCE)]);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    for error in runtime.block_on(async {
        [
            poller.poll_once().map(drop).unwrap_err(),
            poller.wait().map(drop).unwrap_err(),
            poller.statuses().next().unwrap().map(drop).unwrap_err(),
        ]
    }) {
        assert!(error.is_invalid_input());
        assert!(error.may_have_taken_effect(), "the update goes on");
        assert_eq!(error.poll_token(), poller.token());
        assert!(error.poll_token().is_some());
    }
    assert_eq!(server.lines().len(), 1);
    poller.wait().unwrap();
}
