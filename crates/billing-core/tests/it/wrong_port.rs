//! TLS at a port for plain text, plain text at a port for TLS, and untrusted certificates.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use billing_core::Error;
use billing_core::http::Method;
use billing_test::{TestClock, persistent};
use insta::assert_snapshot;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::setup::{self, transport_to};

/// Returns the error of a client with four attempts at a port that writes these bytes to every
/// connection, and the number of connections.
async fn ask(scheme: &str, method: Method, bytes: &[u8]) -> (Error, usize) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let connections = Arc::new(AtomicUsize::new(0));
    let (count, bytes) = (Arc::clone(&connections), bytes.to_vec());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let mut request = [0; 4096];
            // The client may be gone already.
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
    });
    let clock = Arc::new(TestClock::default());
    let transport = transport_to(&format!("{scheme}://{host}"), persistent(&clock));
    let request = setup::request(&transport, method);
    let error = transport.fetch::<Value>(&request).await.unwrap_err();
    (error, connections.load(Ordering::SeqCst))
}

fn message(error: &Error) -> String {
    let words = error.to_string();
    let (before, after) = words.split_once("://127.0.0.1:").expect(&words);
    let after = after.trim_start_matches(|letter: char| letter.is_ascii_digit());
    format!("{before}://[host]{after}")
}

#[tokio::test]
async fn https_at_a_port_for_plain_text_is_recognised() {
    for bytes in [
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 400 Bad Request\r\n\r\n<html>",
        "SSH-2.0-OpenSSH_9.9\r\n",
        "220 mail.example.com ESMTP\r\n",
    ] {
        for method in [Method::GET, Method::PUT] {
            let (error, connections) = ask("https", method, bytes.as_bytes()).await;
            assert!(error.is_wrong_protocol() && error.is_connect(), "{bytes}");
            assert!(!error.may_have_taken_effect(), "{bytes}");
            assert_eq!((connections, error.attempts()), (1, 1), "{bytes}");
            assert_eq!(
                message(&error),
                "could not connect to https://[host]: it does not speak TLS; is this a port for plain http?"
            );
        }
    }
}

#[tokio::test]
async fn https_at_a_port_that_hangs_up_may_pass() {
    let (error, connections) = ask("https", Method::GET, b"").await;
    assert!(error.is_connect() && !error.is_wrong_protocol());
    assert_eq!(connections, 4);
    assert_snapshot!(message(&error), @"could not connect to https://[host]: it closed the connection instead of speaking TLS");
}

#[tokio::test]
async fn plain_http_at_a_port_for_tls_is_recognised() {
    for bytes in [
        // Alerts of TLS 1.0 to 1.3: "unexpected message", "decode error", "protocol version".
        b"\x15\x03\x01\0\x02\x02\x0a".as_slice(),
        b"\x15\x03\x03\0\x02\x02\x32",
        b"\x15\x03\x03\0\x02\x02\x46",
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"<html>It works!</html>",
    ] {
        for (method, is_write) in [(Method::GET, false), (Method::PUT, true)] {
            let (error, connections) = ask("http", method, bytes).await;
            assert!(error.is_wrong_protocol() && !error.is_connect());
            assert_eq!(error.may_have_taken_effect(), is_write);
            assert_eq!((connections, error.attempts()), (1, 1));
            assert_eq!(
                message(&error),
                "the server at http://[host] does not speak HTTP; is this a port for https?"
            );
        }
    }
}

#[tokio::test]
async fn a_server_that_asks_for_https_is_understood() {
    for body in [
        "<html>The plain HTTP request was sent to HTTPS port</html>",
        "Client sent an HTTP request to an HTTPS server.\n",
    ] {
        let answer = format!(
            "HTTP/1.1 400 Bad Request\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let (error, connections) = ask("http", Method::PUT, answer.as_bytes()).await;
        assert!(error.is_wrong_protocol() && !error.may_have_taken_effect());
        assert_eq!(connections, 1);
        assert_eq!(
            error.to_string(),
            "the service answered 400 Bad Request: this is a port for https"
        );
    }
}
