use std::time::Duration;

use billing_emulator::{Emulator, SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE, Service};
use serde_json::{Value, json};

use crate::wire::{API_VERSION, Caller, sample, start};

async fn get(emulator: &Emulator, path: &str) -> Value {
    let reply = Caller::anonymous(emulator.control_url()).get(path).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.header("content-type"), Some("application/json"));
    reply.json()
}

#[tokio::test]
async fn each_resource_is_shown_with_its_effective_writes_and_present_state() {
    let customer = "33333333-aaaa-4bbb-8ccc-dddddddddddd";
    let emulator = Emulator::builder()
        .seed(7)
        .customer(customer, json!({ "firstName": "Kim" }))
        .billing_profile("account", "profile", json!({ "properties": {} }))
        .start()
        .await
        .unwrap();
    Caller::partner(&emulator)
        .put(
            &format!("/v1/customers/{customer}/profiles/billing"),
            &json!({ "firstName": "Lee" }),
        )
        .await;
    let resources = get(&emulator, "/api/resources").await;
    insta::with_settings!({ sort_maps => true }, {
        insta::assert_json_snapshot!(resources);
    });
    assert_eq!(
        get(&emulator, "/api/resources?service=partner").await,
        json!([resources[0]])
    );
    assert_eq!(
        get(&emulator, "/api/resources?service=arm").await,
        json!([resources[1]])
    );
}

#[tokio::test]
async fn requests_are_listed_in_order_with_the_path_as_sent_and_the_status() {
    let emulator = sample().start().await.unwrap();
    let encoded = SAMPLE_ACCOUNT.replace(':', "%3A");
    let customer = format!("/v1/customers/{SAMPLE_CUSTOMER_ID}/profiles/billing");
    let profile = format!(
        "/providers/Microsoft.Billing/billingAccounts/{encoded}/billingProfiles/{SAMPLE_PROFILE}?{API_VERSION}"
    );
    Caller::partner(&emulator).get(&customer).await;
    Caller::arm(&emulator).patch(&profile, &json!({})).await;
    Caller::anonymous(emulator.arm_url()).get("/?a=b").await;
    let expected = json!([
        { "service": "partner", "method": "GET", "path": customer, "status": 200 },
        { "service": "arm", "method": "PATCH", "path": profile, "status": 202 },
        { "service": "arm", "method": "GET", "path": "/?a=b", "status": 400 }
    ]);
    assert_eq!(get(&emulator, "/api/requests").await, expected);
    let requests = emulator.requests();
    assert_eq!(serde_json::to_value(&requests).unwrap(), expected);
    assert_eq!(requests[0].service, Service::Partner);
}

#[tokio::test]
async fn other_paths_methods_and_services_are_refused() {
    let emulator = sample().start().await.unwrap();
    let caller = Caller::anonymous(emulator.control_url());
    let mut seen = String::new();
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/api/resources?service=other"),
        ("POST", "/api/requests"),
        ("DELETE", "/api/clock"),
        ("GET", "/api/reset"),
    ] {
        let reply = caller.send(method, path, "").await;
        seen += &format!("{method} {path}\n  {}\n", reply.brief());
    }
    insta::assert_snapshot!(seen, @r#"
GET /
  404 {"error":"there are /api/resources, /api/requests, /api/faults, /api/clock, /api/reset and /openapi.json"}
GET /api/resources?service=other
  400 {"error":"service is partner or arm"}
POST /api/requests
  405 {"error":"this can only be read, with GET"}
DELETE /api/clock
  405 {"error":"this is read with GET and changed with POST"}
GET /api/reset
  405 {"error":"this is done with POST, which needs no body"}
"#);
}

/// What a customer's update and an accepted one of a profile answer, with everything in it that is
/// counted, dated or generated.
async fn work(emulator: &Emulator) -> String {
    let customer = format!("/v1/customers/{SAMPLE_CUSTOMER_ID}/profiles/billing");
    let profile = format!(
        "/providers/Microsoft.Billing/billingAccounts/{SAMPLE_ACCOUNT}/billingProfiles/{SAMPLE_PROFILE}?{API_VERSION}"
    );
    let partner = Caller::partner(emulator);
    let written = partner.put(&customer, &json!({ "firstName": "Lee" })).await;
    let arm = Caller::arm(emulator);
    let begun = arm.patch(&profile, &json!({ "properties": {} })).await;
    written.snapshot(emulator) + &begun.snapshot(emulator)
}

#[tokio::test]
async fn after_a_reset_everything_happens_as_it_did_at_the_start() {
    let emulator = sample().start().await.unwrap();
    let resources = get(&emulator, "/api/resources").await;
    let first = work(&emulator).await;
    assert_ne!(get(&emulator, "/api/resources").await, resources);
    emulator.advance_clock(Duration::from_secs(60)).unwrap();

    let caller = Caller::anonymous(emulator.control_url());
    let reply = caller.send("POST", "/api/reset", "").await;
    assert_eq!(reply.brief(), "200 {}");
    assert_eq!(emulator.now(), start());
    assert_eq!(get(&emulator, "/api/resources").await, resources);
    assert_eq!(get(&emulator, "/api/requests").await, json!([]));
    assert_eq!(work(&emulator).await, first);

    emulator.reset();
    assert_eq!(
        emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID),
        Some(0)
    );
}
