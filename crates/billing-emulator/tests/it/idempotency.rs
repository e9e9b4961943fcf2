//! Writes that are repeated with the same `MS-RequestId`.

use std::time::Duration;

use billing_emulator::{
    Emulator, SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_CUSTOMER_ID, SAMPLE_PROFILE,
};
use serde_json::{Value, json};

use crate::support::{HttpClient, HttpResponse, customer_writes, profile_path, sample};

const ID: &str = "1b6e2f0a-93d5-4c1e-8a77-5d20c4e9b311";

fn path(customer: &str) -> String {
    format!("/v1/customers/{customer}/profiles/billing")
}

fn caller(emulator: &Emulator) -> HttpClient {
    HttpClient::partner(emulator).with("ms-requestid", ID)
}

async fn put(caller: &HttpClient, body: &Value) -> HttpResponse {
    caller.put(&path(SAMPLE_CUSTOMER_ID), body).await
}

#[tokio::test]
async fn repeated_write_gets_the_same_bytes_and_is_not_written() {
    let emulator = sample().start().await.unwrap();
    let caller = caller(&emulator);
    let body = json!({ "firstName": "Kim" });
    let first = put(&caller, &body).await;
    assert_eq!((first.status, customer_writes(&emulator)), (200, 1));
    // Another client writes in between.
    emulator
        .replace_customer_billing_profile(SAMPLE_CUSTOMER_ID, json!({ "firstName": "Other" }))
        .unwrap();
    let again = put(&caller, &body).await;
    assert_eq!(again.snapshot(&emulator), first.snapshot(&emulator));
    // The request id and the customer's id are GUIDs, in any case.
    let other_case = HttpClient::partner(&emulator).with("ms-requestid", &ID.to_uppercase());
    let upper = path(&SAMPLE_CUSTOMER_ID.to_uppercase());
    assert_eq!(other_case.put(&upper, &body).await.body, first.body);
    assert_eq!(customer_writes(&emulator), 2);
    let stored = caller.get(&path(SAMPLE_CUSTOMER_ID)).await;
    assert_eq!(stored.json()["firstName"], "Other");
}

#[tokio::test]
async fn replayed_response_has_the_retry_s_own_ids() {
    let emulator = sample().start().await.unwrap();
    let first = put(&caller(&emulator), &json!({})).await;
    let correlation = "9e4a7c52-06bf-4d83-b1f4-7a8c3d5e6f22";
    let retry = caller(&emulator)
        .with("ms-correlationid", correlation)
        .with("ms-cv", "PmvzQKgYek6Sdk/T5sWaqw.2");
    let again = put(&retry, &json!({})).await;
    assert_eq!(again.body, first.body);
    assert_eq!(again.header("ms-correlationid"), Some(correlation));
    assert_eq!(again.header("ms-cv"), Some("PmvzQKgYek6Sdk/T5sWaqw.2"));
    assert_eq!(customer_writes(&emulator), 1);
}

