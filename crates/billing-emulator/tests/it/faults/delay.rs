//! Answers that come late, without anybody waiting for them.

use std::time::Duration;

use billing_emulator::{Emulator, Fault};
use serde_json::json;
use tokio::task::{self, JoinHandle};

use super::{customer, planned, start, writes};
use crate::wire::{Caller, Reply};

/// Sends a request that is answered late, and returns when it is done.
async fn put(emulator: &Emulator) -> JoinHandle<Reply> {
    let before = emulator.requests().len();
    let caller = Caller::partner(emulator);
    let put = tokio::spawn(async move { caller.put(&customer(), &json!({})).await });
    while emulator.requests().len() == before {
        task::yield_now().await;
    }
    put
}

/// The answer, if it comes before anybody would give up.
async fn answered(put: JoinHandle<Reply>) -> Reply {
    let patience = Duration::from_secs(60);
    tokio::time::timeout(patience, put).await.unwrap().unwrap()
}

#[tokio::test]
async fn delay_on_a_stopped_clock_ends_when_the_clock_is_moved() {
    let late = Fault::new().method("PUT").delay(Duration::from_secs(60));
    let emulator = start([late]).await;
    let put = put(&emulator).await;
    assert_eq!(writes(&emulator), [1, 0], "it is done at once");
    for moved in [0, 30, 29] {
        emulator.advance_clock(Duration::from_secs(moved)).unwrap();
        let other = Caller::partner(&emulator).get(&customer()).await;
        assert_eq!(other.status, 200);
        assert!(!put.is_finished(), "{moved}");
    }
    emulator.advance_clock(Duration::from_secs(1)).unwrap();
    let reply = answered(put).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("date"), Some("Tue, 01 Oct 2019 00:01:00 GMT"));
}

#[tokio::test]
async fn clock_set_back_does_not_prolong_a_delay() {
    let minute = Duration::from_secs(60);
    let emulator = start([Fault::new().method("PUT").delay(minute)]).await;
    let put = put(&emulator).await;
    let past = emulator.now() - 100 * minute;
    emulator.set_clock(past).unwrap();
    // So that the connection has seen it.
    Caller::partner(&emulator).get(&customer()).await;
    emulator.advance_clock(minute).unwrap();
    assert_eq!(answered(put).await.status, 200);
}

#[tokio::test]
async fn delay_on_a_running_clock_ends_after_that_time() {
    let delay = Duration::from_millis(40);
    let fault = Fault::new().delay(delay).status(500);
    let plan = billing_emulator::FaultPlan::new().fault(fault);
    let emulator = Emulator::builder().faults(plan).start().await.unwrap();
    let before = emulator.now();
    let reply = Caller::arm(&emulator).get("/").await;
    assert_eq!(reply.status, 500);
    let passed = emulator.now().duration_since(before).unwrap();
    assert!(passed >= delay, "{passed:?}");
}

#[tokio::test]
async fn reset_can_be_delayed() {
    let minute = Duration::from_secs(60);
    let emulator = start([Fault::new().delay(minute).reset().nth(1)]).await;
    let url = emulator.partner_url();
    let reset = super::exchange(&emulator, url, "GET", "/", "");
    let moved = async {
        while emulator.requests().is_empty() {
            task::yield_now().await;
        }
        emulator.advance_clock(minute).unwrap();
    };
    let ((seen, error), ()) = tokio::join!(reset, moved);
    assert_eq!(
        (seen.len(), error),
        (0, Some(std::io::ErrorKind::ConnectionReset))
    );
}

#[tokio::test]
async fn shutdown_ends_delays_and_responds() {
    let late = Fault::new().method("PUT").delay(Duration::from_secs(3600));
    let emulator = start([late]).await;
    let put = put(&emulator).await;
    emulator.shutdown().await;
    assert_eq!(answered(put).await.status, 200);
}

#[tokio::test]
async fn client_that_leaves_before_a_delayed_response_is_logged() {
    let late = Fault::new().name("late").delay(Duration::MAX);
    let emulator = planned([late]).start().await.unwrap();
    put(&emulator).await.abort();
    assert_eq!(super::met(&emulator), ["late"]);
    emulator.shutdown().await;
}
