//! Faults of long-running updates.

use billing_emulator::{Emulator, EmulatorBuilder, Fault, LocationStyle, OperationOutcome};
use serde_json::json;

use super::{planned, profile, profiles, writes};
use crate::support::HttpClient;

fn ending(outcome: OperationOutcome) -> EmulatorBuilder {
    planned([Fault::new().method("PATCH").nth(1).operation(outcome)])
}

fn named(names: &[&str]) -> OperationOutcome {
    let names = names.iter().map(|name| (*name).to_owned());
    OperationOutcome::Statuses(names.collect())
}

/// Starts an update and returns the link to poll.
async fn begin(emulator: &Emulator, link: &str) -> String {
    let patch = json!({ "properties": { "poNumber": "PO-2" } });
    let accepted = HttpClient::arm(emulator).patch(&profile(), &patch).await;
    assert_eq!(accepted.status, 202);
    let link = accepted.header(link).unwrap();
    link.strip_prefix(emulator.arm_url())
        .unwrap_or(link)
        .to_owned()
}

/// Returns the responses to the polls of an update, one per line, with the number of writes after
/// each.
async fn polls(builder: EmulatorBuilder, link: &str, times: usize) -> String {
    let emulator = builder.start().await.unwrap();
    let link = begin(&emulator, link).await;
    let mut seen = String::new();
    for _ in 0..times {
        let poll = HttpClient::arm(&emulator).get(&link).await;
        let what = match poll.header("content-type") {
            None => "accepted".to_owned(),
            Some(_) if poll.json().get("properties").is_some() => "the profile".to_owned(),
            Some(_) => {
                let id = link.split(['/', '?']).rev().nth(1).unwrap();
                let body = poll.body.replace(id, "<id>");
                body.replace(&profiles().replace("/billingProfiles", ""), "<account>")
            }
        };
        seen += &format!("{} {what}, {} written\n", poll.status, writes(&emulator)[1]);
    }
    // Other updates are not affected.
    let other = begin(&emulator, "location").await;
    let mut last = HttpClient::arm(&emulator).get(&other).await;
    while last.status == 202 {
        last = HttpClient::arm(&emulator).get(&other).await;
    }
    assert_eq!(last.status, 200);
    seen
}

