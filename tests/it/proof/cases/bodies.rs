//! Cases of response bodies: other media types, and compressed bodies.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::super::hostile::http;
use super::{Case, does, ok, says};

pub(crate) fn bodies() -> Vec<Case> {
    let html = "<!DOCTYPE html><title>Fabrikam Gateway</title><p>canary@contoso.example";
    vec![
        says(
            "an HTML page with 200",
            http("200 OK\nContent-Type: text/html", html),
        ),
        says(
            "an HTML page with 502",
            http("502 Bad Gateway\nContent-Type: text/html", html),
        ),
        says("nothing with 200", http("200 OK", "")),
        says(
            "nothing with 204",
            "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
        ),
        says("nothing with 205", http("205 Reset Content", "")),
        says("nothing with 304", "HTTP/1.1 304 Not Modified\r\n\r\n"),
        says("nothing with 500", http("500 Internal Server Error", "")),
        says("white space with 200", http("200 OK", " \r\n\t")),
        says("a byte order mark with 200", http("200 OK", "\u{feff}")),
        says(
            "half a document with 200",
            http("200 OK", r#"{"id":"x","name":"#),
        ),
        says(
            "two documents with 200",
            http("200 OK", r#"{"id":"x"}{"id":"y"}"#),
        ),
        says("an empty object with 200", http("200 OK", "{}")),
        says("a list with 200", http("200 OK", "[]")),
        says(
            "a list of profiles with 200",
            http("200 OK", r#"{"value":[{"id":"x"}]}"#),
        ),
        says("null with 200", http("200 OK", "null")),
        says("a number with 200", http("200 OK", "42")),
        says(
            "a text with 200",
            http("200 OK", r#""canary@contoso.example""#),
        ),
        says(
            "an error with 200",
            http("200 OK", r#"{"error":{"code":"Gone","message":"canary"}}"#),
        ),
        says(
            "a member of another kind",
            http(
                "200 OK",
                r#"{"id":"x","name":{"canary":1},"email":["canary"]}"#,
            ),
        ),
        says(
            "bytes that are no UTF-8",
            ok("Content-Length: 9", b"{\"id\":\"\xff\""),
        ),
        says("100,000 levels", http("200 OK", &"[".repeat(100_000))),
    ]
}

/// The cases for a size limit of 64 KiB.
pub(crate) fn compressed() -> Vec<Case> {
    // The server closes after each response; a client that does not know could send the next
    // request into that.
    let answer = |body: &[u8]| {
        let length = body.len();
        ok(
            &format!("Content-Encoding: gzip\r\nContent-Length: {length}\r\nConnection: close"),
            body,
        )
    };
    let mut altered = gzip(br#"{"id":"x"}"#);
    if let Some(checksum) = altered.iter_mut().rev().nth(5) {
        *checksum ^= 1;
    }
    let bomb = gzip(&vec![b' '; 1024 * 1024]);
    assert!(bomb.len() < 2048);
    vec![
        does("a profile in gzip", move |profile| {
            answer(&gzip(profile.as_bytes()))
        }),
        says("a bomb", answer(&bomb)),
        says("a bomb in a bomb", answer(&gzip(&bomb))),
        says("gzip that is none", answer(br#"{"id":"x"}"#)),
        says("gzip cut short", answer(&gzip(b"{\"id\":\"x\"}")[..12])),
        says("gzip with a wrong checksum", answer(&altered)),
        says("nothing in gzip with 200", answer(&gzip(b""))),
        says(
            "an encoding that was not asked for",
            ok(
                "Content-Encoding: br\r\nContent-Length: 4",
                b"\x0b\x01\x80\x7b",
            ),
        ),
    ]
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}
