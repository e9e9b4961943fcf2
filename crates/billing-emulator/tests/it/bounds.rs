//! Bounds of work and memory: what exceeds them is refused.

use std::time::{Duration, UNIX_EPOCH};

use billing_emulator::{
    Emulator, Error, SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE, Snapshot,
};
use serde_json::json;

use crate::support::{HttpClient, customer_path, profile_path, sample};

async fn put(media_type: &str, body: &str) -> (u16, String) {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::partner(&emulator).with("content-type", media_type);
    let path = customer_path();
    let response = caller.send("PUT", &path, body).await;
    (response.status, response.body)
}

#[tokio::test]
async fn a_form_has_a_thousand_pairs_at_most() {
    const FORM: &str = "application/x-www-form-urlencoded";
    let form = |pairs| {
        let others = (1..pairs).map(|number| format!("&a{number}=b"));
        format!("email=a{}", others.collect::<String>())
    };
    assert_eq!(put(FORM, &form(1_000)).await.0, 200);
    let (status, body) = put(FORM, &form(1_001)).await;
    assert_eq!(status, 400);
    assert!(body.contains("the form has more than 1000 pairs"), "{body}");
}

#[tokio::test]
async fn xml_has_at_most_ten_thousand_elements() {
    let document = |inner: &str| {
        format!(
            "<CustomerBillingProfile xmlns=\"http://schemas.datacontract.org/2004/07/\
             Microsoft.Partner.Service.Customers.Contracts.V1\">{inner}</CustomerBillingProfile>"
        )
    };
    let elements = |count: usize| document(&"<A/>".repeat(count - 1));
    let attributes = |size| document(&format!("<A b=\"{}\"/>", "c".repeat(size)));
    for (fits, body) in [
        (true, elements(10_000)),
        (false, elements(10_001)),
        (true, attributes(16_000)),
        (false, attributes(17_000)),
    ] {
        let (status, body) = put("application/xml", &body).await;
        assert_eq!(status, if fits { 200 } else { 400 }, "{body}");
    }
}

#[tokio::test]
async fn patches_cannot_grow_a_profile_without_limit() {
    let emulator = sample().polls_until_done(0).start().await.unwrap();
    let caller = HttpClient::arm(&emulator);
    let path = profile_path();
    let large = "x".repeat(1_000_000);
    let mut statuses = Vec::new();
    for number in 0..6 {
        let response = caller
            .patch(&path, &json!({ format!("new{number}"): large }))
            .await;
        statuses.push(response.status);
    }
    assert_eq!(statuses, [200, 200, 200, 200, 400, 400]);
    let cleared = json!({ "new0": null });
    let seen = caller.patch(&path, &cleared).await.status;
    assert_eq!(seen, 200, "what makes it smaller is taken");
    assert_eq!(
        emulator.billing_profile_effective_writes(SAMPLE_ACCOUNT, SAMPLE_PROFILE),
        Some(5)
    );
}

