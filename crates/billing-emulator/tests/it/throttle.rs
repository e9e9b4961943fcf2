use std::time::Duration;

use billing_emulator::{
    Emulator, SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_CUSTOMER_ID, SAMPLE_PROFILE,
};
use serde_json::json;

use crate::wire::{API_VERSION, Caller, Reply, sample};

const READS_LEFT: &str = "x-ms-ratelimit-remaining-tenant-reads";
const WRITES_LEFT: &str = "x-ms-ratelimit-remaining-tenant-writes";

fn customer(id: &str) -> String {
    format!("/v1/customers/{id}/profiles/billing")
}

fn profile() -> String {
    format!(
        "/providers/Microsoft.Billing/billingAccounts/{SAMPLE_ACCOUNT}/billingProfiles/{SAMPLE_PROFILE}?{API_VERSION}"
    )
}

fn advance(emulator: &Emulator, milliseconds: u64) {
    let by = Duration::from_millis(milliseconds);
    emulator.advance_clock(by).unwrap();
}

/// How many more reads of a customer are let through, if it is fewer than a thousand.
async fn reads_left(caller: &Caller) -> u32 {
    let path = customer(SAMPLE_CUSTOMER_ID);
    let mut left = 0;
    while left < 1_000 && caller.get(&path).await.status == 200 {
        left += 1;
    }
    left
}

async fn patch(emulator: &Emulator) -> Reply {
    let body = json!({ "properties": {} });
    Caller::arm(emulator).patch(&profile(), &body).await
}

#[tokio::test]
async fn a_customer_s_five_hundred_requests_a_minute_come_back_evenly() {
    let emulator = sample().start().await.unwrap();
    let caller = Caller::partner(&emulator);
    assert_eq!(reads_left(&caller).await, 500);
    advance(&emulator, 119);
    assert_eq!(reads_left(&caller).await, 0);
    advance(&emulator, 1);
    assert_eq!(reads_left(&caller).await, 1);
    advance(&emulator, 6_000);
    assert_eq!(reads_left(&caller).await, 50);
    advance(&emulator, 600_000);
    assert_eq!(reads_left(&caller).await, 500);
}

#[tokio::test]
async fn the_gateway_of_partner_center_refuses_in_a_form_of_its_own_and_nothing_is_written() {
    let builder = sample().partner_requests_per_minute(1);
    let emulator = builder.start().await.unwrap();
    let caller = Caller::partner(&emulator)
        .with("accept", "application/xml")
        .with("ms-requestid", "1b6e2f0a-93d5-4c1e-8a77-5d20c4e9b311");
    let path = customer(SAMPLE_CUSTOMER_ID);
    assert_eq!(caller.get(&path).await.status, 200);
    advance(&emulator, 3_001);
    let refused = caller.put(&path, &json!({})).await;
    insta::assert_snapshot!(refused.snapshot(&emulator), @r#"
    HTTP/1.1 429 Too Many Requests
    Content-Length: 84
    Content-Type: application/json
    Retry-After: 57

    { "statusCode": 429, "message": "Rate limit is exceeded. Try again in 57 seconds." }
    "#);
    assert_eq!(refused.body.len(), 84);
    let writes = || emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID);
    assert_eq!(writes(), Some(0));
    // After the time that it names it is let through, and the request id was not used up.
    advance(&emulator, 56_998);
    assert_eq!(caller.put(&path, &json!({})).await.status, 429);
    advance(&emulator, 2);
    assert_eq!(caller.put(&path, &json!({})).await.status, 200);
    assert_eq!(writes(), Some(1));
    assert_eq!(emulator.requests().last().unwrap().status, 200);
}

#[tokio::test]
async fn each_customer_has_a_bucket_of_its_own_and_lists_and_unknown_customers_share_another() {
    let builder = sample().partner_requests_per_minute(1);
    let emulator = builder.start().await.unwrap();
    let caller = Caller::partner(&emulator);
    let mut seen = Vec::new();
    for path in [
        customer(SAMPLE_CUSTOMER_ID),
        format!("/v1/customers/{}", SAMPLE_CUSTOMER_ID.to_uppercase()),
        customer(SAMPLE_OTHER_CUSTOMER_ID),
        "/v1/customers".to_owned(),
        customer("33333333-aaaa-4bbb-8ccc-dddddddddddd"),
        "/v1/countryvalidationrules/US".to_owned(),
        "/v1/countryvalidationrules/US".to_owned(),
    ] {
        seen.push(caller.get(&path).await.status);
    }
    assert_eq!(seen, [200, 429, 200, 200, 429, 200, 200]);
}

