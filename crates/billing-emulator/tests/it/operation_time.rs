//! An accepted update finishes by the clock, with or without polls.

use std::time::Duration;

use billing_emulator::{
    Emulator, Fault, FaultPlan, LocationStyle, OperationOutcome, SAMPLE_ACCOUNT, SAMPLE_PROFILE,
};
use serde_json::{Value, json};

use crate::support::{API_VERSION, HttpClient, HttpResponse, profile_writes, sample, start};

fn id() -> String {
    format!(
        "/providers/Microsoft.Billing/billingAccounts/{SAMPLE_ACCOUNT}/billingProfiles/{SAMPLE_PROFILE}"
    )
}

fn path() -> String {
    format!("{}?{API_VERSION}", id())
}

async fn patch(emulator: &Emulator, po_number: &str) -> HttpResponse {
    let body = json!({ "properties": { "poNumber": po_number } });
    let accepted = HttpClient::arm(emulator).patch(&path(), &body).await;
    assert_eq!(accepted.status, 202);
    accepted
}

fn link(accepted: &HttpResponse, name: &str, emulator: &Emulator) -> String {
    let link = accepted.header(name).unwrap();
    let path = link.strip_prefix(emulator.arm_url());
    path.unwrap_or(link).to_owned()
}

fn advance(emulator: &Emulator, milliseconds: u64) {
    let by = Duration::from_millis(milliseconds);
    emulator.advance_clock(by).unwrap();
}

async fn po_number(emulator: &Emulator) -> Value {
    let read = HttpClient::arm(emulator).get(&path()).await;
    read.json()["properties"]["poNumber"].clone()
}

async fn history(emulator: &Emulator) -> Value {
    let history = format!("/api/resources/history?service=arm&id={}", id());
    let control = HttpClient::anonymous(emulator.control_url());
    control.get(&history).await.json()
}

#[tokio::test]
async fn unpolled_update_is_done_after_its_operation_time() {
    for (polls, retry_after, milliseconds) in [
        (2, Duration::from_secs(1), 2_000),
        (3, Duration::from_secs(60), 180_000),
        (1, Duration::from_millis(1_500), 2_000),
        (2, Duration::ZERO, 2_000),
    ] {
        let builder = sample().polls_until_done(polls).retry_after(retry_after);
        let emulator = builder.start().await.unwrap();
        patch(&emulator, "PO-2").await;
        advance(&emulator, milliseconds - 1);
        assert_eq!(
            (po_number(&emulator).await, profile_writes(&emulator)),
            ("PO-1001".into(), 0)
        );
        advance(&emulator, 1);
        assert_eq!(
            profile_writes(&emulator),
            1,
            "{polls} polls, each after {retry_after:?}"
        );
        assert_eq!(po_number(&emulator).await, "PO-2");
    }
}

#[tokio::test]
async fn operation_time_can_be_set_and_polls_finish_earlier() {
    let builder = sample().operation_time(Duration::from_millis(500));
    let emulator = builder.start().await.unwrap();
    let first = patch(&emulator, "PO-2").await;
    advance(&emulator, 500);
    assert_eq!(po_number(&emulator).await, "PO-2");
    let done = HttpClient::arm(&emulator)
        .get(&link(&first, "location", &emulator))
        .await;
    assert_eq!(
        (done.status, &done.json()["properties"]["poNumber"]),
        (200, &json!("PO-2"))
    );

    let second = link(&patch(&emulator, "PO-3").await, "location", &emulator);
    assert_eq!(HttpClient::arm(&emulator).get(&second).await.status, 202);
    assert_eq!(HttpClient::arm(&emulator).get(&second).await.status, 200);
    advance(&emulator, 3_600_000);
    assert_eq!(
        (profile_writes(&emulator), po_number(&emulator).await),
        (2, "PO-3".into())
    );

    let emulator = sample()
        .operation_time(Duration::ZERO)
        .start()
        .await
        .unwrap();
    let link = link(&patch(&emulator, "PO-2").await, "location", &emulator);
    assert_eq!(profile_writes(&emulator), 1);
    assert_eq!(HttpClient::arm(&emulator).get(&link).await.status, 200);
}

