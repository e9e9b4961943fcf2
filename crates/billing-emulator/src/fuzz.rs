//! Whatever is sent: nothing panics, nothing is answered with a 5xx, and what is stored stays whole. Each case follows from
//! its number, so one that fails can be run again alone.

use axum::{body::Body, extract::Request, response::Response};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream},
    sync::watch,
};

use crate::{
    emulator::Emulator,
    http::connection::{self, Connection, HeaderCase, Socket},
    sample::{SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE},
    server::dispatch::{self, Side},
    service::Service,
};
use generate::Generator;

mod bodies;
mod generate;

impl Socket for DuplexStream {
    fn reset(&self) {}
}

const SIDES: [Side; 3] = [
    Side::Service(Service::Partner),
    Side::Service(Service::Arm),
    Side::Service(Service::Authority),
];

async fn start() -> Emulator {
    let builder = Emulator::builder()
        .sample_data()
        .seed(7)
        .polls_until_done(1);
    builder.without_throttles().start().await.unwrap()
}

/// Straight at what is behind a connection.
async fn answer(emulator: &Emulator, side: Side, request: Request) -> Response {
    let (_running, stop) = watch::channel(());
    dispatch::respond(
        side,
        &emulator.context,
        stop,
        request,
        Connection::default(),
    )
    .await
    .map(Body::new)
}

async fn get(emulator: &Emulator, side: Side, path: &str) -> (u16, Value) {
    let token = format!("Bearer {}", emulator.token().reveal());
    let request = Request::get(path).header("authorization", token);
    let request = request.body(Body::empty()).unwrap();
    let response = answer(emulator, side, request).await;
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let json = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&body);
    (status, serde_json::from_slice(json).unwrap())
}

/// What is stored can be read, and is what it was for.
async fn assert_whole(emulator: &Emulator, case: u64) {
    let path = format!("/v1/customers/{SAMPLE_CUSTOMER_ID}/profiles/billing");
    let (status, profile) = get(emulator, Side::Service(Service::Partner), &path).await;
    assert_eq!(status, 200, "case {case}");
    let etag = profile["attributes"]["etag"].as_str().unwrap();
    assert!(etag.parse::<i64>().is_ok(), "case {case}: {etag}");
    let link = &profile["links"]["self"]["uri"];
    assert_eq!(link.as_str(), Some(path.as_str()), "case {case}");

    let id = format!(
        "/providers/Microsoft.Billing/billingAccounts/{SAMPLE_ACCOUNT}/billingProfiles/{SAMPLE_PROFILE}"
    );
    let path = format!("{id}?api-version=2019-10-01-preview");
    let (status, profile) = get(emulator, Side::Service(Service::Arm), &path).await;
    assert_eq!((status, &profile["id"]), (200, &Value::from(id)), "{case}");
    assert!(profile["properties"].is_object(), "case {case}");
    assert_eq!(emulator.context.state().resources().count(), 7);
}

#[tokio::test]
async fn whatever_is_asked_no_service_fails_and_what_it_stores_stays_whole() {
    let emulator = start().await;
    let mut writes = 0;
    let mut statuses = std::collections::BTreeMap::<u16, u32>::new();
    for case in 0..4_000 {
        let mut generator = Generator::new(case, emulator.token().reveal());
        let side = SIDES[generator.below(SIDES.len())];
        if generator.one_in(20) {
            // Years ahead or back, which a service must take as it comes.
            let _ = emulator.set_clock(generator.time());
        }
        let Some(request) = generator.sent(side).into_request() else {
            continue;
        };
        let response = answer(&emulator, side, request).await;
        let status = response.status();
        assert!(!status.is_server_error(), "case {case}: {status}");
        *statuses.entry(status.as_u16()).or_default() += 1;
        if let Some(operation) = response.headers().get("location")
            && status == 202
        {
            // Polled once by a caller who means it: it is done with that.
            let operation = operation.to_str().unwrap();
            let (status, _) = get(&emulator, side, operation).await;
            assert_eq!(status, 200, "case {case}");
        }
        if case % 20 == 0 {
            assert_whole(&emulator, case).await;
        }
        let state = emulator.context.state();
        let done: u64 = state.resources().map(|one| one.effective_writes).sum();
        assert!(writes <= done, "case {case}: a write was undone");
        writes = done;
    }
    // It would say nothing if all were refused at the door.
    for (status, least) in [(200, 500), (202, 50), (400, 500), (415, 30)] {
        let seen = statuses.get(&status).copied().unwrap_or_default();
        assert!(seen >= least, "{status}: {statuses:?}");
    }
    assert!(writes >= 100, "{writes} {statuses:?}");
}

#[tokio::test(start_paused = true)]
async fn whatever_is_asked_the_control_api_answers_and_a_reset_makes_all_as_it_was() {
    let emulator = start().await;
    for case in 0..1_500 {
        let mut generator = Generator::new(case, emulator.token().reveal());
        if let Some(request) = generator.sent(Side::Control).into_request() {
            let response = answer(&emulator, Side::Control, request).await;
            let status = response.status();
            assert!(!status.is_server_error(), "case {case}: {status}");
        }
        // Under whatever faults and at whatever time there are by now.
        let side = SIDES[generator.below(SIDES.len())];
        if let Some(request) = generator.sent(side).into_request() {
            answer(&emulator, side, request).await;
        }
        if case % 50 == 0 {
            let reset = Request::post("/api/reset").body(Body::empty()).unwrap();
            let done = answer(&emulator, Side::Control, reset).await;
            assert_eq!(done.status(), 200, "case {case}");
            let (_, plan) = get(&emulator, Side::Control, "/api/faults").await;
            assert_eq!(plan["faults"], Value::Array(Vec::new()), "case {case}");
            assert_whole(&emulator, case).await;
        }
    }
}

#[tokio::test]
async fn whatever_bytes_come_a_connection_ends_without_a_failure() {
    let emulator = start().await;
    let header_case = HeaderCase::learn().await;
    for case in 0..2_000 {
        let mut generator = Generator::new(case, emulator.token().reveal());
        let side = SIDES[generator.below(SIDES.len())];
        let mut sent = Vec::new();
        for _ in 0..=generator.below(2) {
            sent.extend(generator.sent(side).into_bytes());
        }
        generator.damage(&mut sent);
        let seen = talk(&emulator, side, &header_case, &sent).await;
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
            assert_whole(&emulator, case).await;
        }
    }
}

/// All that comes back on a connection on which this is sent and no more.
async fn talk(emulator: &Emulator, side: Side, header_case: &HeaderCase, sent: &[u8]) -> Vec<u8> {
    let (client, socket) = tokio::io::duplex(16 * 1024);
    let (mut reader, mut writer) = tokio::io::split(client);
    let (_running, stop) = watch::channel(());
    let context = &emulator.context;
    let serve = async {
        let answer = |request, wire| dispatch::respond(side, context, stop.clone(), request, wire);
        let patience = context.options.shutdown_timeout;
        connection::serve(socket, header_case, answer, stop.clone(), patience).await;
    };
    let write = async {
        // It may close before it has read everything.
        let _ = writer.write_all(sent).await;
        let _ = writer.shutdown().await;
    };
    let mut seen = Vec::new();
    let ((), (), read) = tokio::join!(serve, write, reader.read_to_end(&mut seen));
    read.unwrap();
    seen
}
