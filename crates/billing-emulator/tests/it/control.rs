//! The control API: resources, history, requests and rate limits.

use std::time::Duration;

use billing_emulator::{
    Emulator, SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE, SAMPLE_TENANT_ID, Service,
};
use serde_json::{Value, json};

use crate::support::{API_VERSION, HttpClient, customer_path, profile_path, sample, start};

async fn get(emulator: &Emulator, path: &str) -> Value {
    let response = HttpClient::anonymous(emulator.control_url())
        .get(path)
        .await;
    assert_eq!(response.status, 200, "{}", response.body);
    assert_eq!(response.header("content-type"), Some("application/json"));
    response.json()
}

#[tokio::test]
async fn resources_are_listed_with_writes_and_document() {
    let customer = "33333333-aaaa-4bbb-8ccc-dddddddddddd";
    let emulator = Emulator::builder()
        .seed(7)
        .customer(customer, json!({ "firstName": "Kim" }))
        .billing_profile("account", "profile", json!({ "properties": {} }))
        .start()
        .await
        .unwrap();
    HttpClient::partner(&emulator)
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
async fn requests_are_listed_in_order_with_path_and_status() {
    let emulator = sample().start().await.unwrap();
    let encoded = SAMPLE_ACCOUNT.replace(':', "%3A");
    let customer = customer_path();
    let profile = format!(
        "/providers/Microsoft.Billing/billingAccounts/{encoded}/billingProfiles/{SAMPLE_PROFILE}?{API_VERSION}"
    );
    HttpClient::partner(&emulator).get(&customer).await;
    HttpClient::arm(&emulator).patch(&profile, &json!({})).await;
    HttpClient::anonymous(emulator.arm_url()).get("/?a=b").await;
    let requests = emulator.requests();
    let logged = |index: usize, service, method, path: &str, status| {
        let ms = requests[index].ms;
        assert!(ms > 0.0, "{ms}");
        json!({
            "number": index + 1,
            "time": "2019-10-01T00:00:00.000Z",
            "service": service,
            "method": method,
            "path": path,
            "status": status,
            "ms": ms,
        })
    };
    let expected = json!([
        logged(0, "partner", "GET", &customer, 200),
        logged(1, "arm", "PATCH", &profile, 202),
        logged(2, "arm", "GET", "/?a=b", 400),
    ]);
    assert_eq!(get(&emulator, "/api/requests").await, expected);
    assert_eq!(
        get(&emulator, "/api/requests?limit=1").await,
        json!([expected[2]])
    );
    assert_eq!(requests[0].service, Service::Partner);
}

#[tokio::test]
async fn other_paths_methods_and_services_are_refused() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::anonymous(emulator.control_url());
    let mut seen = String::new();
    for (method, path) in [
        ("GET", "/index.html"),
        ("POST", "/"),
        ("GET", "/api/resources?service=other"),
        ("GET", "/api/resources?limit=-1"),
        ("GET", "/api/requests?limit="),
        ("PUT", "/api/faults"),
        ("GET", "/api/resources/history?service=arm"),
        ("GET", "/api/resources/history?service=arm&id=x"),
        ("POST", "/api/requests"),
        ("DELETE", "/api/clock"),
        ("GET", "/api/reset"),
    ] {
        let response = caller.send(method, path, "").await;
        seen += &format!("{method} {path}\n  {}\n", response.brief());
        // A 405 lists the allowed methods (RFC 9110, section 15.5.6).
        let allow = response
            .header("allow")
            .map(|allow| format!("  Allow: {allow}\n"));
        seen += &allow.unwrap_or_default();
    }
    insta::assert_snapshot!(seen);
}

/// Returns the responses to an update of a customer and to an accepted update of a profile, with
/// all counts, dates and generated ids.
async fn work(emulator: &Emulator) -> String {
    let customer = customer_path();
    let profile = profile_path();
    let partner = HttpClient::partner(emulator);
    let written = partner.put(&customer, &json!({ "firstName": "Lee" })).await;
    let arm = HttpClient::arm(emulator);
    let begun = arm.patch(&profile, &json!({ "properties": {} })).await;
    written.snapshot(emulator) + &begun.snapshot(emulator)
}

