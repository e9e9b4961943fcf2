//! Limits on the number and the duration of connections. Time is tokio's, which advances when all
//! tasks wait, so that no test waits for real.

use std::time::Duration;

use billing_emulator::{Emulator, Fault, FaultPlan, SAMPLE_CUSTOMER_ID};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{Instant, timeout},
};

use crate::support::{HttpClient, HttpResponse, sample};

async fn connect(emulator: &Emulator) -> TcpStream {
    let url = emulator.partner_url();
    let authority = url.strip_prefix("http://").unwrap();
    TcpStream::connect(authority).await.unwrap()
}

async fn to_the_end(mut stream: TcpStream) -> Vec<u8> {
    let mut seen = Vec::new();
    // A reset connection returns what was received before.
    let _ = stream.read_to_end(&mut seen).await;
    seen
}

/// Returns the head of a PUT that announces a body.
fn head(emulator: &Emulator, more: &str) -> String {
    format!(
        "PUT /v1/customers/{SAMPLE_CUSTOMER_ID}/profiles/billing HTTP/1.1\r\nHost: a\r\n\
         Authorization: Bearer {}\r\nContent-Type: application/json\r\nConnection: close\r\n{more}\r\n\r\n",
        emulator.token().reveal()
    )
}

const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

#[tokio::test(start_paused = true)]
async fn connection_beyond_the_limit_waits() {
    let emulator = sample().max_connections(1).start().await.unwrap();
    let start = Instant::now();
    let first = connect(&emulator).await;
    // It waits, so the first connection is being served.
    let mut second = connect(&emulator).await;
    second.write_all(GET.as_bytes()).await.unwrap();
    let early = timeout(Duration::from_secs(20), second.read_u8()).await;
    assert!(early.is_err(), "it is not served");
    drop(first);
    let seen = to_the_end(second).await;
    assert_eq!(HttpResponse::parse(&seen).status, 401);
    assert_eq!(start.elapsed().as_secs(), 20);
}

#[tokio::test(start_paused = true)]
async fn the_control_api_answers_when_the_services_have_no_room() {
    let late = Fault::new().delay(Duration::from_secs(60));
    let builder = sample()
        .max_connections(1)
        .faults(FaultPlan::new().fault(late));
    let emulator = builder.start().await.unwrap();
    let mut waiting = connect(&emulator).await;
    waiting.write_all(GET.as_bytes()).await.unwrap();
    // The only connection waits for a stopped clock.
    let early = timeout(Duration::from_secs(5), waiting.read_u8()).await;
    assert!(early.is_err(), "it is late");
    let control = HttpClient::anonymous(emulator.control_url());
    let moved = control.send("POST", "/api/clock", r#"{"advance_s":60}"#);
    let moved = timeout(Duration::from_secs(60), moved).await.unwrap();
    assert_eq!(moved.status, 200);
    assert_eq!(HttpResponse::parse(&to_the_end(waiting).await).status, 401);
}

#[tokio::test(start_paused = true)]
async fn unfinished_head_ends_the_connection_after_30_seconds() {
    let emulator = sample().start().await.unwrap();
    for begun in ["", "GET / HTTP/1.1\r\nHost: a\r\n"] {
        let start = Instant::now();
        let mut slow = connect(&emulator).await;
        slow.write_all(begun.as_bytes()).await.unwrap();
        assert_eq!(to_the_end(slow).await, b"");
        assert_eq!(start.elapsed().as_secs(), 30, "{begun}");
    }
}

#[tokio::test(start_paused = true)]
async fn unfinished_body_ends_the_connection_after_30_seconds() {
    let emulator = sample().start().await.unwrap();
    let start = Instant::now();
    let mut slow = connect(&emulator).await;
    let request = head(&emulator, "Content-Length: 3") + "{}";
    slow.write_all(request.as_bytes()).await.unwrap();
    assert_eq!(to_the_end(slow).await, b"");
    assert_eq!(start.elapsed().as_secs(), 30);
    assert_eq!(
        emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID),
        Some(0)
    );
}

#[tokio::test(start_paused = true)]
async fn shutdown_abandons_an_unfinished_request_after_timeout() {
    for (builder, seconds) in [
        (sample(), 10),
        (sample().shutdown_timeout(Duration::from_secs(3)), 3),
    ] {
        let emulator = builder.start().await.unwrap();
        let mut head_only = connect(&emulator).await;
        let request = head(&emulator, "Content-Length: 2\r\nExpect: 100-continue");
        head_only.write_all(request.as_bytes()).await.unwrap();
        // The connection is in the middle of this request.
        assert_eq!(head_only.read_u8().await.unwrap(), b'H');
        let start = Instant::now();
        emulator.shutdown().await;
        assert_eq!(start.elapsed().as_secs(), seconds);
        let seen = String::from_utf8(to_the_end(head_only).await).unwrap();
        assert_eq!(seen, "TTP/1.1 100 Continue\r\n\r\n");
    }
}

#[tokio::test]
async fn client_that_sends_a_too_large_body_gets_a_response() {
    let emulator = sample().start().await.unwrap();
    let size = 3 * 1024 * 1024;
    let body = vec![b' '; size];
    let chunked = [format!("{size:x}\r\n").as_bytes(), &body, b"\r\n0\r\n\r\n"].concat();
    for (more, body) in [
        (format!("Content-Length: {size}"), body),
        ("Transfer-Encoding: chunked".to_owned(), chunked),
    ] {
        let mut caller = connect(&emulator).await;
        let head = head(&emulator, &more);
        caller.write_all(head.as_bytes()).await.unwrap();
        caller.write_all(&body).await.unwrap();
        let seen = to_the_end(caller).await;
        assert_eq!(HttpResponse::parse(&seen).status, 413, "{more}");
    }
}

#[tokio::test]
async fn endless_body_is_not_read_forever() {
    let emulator = sample().start().await.unwrap();
    let mut caller = connect(&emulator).await;
    let head = head(&emulator, "Transfer-Encoding: chunked");
    caller.write_all(head.as_bytes()).await.unwrap();
    let mebibyte = [b"100000\r\n", vec![b' '; 1024 * 1024].as_slice(), b"\r\n"].concat();
    let mut sent = 0;
    while caller.write_all(&mebibyte).await.is_ok() {
        sent += 1;
    }
    // Plus what fits into the buffers of the two sockets.
    assert!((16..64).contains(&sent), "{sent} MiB were taken");
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let emulator = sample().start().await.unwrap();
    let headers = "X-A: b\r\n".repeat(101);
    let long = format!("X-A: {}\r\n", "b".repeat(64 * 1024));
    for more in [headers, long] {
        let mut caller = connect(&emulator).await;
        let request = format!("GET / HTTP/1.1\r\nHost: a\r\n{more}\r\n");
        // The connection may be closed before everything is sent.
        let _ = caller.write_all(request.as_bytes()).await;
        let seen = String::from_utf8(to_the_end(caller).await).unwrap();
        assert_eq!(
            seen,
            "HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        );
    }
}