#[tokio::test]
async fn failed_or_canceled_update_is_reported_at_its_location() {
    let mut seen = String::new();
    for outcome in [OperationOutcome::Failed, OperationOutcome::Canceled] {
        for style in [LocationStyle::Relative, LocationStyle::Absolute] {
            seen += &format!("{outcome:?}, {style:?}\n");
            seen += &polls(ending(outcome.clone()).location(style), "location", 3).await;
        }
    }
    insta::assert_snapshot!(seen, @r#"
    Failed, Relative
    202 accepted, 0 written
    409 {"error":{"code":"OperationFailed","message":"The update of the billing profile failed."}}, 0 written
    409 {"error":{"code":"OperationFailed","message":"The update of the billing profile failed."}}, 0 written
    Failed, Absolute
    202 accepted, 0 written
    409 {"error":{"code":"OperationFailed","message":"The update of the billing profile failed."}}, 0 written
    409 {"error":{"code":"OperationFailed","message":"The update of the billing profile failed."}}, 0 written
    Canceled, Relative
    202 accepted, 0 written
    409 {"error":{"code":"OperationCanceled","message":"The update of the billing profile was canceled."}}, 0 written
    409 {"error":{"code":"OperationCanceled","message":"The update of the billing profile was canceled."}}, 0 written
    Canceled, Absolute
    202 accepted, 0 written
    409 {"error":{"code":"OperationCanceled","message":"The update of the billing profile was canceled."}}, 0 written
    409 {"error":{"code":"OperationCanceled","message":"The update of the billing profile was canceled."}}, 0 written
    "#);
}

#[tokio::test]
async fn failed_or_canceled_update_writes_nothing() {
    let mut seen = String::new();
    for outcome in [OperationOutcome::Failed, OperationOutcome::Canceled] {
        seen += &format!("{outcome:?}\n");
        let builder = ending(outcome).location(LocationStyle::AsyncOperation);
        seen += &polls(builder, "azure-asyncoperation", 3).await;
    }
    insta::assert_snapshot!(seen, @r#"
    Failed
    200 {"id":"<account>/operationStatuses/<id>","name":"<id>","status":"InProgress"}, 0 written
    200 {"id":"<account>/operationStatuses/<id>","name":"<id>","status":"Failed","error":{"code":"OperationFailed","message":"The update of the billing profile failed."}}, 0 written
    200 {"id":"<account>/operationStatuses/<id>","name":"<id>","status":"Failed","error":{"code":"OperationFailed","message":"The update of the billing profile failed."}}, 0 written
    Canceled
    200 {"id":"<account>/operationStatuses/<id>","name":"<id>","status":"InProgress"}, 0 written
    200 {"id":"<account>/operationStatuses/<id>","name":"<id>","status":"Canceled","error":{"code":"OperationCanceled","message":"The update of the billing profile was canceled."}}, 0 written
    200 {"id":"<account>/operationStatuses/<id>","name":"<id>","status":"Canceled","error":{"code":"OperationCanceled","message":"The update of the billing profile was canceled."}}, 0 written
    "#);
}

#[tokio::test]
async fn never_ending_update_keeps_running() {
    for (style, link, found) in [
        (
            LocationStyle::Absolute,
            "location",
            "202 accepted, 0 written\n",
        ),
        (
            LocationStyle::AsyncOperation,
            "azure-asyncoperation",
            "\"status\":\"InProgress\"}, 0 written\n",
        ),
    ] {
        let seen = polls(ending(OperationOutcome::Never).location(style), link, 20).await;
        assert_eq!(seen.matches(found).count(), 20, "{seen}");
    }
}

#[tokio::test]
async fn update_passes_through_the_planned_statuses() {
    let names = named(&["Running", "Bespoke", "SUCCEEDED"]);
    let mut seen = String::new();
    for (style, link) in [
        (LocationStyle::AsyncOperation, "azure-asyncoperation"),
        (LocationStyle::Absolute, "location"),
    ] {
        seen += &polls(ending(names.clone()).location(style), link, 4).await;
    }
    seen += "ends otherwise\n";
    let builder = ending(named(&["Running", "failed"]));
    seen += &polls(
        builder.location(LocationStyle::AsyncOperation),
        "azure-asyncoperation",
        3,
    )
    .await;
    seen += "does not end\n";
    let builder = ending(named(&["Running", "Paused"]));
    seen += &polls(builder, "location", 4).await;
    insta::assert_snapshot!(seen, @r#"
    200 {"id":"<account>/operationStatuses/<id>","name":"<id>","status":"Running"}, 0 written
    200 {"id":"<account>/operationStatuses/<id>","name":"<id>","status":"Bespoke"}, 0 written
    200 {"id":"<account>/operationStatuses/<id>","name":"<id>","status":"SUCCEEDED"}, 1 written
    200 {"id":"<account>/operationStatuses/<id>","name":"<id>","status":"SUCCEEDED"}, 1 written
    202 accepted, 0 written
    202 accepted, 0 written
    200 the profile, 1 written
    200 the profile, 1 written
    ends otherwise
    200 {"id":"<account>/operationStatuses/<id>","name":"<id>","status":"Running"}, 0 written
    200 {"id":"<account>/operationStatuses/<id>","name":"<id>","status":"failed","error":{"code":"OperationFailed","message":"The update of the billing profile failed."}}, 0 written
    200 {"id":"<account>/operationStatuses/<id>","name":"<id>","status":"failed","error":{"code":"OperationFailed","message":"The update of the billing profile failed."}}, 0 written
    does not end
    202 accepted, 0 written
    202 accepted, 0 written
    202 accepted, 0 written
    202 accepted, 0 written
    "#);
}

#[tokio::test]
async fn immediate_update_needs_one_poll_to_fail() {
    let builder = ending(OperationOutcome::Failed).polls_until_done(0);
    let emulator = builder.start().await.unwrap();
    let link = begin(&emulator, "location").await;
    let poll = HttpClient::arm(&emulator).get(&link).await;
    assert_eq!((poll.status, writes(&emulator)), (409, [0, 0]));
    let next = HttpClient::arm(&emulator)
        .patch(&profile(), &json!({}))
        .await;
    assert_eq!((next.status, writes(&emulator)), (200, [0, 1]));
}

#[tokio::test]
async fn update_with_a_lost_response_can_fail() {
    let fails = Fault::new().operation(OperationOutcome::Failed);
    let emulator = planned([
        fails.clone().method("PATCH").status(500).committed(),
        fails.method("GET").nth(1),
    ])
    .start()
    .await
    .unwrap();
    let caller = HttpClient::arm(&emulator);
    assert_eq!(caller.patch(&profile(), &json!({})).await.status, 500);
    assert_eq!(caller.get(&profile()).await.status, 200);
}
