//! Token requests are sent again as reads are.

use std::sync::Arc;

use billing_core::{AppCredential, AppRegistration, AppUserCredential, Error, TokenCredential};
use billing_test::{Script, Server, TestClock, chain, persistent};
use insta::assert_snapshot;

use super::{form, registration, token, token_and};

async fn start(answers: Vec<Script>) -> (Server, Arc<TestClock>, AppRegistration) {
    let server = Server::start(answers).await;
    let clock = Arc::new(TestClock::default());
    let app = registration(&server, &clock).with_send_options(persistent(&clock));
    (server, clock, app)
}

/// Requests a token, and returns it with the pauses and the server.
async fn ask(answers: Vec<Script>) -> (Result<String, Error>, Vec<u64>, Server) {
    let (server, clock, app) = start(answers).await;
    let credential = AppCredential::for_partner_center(&app).unwrap();
    let token = credential.get_token().await;
    let token = token.map(|token| token.secret().expose().to_owned());
    (token, clock.seconds(), server)
}

fn unavailable() -> Script {
    Script::new("503 Service Unavailable", "")
}

#[tokio::test]
async fn a_passing_failure_is_tried_again() {
    for (answer, pause) in [
        (unavailable(), 1),
        (
            Script::new("503 Service Unavailable\nRetry-After: 7", ""),
            7,
        ),
        (
            Script::new("429 Too Many Requests\nRetry-After: 5", "{}"),
            5,
        ),
        (Script::new("429 Too Many Requests", ""), 6),
        (Script::new("500 Internal Server Error", ""), 1),
        (Script::new("408 Request Timeout", ""), 1),
        (Script::hang_up(), 1),
        (
            Script::bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{".to_vec()),
            1,
        ),
    ] {
        let (outcome, pauses, server) = ask(vec![answer, token("one")]).await;
        assert_eq!((outcome.unwrap().as_str(), pauses), ("one", vec![pause]));
        assert_eq!(form(&server, 0), form(&server, 1));
    }
}

#[tokio::test]
async fn an_answer_that_time_does_not_change_is_the_last() {
    let refused = |status: &str| Script::new(status, r#"{"error":"invalid_grant"}"#);
    for answer in [
        refused("400 Bad Request"),
        refused("401 Unauthorized"),
        refused("403 Forbidden"),
        refused("404 Not Found"),
        refused("501 Not Implemented"),
        Script::new("302 Found\nLocation: /", ""),
        Script::json("{}"),
        Script::json(r#"{"access_token":"one","token_type":"mac"}"#),
        // Longer than any limit.
        Script::new("503 Service Unavailable\nRetry-After: 81", ""),
    ] {
        let (outcome, pauses, server) = ask(vec![answer, token("one")]).await;
        let error = outcome.unwrap_err();
        assert!(
            error.is_credential() && error.authority_status().is_some(),
            "{error:?}"
        );
        assert_eq!((pauses.len(), server.received().len()), (0, 1), "{error:?}");
    }
}

#[tokio::test]
async fn attempts_are_counted_and_the_last_answer_is_told() {
    let all = [unavailable(), unavailable(), unavailable()];
    let last = r#"{"error":"temporarily_unavailable","error_description":"AADSTS90033: A transient error."}"#;
    let last = Script::new("503 Service Unavailable\nRetry-After: 40", last);
    let answers = all.into_iter().chain([last]).collect();
    let (outcome, pauses, server) = ask(answers).await;
    let error = outcome.unwrap_err();
    assert_eq!(pauses, [1, 2, 4]);
    assert_snapshot!(chain(&error, &server), @"[origin] issued no token: temporarily_unavailable, after 4 attempts, AADSTS90033: Microsoft Entra ID has a problem of its own; try again later");
    assert_eq!(error.authority_status().unwrap(), 503);
    assert_eq!(error.retry_after().unwrap().as_secs(), 40);
    assert_eq!(error.status(), None, "the service was not asked");

    let (outcome, _, server) = ask((0..4).map(|_| Script::hang_up()).collect()).await;
    let error = outcome.unwrap_err();
    let shown = chain(&error, &server);
    assert_snapshot!(shown.lines().next().unwrap(), @"the connection to [origin] broke before a token had come, after 4 attempts");
    assert_eq!(error.authority_status(), None, "nobody answered");
}

#[tokio::test]
async fn a_refresh_token_is_sent_again_until_the_next_one_has_come() {
    let half = r#"{"refresh_token":"refresh-three","access_token":"#;
    let (server, clock, app) = start(vec![
        Script::hang_up(),
        token_and("one", "refresh-two"),
        unavailable(),
        // A retry would use a refresh token that may be invalid by now.
        Script::new("503 Service Unavailable", half),
        token("two"),
    ])
    .await;
    let store = super::shared_store::store("refresh-one");
    let credential = AppUserCredential::for_partner_center(&app, Arc::clone(&store)).unwrap();
    let credential = billing_core::Credential::from(credential);
    let one = credential.get_token().await.unwrap();
    let error = credential.renew(&one, None).await.unwrap_err();
    assert_eq!(error.authority_status().unwrap(), 503);
    assert_eq!(store.kept(), "refresh-three");
    credential.get_token().await.unwrap();
    let used = (0..5).map(|number| {
        let form = form(&server, number);
        form.lines().nth(1).unwrap().to_owned()
    });
    assert_snapshot!(used.collect::<Vec<_>>().join("\n"), @"
    refresh_token=refresh-one
    refresh_token=refresh-one
    refresh_token=refresh-two
    refresh_token=refresh-two
    refresh_token=refresh-three
    ");
    assert_eq!(clock.seconds(), [1, 1]);
}
