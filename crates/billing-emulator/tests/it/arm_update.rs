use std::time::Duration;

use billing_emulator::{Emulator, LocationStyle, SAMPLE_ACCOUNT, SAMPLE_PROFILE};
use serde_json::json;

use crate::wire::{API_VERSION, Caller, Reply, sample};

fn path() -> String {
    format!(
        "/providers/Microsoft.Billing/billingAccounts/{SAMPLE_ACCOUNT}/billingProfiles/{SAMPLE_PROFILE}?{API_VERSION}"
    )
}

fn writes(emulator: &Emulator) -> u64 {
    emulator
        .billing_profile_effective_writes(SAMPLE_ACCOUNT, SAMPLE_PROFILE)
        .unwrap()
}

/// The path to poll: that of an absolute location on this emulator, or a relative one itself.
fn location(reply: &Reply, emulator: &Emulator) -> String {
    let location = reply.header("location").unwrap();
    let path = location.strip_prefix(emulator.arm_url());
    path.unwrap_or(location).to_owned()
}

#[tokio::test]
async fn patch_without_polls_returns_200_with_the_profile() {
    let emulator = sample().polls_until_done(0).start().await.unwrap();
    let reply = Caller::arm(&emulator)
        .patch(&path(), &json!({ "properties": { "poNumber": "PO-2" } }))
        .await;
    insta::assert_snapshot!(reply.snapshot(&emulator));
    assert_eq!(writes(&emulator), 1);
}

async fn sequence(style: LocationStyle) -> String {
    let emulator = sample()
        .polls_until_done(3)
        .retry_after(Duration::from_secs(60))
        .location(style)
        .start()
        .await
        .unwrap();
    let caller = Caller::arm(&emulator);
    let patch = json!({ "properties": { "displayName": "Renamed", "poNumber": null } });
    let mut reply = caller.patch(&path(), &patch).await;
    let mut seen = format!("PATCH\n{}", reply.snapshot(&emulator));
    while reply.status == 202 {
        assert_eq!(writes(&emulator), 0, "nothing is written before it is done");
        reply = caller.get(&location(&reply, &emulator)).await;
        seen += &format!("\n\nGET\n{}", reply.snapshot(&emulator));
    }
    assert_eq!(writes(&emulator), 1);
    seen
}

#[tokio::test]
async fn update_finishes_at_a_relative_location() {
    insta::assert_snapshot!(sequence(LocationStyle::Relative).await);
}

#[tokio::test]
async fn update_finishes_at_an_absolute_location() {
    insta::assert_snapshot!(sequence(LocationStyle::Absolute).await);
}

#[tokio::test]
async fn async_operation_reports_status_until_the_result() {
    let emulator = sample()
        .location(LocationStyle::AsyncOperation)
        .start()
        .await
        .unwrap();
    let caller = Caller::arm(&emulator);
    let patch = json!({ "properties": { "poNumber": "PO-2" } });
    let accepted = caller.patch(&path(), &patch).await;
    let mut seen = format!("PATCH\n{}", accepted.snapshot(&emulator));
    let status = accepted.header("azure-asyncoperation").unwrap();
    let status = status.strip_prefix(emulator.arm_url()).unwrap();
    for (report, written) in [("InProgress", 0), ("Succeeded", 1), ("Succeeded", 1)] {
        let reply = caller.get(status).await;
        assert_eq!(reply.json()["status"], report);
        assert_eq!(writes(&emulator), written);
        seen += &format!("\n\nGET\n{}", reply.snapshot(&emulator));
    }
    let result = caller.get(&location(&accepted, &emulator)).await;
    assert_eq!(result.json()["properties"]["poNumber"], "PO-2");
    assert_eq!(caller.send("PUT", status, "{}").await.status, 405);
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn update_with_location_only_has_no_status() {
    let emulator = sample().start().await.unwrap();
    let caller = Caller::arm(&emulator);
    let accepted = caller.patch(&path(), &json!({ "properties": {} })).await;
    let location = location(&accepted, &emulator);
    let status = location.replace(
        "operationResults/patchBillingProfile_",
        "operationStatuses/",
    );
    assert_ne!(status, location);
    assert_eq!(caller.get(&status).await.status, 404);
}

#[tokio::test]
async fn update_is_visible_and_counted_when_it_is_done() {
    let emulator = sample().polls_until_done(2).start().await.unwrap();
    let caller = Caller::arm(&emulator);
    let before = caller.get(&path()).await.body;
    let accepted = caller
        .patch(&path(), &json!({ "properties": { "poNumber": "PO-2" } }))
        .await;
    let location = location(&accepted, &emulator);
    assert_eq!(accepted.status, 202);
    assert_eq!(caller.get(&path()).await.body, before);
    assert_eq!(caller.get(&location).await.status, 202);
    assert_eq!(caller.get(&path()).await.body, before);
    let done = caller.get(&location).await;
    assert_eq!(done.status, 200);
    assert_eq!(done.json()["properties"]["poNumber"], "PO-2");
    assert_eq!(caller.get(&path()).await.body, done.body);
    for _ in 0..3 {
        assert_eq!(caller.get(&location).await.body, done.body);
    }
    assert_eq!(writes(&emulator), 1);
}

#[tokio::test]
async fn of_two_overlapping_updates_the_last_to_finish_wins() {
    let emulator = sample().polls_until_done(1).start().await.unwrap();
    let caller = Caller::arm(&emulator);
    let mut locations = Vec::new();
    for name in ["First", "Second"] {
        let patch = json!({ "properties": { "displayName": name } });
        locations.push(location(&caller.patch(&path(), &patch).await, &emulator));
    }
    assert_ne!(locations[0], locations[1]);
    for location in locations.iter().rev() {
        assert_eq!(caller.get(location).await.status, 200);
    }
    let stored = emulator.billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE);
    assert_eq!(stored.unwrap()["properties"]["displayName"], "First");
    assert_eq!(writes(&emulator), 2);
}