/// Returns a short text with this many members and items.
fn dense(objects: usize) -> String {
    format!("[{}]", vec![r#"{"a":1}"#; objects].join(","))
}

#[tokio::test]
async fn a_body_has_ten_thousand_members_at_most() {
    let emulator = sample().start().await.unwrap();
    let profile = profile_path();
    let customer = customer_path();
    let partner = HttpClient::partner(&emulator);
    let arm = HttpClient::arm(&emulator);
    let control = HttpClient::anonymous(emulator.control_url());
    let plan = |objects| {
        format!(
            r#"{{"faults":[{{"status":503,"body":{}}}]}}"#,
            dense(objects)
        )
    };
    let toml = "[[fault]]\nstatus = 503\n".repeat(6_000);
    for (caller, media_type, method, path, body, status) in [
        (
            &partner,
            "application/json",
            "PUT",
            customer.as_str(),
            format!(r#"{{"x":{}}}"#, dense(4_900)),
            200,
        ),
        (
            &partner,
            "application/json",
            "PUT",
            &customer,
            format!(r#"{{"x":{}}}"#, dense(5_000)),
            413,
        ),
        (
            &arm,
            "application/json",
            "PATCH",
            &profile,
            format!(r#"{{"x":{}}}"#, dense(4_900)),
            202,
        ),
        (
            &arm,
            "application/json",
            "PATCH",
            &profile,
            format!(r#"{{"x":{}}}"#, dense(5_000)),
            413,
        ),
        (
            &control,
            "application/json",
            "PUT",
            "/api/faults",
            plan(4_900),
            400,
        ),
        (
            &control,
            "application/json",
            "PUT",
            "/api/faults",
            plan(5_000),
            413,
        ),
        (
            &control,
            "application/toml",
            "PUT",
            "/api/faults",
            toml,
            413,
        ),
        (
            &control,
            "application/json",
            "POST",
            "/api/clock",
            dense(5_001),
            413,
        ),
    ] {
        let caller = caller.clone().with("content-type", media_type);
        let response = caller.send(method, path, &body).await;
        assert_eq!(
            response.status,
            status,
            "{method} {path} {} {}",
            body.len(),
            response.body
        );
    }
}

#[tokio::test]
async fn documents_have_a_total_limit() {
    const LIMIT: usize = 300_000;
    let start = || sample().polls_until_done(0).documents_limit(LIMIT).start();
    let text = "x".repeat(100_000);
    let emulator = start().await.unwrap();
    let partner = HttpClient::partner(&emulator);
    let arm = HttpClient::arm(&emulator);
    let customer = customer_path();
    let profile = profile_path();
    let large = json!({ "x": text }).to_string();
    assert_eq!(partner.send("PUT", &customer, &large).await.status, 200);
    // Until the first one is overwritten, both are stored.
    assert_eq!(partner.send("PUT", &customer, &large).await.status, 413);
    assert_eq!(arm.patch(&profile, &json!({ "x": text })).await.status, 413);
    assert_eq!(partner.send("PUT", &customer, "{}").await.status, 200);
    assert_eq!(arm.patch(&profile, &json!({ "x": text })).await.status, 200);
    emulator.reset();
    assert_eq!(partner.send("PUT", &customer, &large).await.status, 200);

    let two = json!({ "customers": { SAMPLE_CUSTOMER_ID: { "x": text, "y": text } } });
    let control = HttpClient::anonymous(emulator.control_url());
    let response = control.send("PUT", "/api/state", &two.to_string()).await;
    assert_eq!(response.status, 400);
    assert!(
        response.body.contains("more than 0 MiB of memory"),
        "{}",
        response.body
    );
    let snapshot = || Snapshot::from_json(two.to_string().as_bytes()).unwrap();
    let refused = |error: Error| assert!(error.to_string().contains("MiB of memory"), "{error}");
    refused(emulator.load(snapshot()).unwrap_err());
    let empty = || Emulator::builder().documents_limit(LIMIT);
    refused(empty().snapshot(snapshot()).start().await.unwrap_err());
    refused(
        empty()
            .synthetic_data(1, u32::MAX, 0)
            .start()
            .await
            .unwrap_err(),
    );
    refused(
        empty()
            .synthetic_data(1, 0, u32::MAX)
            .start()
            .await
            .unwrap_err(),
    );
}

#[tokio::test]
async fn running_updates_count_towards_the_documents_limit() {
    let emulator = sample().documents_limit(500_000).start().await.unwrap();
    let arm = HttpClient::arm(&emulator);
    let profile = profile_path();
    let patch = json!({ "x": "x".repeat(100_000) });
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(arm.patch(&profile, &patch).await.status);
    }
    assert_eq!(statuses, [202, 202, 413, 413]);
}

#[tokio::test]
async fn updates_that_wait_take_64_mib_at_most() {
    // Small objects take much more memory than their text.
    let patch = json!({ "x": vec![json!({ "a": 1, "b": 2 }); 3_000] });
    let standing = sample()
        .clock_at(UNIX_EPOCH)
        .operation_time(Duration::from_secs(60));
    let emulator = standing.start().await.unwrap();
    let arm = HttpClient::arm(&emulator);
    let profile = profile_path();
    let mut accepted = 0;
    let refused = loop {
        let response = arm.patch(&profile, &patch).await;
        if response.status != 202 {
            break response;
        }
        accepted += 1;
    };
    assert!((10..100).contains(&accepted), "{accepted}");
    assert_eq!(refused.status, 413);
    let message = "The updates that wait would take more than 64 MiB; poll them or let them end.";
    assert!(refused.body.contains(message), "{}", refused.body);
    // A small update has room, and all have again after those that wait have ended.
    assert_eq!(arm.patch(&profile, &json!({ "y": 1 })).await.status, 202);
    emulator.advance_clock(Duration::from_secs(60)).unwrap();
    assert_eq!(arm.patch(&profile, &patch).await.status, 202);
}

#[tokio::test]
async fn duplicate_ids_in_a_snapshot_are_refused() {
    let guid = "5A8F3C1E-7D42-4B96-9E0B-3F1C6D2A8B01";
    let (lower, simple) = (guid.to_lowercase(), guid.replace('-', ""));
    let mut seen = String::new();
    for text in [
        format!(r#"{{"customers":{{"{guid}":{{}},"{lower}":{{}}}}}}"#),
        format!(r#"{{"customers":{{"{guid}":{{}},"{simple}":{{}}}}}}"#),
        format!(r#"{{"customers":{{"{guid}":{{}},"{guid}":{{}}}}}}"#),
        r#"{"billingAccounts":{"Contoso":{},"CONTOSO":{}}}"#.to_owned(),
        r#"{"billingAccounts":{"1":{"ABC":{},"abc":{}}}}"#.to_owned(),
        r#"{"billingAccounts":{"1":{"ABC":{}},"2":{"abc":{}}}}"#.to_owned(),
        r#"{"customers":{},"customers":{}}"#.to_owned(),
    ] {
        match Snapshot::from_json(text.as_bytes()) {
            Ok(_) => seen += "taken\n",
            Err(error) => seen += &format!("{error}\n"),
        }
    }
    insta::assert_snapshot!(seen, @r#"
    the snapshot: "5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8b01" is the same id as "5A8F3C1E-7D42-4B96-9E0B-3F1C6D2A8B01": case does not count, nor how a GUID is written at line 1 column 94
    the snapshot: "5A8F3C1E7D424B969E0B3F1C6D2A8B01" is the same id as "5A8F3C1E-7D42-4B96-9E0B-3F1C6D2A8B01": case does not count, nor how a GUID is written at line 1 column 90
    the snapshot: "5A8F3C1E-7D42-4B96-9E0B-3F1C6D2A8B01" is there twice at line 1 column 94
    the snapshot: "CONTOSO" is the same id as "Contoso": case does not count, nor how a GUID is written at line 1 column 42
    the snapshot: "abc" is the same id as "ABC": case does not count, nor how a GUID is written at line 1 column 39
    taken
    the snapshot: duplicate field `customers` at line 1 column 27
    "#);
}

#[tokio::test]
async fn refused_bodies_and_long_queries_are_not_kept() {
    let emulator = sample().start().await.unwrap();
    let large = format!(r#"{{"x":"{}"}}"#, "x".repeat(900_000));
    let customer = customer_path();
    let partner = HttpClient::partner(&emulator);
    let control = HttpClient::anonymous(emulator.control_url());
    for (caller, method, path, status) in [
        (
            HttpClient::anonymous(emulator.partner_url()),
            "PUT",
            customer.as_str(),
            401,
        ),
        (
            control
                .clone()
                .with("origin", "https://stranger.example.com"),
            "PUT",
            "/api/state",
            403,
        ),
        (
            control.with_host("stranger.example.com"),
            "PUT",
            "/api/state",
            421,
        ),
    ] {
        assert_eq!(caller.send(method, path, &large).await.status, status);
    }
    let path = format!("{customer}?{}&size=1", "a&".repeat(20_000));
    assert_eq!(partner.get(&path).await.status, 200);
    let path = "/".repeat(30_000);
    assert_eq!(partner.get(&path).await.status, 404);
}
