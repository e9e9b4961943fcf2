//! Rate limits of both services.

use std::time::Duration;

use billing_emulator::{
    ArmRateLimits, Emulator, SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_CUSTOMER_ID, SAMPLE_TENANT_ID,
};
use serde_json::json;

use crate::support::{HttpClient, HttpResponse, profile_path, sample};

const READS_LEFT: &str = "x-ms-ratelimit-remaining-tenant-reads";
const WRITES_LEFT: &str = "x-ms-ratelimit-remaining-tenant-writes";

fn customer(id: &str) -> String {
    format!("/v1/customers/{id}/profiles/billing")
}

fn advance(emulator: &Emulator, milliseconds: u64) {
    let by = Duration::from_millis(milliseconds);
    emulator.advance_clock(by).unwrap();
}

/// Returns how many more reads of a customer are accepted, up to a thousand.
async fn reads_left(caller: &HttpClient) -> u32 {
    let path = customer(SAMPLE_CUSTOMER_ID);
    let mut left = 0;
    while left < 1_000 && caller.get(&path).await.status == 200 {
        left += 1;
    }
    left
}

async fn patch(emulator: &Emulator) -> HttpResponse {
    let body = json!({ "properties": {} });
    HttpClient::arm(emulator)
        .patch(&profile_path(), &body)
        .await
}

#[tokio::test]
async fn customer_bucket_refills_evenly() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::partner(&emulator);
    assert_eq!(reads_left(&caller).await, 500);
    advance(&emulator, 119);
    assert_eq!(reads_left(&caller).await, 0);
    advance(&emulator, 119);
    assert_eq!(
        reads_left(&caller).await,
        0,
        "a refused request counts, too"
    );
    advance(&emulator, 120);
    assert_eq!(reads_left(&caller).await, 1);
    advance(&emulator, 6_000);
    assert_eq!(reads_left(&caller).await, 50);
    advance(&emulator, 600_000);
    assert_eq!(reads_left(&caller).await, 500);
}

#[tokio::test]
async fn throttled_partner_write_has_the_gateway_s_error() {
    let builder = sample().partner_requests_per_minute(1);
    let emulator = builder.start().await.unwrap();
    let caller = HttpClient::partner(&emulator)
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
    Retry-After: 60

    { "statusCode": 429, "message": "Rate limit is exceeded. Try again in 60 seconds." }
    "#);
    assert_eq!(refused.body.len(), 84);
    let writes = || emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID);
    assert_eq!(writes(), Some(0));
    // After `Retry-After` the request is accepted, and its request id is still unused.
    advance(&emulator, 59_999);
    assert_eq!(caller.put(&path, &json!({})).await.status, 429);
    advance(&emulator, 60_000);
    assert_eq!(caller.put(&path, &json!({})).await.status, 200);
    assert_eq!(writes(), Some(1));
    assert_eq!(emulator.requests().last().unwrap().status, 200);
}