#[tokio::test]
async fn updates_are_recorded_at_the_time_they_finished() {
    let emulator = sample()
        .operation_time(Duration::from_secs(60))
        .start()
        .await
        .unwrap();
    patch(&emulator, "PO-2").await;
    advance(&emulator, 10_250);
    patch(&emulator, "PO-3").await;
    // Both are due within one move of the clock.
    advance(&emulator, 86_400_000);
    let written = json!([
        { "number": 1, "time": "2019-10-01T00:01:00.000Z", "changes": [
            { "path": "properties.poNumber", "before": "PO-1001", "after": "PO-2" },
        ]},
        { "number": 2, "time": "2019-10-01T00:01:10.250Z", "changes": [
            { "path": "properties.poNumber", "before": "PO-2", "after": "PO-3" },
        ]},
    ]);
    assert_eq!(history(&emulator).await, written);
    let resources = HttpClient::anonymous(emulator.control_url())
        .get("/api/resources?service=arm&q=cnts-0001")
        .await;
    assert_eq!(resources.json()[0]["effective_writes"], 2);
    assert_eq!(
        resources.json()[0]["resource"]["properties"]["poNumber"],
        "PO-3"
    );
    let stored = emulator.snapshot().to_json();
    assert!(String::from_utf8(stored).unwrap().contains("PO-3"));
}

#[tokio::test]
async fn clock_set_or_moved_by_a_fault_finishes_updates() {
    let jump = Fault::new()
        .method("GET")
        .clock_advance(Duration::from_secs(2));
    let plan = FaultPlan::new().fault(jump);
    let emulator = sample().faults(plan).start().await.unwrap();
    patch(&emulator, "PO-2").await;
    assert_eq!(po_number(&emulator).await, "PO-2");
    assert_eq!(profile_writes(&emulator), 1);
    patch(&emulator, "PO-3").await;
    emulator.set_clock(start()).unwrap();
    assert_eq!(
        profile_writes(&emulator),
        1,
        "a clock that goes back finishes nothing"
    );
    emulator
        .set_clock(start() + Duration::from_secs(3_600))
        .unwrap();
    assert_eq!(profile_writes(&emulator), 2);
}

#[tokio::test]
async fn reset_and_load_drop_running_updates() {
    let emulator = sample().start().await.unwrap();
    patch(&emulator, "PO-2").await;
    emulator.reset();
    advance(&emulator, 3_600_000);
    assert_eq!(
        (profile_writes(&emulator), po_number(&emulator).await),
        (0, "PO-1001".into())
    );
    patch(&emulator, "PO-2").await;
    emulator.load(emulator.snapshot()).unwrap();
    advance(&emulator, 3_600_000);
    assert_eq!(
        (profile_writes(&emulator), po_number(&emulator).await),
        (0, "PO-1001".into())
    );
}

#[tokio::test]
async fn update_with_a_lost_response_takes_effect() {
    let lost = Fault::new().method("PATCH").nth(1).status(502).committed();
    let plan = FaultPlan::new().fault(lost);
    let emulator = sample().faults(plan).start().await.unwrap();
    let body = json!({ "properties": { "poNumber": "PO-2" } });
    assert_eq!(
        HttpClient::arm(&emulator)
            .patch(&path(), &body)
            .await
            .status,
        502
    );
    assert_eq!(po_number(&emulator).await, "PO-1001");
    advance(&emulator, 2_000);
    assert_eq!(
        (profile_writes(&emulator), po_number(&emulator).await),
        (1, "PO-2".into())
    );
}

#[tokio::test]
async fn planned_outcomes_also_follow_the_clock() {
    let names = |names: &[&str]| {
        let names = names.iter().map(|name| (*name).to_owned());
        OperationOutcome::Statuses(names.collect())
    };
    for (outcome, times, location, effective_writes) in [
        (OperationOutcome::Failed, &[(2_000, "Failed")][..], 409, 0),
        (OperationOutcome::Canceled, &[(2_000, "Canceled")], 409, 0),
        (OperationOutcome::Never, &[(1 << 40, "InProgress")], 202, 0),
        (
            names(&["Running", "Updating", "Succeeded"]),
            &[
                (2_000, "Updating"),
                (1_000, "Succeeded"),
                (9_000, "Succeeded"),
            ],
            200,
            1,
        ),
        (
            names(&["Running", "Failed", "Succeeded"]),
            &[(60_000, "Failed")],
            409,
            0,
        ),
        (names(&["Running", "Paused"]), &[(60_000, "Paused")], 202, 0),
    ] {
        let fault = Fault::new().method("PATCH").operation(outcome.clone());
        let builder = sample().faults(FaultPlan::new().fault(fault));
        let builder = builder.location(LocationStyle::AsyncOperation);
        let emulator = builder.start().await.unwrap();
        let accepted = patch(&emulator, "PO-2").await;
        let status = link(&accepted, "azure-asyncoperation", &emulator);
        for (milliseconds, expected) in times {
            advance(&emulator, *milliseconds);
            let report = HttpClient::arm(&emulator).get(&status).await.json();
            assert_eq!(report["status"], *expected, "{outcome:?}");
        }
        let result = link(&accepted, "location", &emulator);
        assert_eq!(
            HttpClient::arm(&emulator).get(&result).await.status,
            location,
            "{outcome:?}"
        );
        assert_eq!(profile_writes(&emulator), effective_writes, "{outcome:?}");
    }
}