#[tokio::test]
async fn request_id_with_another_request_is_a_conflict() {
    let emulator = sample().start().await.unwrap();
    let caller = caller(&emulator);
    put(&caller, &json!({ "firstName": "Kim" })).await;
    let other_body = put(&caller, &json!({ "firstName": "Lee" })).await;
    let other_path = path(SAMPLE_OTHER_CUSTOMER_ID);
    let same_body = json!({ "firstName": "Kim" });
    let other_path = caller.put(&other_path, &same_body).await;
    let other_type = caller.clone().with("content-type", "text/json");
    let other_type = put(&other_type, &same_body).await;
    insta::assert_snapshot!(other_body.snapshot(&emulator), @r#"
    HTTP/1.1 409 Conflict
    Content-Length: 115
    Content-Type: application/json; charset=utf-8
    MS-CV: wRvYflsLcymFWYVW.0
    MS-CorrelationId: 143b1033-d479-418b-b90d-48002d073285
    MS-RequestId: 1b6e2f0a-93d5-4c1e-8a77-5d20c4e9b311
    MS-ServerId: 00000001

    {"code":409,"description":"The MS-RequestId was used before, with another request.","data":[],"source":"PartnerFD"}
    "#);
    assert_eq!(other_path.brief(), other_body.brief());
    assert_eq!(other_type.brief(), other_body.brief());
    assert_eq!(customer_writes(&emulator), 1);
    let other = emulator.customer_effective_writes(SAMPLE_OTHER_CUSTOMER_ID);
    assert_eq!(other, Some(0));
    // The conflict did not replace the recorded response.
    assert_eq!(put(&caller, &same_body).await.status, 200);
}

#[tokio::test]
async fn business_error_is_replayed_for_the_same_request_id() {
    let emulator = sample().start().await.unwrap();
    let etag = |tag: &str| json!({ "attributes": { "etag": tag } });
    let current = emulator
        .customer_billing_profile(SAMPLE_CUSTOMER_ID)
        .unwrap();
    let current = current["attributes"]["etag"].as_str().unwrap();
    let stale = put(&caller(&emulator), &etag("1")).await;
    assert_eq!(stale.json()["code"], 2055);
    let again = put(&caller(&emulator), &etag("1")).await;
    assert_eq!(again.brief(), stale.brief());
    // A corrected request with the same id is a conflict.
    let corrected = put(&caller(&emulator), &etag(current)).await;
    assert_eq!((corrected.status, customer_writes(&emulator)), (409, 0));
    let new_id = HttpClient::partner(&emulator).with("ms-requestid", SAMPLE_CUSTOMER_ID);
    assert_eq!(put(&new_id, &etag(current)).await.status, 200);
}

#[tokio::test]
async fn early_error_leaves_the_request_id_unused() {
    let emulator = sample().start().await.unwrap();
    let body = json!({ "firstName": "Kim" });
    let mut seen = Vec::new();
    for (name, value) in [
        ("authorization", "Bearer other"),
        ("accept", "text/html"),
        ("content-type", "text/html"),
    ] {
        let refused = caller(&emulator).with(name, value);
        seen.push(put(&refused, &body).await.status);
    }
    assert_eq!(seen, [401, 406, 415]);
    assert_eq!(put(&caller(&emulator), &body).await.status, 200);
    assert_eq!(customer_writes(&emulator), 1);
}

#[tokio::test]
async fn writes_without_a_valid_request_id_are_independent() {
    let emulator = sample().start().await.unwrap();
    for id in ["", "", "one", "one"] {
        let caller = HttpClient::partner(&emulator).with("ms-requestid", id);
        assert_eq!(put(&caller, &json!({})).await.status, 200);
    }
    assert_eq!(customer_writes(&emulator), 4);
}

#[tokio::test]
async fn request_id_is_forgotten_after_a_day_or_a_reset() {
    let emulator = sample().start().await.unwrap();
    let body = json!({ "firstName": "Kim" });
    put(&caller(&emulator), &body).await;
    let day = Duration::from_secs(24 * 60 * 60);
    let second = Duration::from_secs(1);
    emulator.advance_clock(day - second).unwrap();
    put(&caller(&emulator), &body).await;
    assert_eq!(customer_writes(&emulator), 1);
    emulator.advance_clock(second).unwrap();
    put(&caller(&emulator), &body).await;
    assert_eq!(customer_writes(&emulator), 2);
    emulator.reset();
    put(&caller(&emulator), &body).await;
    assert_eq!(customer_writes(&emulator), 1);
}

#[tokio::test]
async fn replayed_responses_are_limited_to_64_mib() {
    let emulator = sample().start().await.unwrap();
    let large = json!({ "firstName": "K".repeat(1_000_000) });
    put(&caller(&emulator), &large).await;
    let mut written = 1;
    for (later, is_known) in [(66, true), (1, false)] {
        for _ in 0..later {
            written += 1;
            let id = format!("00000000-0000-4000-8000-{written:012}");
            let other = HttpClient::partner(&emulator).with("ms-requestid", &id);
            assert_eq!(put(&other, &large).await.status, 200);
        }
        assert_eq!(put(&caller(&emulator), &large).await.status, 200);
        written += u64::from(!is_known);
        assert_eq!(customer_writes(&emulator), written);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_writes_with_one_request_id_write_once() {
    let emulator = sample().start().await.unwrap();
    let caller = caller(&emulator);
    let mut requests = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let caller = caller.clone();
        requests.spawn(async move { put(&caller, &json!({ "firstName": "Kim" })).await.body });
    }
    let mut bodies = requests.join_all().await;
    bodies.dedup();
    assert_eq!((bodies.len(), customer_writes(&emulator)), (1, 1));
}

#[tokio::test]
async fn arm_refuses_unknown_id() {
    let emulator = sample().polls_until_done(0).start().await.unwrap();
    let profile = profile_path();
    let caller = HttpClient::arm(&emulator)
        .with("ms-requestid", ID)
        .with("x-ms-client-request-id", ID);
    for _ in 0..2 {
        let response = caller.patch(&profile, &json!({ "properties": {} })).await;
        assert_eq!(response.status, 200);
    }
    let writes = emulator.billing_profile_effective_writes(SAMPLE_ACCOUNT, SAMPLE_PROFILE);
    assert_eq!(writes, Some(2));
}