#[tokio::test]
async fn reset_repeats_the_first_run_exactly() {
    let emulator = sample().start().await.unwrap();
    let resources = get(&emulator, "/api/resources").await;
    let first = work(&emulator).await;
    assert_ne!(get(&emulator, "/api/resources").await, resources);
    emulator.advance_clock(Duration::from_secs(60)).unwrap();

    let caller = HttpClient::anonymous(emulator.control_url());
    let response = caller.send("POST", "/api/reset", "").await;
    assert_eq!(response.brief(), "200 {}");
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

/// Returns the ids in a response of `/api/resources`.
fn ids(resources: &Value) -> Vec<&str> {
    let resources = resources.as_array().unwrap().iter();
    resources
        .map(|found| found["id"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn resources_are_found_by_id_or_part_of_id_or_name() {
    let emulator = sample().start().await.unwrap();
    let all = get(&emulator, "/api/resources").await;
    let (all, count) = (ids(&all), all.as_array().unwrap().len());
    let profile = format!(
        "/providers/Microsoft.Billing/billingAccounts/{SAMPLE_ACCOUNT}/billingProfiles/{SAMPLE_PROFILE}"
    );
    for (query, found) in [
        (
            format!("id={}", SAMPLE_CUSTOMER_ID.to_uppercase()),
            vec![SAMPLE_CUSTOMER_ID],
        ),
        (
            format!("id={}", profile.replace('/', "%2F")),
            vec![profile.as_str()],
        ),
        (format!("id={}", &SAMPLE_CUSTOMER_ID[..8]), vec![]),
        (
            format!("q={}", &SAMPLE_CUSTOMER_ID[1..9]),
            vec![SAMPLE_CUSTOMER_ID],
        ),
        (
            "q=contoso,&service=partner".to_owned(),
            vec![SAMPLE_CUSTOMER_ID],
        ),
        ("q=ENGINEERING".to_owned(), vec![profile.as_str()]),
        ("limit=2&offset=1".to_owned(), all[1..3].to_vec()),
        (format!("offset={count}"), vec![]),
        ("limit=0".to_owned(), vec![]),
    ] {
        let resources = get(&emulator, &format!("/api/resources?{query}")).await;
        assert_eq!(ids(&resources), found, "{query}");
    }
    let caller = HttpClient::anonymous(emulator.control_url());
    let response = caller.get("/api/resources?service=partner&limit=1").await;
    assert_eq!(response.header("x-total-count"), Some("3"));
}

#[tokio::test]
async fn history_lists_what_each_write_changed() {
    let builder = sample().polls_until_done(1);
    let builder = builder.operation_time(Duration::from_secs(60));
    let emulator = builder.start().await.unwrap();
    let customer = customer_path();
    let mut profile = emulator
        .customer_billing_profile(SAMPLE_CUSTOMER_ID)
        .unwrap();
    let tag = |profile: &Value| profile["attributes"]["etag"].clone();
    let first = tag(&profile);
    profile["defaultAddress"]["city"] = json!("Tacoma");
    profile.as_object_mut().unwrap().remove("lastName");
    HttpClient::partner(&emulator)
        .put(&customer, &profile)
        .await;
    let second = tag(&emulator
        .customer_billing_profile(SAMPLE_CUSTOMER_ID)
        .unwrap());
    let history = format!("/api/resources/history?service=partner&id={SAMPLE_CUSTOMER_ID}");
    let written = json!([{ "number": 1, "time": "2019-10-01T00:00:00.000Z", "changes": [
        { "path": "attributes.etag", "before": first, "after": second },
        { "path": "defaultAddress.city", "before": "Seattle", "after": "Tacoma" },
        { "path": "lastName", "before": "Lindqvist" },
    ]}]);
    assert_eq!(get(&emulator, &history).await, written);

    // The poll that finishes an update writes it.
    let id = format!(
        "/providers/Microsoft.Billing/billingAccounts/{SAMPLE_ACCOUNT}/billingProfiles/{SAMPLE_PROFILE}"
    );
    let arm = HttpClient::arm(&emulator);
    let patch = json!({ "properties": { "poNumber": null, "invoiceDay": 5 } });
    let begun = arm.patch(&format!("{id}?{API_VERSION}"), &patch).await;
    let history = format!("/api/resources/history?service=arm&id={id}");
    assert_eq!(get(&emulator, &history).await, json!([]));
    emulator
        .advance_clock(Duration::from_millis(1_500))
        .unwrap();
    let location = begun.header("location").unwrap();
    let poll = location.strip_prefix(emulator.arm_url()).unwrap();
    assert_eq!(arm.get(poll).await.status, 200);
    let written = json!([{ "number": 1, "time": "2019-10-01T00:00:01.500Z", "changes": [
        { "path": "properties.poNumber", "before": "PO-1001" },
    ]}]);
    assert_eq!(get(&emulator, &history).await, written);

    emulator.reset();
    assert_eq!(get(&emulator, &history).await, json!([]));
}

#[tokio::test]
async fn rate_limit_levels_are_listed_emptiest_first() {
    let emulator = sample()
        .partner_requests_per_minute(4)
        .start()
        .await
        .unwrap();
    let limits = [
        "bucket arm.read=250,25/s",
        "bucket arm.tenant.read=3750,375/s",
        "bucket arm.write=200,10/s",
        "bucket arm.tenant.write=3000,150/s",
        "bucket customer=4,4/m;refused=costs",
    ];
    let empty = json!({ "now": "2019-10-01T00:00:00Z", "limits": limits, "levels": [] });
    assert_eq!(get(&emulator, "/api/rate-limits").await, empty);
    let partner = HttpClient::partner(&emulator);
    let customer = customer_path();
    partner.get("/v1/customers").await;
    for _ in 0..3 {
        partner.get(&customer).await;
    }
    let accounts = "/providers/Microsoft.Billing/billingAccounts";
    let list = format!("{accounts}/{SAMPLE_ACCOUNT}/billingProfiles?{API_VERSION}");
    HttpClient::arm(&emulator).get(&list).await;
    emulator.advance_clock(Duration::from_secs(15)).unwrap();
    let principal = format!("{SAMPLE_TENANT_ID}/2f6b8d10-4c3e-4a57-9d21-6e0f5b7a1c34");
    let reads = |limit: &str, key: &str, capacity: u32| {
        json!({
            "service": "arm", "limit": limit, "key": key, "kind": "reads",
            "capacity": capacity, "left": capacity,
        })
    };
    let key = format!("{SAMPLE_TENANT_ID}/{SAMPLE_CUSTOMER_ID}");
    let requests = |key: &str, left: u32| {
        json!({
            "service": "partner", "limit": limits[4], "key": key, "kind": "requests",
            "capacity": 4, "left": left,
        })
    };
    let levels = json!([
        requests(&key, 2),
        requests(SAMPLE_TENANT_ID, 4),
        reads(limits[0], &principal, 250),
        reads(limits[1], SAMPLE_TENANT_ID, 3750),
    ]);
    let all = json!({ "now": "2019-10-01T00:00:15Z", "limits": limits, "levels": levels });
    assert_eq!(get(&emulator, "/api/rate-limits").await, all);
    let first = get(&emulator, "/api/rate-limits?limit=1").await;
    assert_eq!(first["levels"], json!([all["levels"][0]]));
}
