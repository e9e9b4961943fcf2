//! What a bulk update meets: late operations, locks, lost and duplicated requests, and thousands of
//! profiles.

use std::{collections::BTreeSet, time::Duration};

use billing_emulator::{
    Emulator, Fault, FaultPlan, OperationOutcome, SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_CUSTOMER_ID,
    Sent, Service, Token,
};
use http::Request;
use hyper::body::Bytes;
use serde_json::{Value, json};

use crate::support::{
    API_VERSION, HttpClient, customer_path, customer_writes, profile_path, profile_writes, sample,
    start,
};

const TOKEN: &str = "simulated";
const MINUTE: Duration = Duration::from_secs(60);

fn with(faults: impl IntoIterator<Item = Fault>) -> Emulator {
    let plan = faults.into_iter().fold(FaultPlan::new(), FaultPlan::fault);
    let builder = sample().token(Token::new(TOKEN)).without_rate_limits();
    builder.faults(plan).in_process().unwrap()
}

/// Returns the status, or 0 if no whole response is sent, and the body.
fn send(
    emulator: &Emulator,
    method: &str,
    path: &str,
    id: Option<&str>,
    body: &Value,
) -> (u16, String) {
    let service = match path.starts_with("/v1/") {
        true => Service::Partner,
        false => Service::Arm,
    };
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {TOKEN}"))
        .header("content-type", "application/json");
    if let Some(id) = id {
        request = request.header("ms-requestid", id);
    }
    let request = request.body(Bytes::from(body.to_string())).unwrap();
    match emulator.handle(service, request).sent {
        Sent::Response(response) => {
            let body = String::from_utf8(response.body().to_vec()).unwrap();
            (response.status().as_u16(), body)
        }
        Sent::Raw(_) | Sent::Reset => (0, String::new()),
    }
}

fn patch(emulator: &Emulator, order: &str) -> u16 {
    let body = json!({ "properties": { "poNumber": order } });
    send(emulator, "PATCH", &profile_path(), None, &body).0
}

fn order(emulator: &Emulator) -> String {
    let (_, body) = send(emulator, "GET", &profile_path(), None, &json!(null));
    let profile: Value = serde_json::from_str(&body).unwrap();
    let order = &profile["properties"]["poNumber"];
    order.as_str().unwrap().to_owned()
}

fn put(emulator: &Emulator, id: Option<&str>) -> u16 {
    let body = json!({ "email": "a@example.com" });
    send(emulator, "PUT", &customer_path(), id, &body).0
}

#[test]
fn late_operation_ends_by_the_clock_and_not_by_polls() {
    let late = Fault::new().method("PATCH").operation_time(15 * MINUTE);
    let emulator = with([late]);
    let body = json!({ "properties": { "poNumber": "late" } });
    let request = Request::patch(profile_path())
        .header("authorization", format!("Bearer {TOKEN}"))
        .header("content-type", "application/json")
        .body(Bytes::from(body.to_string()));
    let handled = emulator.handle(Service::Arm, request.unwrap());
    let accepted = handled.sent.response().unwrap();
    let link = accepted.headers()["location"].to_str().unwrap();
    let link = link.strip_prefix(emulator.arm_url()).unwrap();
    let poll = || send(&emulator, "GET", link, None, &json!(null)).0;
    for _ in 0..20 {
        assert_eq!(poll(), 202);
    }
    emulator
        .advance_clock(15 * MINUTE - Duration::from_millis(1))
        .unwrap();
    assert_eq!((poll(), profile_writes(&emulator)), (202, 0));
    emulator.advance_clock(Duration::from_millis(1)).unwrap();
    assert_eq!((profile_writes(&emulator), poll()), (1, 200));
    assert_eq!(order(&emulator), "late");
}

#[test]
fn late_operation_is_written_over_later_writes() {
    let late = Fault::new().method("PATCH").nth(1);
    let emulator = with([late.operation_time(5 * MINUTE).committed().reset()]);
    assert_eq!(patch(&emulator, "first"), 0, "its response is lost");
    assert_eq!(patch(&emulator, "second"), 202);
    emulator.advance_clock(MINUTE).unwrap();
    assert_eq!(
        (order(&emulator), profile_writes(&emulator)),
        ("second".to_owned(), 1)
    );
    emulator.advance_clock(4 * MINUTE).unwrap();
    assert_eq!(
        (order(&emulator), profile_writes(&emulator)),
        ("first".to_owned(), 2)
    );
}

#[test]
fn operations_that_do_not_succeed_are_no_writes() {
    for outcome in [
        OperationOutcome::Failed,
        OperationOutcome::Canceled,
        OperationOutcome::Never,
    ] {
        let fault = Fault::new().method("PATCH").operation(outcome.clone());
        let emulator = with([fault.operation_time(MINUTE)]);
        assert_eq!(patch(&emulator, "lost"), 202);
        emulator.advance_clock(60 * MINUTE).unwrap();
        assert_eq!(profile_writes(&emulator), 0, "{outcome:?}");
    }
}

#[test]
fn lost_responses_count_by_what_took_effect() {
    let put_fault = || Fault::new().method("PUT");
    let emulator = with([
        put_fault().nth(1).reset(),
        put_fault().nth(2).committed().reset(),
    ]);
    assert_eq!((put(&emulator, None), customer_writes(&emulator)), (0, 0));
    assert_eq!((put(&emulator, None), customer_writes(&emulator)), (0, 1));
}

