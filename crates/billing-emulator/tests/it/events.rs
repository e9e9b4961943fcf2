//! The event stream of the control API.

use std::time::Duration;

use billing_emulator::{
    Emulator, Fault, FaultPlan, SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    net::TcpStream,
};

use crate::support::{API_VERSION, HttpClient, customer_path, sample};

/// A connection that receives events.
struct Onlooker(Lines<BufReader<TcpStream>>);

impl Onlooker {
    /// Returns once every later event will be received.
    async fn come(emulator: &Emulator) -> Self {
        Self::ask(emulator).await.unwrap()
    }

    /// Returns `None` if there are too many subscribers.
    async fn ask(emulator: &Emulator) -> Option<Self> {
        let authority = emulator.control_url().strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(authority).await.unwrap();
        let request = format!("GET /api/events HTTP/1.1\r\nhost: {authority}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut lines = BufReader::new(stream).lines();
        let status = lines.next_line().await.unwrap().unwrap();
        if status == "HTTP/1.1 503 Service Unavailable" {
            return None;
        }
        assert_eq!(status, "HTTP/1.1 200 OK");
        let mut head = String::new();
        while let Some(line) = lines.next_line().await.unwrap() {
            if line.is_empty() {
                break;
            }
            head += &line.to_ascii_lowercase();
        }
        assert!(head.contains("content-type: text/event-stream"), "{head}");
        let mut onlooker = Self(lines);
        assert_eq!(onlooker.next().await, Some(("hello".to_owned(), json!({}))));
        Some(onlooker)
    }

    /// Returns the next event; `None` after the last.
    async fn next(&mut self) -> Option<(String, Value)> {
        let mut name = None;
        while let Some(line) = self.0.next_line().await.ok()? {
            // The other lines are chunk sizes.
            if let Some(event) = line.strip_prefix("event: ") {
                name = Some(event.to_owned());
            } else if let Some(data) = line.strip_prefix("data: ") {
                return Some((name?, serde_json::from_str(data).unwrap()));
            }
        }
        None
    }
}

#[tokio::test]
async fn events_report_requests_writes_clock_and_reset() {
    let emulator = sample().start().await.unwrap();
    let mut onlooker = Onlooker::come(&emulator).await;
    let customer = customer_path();
    let partner = HttpClient::partner(&emulator);
    partner.put(&customer, &json!({ "firstName": "Lee" })).await;
    emulator.advance_clock(Duration::from_secs(60)).unwrap();
    emulator.reset();

    let written = json!({ "service": "partner", "id": SAMPLE_CUSTOMER_ID, "effective_writes": 1 });
    assert_eq!(
        onlooker.next().await,
        Some(("resource".to_owned(), written))
    );
    let (name, request) = onlooker.next().await.unwrap();
    assert_eq!(
        (name.as_str(), &request["path"]),
        ("request", &json!(customer))
    );
    assert_eq!(request["number"], 1);
    let clock = json!({ "now": "2019-10-01T00:01:00Z" });
    assert_eq!(onlooker.next().await, Some(("clock".to_owned(), clock)));
    assert_eq!(onlooker.next().await, Some(("reset".to_owned(), json!({}))));
}

#[tokio::test]
async fn events_report_an_unpolled_update() {
    let builder = Emulator::builder().sample_data();
    let builder = builder.operation_time(Duration::from_millis(1));
    let emulator = builder.start().await.unwrap();
    let mut onlooker = Onlooker::come(&emulator).await;
    let id = format!(
        "/providers/Microsoft.Billing/billingAccounts/{SAMPLE_ACCOUNT}/billingProfiles/{SAMPLE_PROFILE}"
    );
    let patch = json!({ "properties": { "poNumber": "PO-2" } });
    let path = format!("{id}?{API_VERSION}");
    let accepted = HttpClient::arm(&emulator).patch(&path, &patch).await;
    assert_eq!(accepted.status, 202);
    let mut seen = [onlooker.next().await, onlooker.next().await].map(Option::unwrap);
    seen.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(seen[0].0, "request");
    let written = json!({ "service": "arm", "id": id, "effective_writes": 1 });
    assert_eq!(seen[1], ("resource".to_owned(), written));
}

#[tokio::test]
async fn events_report_a_clock_moved_by_a_fault() {
    let jump = Fault::new().clock_advance(Duration::from_secs(60));
    let builder = sample().faults(FaultPlan::new().fault(jump));
    let emulator = builder.start().await.unwrap();
    let mut onlooker = Onlooker::come(&emulator).await;
    HttpClient::partner(&emulator).get("/v1/customers").await;
    let clock = json!({ "now": "2019-10-01T00:01:00Z" });
    assert_eq!(onlooker.next().await, Some(("clock".to_owned(), clock)));
}

#[tokio::test]
async fn shutdown_ends_event_streams() {
    let emulator = sample().start().await.unwrap();
    let mut onlooker = Onlooker::come(&emulator).await;
    emulator.shutdown().await;
    assert_eq!(onlooker.next().await, None);
}

#[tokio::test]
async fn dropping_the_emulator_ends_event_streams() {
    let emulator = sample().start().await.unwrap();
    let mut onlooker = Onlooker::come(&emulator).await;
    drop(emulator);
    assert_eq!(onlooker.next().await, None);
}

#[tokio::test]
async fn slow_event_reader_gets_a_missed_event() {
    let emulator = sample().start().await.unwrap();
    let mut onlooker = Onlooker::come(&emulator).await;
    // Nothing else runs in the meantime, so all of them are sent before the first is read.
    for _ in 0..1_000 {
        emulator.advance_clock(Duration::from_secs(1)).unwrap();
    }
    assert_eq!(
        onlooker.next().await,
        Some(("missed".to_owned(), json!({})))
    );
    let mut last = onlooker.next().await.unwrap();
    for _ in 1..256 {
        last = onlooker.next().await.unwrap();
    }
    let end = json!({ "now": "2019-10-01T00:16:40Z" });
    assert_eq!(last, ("clock".to_owned(), end));
}

#[tokio::test]
async fn sixteen_connections_can_receive_events() {
    let emulator = sample().start().await.unwrap();
    let mut onlookers = Vec::new();
    for _ in 0..16 {
        onlookers.push(Onlooker::come(&emulator).await);
    }
    let control = HttpClient::anonymous(emulator.control_url());
    let refused = control.get("/api/events").await;
    let expected = r#"503 {"error":"16 connections already receive events; close one"}"#;
    assert_eq!(refused.brief(), expected);
    drop(onlookers.pop());
    // The emulator notices the closed connection a moment later.
    while Onlooker::ask(&emulator).await.is_none() {}
}
