//! Tokens that the service refuses, and credentials without a token.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use billing_core::http::Method;
use billing_core::pipeline::Transport;
use billing_core::{
    AccessToken, BoxFuture, ClaimsChallenge, Error, Poller, Response, RetryPolicy, TokenCredential,
};
use billing_test::{Script, Server, TestClock, let_pass, sending};
use insta::assert_snapshot;
use serde_json::Value;

use crate::setup;

fn ok() -> Script {
    Script::json(r#"{"name":"p1"}"#)
}

fn refused() -> Script {
    Script::new("401 X", "")
}

/// A transport whose retries show as pauses of the clock.
fn policy() -> RetryPolicy {
    RetryPolicy::default().with_jitter(false)
}

#[tokio::test]
async fn a_refused_credential_is_not_tried_again() {
    let clock = Arc::new(TestClock::default());
    let server = Server::start(Vec::new()).await;
    let endpoint = server.origin().parse().unwrap();
    let credential = billing_core::StaticToken::new("").into();
    let options = sending(&clock).with_retry(policy());
    let transport = Transport::new(endpoint, credential, setup::service(), options).unwrap();
    let request = setup::request(&transport, Method::GET);
    let error = transport.fetch::<Value>(&request).await.unwrap_err();
    assert!(error.is_credential());
    assert_eq!((error.attempts(), clock.seconds()), (1, Vec::new()));
}

/// A credential that returns `first` until it is refused, then `second`.
struct Renewable(Mutex<Vec<&'static str>>);

impl TokenCredential for Renewable {
    fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        let token = AccessToken::new(*self.0.lock().unwrap().last().unwrap());
        Box::pin(async move { Ok(token) })
    }

    fn forget(&self, refused: &AccessToken) {
        let mut left = self.0.lock().unwrap();
        if left.len() > 1 && left.last() == Some(&refused.secret().expose()) {
            left.pop();
        }
    }
}

async fn start(
    tokens: &[&'static str],
    policy: RetryPolicy,
    answers: Vec<Script>,
) -> (Server, Transport, Arc<TestClock>) {
    let server = Server::start(answers).await;
    let clock = Arc::new(TestClock::default());
    let tokens = tokens.iter().rev().copied().collect();
    let transport = Transport::new(
        server.origin().parse().unwrap(),
        Renewable(Mutex::new(tokens)).into(),
        setup::service(),
        sending(&clock)
            .with_retry(policy)
            .with_read_back(std::time::Duration::from_secs(120)),
    )
    .unwrap();
    (server, transport, clock)
}

async fn with_tokens(
    tokens: &[&'static str],
    policy: RetryPolicy,
    answers: Vec<Script>,
) -> (Result<Response<Value>, Error>, Vec<(String, String)>) {
    let (server, transport, clock) = start(tokens, policy, answers).await;
    let request = setup::request(&transport, Method::PATCH);
    let outcome = transport.fetch(&request).await;
    assert_eq!(
        clock.seconds(),
        Vec::<u64>::new(),
        "a new token needs no pause"
    );
    let received = server.received();
    let headers = received.iter().map(|one| {
        let value = |name| one.header(name).unwrap().to_owned();
        (value("authorization"), value("ms-requestid"))
    });
    (outcome, headers.collect())
}

#[tokio::test]
async fn a_refused_token_is_replaced_once_for_writes_too() {
    let (outcome, sent) = with_tokens(&["a", "b"], policy(), vec![refused(), ok()]).await;
    outcome.unwrap();
    let tokens: Vec<_> = sent.iter().map(|(token, _)| token.as_str()).collect();
    assert_eq!(tokens, ["Bearer a", "Bearer b"]);
    assert_ne!(sent[0].1, sent[1].1, "an answer ends the request");

    let answers = vec![refused(), refused(), ok()];
    let (outcome, sent) = with_tokens(&["a", "b", "c"], policy(), answers).await;
    let error = outcome.unwrap_err();
    assert!(error.is_unauthorized() && !error.may_have_taken_effect());
    assert_eq!((error.attempts(), sent.len()), (2, 2));
}

/// A credential that returns its token until that is refused.
struct Perishable {
    is_refused: Mutex<bool>,
    then: Gone,
}

#[derive(Clone, Copy)]
enum Gone {
    Fails,
    Hangs,
}

impl TokenCredential for Perishable {
    fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        let is_refused = *self.is_refused.lock().unwrap();
        Box::pin(async move {
            match self.then {
                _ if !is_refused => Ok(AccessToken::new("a")),
                Gone::Fails => Err(Error::credential("a second factor is needed")),
                Gone::Hangs => {
                    let_pass(Duration::from_secs(3600)).await;
                    std::future::pending().await
                }
            }
        })
    }

    fn forget(&self, _: &AccessToken) {
        *self.is_refused.lock().unwrap() = true;
    }
}

fn perishable(is_refused: bool, then: Gone) -> Perishable {
    let is_refused = Mutex::new(is_refused);
    Perishable { is_refused, then }
}

async fn with_credential(credential: Perishable, answers: Vec<Script>) -> (Error, Server) {
    let server = Server::start(answers).await;
    let clock = Arc::new(TestClock::default());
    let options = sending(&clock)
        .with_retry(policy())
        .with_timeout(Duration::from_secs(60));
    let transport = Transport::new(
        server.origin().parse().unwrap(),
        credential.into(),
        setup::service(),
        options,
    )
    .unwrap();
    let request = setup::request(&transport, Method::PATCH);
    let error = transport.fetch::<Value>(&request).await.unwrap_err();
    assert_eq!(clock.seconds(), Vec::<u64>::new());
    (error, server)
}

#[tokio::test]
async fn a_credential_that_never_answers_ends_at_the_time_limit() {
    let (error, server) = with_credential(perishable(true, Gone::Hangs), Vec::new()).await;
    assert!(error.is_credential() && !error.may_have_taken_effect());
    assert_snapshot!(error, @"the credential gave no token within 60s");
    assert_eq!(server.received().len(), 0);
}

#[tokio::test]
async fn a_refusal_says_why_there_is_no_other_token() {
    for (gone, why) in [
        (Gone::Fails, "a second factor is needed"),
        (Gone::Hangs, "the credential gave no token within 60s"),
    ] {
        let answers = vec![refused(), ok()];
        let (error, server) = with_credential(perishable(false, gone), answers).await;
        assert!(error.is_unauthorized() && !error.may_have_taken_effect());
        let cause = std::error::Error::source(&error).unwrap();
        assert_eq!(cause.to_string(), why);
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn a_token_that_is_the_only_one_is_not_sent_again() {
    let (outcome, sent) = with_tokens(&["a"], policy(), vec![refused(), ok()]).await;
    assert!(outcome.unwrap_err().is_unauthorized());
    assert_eq!(sent.len(), 1);
    let answers = vec![refused(), ok()];
    let (outcome, sent) = with_tokens(&["a", "b"], RetryPolicy::never(), answers).await;
    assert!(outcome.unwrap_err().is_unauthorized());
    assert_eq!(sent.len(), 1, "never means once");
}

/// Returns the requests in their order, with their tokens.
fn told(server: &Server) -> String {
    let received = server.received();
    let lines = received.iter().map(|one| {
        let method = one.line.split(' ').next().unwrap();
        format!("{method} {}", one.header("authorization").unwrap())
    });
    lines.collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn reading_back_and_polling_replace_a_refused_token() {
    let answers = vec![
        refused(),
        Script::hang_up(),
        refused(),
        Script::json(r#"{"name":"p1","poNumber":"PO-0"}"#),
        refused(),
        Script::json(r#"{"name":"p1","poNumber":"PO-1"}"#),
    ];
    let (server, transport, _clock) = start(&["a", "b", "c", "d"], policy(), answers).await;
    let request = setup::request(&transport, Method::PATCH);
    let poller = Poller::<Value>::begin(transport, &request, "a1", |_, _| false).await;
    assert_eq!(poller.unwrap().await.unwrap().body()["poNumber"], "PO-1");
    assert_snapshot!(told(&server), @"PATCH Bearer a, PATCH Bearer b, GET Bearer b, GET Bearer c, GET Bearer c, GET Bearer d");
}

#[tokio::test]
async fn write_of_unknown_outcome_keeps_its_id_after_401() {
    let answers = vec![Script::hang_up(), refused(), ok()];
    let (server, transport, _clock) = start(&["a", "b"], policy(), answers).await;
    let mut request = setup::request(&transport, Method::PUT);
    request.set_idempotent_by_id();
    transport.fetch::<Value>(&request).await.unwrap();
    assert_snapshot!(told(&server), @"PUT Bearer a, PUT Bearer a, PUT Bearer b");
    let received = server.received();
    let ids = received.iter().map(|one| one.header("ms-requestid"));
    assert_eq!(ids.collect::<std::collections::HashSet<_>>().len(), 1);
}

/// A credential that returns `a`, and `b` for a claims challenge.
#[derive(Default)]
struct Claiming(Mutex<Vec<String>>);

impl TokenCredential for Claiming {
    fn get_token(&self) -> BoxFuture<'_, Result<AccessToken, Error>> {
        let is_renewed = !self.0.lock().unwrap().is_empty();
        let token = AccessToken::new(if is_renewed { "b" } else { "a" });
        Box::pin(async move { Ok(token) })
    }

    fn renew<'a>(
        &'a self,
        _: &'a AccessToken,
        challenge: Option<&'a ClaimsChallenge>,
    ) -> BoxFuture<'a, Result<AccessToken, Error>> {
        let claims = challenge.map(|challenge| challenge.claims().to_owned());
        self.0.lock().unwrap().extend(claims);
        self.get_token()
    }
}

/// The base64 of `{"a":1}`.
const CHALLENGE: &str = "WWW-Authenticate: Negotiate\nWWW-Authenticate: Bearer authorization_uri=\"https://login.example.com/\", error=\"insufficient_claims\", claims=\"eyJhIjoxfQ==\"";

async fn challenged(
    status: &str,
    then: Script,
) -> (Result<Response<Value>, Error>, Server, Vec<String>) {
    let answers = vec![Script::new(&format!("{status}\n{CHALLENGE}"), ""), then];
    let server = Server::start(answers).await;
    let clock = Arc::new(TestClock::default());
    let credential = Arc::new(Claiming::default());
    let transport = Transport::new(
        server.origin().parse().unwrap(),
        Arc::clone(&credential).into(),
        setup::service(),
        sending(&clock).with_retry(policy()),
    )
    .unwrap();
    let request = setup::request(&transport, Method::PATCH);
    let outcome = transport.fetch::<Value>(&request).await;
    let claims = credential.0.lock().unwrap().clone();
    (outcome, server, claims)
}

#[tokio::test]
async fn a_claims_challenge_reaches_the_credential() {
    let (outcome, server, claims) = challenged("401 Unauthorized", ok()).await;
    outcome.unwrap();
    assert_eq!(claims, [r#"{"a":1}"#]);
    assert_snapshot!(told(&server), @"PATCH Bearer a, PATCH Bearer b");
}

#[tokio::test]
async fn a_claims_challenge_that_nobody_meets_is_on_the_error() {
    let again = Script::new(&format!("401 Unauthorized\n{CHALLENGE}"), "");
    let (outcome, server, _) = challenged("401 Unauthorized", again).await;
    let error = outcome.unwrap_err();
    assert_eq!(
        error.claims_challenge().unwrap().to_base64(),
        "eyJhIjoxfQ=="
    );
    assert!(error.is_unauthorized() && !error.may_have_taken_effect());
    assert_snapshot!(error, @"the service answered 401 Unauthorized; it asks for a token with further claims");
    assert_snapshot!(told(&server), @"PATCH Bearer a, PATCH Bearer b");
}

#[tokio::test]
async fn a_claims_challenge_counts_with_401_only() {
    for status in [
        "400 Bad Request",
        "403 Forbidden",
        "407 Proxy Authentication Required",
    ] {
        let (outcome, server, claims) = challenged(status, ok()).await;
        let error = outcome.unwrap_err();
        assert!(error.claims_challenge().is_none(), "{status}");
        assert_eq!((claims.len(), server.received().len()), (0, 1), "{status}");
    }
}