#[test]
fn replays_and_duplicates_of_a_request_id_are_one_write() {
    let id = "7c0f4d3a-58b1-4e2c-9d6f-1a2b3c4d5e01";
    let lost = Fault::new().method("PUT").nth(1).committed().reset();
    let emulator = with([lost, Fault::new().method("PUT").nth(2).duplicate()]);
    assert_eq!(put(&emulator, Some(id)), 0);
    assert_eq!(put(&emulator, Some(id)), 200);
    // Thousands of other writes later it is still known.
    for number in 0..12_000 {
        put(
            &emulator,
            Some(&format!("00000000-0000-4000-8000-{number:012}")),
        );
    }
    let before = customer_writes(&emulator);
    assert_eq!(before, 12_001);
    assert_eq!(put(&emulator, Some(id)), 200);
    assert_eq!(customer_writes(&emulator), before);
}

#[test]
fn duplicated_requests_without_an_id_are_two_writes() {
    let emulator = with([Fault::new().duplicate()]);
    assert_eq!((put(&emulator, None), customer_writes(&emulator)), (200, 2));
    assert_eq!(patch(&emulator, "twice"), 202);
    emulator.advance_clock(MINUTE).unwrap();
    assert_eq!(profile_writes(&emulator), 2);
    assert_eq!(emulator.requests().len(), 2, "each is logged once");
}

#[test]
fn a_lock_is_planned_for_each_resource() {
    let lock = Fault::new().service(Service::Arm).method("PATCH").locked();
    let lock = lock
        .per_resource()
        .nth(1)
        .times(2)
        .header("Retry-After", "3");
    let emulator = with([lock]);
    let other = profile_path().replace("CNTS-0001", "CNTS-0002");
    let body = json!({ "properties": {} });
    let mut seen = Vec::new();
    for path in [
        profile_path(),
        other.clone(),
        profile_path(),
        other,
        profile_path(),
    ] {
        seen.push(send(&emulator, "PATCH", &path, None, &body));
    }
    let conflict = r#"{"error":{"code":"RetryableErrorDueToAnotherOperation","message":"Another operation is changing this resource. Please retry later."}}"#;
    for locked in &seen[..4] {
        assert_eq!(locked, &(429, conflict.to_owned()));
    }
    assert_eq!(seen[4], (202, String::new()));
}

#[test]
fn faults_per_resource_have_own_counts_and_chances() {
    let first = Fault::new().method("PUT").per_resource().nth(1).status(503);
    let emulator = with([first]);
    let put = |customer: &str, query: &str| {
        let path = format!("/v1/customers/{customer}/profiles/billing{query}");
        send(&emulator, "PUT", &path, None, &json!({})).0
    };
    let customers = [SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_CUSTOMER_ID];
    assert_eq!(customers.map(|customer| put(customer, "")), [503, 503]);
    let upper = SAMPLE_CUSTOMER_ID.to_uppercase();
    assert_eq!(
        [put(&upper, "?a=1"), put(SAMPLE_OTHER_CUSTOMER_ID, "")],
        [200, 200]
    );

    let half = Fault::new().per_resource().probability(0.5).status(503);
    let emulator = with([half]);
    let statuses = (0..200).map(|number| {
        let path = format!("/v1/customers/00000000-0000-4000-8000-{number:012}");
        send(&emulator, "GET", &path, None, &json!(null)).0
    });
    let hit = statuses.filter(|status| *status == 503).count();
    assert!((70..130).contains(&hit), "{hit} of 200 resources");
}

#[tokio::test]
async fn an_account_of_thousands_is_listed_in_pages() {
    let builder = Emulator::builder().synthetic_account(1, "70077777", 5_000);
    let builder = builder.synthetic_data(1, 0, 400).page_size(500);
    let emulator = builder.start().await.unwrap();
    let caller = HttpClient::arm(&emulator);
    let account = "/providers/Microsoft.Billing/billingAccounts/70077777";
    let mut next = format!("{account}/billingProfiles?{API_VERSION}");
    let (mut names, mut pages) = (BTreeSet::new(), 0);
    loop {
        let page = caller.get(&next).await.json();
        let listed = page["value"].as_array().unwrap().iter();
        names.extend(listed.map(|profile| profile["id"].to_string()));
        pages += 1;
        let Some(link) = page["nextLink"].as_str() else {
            break;
        };
        next = link.strip_prefix(emulator.arm_url()).unwrap().to_owned();
    }
    assert_eq!((pages, names.len()), (10, 5_000));
}

#[tokio::test]
async fn twenty_thousand_resources_are_listed() {
    let builder = Emulator::builder().synthetic_data(1, 10_000, 10_000);
    let emulator = builder.clock_at(start()).start().await.unwrap();
    let control = HttpClient::anonymous(emulator.control_url());
    let resources = control.get("/api/resources").await.json();
    assert_eq!(resources.as_array().unwrap().len(), 20_000);
    let one = control.get("/api/resources?limit=1&offset=19999").await;
    assert_eq!(one.header("x-total-count"), Some("20000"));
}