#[tokio::test]
async fn customers_have_own_buckets_and_lists_share_one() {
    let builder = sample().partner_requests_per_minute(1);
    let emulator = builder.start().await.unwrap();
    let caller = HttpClient::partner(&emulator);
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
async fn hourly_limits_refill_with_time() {
    for limits in [ArmRateLimits::China, ArmRateLimits::Classic] {
        counts_by_the_hour(limits).await;
    }
}

/// Returns the remaining reads and writes in a response.
fn left(response: &HttpResponse) -> (Option<String>, Option<String>) {
    let left = |name| response.header(name).map(str::to_owned);
    (left(READS_LEFT), left(WRITES_LEFT))
}

fn reads(count: &str) -> (Option<String>, Option<String>) {
    (Some(count.to_owned()), None)
}

fn writes(count: &str) -> (Option<String>, Option<String>) {
    (None, Some(count.to_owned()))
}

async fn counts_by_the_hour(limits: ArmRateLimits) {
    let emulator = sample().arm_rate_limits(limits).start().await.unwrap();
    let caller = HttpClient::arm(&emulator);
    assert_eq!(left(&caller.get(&profile_path()).await), reads("11999"));
    assert_eq!(left(&caller.get("/").await), reads("11998"));
    assert_eq!(left(&patch(&emulator).await), writes("1199"));
    assert_eq!(left(&patch(&emulator).await), writes("1198"));
    advance(&emulator, 300);
    assert_eq!(left(&caller.get(&profile_path()).await), reads("11998"));
    advance(&emulator, 2_700);
    assert_eq!(left(&patch(&emulator).await), writes("1198"));
    advance(&emulator, 3_600_000);
    assert_eq!(left(&caller.get(&profile_path()).await), reads("11999"));
}

#[tokio::test]
async fn throttled_arm_request_is_refused_until_retry_after() {
    let builder = sample().arm_rate_limits(ArmRateLimits::Classic);
    let builder = builder.arm_writes_per_hour(2).arm_reads_per_hour(1);
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

    let caller = HttpClient::arm(&emulator);
    assert_eq!(caller.get(&profile_path()).await.status, 200);
    let refused = caller.get(&profile_path()).await;
    insta::assert_snapshot!(refused.brief(), @r#"429 {"error":{"code":"TenantRequestsThrottled","message":"Number of 'read' requests for the tenant exceeded the limit. Please try again after '3600' seconds."}}"#);
}

#[tokio::test]
async fn public_cloud_has_token_buckets_for_reads_and_writes() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::arm(&emulator);
    for count in (0..250).rev() {
        let read = caller.get(&profile_path()).await;
        assert_eq!((read.status, left(&read)), (200, reads(&count.to_string())));
    }
    let refused = caller.get(&profile_path()).await;
    assert_eq!(left(&refused), reads("0"));
    assert_eq!(refused.header("retry-after"), Some("1"));
    insta::assert_snapshot!(refused.brief(), @r#"429 {"error":{"code":"429","message":"Too many requests. Please retry after 1 seconds."}}"#);
    for count in (0..200).rev() {
        let accepted = patch(&emulator).await;
        assert_eq!(
            (accepted.status, left(&accepted)),
            (202, writes(&count.to_string()))
        );
    }
    assert_eq!(patch(&emulator).await.status, 429);
    // A read is refilled in 40 ms, and a write in 100 ms.
    advance(&emulator, 39);
    assert_eq!(caller.get(&profile_path()).await.status, 429);
    advance(&emulator, 1);
    assert_eq!(left(&caller.get(&profile_path()).await), reads("0"));
    advance(&emulator, 59);
    assert_eq!(patch(&emulator).await.status, 429);
    advance(&emulator, 1);
    assert_eq!(left(&patch(&emulator).await), writes("0"));
    advance(&emulator, 5_000);
    assert_eq!(left(&caller.get(&profile_path()).await), reads("125"));
    assert_eq!(left(&patch(&emulator).await), writes("49"));
    advance(&emulator, 3_600_000);
    assert_eq!(left(&caller.get(&profile_path()).await), reads("249"));
}

#[tokio::test]
async fn each_principal_has_buckets_beside_those_of_its_tenant() {
    let builder = sample().arm_reads_per_hour(2);
    let emulator = builder.start().await.unwrap();
    let mut statuses = Vec::new();
    for app in 0..16 {
        let client = format!("5f0c2b1e-0000-4000-8000-{app:012}");
        let form = format!(
            "grant_type=client_credentials&client_id={client}&client_secret=any\
             &scope=https%3A%2F%2Fmanagement.azure.com%2F.default"
        );
        let authority = HttpClient::anonymous(emulator.authority_url())
            .with("content-type", "application/x-www-form-urlencoded");
        let path = format!("/{SAMPLE_TENANT_ID}/oauth2/v2.0/token");
        let granted = authority.send("POST", &path, &form).await.json();
        let bearer = format!("Bearer {}", granted["access_token"].as_str().unwrap());
        let caller = HttpClient::anonymous(emulator.arm_url()).with("authorization", &bearer);
        for _ in 0..3 {
            let read = caller.get(&profile_path()).await;
            statuses.push(format!("{} {}", read.status, left(&read).0.unwrap()));
        }
    }
    assert_eq!(statuses[..45], ["200 1", "200 0", "429 0"].repeat(15));
    assert_eq!(statuses[45..], ["429 0"; 3]);
    // A request refused by the tenant's bucket uses nothing of the principal's.
    let levels = emulator.rate_limit_levels().into_iter();
    let full: Vec<_> = levels.filter(|level| level.left == 2).collect();
    assert_eq!(full.len(), 1, "{full:?}");
    assert!(full[0].key.starts_with(SAMPLE_TENANT_ID), "{full:?}");
}

#[tokio::test]
async fn unauthenticated_requests_use_no_tenant_bucket() {
    let builder = sample()
        .partner_requests_per_minute(1)
        .arm_reads_per_hour(1);
    let emulator = builder.start().await.unwrap();
    let stranger = |url| HttpClient::anonymous(url).with("authorization", "Bearer other");
    let path = customer(SAMPLE_CUSTOMER_ID);
    for _ in 0..2 {
        let refused = stranger(emulator.partner_url()).get(&path).await;
        assert_eq!(refused.status, 401);
        let refused = stranger(emulator.arm_url()).get(&profile_path()).await;
        assert_eq!((refused.status, refused.header(READS_LEFT)), (401, None));
    }
    assert_eq!(HttpClient::partner(&emulator).get(&path).await.status, 200);
    assert_eq!(
        HttpClient::arm(&emulator).get(&profile_path()).await.status,
        200
    );
}

#[tokio::test]
async fn clock_set_back_refills_nothing_and_reset_refills_all() {
    let builder = sample().partner_requests_per_minute(2);
    let emulator = builder.start().await.unwrap();
    let caller = HttpClient::partner(&emulator);
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
async fn without_rate_limits_no_request_is_refused() {
    let emulator = sample().without_rate_limits().start().await.unwrap();
    let caller = HttpClient::partner(&emulator);
    for _ in 0..501 {
        let response = caller.get(&customer(SAMPLE_CUSTOMER_ID)).await;
        assert_eq!(response.status, 200);
    }
    let response = HttpClient::arm(&emulator).get(&profile_path()).await;
    assert_eq!((response.status, response.header(READS_LEFT)), (200, None));
}

#[tokio::test]
async fn arm_rate_limits_turn_the_limits_on_again() {
    let builder = sample().without_rate_limits();
    let emulator = builder
        .arm_rate_limits(ArmRateLimits::China)
        .start()
        .await
        .unwrap();
    let response = HttpClient::arm(&emulator).get(&profile_path()).await;
    assert_eq!(response.header(READS_LEFT), Some("11999"));
    let response = patch(&emulator).await;
    assert_eq!(response.header(WRITES_LEFT), Some("1199"));
}
