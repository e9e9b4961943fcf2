//! Random requests and bytes: nothing panics or fails with a 5xx, and documents stay intact.
//!
//! Each case follows from its number, so that a failing one can be run again alone.

use std::collections::BTreeMap;

use billing_emulator::{Emulator, SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE, Service};
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, body::Bytes};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use generate::Generator;

mod bodies;
mod generate;

const SERVICES: [Option<Service>; 3] = [
    Some(Service::Partner),
    Some(Service::Arm),
    Some(Service::Authority),
];

const CONTROL: Option<Service> = None;

async fn start() -> Emulator {
    let builder = Emulator::builder()
        .sample_data()
        .seed(7)
        .polls_until_done(1);
    builder.without_rate_limits().start().await.unwrap()
}

async fn get(emulator: &Emulator, service: Option<Service>, path: &str) -> (u16, Value) {
    let token = format!("Bearer {}", emulator.token().reveal());
    let request = Request::get(path).header("authorization", token);
    let request = request.body(Full::<Bytes>::default()).unwrap();
    let response = emulator.respond(service, request).await;
    let status = response.status().as_u16();
    let body = response.into_body().collect().await;
    let body = body.ok().unwrap().to_bytes();
    let json = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&body);
    (status, serde_json::from_slice(json).unwrap())
}

/// Asserts that every document is still there, and that the sample documents can be read.
async fn assert_intact(emulator: &Emulator, case: u64) {
    let path = format!("/v1/customers/{SAMPLE_CUSTOMER_ID}/profiles/billing");
    let (status, profile) = get(emulator, Some(Service::Partner), &path).await;
    assert_eq!(status, 200, "case {case}");
    let etag = profile["attributes"]["etag"].as_str().unwrap();
    assert!(etag.parse::<i64>().is_ok(), "case {case}: {etag}");
    let link = &profile["links"]["self"]["uri"];
    assert_eq!(link.as_str(), Some(path.as_str()), "case {case}");

    let id = format!(
        "/providers/Microsoft.Billing/billingAccounts/{SAMPLE_ACCOUNT}/billingProfiles/{SAMPLE_PROFILE}"
    );
    let path = format!("{id}?api-version=2019-10-01-preview");
    let (status, profile) = get(emulator, Some(Service::Arm), &path).await;
    assert_eq!((status, &profile["id"]), (200, &Value::from(id)), "{case}");
    assert!(profile["properties"].is_object(), "case {case}");

    let (_, resources) = get(emulator, CONTROL, "/api/resources").await;
    assert_eq!(resources.as_array().unwrap().len(), 7, "case {case}");
}

/// Returns how many writes of all documents took effect.
async fn effective_writes(emulator: &Emulator) -> u64 {
    let (_, resources) = get(emulator, CONTROL, "/api/resources").await;
    let resources = resources.as_array().unwrap().iter();
    let writes = resources.map(|one| one["effective_writes"].as_u64().unwrap());
    writes.sum()
}

#[tokio::test]
async fn any_request_leaves_the_services_and_documents_intact() {
    let emulator = start().await;
    let mut writes = 0;
    let mut statuses = BTreeMap::<u16, u32>::new();
    for case in 0..4_000 {
        let mut generator = Generator::new(case, emulator.token().reveal());
        let service = SERVICES[generator.below(SERVICES.len())];
        if generator.one_in(20) {
            // Years forward or back.
            let _ = emulator.set_clock(generator.time());
        }
        let Some(request) = generator.sent(service).into_request() else {
            continue;
        };
        let response = emulator.respond(service, request).await;
        let status = response.status();
        assert!(!status.is_server_error(), "case {case}: {status}");
        *statuses.entry(status.as_u16()).or_default() += 1;
        if let Some(operation) = response.headers().get("location")
            && status == 202
        {
            // One poll finishes the update.
            let operation = operation.to_str().unwrap();
            let (status, _) = get(&emulator, service, operation).await;
            assert_eq!(status, 200, "case {case}");
        }
        if case % 20 == 0 {
            assert_intact(&emulator, case).await;
        }
        let done = effective_writes(&emulator).await;
        assert!(writes <= done, "case {case}: a write was undone");
        writes = done;
    }
    // The test means nothing if most requests are refused early.
    for (status, least) in [(200, 500), (202, 50), (400, 500), (415, 30)] {
        let seen = statuses.get(&status).copied().unwrap_or_default();
        assert!(seen >= least, "{status}: {statuses:?}");
    }
    assert!(writes >= 100, "{writes} {statuses:?}");
}

#[tokio::test(start_paused = true)]
async fn any_control_request_gets_a_response_and_reset_restores() {
    let emulator = start().await;
    for case in 0..1_500 {
        let mut generator = Generator::new(case, emulator.token().reveal());
        if let Some(request) = generator.sent(CONTROL).into_request() {
            let response = emulator.respond(CONTROL, request).await;
            let status = response.status();
            assert!(!status.is_server_error(), "case {case}: {status}");
        }
        // With the faults and the time that were set until now.
        let service = SERVICES[generator.below(SERVICES.len())];
        if let Some(request) = generator.sent(service).into_request() {
            emulator.respond(service, request).await;
        }
        if case % 50 == 0 {
            let reset = Request::post("/api/reset").body(Full::<Bytes>::default());
            let done = emulator.respond(CONTROL, reset.unwrap()).await;
            assert_eq!(done.status(), 200, "case {case}");
            let (_, plan) = get(&emulator, CONTROL, "/api/faults").await;
            assert_eq!(plan["faults"], Value::Array(Vec::new()), "case {case}");
            assert_intact(&emulator, case).await;
        }
    }
}

#[tokio::test]
async fn any_bytes_end_the_connection_without_a_server_error() {
    let emulator = start().await;
    for case in 0..2_000 {
        let mut generator = Generator::new(case, emulator.token().reveal());
        let service = SERVICES[generator.below(SERVICES.len())];
        let mut sent = Vec::new();
        for _ in 0..=generator.below(2) {
            sent.extend(generator.sent(service).into_bytes());
        }
        generator.damage(&mut sent);
        let seen = exchange(&emulator, service, &sent).await;
        let seen = String::from_utf8_lossy(&seen);
        let status = seen
            .strip_prefix("HTTP/1.1 ")
            .or_else(|| seen.strip_prefix("HTTP/1.0 "))
            .map(|rest| rest.split(' ').next().unwrap().to_owned());
        match status {
            None => assert!(seen.is_empty(), "case {case}: {seen}"),
            Some(status) => assert!(status.as_str() < "500", "case {case}: {status}"),
        }
        if case % 100 == 0 {
            assert_intact(&emulator, case).await;
        }
    }
}

/// Sends bytes on a new connection, and returns everything that is received on it.
async fn exchange(emulator: &Emulator, service: Option<Service>, sent: &[u8]) -> Vec<u8> {
    let (client, socket) = tokio::io::duplex(16 * 1024);
    let (mut reader, mut writer) = tokio::io::split(client);
    let write = async {
        // The emulator may close the connection before it has read everything.
        let _ = writer.write_all(sent).await;
        let _ = writer.shutdown().await;
    };
    let mut seen = Vec::new();
    let serve = emulator.serve_connection(service, socket);
    let ((), (), read) = tokio::join!(serve, write, reader.read_to_end(&mut seen));
    read.unwrap();
    seen
}
