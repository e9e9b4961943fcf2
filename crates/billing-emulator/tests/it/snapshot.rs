//! Snapshots: all documents, saved and loaded.

use billing_emulator::{
    Emulator, Error, SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE, Snapshot,
};
use serde_json::{Value, json};

use crate::support::{HttpClient, customer_path, profile_path, sample};

/// Writes to both services once.
async fn changed() -> Emulator {
    let emulator = sample().polls_until_done(0).start().await.unwrap();
    let body = json!({ "firstName": "Lee" });
    let written = HttpClient::partner(&emulator)
        .put(&customer_path(), &body)
        .await;
    assert_eq!(written.status, 200);
    let patch = json!({ "properties": { "poNumber": "PO-9", "address": null } });
    let written = HttpClient::arm(&emulator)
        .patch(&profile_path(), &patch)
        .await;
    assert_eq!(written.status, 200);
    emulator
}

fn etag(emulator: &Emulator) -> String {
    let profile = emulator.customer_billing_profile(SAMPLE_CUSTOMER_ID);
    profile.unwrap()["attributes"]["etag"].to_string()
}

#[tokio::test]
async fn snapshot_is_loaded_and_saved_again_byte_for_byte() {
    let first = changed().await;
    let saved = first.snapshot().to_json();
    let loaded = Snapshot::from_json(&saved).unwrap();
    assert_eq!(loaded, first.snapshot());

    let second = Emulator::builder().snapshot(loaded).start().await.unwrap();
    assert_eq!(second.snapshot().to_json(), saved);
    assert_eq!(etag(&second), etag(&first));
    for emulator in [&first, &second] {
        let profile = emulator
            .billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE)
            .unwrap();
        assert_eq!(profile["properties"]["poNumber"], "PO-9");
        assert_eq!(profile["properties"].get("address"), None);
    }
    assert_eq!(
        second.customer_effective_writes(SAMPLE_CUSTOMER_ID),
        Some(0)
    );
}

#[tokio::test]
async fn snapshot_has_members_in_the_services_order() {
    let emulator = Emulator::builder()
        .seed(7)
        .customer(
            "33333333-AAAA-4bbb-8ccc-dddddddddddd",
            json!({ "culture": "EN-us", "firstName": "Kim", "defaultAddress": { "city": "Tacoma", "country": "US" } }),
        )
        .billing_profile("70023418", "P-1", json!({ "properties": { "poNumber": "PO-1", "displayName": "Kim" } }));
    let emulator = emulator.start().await.unwrap();
    let json = String::from_utf8(emulator.snapshot().to_json()).unwrap();
    insta::assert_snapshot!(json);
    assert_eq!(
        format!("{:?}", emulator.snapshot()),
        "Snapshot { customers: 1, billing_accounts: 1 }"
    );
}

#[tokio::test]
async fn etags_from_before_a_snapshot_are_not_reused() {
    let first = sample().start().await.unwrap();
    let caller = HttpClient::partner(&first);
    let mut seen = vec![etag(&first)];
    for _ in 0..3 {
        caller.put(&customer_path(), &json!({})).await;
        seen.push(etag(&first));
    }
    // The same seed would give the same etags for the same counts.
    let second = Emulator::builder().seed(7).snapshot(first.snapshot());
    let second = second.start().await.unwrap();
    let caller = HttpClient::partner(&second);
    for _ in 0..3 {
        caller.put(&customer_path(), &json!({})).await;
        assert!(!seen.contains(&etag(&second)));
        seen.push(etag(&second));
    }
}

