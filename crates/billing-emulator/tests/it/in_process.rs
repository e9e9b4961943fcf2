//! Requests that are handled without connections.

use std::time::Duration;

use billing_emulator::{
    Emulator, EmulatorBuilder, Fault, FaultPlan, Garbage, Handled, SAMPLE_CUSTOMER_ID,
    SAMPLE_OTHER_CUSTOMER_ID, Sent, Service, Token,
};
use http::Request;
use hyper::body::Bytes;
use serde_json::{Value, json};

use crate::support::{
    HttpClient, customer_path, customer_writes, logged, profile_path, profile_writes, sample,
};

const TOKEN: &str = "simulated";

fn builder() -> EmulatorBuilder {
    sample().token(Token::new(TOKEN))
}

fn request(method: &str, path: &str, body: &str) -> Request<Bytes> {
    let request = Request::builder().method(method).uri(path);
    let request = request
        .header("host", "127.0.0.1")
        .header("authorization", format!("Bearer {TOKEN}"))
        .header("content-type", "application/json");
    request.body(body.to_owned().into()).unwrap()
}

fn patch(changes: &Value) -> Request<Bytes> {
    request("PATCH", &profile_path(), &changes.to_string())
}

/// Returns the status of a whole response.
fn status(handled: Handled) -> u16 {
    handled.sent.response().unwrap().status().as_u16()
}

#[tokio::test]
async fn responses_are_those_of_the_ports() {
    let served = builder().start().await.unwrap();
    let alone = builder().in_process().unwrap();
    let (customer, other) = (customer_path(), SAMPLE_OTHER_CUSTOMER_ID);
    for (service, method, path, body) in [
        (Service::Partner, "GET", customer.clone(), ""),
        (
            Service::Partner,
            "PUT",
            customer.clone(),
            "{\"email\": \"a@example.com\"}",
        ),
        (Service::Partner, "PUT", customer, "[]"),
        (
            Service::Partner,
            "GET",
            "/v1/customers?size=1".to_owned(),
            "",
        ),
        (
            Service::Partner,
            "GET",
            format!("/v1/customers/{other}"),
            "",
        ),
        (Service::Arm, "GET", profile_path(), ""),
        (
            Service::Arm,
            "PATCH",
            profile_path(),
            "{\"properties\": {\"poNumber\": \"1\"}}",
        ),
        (Service::Arm, "PATCH", profile_path(), "{\"properties\": 1}"),
        (
            Service::Authority,
            "GET",
            "/common/discovery/instance".to_owned(),
            "",
        ),
    ] {
        let url = match service {
            Service::Partner => served.partner_url(),
            Service::Arm => served.arm_url(),
            _ => served.authority_url(),
        };
        let client = HttpClient::anonymous(url)
            .with_host("127.0.0.1")
            .with("authorization", &format!("Bearer {TOKEN}"))
            .with("content-type", "application/json");
        let expected = client.send(method, &path, body).await;
        let handled = alone.handle(service, request(method, &path, body));
        assert_eq!(handled.delay, Duration::ZERO);
        let response = handled.sent.response().unwrap();
        assert_eq!(response.status(), expected.status, "{method} {path}");
        assert_eq!(response.body(), expected.body.as_bytes(), "{path}");
        for (name, value) in response.headers() {
            assert_eq!(
                expected.header(name.as_str()),
                value.to_str().ok(),
                "{name}"
            );
        }
    }
    assert_eq!(logged(&alone), logged(&served));
    assert_eq!(alone.snapshot().to_json(), served.snapshot().to_json());
}

#[test]
fn no_runtime_is_needed_and_operations_end_by_the_clock() {
    let emulator = builder().in_process().unwrap();
    let update = patch(&json!({ "properties": { "poNumber": "PO-1" } }));
    assert_eq!(status(emulator.handle(Service::Arm, update)), 202);
    emulator
        .advance_clock(Duration::from_millis(1_999))
        .unwrap();
    assert_eq!(profile_writes(&emulator), 0);
    emulator.advance_clock(Duration::from_millis(1)).unwrap();
    assert_eq!(profile_writes(&emulator), 1);
}