#[tokio::test]
async fn location_is_served_with_its_or_the_update_s_version() {
    let builder = sample().location(LocationStyle::Relative);
    let emulator = builder.start().await.unwrap();
    let caller = Caller::arm(&emulator);
    let accepted = caller.patch(&path(), &json!({ "properties": {} })).await;
    let location = location(&accepted, &emulator);
    let other = location.replace("2018-05-31-preview", "2020-05-01");
    assert_ne!(location, other);
    let refused = caller.get(&other).await;
    assert_eq!(refused.status, 404);
    assert_eq!(
        refused.json()["error"]["message"],
        "The resource type 'billingOperations' could not be found in the namespace \
         'Microsoft.Billing' for api version '2020-05-01'. The supported api-versions are \
         '2018-05-31-preview'."
    );
    let rewritten = location.replace("2018-05-31-preview", "2019-10-01-preview");
    assert_eq!(caller.get(&rewritten).await.status, 202);
    assert_eq!(caller.get(&location).await.status, 200);
}

#[tokio::test]
async fn retry_after_is_whole_seconds_rounded_up() {
    for (wait, header) in [
        (Duration::ZERO, "0"),
        (Duration::from_millis(1), "1"),
        (Duration::from_millis(1500), "2"),
        (Duration::from_secs(60), "60"),
    ] {
        let emulator = sample().retry_after(wait).start().await.unwrap();
        let reply = Caller::arm(&emulator)
            .patch(&path(), &json!({ "properties": {} }))
            .await;
        assert_eq!(reply.header("retry-after"), Some(header), "{wait:?}");
    }
}

#[tokio::test]
async fn unreadable_patch_starts_no_operation() {
    let emulator = sample().start().await.unwrap();
    let caller = Caller::arm(&emulator);
    let as_type = |media_type| caller.clone().with("content-type", media_type);
    let nobody = path().replace(SAMPLE_PROFILE, "nobody");
    let sends = [
        (&caller, path(), ""),
        (&as_type(""), path(), "{}"),
        (&as_type("application/xml"), path(), "<a/>"),
        (&caller, path(), "{"),
        (&caller, path(), "[{\"op\":\"remove\"}]"),
        (&caller, path(), "{\"properties\":null}"),
        (&caller, path(), "{\"properties\":[]}"),
        (&caller, path(), "{\"properties\":{\"poNumber\":7}}"),
        (
            &caller,
            path(),
            "{\"properties\":{\"invoiceEmailOptIn\":\"true\"}}",
        ),
        (
            &caller,
            path(),
            "{\"properties\":{\"address\":{\"city\":[]}}}",
        ),
        (
            &caller,
            path(),
            "{\"properties\":{\"enabledAzurePlans\":{}}}",
        ),
        (
            &caller,
            path(),
            "{\"properties\":{\"enabledAzurePlans\":[null]}}",
        ),
        (&caller, nobody, "{}"),
    ];
    let mut seen = String::new();
    for (caller, path, body) in sends {
        let reply = caller.send("PATCH", &path, body).await;
        let media_type = reply.header("content-type").unwrap();
        seen += &format!("{body}\n  {media_type}\n  {}\n", reply.brief());
    }
    insta::assert_snapshot!(seen);
    assert_eq!(writes(&emulator), 0);
}
