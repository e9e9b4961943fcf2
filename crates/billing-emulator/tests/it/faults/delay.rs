//! Delayed responses, without real waiting.

use std::time::Duration;

use billing_emulator::{Emulator, Fault};
use serde_json::json;
use tokio::task::{self, JoinHandle};

use super::{planned, start, writes};
use crate::support::{HttpClient, HttpResponse, customer_path};

/// Sends a request with a delayed response, and returns once it was processed.
async fn put(emulator: &Emulator) -> JoinHandle<HttpResponse> {
    let before = emulator.requests().len();
    let caller = HttpClient::partner(emulator);
    let put = tokio::spawn(async move { caller.put(&customer_path(), &json!({})).await });
    while emulator.requests().len() == before {
        task::yield_now().await;
    }
    put
}

/// Returns the response, which must arrive within a minute.
async fn answered(put: JoinHandle<HttpResponse>) -> HttpResponse {
    let patience = Duration::from_secs(600);
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
        let other = HttpClient::partner(&emulator).get(&customer_path()).await;
        assert_eq!(other.status, 200);
        assert!(!put.is_finished(), "{moved}");
    }
    emulator.advance_clock(Duration::from_secs(1)).unwrap();
    let response = answered(put).await;
    assert_eq!(response.status, 200);
    assert_eq!(
        response.header("date"),
        Some("Tue, 01 Oct 2019 00:01:00 GMT")
    );
}

#[tokio::test]
async fn clock_set_back_does_not_prolong_a_delay() {
    let minute = Duration::from_secs(60);
    let emulator = start([Fault::new().method("PUT").delay(minute)]).await;
    let put = put(&emulator).await;
    let past = emulator.now() - 100 * minute;
    emulator.set_clock(past).unwrap();
    // Gives the connection time to process the request.
    HttpClient::partner(&emulator).get(&customer_path()).await;
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
    let response = HttpClient::arm(&emulator).get("/").await;
    assert_eq!(response.status, 500);
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