#[tokio::test]
async fn the_control_api_saves_and_loads() {
    let first = changed().await;
    let control = HttpClient::anonymous(first.control_url());
    let saved = control.get("/api/state").await;
    assert_eq!(saved.status, 200);
    assert_eq!(
        Snapshot::from_json(saved.body.as_bytes()).unwrap(),
        first.snapshot()
    );

    let second = Emulator::builder().sample_data().start().await.unwrap();
    let caller =
        HttpClient::partner(&second).with("ms-requestid", "11111111-1111-4111-8111-111111111111");
    assert_eq!(
        caller
            .put(&customer_path(), &json!({ "firstName": "Kim" }))
            .await
            .status,
        200
    );
    let begun = HttpClient::arm(&second)
        .patch(&profile_path(), &json!({ "properties": {} }))
        .await;
    let poll = begun.header("location").unwrap().to_owned();

    let control = HttpClient::anonymous(second.control_url());
    let loaded = control.send("PUT", "/api/state", &saved.body).await;
    assert_eq!((loaded.status, &loaded.body), (200, &saved.body));
    assert_eq!(second.snapshot(), first.snapshot());
    assert_eq!(
        second.customer_effective_writes(SAMPLE_CUSTOMER_ID),
        Some(0)
    );
    assert_eq!(second.requests().len(), 2, "the log stays");
    assert_eq!(
        HttpClient::arm(&second).get(&poll).await.status,
        404,
        "its profile is another now"
    );
    let again = caller
        .put(&customer_path(), &json!({ "firstName": "Lou" }))
        .await;
    assert_eq!(
        again.status, 200,
        "the id belonged to a write of what is gone: {}",
        again.body
    );

    second.reset();
    assert_ne!(second.snapshot(), first.snapshot());
}

#[tokio::test]
async fn invalid_snapshot_changes_nothing_and_is_located() {
    let emulator = sample().start().await.unwrap();
    let before = emulator.snapshot();
    let control = HttpClient::anonymous(emulator.control_url());
    let mut seen = String::new();
    for body in [
        "{",
        r#"{"customer": {}}"#,
        r#"{"customers": {"contoso": {}}}"#,
        r#"{"customers": {}, "billingAccounts": {"70023418": {"P-1": {"properties": {"poNumber": 7}}}}}"#,
    ] {
        seen += &control.send("PUT", "/api/state", body).await.brief();
        seen.push('\n');
    }
    seen += &control.send("POST", "/api/state", "").await.brief();
    insta::assert_snapshot!(seen, @r#"
    400 {"error":"the snapshot: EOF while parsing an object at line 1 column 1"}
    400 {"error":"the snapshot: unknown field `customer`, expected one of `customers`, `companies`, `billingAccounts` at line 1 column 11"}
    400 {"error":"customer contoso: the tenant id must be a GUID"}
    400 {"error":"billing profile 70023418/P-1, properties.poNumber: must be a string"}
    405 {"error":"this is served with GET and PUT"}
    "#);
    assert_eq!(emulator.snapshot(), before);
    let refused = emulator.load(Snapshot::from_json(br#"{"customers": {"contoso": {}}}"#).unwrap());
    assert!(matches!(refused, Err(Error::InvalidData { .. })));
}

#[tokio::test]
async fn snapshot_can_exceed_the_size_of_other_requests() {
    let large = Emulator::builder().synthetic_data(1, 3_000, 0);
    let large = large.start().await.unwrap().snapshot();
    let body = String::from_utf8(large.to_json()).unwrap();
    assert!(body.len() > 2 * 1024 * 1024);
    let emulator = sample().start().await.unwrap();
    let control = HttpClient::anonymous(emulator.control_url());
    assert_eq!(control.send("PUT", "/api/state", &body).await.status, 200);
    let resources: Vec<Value> =
        serde_json::from_str(&control.get("/api/resources").await.body).unwrap();
    assert_eq!(resources.len(), 3_000);
}

#[tokio::test]
async fn too_large_snapshot_is_refused_with_a_response() {
    let emulator = sample().start().await.unwrap();
    let control = HttpClient::anonymous(emulator.control_url());
    let body = " ".repeat(64 * 1024 * 1024 + 1);
    let response = control.send("PUT", "/api/state", &body).await;
    assert_eq!(
        response.brief(),
        r#"413 {"error":"the body is larger than 64 MiB; load a larger snapshot when the emulator starts (--data)"}"#
    );
}
