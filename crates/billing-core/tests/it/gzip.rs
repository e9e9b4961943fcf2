//! Compressed responses (feature `gzip`).

use std::io::Write;

use billing_core::http::Method;
use billing_core::{Error, Response};
use billing_test::{Script, Server, TestClock, chain, once, persistent};
use flate2::Compression;
use flate2::write::GzEncoder;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::setup::{self, transport_to};

const HEAD: &str = "200 OK\nContent-Type: application/json\nContent-Encoding: gzip";

fn gzip(text: &str) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::best());
    out.write_all(text.as_bytes()).unwrap();
    out.finish().unwrap()
}

async fn get(
    answers: Vec<Script>,
    options: billing_core::SendOptions,
) -> (Server, Result<Response<Value>, Error>) {
    let server = Server::start(answers).await;
    let transport = transport_to(&server.origin(), options);
    let outcome = transport
        .fetch::<Value>(&setup::request(&transport, Method::GET))
        .await;
    (server, outcome)
}

#[tokio::test]
async fn a_compressed_answer_is_asked_for_and_read() {
    let (server, outcome) = get(vec![Script::new(HEAD, gzip(r#"{"a":1}"#))], once()).await;
    assert_eq!(outcome.unwrap().body(), &json!({"a": 1}));
    assert_eq!(server.received()[0].header("accept-encoding"), Some("gzip"));
}

#[tokio::test]
async fn an_answer_that_is_not_compressed_is_read_as_ever() {
    let (_server, outcome) = get(vec![Script::json(r#"{"a":1}"#)], once()).await;
    assert_eq!(outcome.unwrap().body(), &json!({"a": 1}));
}

#[tokio::test]
async fn the_limit_is_about_what_an_answer_expands_to() {
    let text = format!(r#"{{"a":"{}"}}"#, "x".repeat(1_000_000));
    let small = gzip(&text);
    assert!(small.len() < 2_000, "{}", small.len());
    let limits = [(text.len() - 1, false), (text.len(), true)];
    for (limit, fits) in limits {
        let options = once().with_max_body(limit);
        let (_server, outcome) = get(vec![Script::new(HEAD, &small)], options).await;
        match outcome {
            Ok(_) => assert!(fits),
            Err(error) => {
                assert!(!fits, "{error}");
                assert!(error.is_too_large());
                assert_snapshot!(error, @"the response is larger than the 1000007 bytes that are allowed");
            }
        }
    }
}

#[tokio::test]
async fn invalid_gzip_is_a_broken_response_and_read_again() {
    let whole = gzip(r#"{"a":"much to say, and all of it at the same time"}"#);
    let truncated = whole[..whole.len() / 2].to_vec();
    let mut altered = whole.clone();
    let at = altered.len() - 6;
    altered[at] ^= 1;
    let mut told = Vec::new();
    for body in [truncated, altered, b"{\"a\":1}".to_vec()] {
        let (server, outcome) = get(vec![Script::new(HEAD, &body)], once()).await;
        let error = outcome.unwrap_err();
        assert!(error.is_interrupted(), "{error:?}");
        assert!(!error.is_decode());
        assert_eq!(error.status().unwrap().as_u16(), 200);
        told.push(chain(&error, &server));

        let clock = std::sync::Arc::new(TestClock::default());
        let answers = vec![Script::new(HEAD, &body), Script::new(HEAD, &whole)];
        let (server, outcome) = get(answers, persistent(&clock)).await;
        outcome.unwrap();
        assert_eq!(server.lines().len(), 2);
        assert_eq!(clock.seconds(), [1]);
    }
    assert_snapshot!(told.join("\n\n"), @"
    the response from [origin] is incomplete or damaged
    error decoding response body
    request or response body error
    request or response body error
    unexpected end of file

    the response from [origin] is incomplete or damaged
    error decoding response body
    request or response body error
    request or response body error
    CRC computed does not match

    the response from [origin] is incomplete or damaged
    error decoding response body
    request or response body error
    request or response body error
    Invalid gzip header
    ");
}

#[tokio::test]
async fn a_write_whose_answer_is_no_gzip_may_have_taken_effect() {
    let (_server, transport, _clock) = setup::start(vec![Script::new(HEAD, "no gzip")]).await;
    let error = transport
        .fetch::<Value>(&setup::request(&transport, Method::PUT))
        .await
        .unwrap_err();
    assert!(error.is_interrupted());
    assert!(error.may_have_taken_effect());
}

#[tokio::test]
async fn an_empty_body_that_says_it_is_compressed_is_empty() {
    let (_server, outcome) = get(vec![Script::new(HEAD, "")], once()).await;
    let error = outcome.unwrap_err();
    assert_snapshot!(error, @"the service answered 200 OK without a body");
}

#[tokio::test]
async fn a_refusal_is_read_compressed_too() {
    let head = "404 Not Found\nContent-Encoding: gzip";
    let body = gzip(r#"{"error":{"code":"NotFound","message":"no such profile"}}"#);
    let (_server, outcome) = get(vec![Script::new(head, body)], once()).await;
    let error = outcome.unwrap_err();
    assert_eq!(error.service_error().unwrap().code(), Some("NotFound"));
}
