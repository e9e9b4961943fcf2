//! Updates of billing profiles, and their polls.

use std::time::Duration;

use billing_emulator::{Emulator, LocationStyle, SAMPLE_ACCOUNT, SAMPLE_PROFILE};
use serde_json::json;

use crate::support::{HttpClient, HttpResponse, profile_path, profile_writes, sample};

/// Returns the path to poll, from an absolute or a relative location.
fn location(response: &HttpResponse, emulator: &Emulator) -> String {
    let location = response.header("location").unwrap();
    let path = location.strip_prefix(emulator.arm_url());
    path.unwrap_or(location).to_owned()
}

#[tokio::test]
async fn patch_without_polls_returns_200_with_the_profile() {
    let emulator = sample().polls_until_done(0).start().await.unwrap();
    let response = HttpClient::arm(&emulator)
        .patch(
            &profile_path(),
            &json!({ "properties": { "poNumber": "PO-2" } }),
        )
        .await;
    insta::assert_snapshot!(response.snapshot(&emulator));
    assert_eq!(profile_writes(&emulator), 1);
}

async fn sequence(style: LocationStyle) -> String {
    let emulator = sample()
        .polls_until_done(3)
        .retry_after(Duration::from_secs(60))
        .location(style)
        .start()
        .await
        .unwrap();
    let caller = HttpClient::arm(&emulator);
    let patch = json!({ "properties": { "displayName": "Renamed", "poNumber": null } });
    let mut response = caller.patch(&profile_path(), &patch).await;
    let mut seen = format!("PATCH\n{}", response.snapshot(&emulator));
    while response.status == 202 {
        assert_eq!(
            profile_writes(&emulator),
            0,
            "nothing is written before it is done"
        );
        response = caller.get(&location(&response, &emulator)).await;
        seen += &format!("\n\nGET\n{}", response.snapshot(&emulator));
    }
    assert_eq!(profile_writes(&emulator), 1);
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
    let caller = HttpClient::arm(&emulator);
    let patch = json!({ "properties": { "poNumber": "PO-2" } });
    let accepted = caller.patch(&profile_path(), &patch).await;
    let mut seen = format!("PATCH\n{}", accepted.snapshot(&emulator));
    let status = accepted.header("azure-asyncoperation").unwrap();
    let status = status.strip_prefix(emulator.arm_url()).unwrap();
    for (report, written) in [("InProgress", 0), ("Succeeded", 1), ("Succeeded", 1)] {
        let response = caller.get(status).await;
        assert_eq!(response.json()["status"], report);
        assert_eq!(profile_writes(&emulator), written);
        seen += &format!("\n\nGET\n{}", response.snapshot(&emulator));
    }
    let result = caller.get(&location(&accepted, &emulator)).await;
    assert_eq!(result.json()["properties"]["poNumber"], "PO-2");
    assert_eq!(caller.send("PUT", status, "{}").await.status, 405);
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn update_with_location_only_has_no_status() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::arm(&emulator);
    let accepted = caller
        .patch(&profile_path(), &json!({ "properties": {} }))
        .await;
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
    let caller = HttpClient::arm(&emulator);
    let before = caller.get(&profile_path()).await.body;
    let accepted = caller
        .patch(
            &profile_path(),
            &json!({ "properties": { "poNumber": "PO-2" } }),
        )
        .await;
    let location = location(&accepted, &emulator);
    assert_eq!(accepted.status, 202);
    assert_eq!(caller.get(&profile_path()).await.body, before);
    assert_eq!(caller.get(&location).await.status, 202);
    assert_eq!(caller.get(&profile_path()).await.body, before);
    let done = caller.get(&location).await;
    assert_eq!(done.status, 200);
    assert_eq!(done.json()["properties"]["poNumber"], "PO-2");
    assert_eq!(caller.get(&profile_path()).await.body, done.body);
    for _ in 0..3 {
        assert_eq!(caller.get(&location).await.body, done.body);
    }
    assert_eq!(profile_writes(&emulator), 1);
}

#[tokio::test]
async fn of_two_overlapping_updates_the_last_to_finish_wins() {
    let emulator = sample().polls_until_done(1).start().await.unwrap();
    let caller = HttpClient::arm(&emulator);
    let mut locations = Vec::new();
    for name in ["First", "Second"] {
        let patch = json!({ "properties": { "displayName": name } });
        locations.push(location(
            &caller.patch(&profile_path(), &patch).await,
            &emulator,
        ));
    }
    assert_ne!(locations[0], locations[1]);
    for location in locations.iter().rev() {
        assert_eq!(caller.get(location).await.status, 200);
    }
    let stored = emulator.billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE);
    assert_eq!(stored.unwrap()["properties"]["displayName"], "First");
    assert_eq!(profile_writes(&emulator), 2);
}

#[tokio::test]
async fn location_is_served_with_its_or_the_update_s_version() {
    let builder = sample().location(LocationStyle::Relative);
    let emulator = builder.start().await.unwrap();
    let caller = HttpClient::arm(&emulator);
    let accepted = caller
        .patch(&profile_path(), &json!({ "properties": {} }))
        .await;
    let location = location(&accepted, &emulator);
    let other = location.replace("2018-05-31-preview", "2021-10-01");
    assert_ne!(location, other);
    let refused = caller.get(&other).await;
    assert_eq!(refused.status, 404);
    assert_eq!(
        refused.json()["error"]["message"],
        "The resource type 'billingOperations' could not be found in the namespace \
         'Microsoft.Billing' for api version '2021-10-01'. The supported api-versions are \
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
        let response = HttpClient::arm(&emulator)
            .patch(&profile_path(), &json!({ "properties": {} }))
            .await;
        assert_eq!(response.header("retry-after"), Some(header), "{wait:?}");
    }
}

#[tokio::test]
async fn unreadable_patch_starts_no_operation() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::arm(&emulator);
    let as_type = |media_type| caller.clone().with("content-type", media_type);
    let nobody = profile_path().replace(SAMPLE_PROFILE, "nobody");
    let sends = [
        (&caller, profile_path(), ""),
        (&as_type(""), profile_path(), "{}"),
        (&as_type("application/xml"), profile_path(), "<a/>"),
        (&caller, profile_path(), "{"),
        (&caller, profile_path(), "[{\"op\":\"remove\"}]"),
        (&caller, profile_path(), "{\"properties\":null}"),
        (&caller, profile_path(), "{\"properties\":[]}"),
        (&caller, profile_path(), "{\"properties\":{\"poNumber\":7}}"),
        (
            &caller,
            profile_path(),
            "{\"properties\":{\"invoiceEmailOptIn\":\"true\"}}",
        ),
        (
            &caller,
            profile_path(),
            "{\"properties\":{\"address\":{\"city\":[]}}}",
        ),
        (
            &caller,
            profile_path(),
            "{\"properties\":{\"enabledAzurePlans\":{}}}",
        ),
        (
            &caller,
            profile_path(),
            "{\"properties\":{\"enabledAzurePlans\":[null]}}",
        ),
        (&caller, nobody, "{}"),
    ];
    let mut seen = String::new();
    for (caller, path, body) in sends {
        let response = caller.send("PATCH", &path, body).await;
        let media_type = response.header("content-type").unwrap();
        seen += &format!("{body}\n  {media_type}\n  {}\n", response.brief());
    }
    insta::assert_snapshot!(seen);
    assert_eq!(profile_writes(&emulator), 0);
}
