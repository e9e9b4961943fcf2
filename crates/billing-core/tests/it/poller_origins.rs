//! Polls and their tokens are sent only to the endpoint and the origins that it trusts.

use std::sync::Arc;

use billing_core::http::Method;
use billing_core::pipeline::{SendOptions, Transport};
use billing_core::{Endpoint, Poller, StaticToken};
use billing_test::{Script, Server, TestClock, chain, sending};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::setup::{self, TOKEN, service};

const DONE: &str = r#"{"type":"profiles","name":"p1"}"#;

/// Links that lead away from `http://127.0.0.1:{port}`, or try to; another server listens at
/// `{other}`.
const AWAY: [&str; 24] = [
    "http://127.0.0.1:{other}/op",
    "http://127.0.0.1/op",
    "//127.0.0.1:{other}/op",
    "\\\\127.0.0.1:{other}\\op",
    "/\\127.0.0.1:{other}/op",
    "\\/127.0.0.1:{other}/op",
    "/\t/127.0.0.1:{other}/op",
    "ht\ttp://127.0.0.1:{other}/op",
    "http:\\\\127.0.0.1:{other}\\op",
    "https://127.0.0.1:{port}/op",
    "https://127.0.0.1:{other}/op",
    "http://user@127.0.0.1:{port}/op",
    "http://user:pass@127.0.0.1:{port}/op",
    "http://:pass@127.0.0.1:{port}/op",
    "http://127.0.0.1:{port}@127.0.0.1:{other}/op",
    "http://localhost:{port}/op",
    "http://localhost.evil.example/op",
    "http://127.0.0.1.evil.example:{port}/op",
    "http://xn--bcher-kva.example/op",
    "http://127.0.0.2:{port}/op",
    "http://[::1]:{port}/op",
    "http://[::ffff:127.0.0.1]:{port}/op",
    "ftp://127.0.0.1:{port}/op",
    "blob:http://127.0.0.1:{port}/op",
];

/// Unusual links to the endpoint's own origin.
const HOME: [&str; 9] = [
    "HTTP://127.0.0.1:{port}/op",
    "//127.0.0.1:{port}/op",
    "http://2130706433:{port}/op",
    "http://0x7f.1:{port}/op",
    "http://%31%32%37.0.0.1:{port}/op",
    "http://127.0.0.1:{port}/o\tp",
    "http:\\\\127.0.0.1:{port}\\op",
    "/op#//evil.example",
    "//127.0.0.1:{port}/./x/../op",
];