#[tokio::test]
async fn resource_manager_counts_reads_and_writes_down_each_by_itself_and_up_again_with_time() {
    let emulator = sample().start().await.unwrap();
    let caller = Caller::arm(&emulator);
    let left = |reply: &Reply| {
        let left = |name| reply.header(name).map(str::to_owned);
        (left(READS_LEFT), left(WRITES_LEFT))
    };
    let reads = |count: &str| (Some(count.to_owned()), None);
    let writes = |count: &str| (None, Some(count.to_owned()));
    assert_eq!(left(&caller.get(&profile()).await), reads("11999"));
    assert_eq!(left(&caller.get("/").await), reads("11998"));
    assert_eq!(left(&patch(&emulator).await), writes("1199"));
    assert_eq!(left(&patch(&emulator).await), writes("1198"));
    advance(&emulator, 300);
    assert_eq!(left(&caller.get(&profile()).await), reads("11998"));
    advance(&emulator, 2_700);
    assert_eq!(left(&patch(&emulator).await), writes("1198"));
    advance(&emulator, 3_600_000);
    assert_eq!(left(&caller.get(&profile()).await), reads("11999"));
}

#[tokio::test]
async fn resource_manager_refuses_in_its_wrapped_form_until_the_time_that_it_names() {
    let builder = sample().arm_writes_per_hour(2).arm_reads_per_hour(1);
    let emulator = builder.start().await.unwrap();
    assert_eq!(patch(&emulator).await.status, 202);
    assert_eq!(patch(&emulator).await.status, 202);
    let refused = patch(&emulator).await;
    insta::assert_snapshot!(refused.snapshot(&emulator), @r#"
    HTTP/1.1 429 Too Many Requests
    Cache-Control: no-cache
    Content-Length: 157
    Content-Type: application/json; charset=utf-8
    Expires: -1
    Pragma: no-cache
    Retry-After: 1800
    Strict-Transport-Security: max-age=31536000; includeSubDomains
    Vary: Accept-Encoding
    X-Content-Type-Options: nosniff
    X-Frame-Options: DENY
    x-ms-correlation-request-id: 226a6dda-52c2-4b9c-9dc9-f17549bd987c
    x-ms-ratelimit-remaining-tenant-writes: 0
    x-ms-request-id: 226a6dda-52c2-4b9c-9dc9-f17549bd987c
    x-ms-routing-request-id: LOOPBACK:20191001T000000Z:226a6dda-52c2-4b9c-9dc9-f17549bd987c

    {"error":{"code":"TenantRequestsThrottled","message":"Number of 'write' requests for the tenant exceeded the limit. Please try again after '1800' seconds."}}
    "#);
    advance(&emulator, 1_799_999);
    assert_eq!(patch(&emulator).await.header("retry-after"), Some("1"));
    advance(&emulator, 1);
    assert_eq!(patch(&emulator).await.status, 202);

    let caller = Caller::arm(&emulator);
    assert_eq!(caller.get(&profile()).await.status, 200);
    let refused = caller.get(&profile()).await;
    insta::assert_snapshot!(refused.brief(), @r#"429 {"error":{"code":"TenantRequestsThrottled","message":"Number of 'read' requests for the tenant exceeded the limit. Please try again after '3600' seconds."}}"#);
}

#[tokio::test]
async fn who_is_not_known_takes_nothing_from_a_tenant() {
    let builder = sample()
        .partner_requests_per_minute(1)
        .arm_reads_per_hour(1);
    let emulator = builder.start().await.unwrap();
    let stranger = |url| Caller::anonymous(url).with("authorization", "Bearer other");
    let path = customer(SAMPLE_CUSTOMER_ID);
    for _ in 0..2 {
        let refused = stranger(emulator.partner_url()).get(&path).await;
        assert_eq!(refused.status, 401);
        let refused = stranger(emulator.arm_url()).get(&profile()).await;
        assert_eq!((refused.status, refused.header(READS_LEFT)), (401, None));
    }
    assert_eq!(Caller::partner(&emulator).get(&path).await.status, 200);
    assert_eq!(Caller::arm(&emulator).get(&profile()).await.status, 200);
}

#[tokio::test]
async fn a_clock_that_is_set_back_fills_nothing_and_a_reset_fills_all() {
    let builder = sample().partner_requests_per_minute(2);
    let emulator = builder.start().await.unwrap();
    let caller = Caller::partner(&emulator);
    assert_eq!(reads_left(&caller).await, 2);
    emulator
        .set_clock(emulator.now() - Duration::from_secs(3600))
        .unwrap();
    assert_eq!(reads_left(&caller).await, 0);
    advance(&emulator, 30_000);
    assert_eq!(reads_left(&caller).await, 1);
    emulator.reset();
    assert_eq!(reads_left(&caller).await, 2);
}

#[tokio::test]
async fn without_throttles_nobody_is_refused_and_nothing_is_counted() {
    let emulator = sample().without_throttles().start().await.unwrap();
    let caller = Caller::partner(&emulator);
    for _ in 0..501 {
        let reply = caller.get(&customer(SAMPLE_CUSTOMER_ID)).await;
        assert_eq!(reply.status, 200);
    }
    let reply = Caller::arm(&emulator).get(&profile()).await;
    assert_eq!((reply.status, reply.header(READS_LEFT)), (200, None));
}