#[test]
fn faults_are_what_the_client_would_receive() {
    let put = || Fault::new().method("PUT");
    let plan = FaultPlan::new()
        .fault(put().nth(1).reset())
        .fault(put().nth(2).committed().reset())
        .fault(put().nth(3).truncate(4).delay(Duration::from_secs(90)))
        .fault(put().nth(4).garbage(Garbage::Text("noise".to_owned())))
        .fault(put().nth(5).status(503));
    let emulator = builder()
        .byte_order_mark(false)
        .faults(plan)
        .in_process()
        .unwrap();
    let mut seen = Vec::new();
    for number in 1..=6 {
        let body = json!({ "email": format!("{number}@example.com") }).to_string();
        let handled = emulator.handle(Service::Partner, request("PUT", &customer_path(), &body));
        let sent = match handled.sent {
            Sent::Response(response) => response.status().to_string(),
            Sent::Raw(bytes) => {
                let text = String::from_utf8(bytes.to_vec()).unwrap();
                let last = text.rsplit("\r\n").next().unwrap();
                last.to_owned()
            }
            Sent::Reset => "reset".to_owned(),
        };
        let delay = handled.delay.as_secs();
        seen.push(format!(
            "{sent}, {delay} s, {} writes",
            customer_writes(&emulator)
        ));
    }
    let expected = [
        "reset, 0 s, 0 writes",
        "reset, 0 s, 1 writes",
        "{\"id, 90 s, 2 writes",
        "noise, 0 s, 2 writes",
        "503 Service Unavailable, 0 s, 2 writes",
        "200 OK, 0 s, 3 writes",
    ];
    assert_eq!(seen, expected);
}

#[test]
fn the_response_to_head_has_no_body() {
    let emulator = builder().in_process().unwrap();
    let handled = emulator.handle(Service::Partner, request("HEAD", &customer_path(), ""));
    let response = handled.sent.response().unwrap();
    assert_eq!(
        (response.status().as_u16(), response.body().len()),
        (200, 0)
    );
    assert_ne!(response.headers()["content-length"], "0");
}

#[test]
fn requests_have_the_limits_of_the_ports() {
    let emulator = builder().in_process().unwrap();
    let large = format!("{{\"email\": \"{}\"}}", "a".repeat(1024 * 1024));
    let mut seen = vec![status(
        emulator.handle(Service::Partner, request("PUT", &customer_path(), &large)),
    )];
    let mut foreign = request("GET", "/common/discovery/instance", "");
    let headers = foreign.headers_mut();
    headers.insert("host", "stranger.example.com".parse().unwrap());
    seen.push(status(emulator.handle(Service::Authority, foreign)));
    let mut unknown = request("GET", &customer_path(), "");
    unknown.headers_mut().remove("authorization");
    seen.push(status(emulator.handle(Service::Partner, unknown)));
    assert_eq!(seen, [413, 421, 401]);
    assert_eq!(customer_writes(&emulator), 0);
}

#[test]
fn twenty_thousand_profiles_are_there_at_once() {
    let emulator = Emulator::builder()
        .synthetic_data(1, 10_000, 10_000)
        .clock_at(crate::support::start())
        .in_process()
        .unwrap();
    let snapshot: Value = serde_json::from_slice(&emulator.snapshot().to_json()).unwrap();
    let accounts = snapshot["billingAccounts"].as_object().unwrap();
    let profiles = accounts
        .values()
        .map(|account| account.as_object().unwrap().len());
    assert_eq!(profiles.sum::<usize>(), 10_000);
    assert_eq!(snapshot["customers"].as_object().unwrap().len(), 10_000);
    assert_eq!(emulator.customer_billing_profile(SAMPLE_CUSTOMER_ID), None);
}