/// A link in each header and body that can have one.
fn scripts(link: &str) -> Vec<Vec<Script>> {
    let accepted =
        |header: &str, link: &str| Script::new(&format!("202 Accepted\n{header}: {link}"), "");
    let (location, operation) = ("Location", "Azure-AsyncOperation");
    let report = format!("200 OK\n{operation}: {link}");
    vec![
        vec![accepted(location, link)],
        vec![accepted(operation, link)],
        vec![Script::new(&format!("200 OK\n{operation}: {link}"), DONE)],
        vec![accepted(location, "/ok"), accepted(location, link)],
        vec![
            accepted(operation, "/ok"),
            Script::new(&report, r#"{"status":"Running"}"#),
        ],
    ]
}

#[tokio::test]
async fn a_link_that_leads_away_is_refused_before_a_byte_is_sent() {
    let other = Server::start(Vec::new()).await;
    let port = other.origin().rsplit(':').next().unwrap().to_owned();
    for link in AWAY {
        for script in scripts(&link.replace("{other}", &port)) {
            let asked = script.len();
            let (poller, server, _clock) = setup::begin(script).await;
            let error = match poller {
                Err(error) => error,
                Ok(mut poller) => {
                    let error = poller.poll_once().await.unwrap_err();
                    assert_eq!(error.poll_token(), poller.token());
                    assert!(poller.token().is_some(), "the last good link is kept");
                    error
                }
            };
            assert!(error.is_foreign_origin(), "{link}: {error}");
            assert!(error.may_have_taken_effect(), "{link}");
            assert_eq!(server.received().len(), asked, "{link}");
            assert!(!format!("{error:?}").contains(TOKEN));
        }
    }
    assert_eq!(other.received().len(), 0);
}

#[tokio::test]
async fn a_link_that_leads_home_is_followed_however_it_is_spelled() {
    for link in HOME {
        let answers = vec![
            Script::new(&format!("202 Accepted\nLocation: {link}"), ""),
            Script::json(DONE),
        ];
        let (poller, server, _clock) = setup::begin(answers).await;
        poller.unwrap().await.unwrap();
        assert_eq!(server.lines()[1], "GET /op HTTP/1.1", "{link}");
    }
}

fn trusting(server: &Server, other: &Server) -> (Transport, Arc<TestClock>) {
    let endpoint: Endpoint = server.origin().parse().unwrap();
    let endpoint = endpoint.with_trusted_origin(&other.origin()).unwrap();
    let clock = Arc::new(TestClock::default());
    let token = StaticToken::new(TOKEN).into();
    let transport = Transport::new(endpoint, token, service(), sending(&clock)).unwrap();
    (transport, clock)
}

#[tokio::test]
async fn trusted_origin_is_polled_with_the_token() {
    for header in ["Location", "Azure-AsyncOperation"] {
        let regional = Server::start(vec![
            // A relative link is relative to the URL of its response.
            Script::new(&format!("202 Accepted\n{header}: /op/2"), ""),
            Script::json(r#"{"status":"Succeeded"}"#),
        ])
        .await;
        let accepted = format!("202 Accepted\n{header}: {}/op/1", regional.origin());
        let server = Server::start(vec![Script::new(&accepted, ""), Script::json(DONE)]).await;
        let (transport, _clock) = trusting(&server, &regional);
        let request = setup::request(&transport, Method::PATCH);
        let poller = Poller::<Value>::begin(transport, &request, "a1", |_, _| false).await;
        poller.unwrap().await.unwrap();
        assert_eq!(
            regional.lines(),
            ["GET /op/1 HTTP/1.1", "GET /op/2 HTTP/1.1"]
        );
        let resource = "/accounts/a1/profiles/p1 HTTP/1.1";
        assert_eq!(
            server.lines(),
            [format!("PATCH {resource}"), format!("GET {resource}")]
        );
        let bearer = format!("Bearer {TOKEN}");
        for received in regional.received() {
            assert_eq!(received.header("authorization"), Some(bearer.as_str()));
        }
    }
}

#[tokio::test]
async fn token_of_a_trusted_origin_needs_the_same_trust() {
    let regional = Server::start(vec![Script::json(DONE)]).await;
    let accepted = format!("202 Accepted\nLocation: {}/op", regional.origin());
    let server = Server::start(vec![Script::new(&accepted, "")]).await;
    let (transport, _clock) = trusting(&server, &regional);
    let request = setup::request(&transport, Method::PATCH);
    let poller = Poller::<Value>::begin(transport.clone(), &request, "a1", |_, _| false).await;
    let token = poller.unwrap().token().unwrap().clone();

    let doubting = setup::transport_to(&server.origin(), SendOptions::default());
    let error = Poller::<Value>::resume(doubting, token.clone()).unwrap_err();
    assert!(error.is_invalid_input() && !error.may_have_taken_effect());
    assert_eq!(regional.received().len(), 0);

    // The origin of a `blob:` is that of the URL inside it.
    let mut blob = setup::token_fields(&server.origin());
    blob["location"] = json!(format!("blob:{}/op", regional.origin()));
    let blob = setup::token(&blob);
    assert!(Poller::<Value>::resume(transport.clone(), blob).is_err());

    // Trust is for links: the origin of the token itself has to be the endpoint's.
    let mut moved = setup::token_fields(&server.origin());
    moved["origin"] = json!(regional.origin());
    moved["resource"] = json!(format!("{}/accounts/a1/profiles/p1", regional.origin()));
    let moved = setup::token(&moved);
    assert!(Poller::<Value>::resume(transport.clone(), moved).is_err());

    let poller = Poller::<Value>::resume(transport, token).unwrap();
    assert_eq!(poller.await.unwrap().body()["name"], "p1");
    assert_eq!(regional.received().len(), 1);
}

#[tokio::test]
async fn what_is_written_goes_to_the_endpoint_whatever_is_trusted() {
    let other = Server::start(vec![Script::json(DONE)]).await;
    let server = Server::start(Vec::new()).await;
    let (transport, _clock) = trusting(&server, &other);
    let url = format!("{}/accounts/a1", other.origin()).parse().unwrap();
    let write = transport.request(Method::PATCH, url);
    let error = transport.fetch::<Value>(&write).await.unwrap_err();
    assert!(error.is_invalid_input() && !error.may_have_taken_effect());
    assert_eq!(other.received().len(), 0);
    let read = transport.request(Method::GET, write.url().clone());
    transport.fetch::<Value>(&read).await.unwrap();
}

#[tokio::test]
async fn an_error_of_a_poll_names_the_origin_that_was_asked() {
    let regional = Server::start(vec![Script::hang_up()]).await;
    let accepted = format!("202 Accepted\nLocation: {}/op", regional.origin());
    let server = Server::start(vec![Script::new(&accepted, "")]).await;
    let (transport, _clock) = trusting(&server, &regional);
    let request = setup::request(&transport, Method::PATCH);
    let poller = Poller::<Value>::begin(transport, &request, "a1", |_, _| false).await;
    let error = poller.unwrap().await.unwrap_err();
    let told = chain(&error, &regional);
    assert_snapshot!(told.lines().next().unwrap(), @"the connection to [origin] broke");
}
