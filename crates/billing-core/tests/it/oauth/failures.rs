//! Authorities that cannot be reached or break the protocol.

use std::time::Duration;

use billing_core::{AppCredential, AppRegistration, TokenCredential};
use billing_test::{Script, Server, chain, sending};
use insta::assert_snapshot;

use super::{SECRET, printed, start};
use crate::setup::CLOSED;

/// Returns the error of a token request by this application.
async fn ask(app: &AppRegistration, server: &Server) -> String {
    let credential = AppCredential::for_partner_center(app).unwrap();
    let error = credential.get_token().await.unwrap_err();
    assert!(error.is_credential());
    assert!(!error.may_have_taken_effect());
    assert_eq!(error.status(), None, "it is not the service's status");
    let printed = printed(&error);
    assert!(!printed.contains("canary"), "{printed}");
    assert!(!printed.contains(SECRET), "{printed}");
    // The operating system's text differs between systems.
    let shown = chain(&error, server);
    shown.lines().next().unwrap().to_owned()
}

async fn failure(answer: Script) -> String {
    let (server, _clock, app) = start(vec![answer]).await;
    let text = ask(&app, &server).await;
    assert_eq!(server.received().len(), 1, "it was asked once");
    text
}

fn json(body: &str) -> Script {
    Script::json(body)
}

#[tokio::test]
async fn an_answer_that_is_no_token_is_named_and_not_repeated() {
    let large = format!(
        r#"{{"token_type":"Bearer","access_token":"canary{}"}}"#,
        "a".repeat(256 * 1024)
    );
    let texts = [
        failure(json("")).await,
        failure(json("[]")).await,
        failure(json(r#"{"access_token":"canary"#)).await,
        failure(json(r#"{"access_token":null,"token_type":"Bearer"}"#)).await,
        failure(json(r#"{"access_token":" ","token_type":"Bearer"}"#)).await,
        failure(json(r#"{"error":"canary","error_description":"canary"}"#)).await,
        failure(json(r#"{"access_token":"canary","token_type":"mac"}"#)).await,
        failure(json(&large)).await,
        failure(Script::new("200 OK\nContent-Type: text/html", "<p>canary")).await,
        failure(Script::new("204 No Content", "")).await,
    ];
    assert_snapshot!(texts.join("\n"), @"
    the response of [origin] with 200 OK has no access token
    the response of [origin] with 200 OK has no access token
    the response of [origin] with 200 OK has no access token
    the response of [origin] with 200 OK has no access token
    the response of [origin] with 200 OK has no access token
    the response of [origin] with 200 OK has no access token
    [origin] sent a token that is not a bearer token
    the response of [origin] is larger than the 262144 bytes that a token may have
    the response of [origin] with 200 OK has no access token
    [origin] answered 204 No Content instead of a token
    ");
}

#[tokio::test]
async fn a_refusal_without_the_protocols_words_is_told_by_its_status() {
    let texts = [
        failure(Script::new("503 Service Unavailable", "<p>canary")).await,
        failure(Script::new("500 Internal Server Error", "")).await,
        failure(Script::new(
            "400 Bad Request",
            r#"{"error":"Canary canary"}"#,
        ))
        .await,
        failure(Script::new(
            "400 Bad Request",
            r#"{"error":{"code":"canary"}}"#,
        ))
        .await,
        failure(Script::hang_up()).await,
    ];
    assert_snapshot!(texts.join("\n"), @"
    [origin] answered 503 Service Unavailable instead of a token
    [origin] answered 500 Internal Server Error instead of a token
    [origin] answered 400 Bad Request instead of a token
    [origin] answered 400 Bad Request instead of a token
    the connection to [origin] broke before a token had come
    ");
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_the_secret() {
    let elsewhere = Server::start(vec![]).await;
    let to = format!("307 Temporary Redirect\nLocation: {}/", elsewhere.origin());
    assert_snapshot!(failure(Script::new(&to, "")).await, @"[origin] answered 307 Temporary Redirect instead of a token");
    assert!(elsewhere.received().is_empty());
}

#[tokio::test]
async fn an_authority_that_is_away_or_silent_is_told_so() {
    let (server, clock, app) = start(vec![Script::hour_of_silence()]).await;
    let short = sending(&clock).with_timeout(Duration::from_secs(20));
    let silent = ask(&app.with_send_options(short), &server).await;
    assert_snapshot!(silent, @"no token from [origin] within 20s");
    let cloud = billing_core::Cloud::public().with_authority(&CLOSED.parse().unwrap());
    let secret = billing_core::Secret::new(SECRET);
    let app = AppRegistration::new(&cloud, "contoso.example.com", "client", secret)
        .with_send_options(sending(&clock));
    let away = ask(&app, &server).await;
    assert_snapshot!(away, @"could not connect to http://127.0.0.1:1 for a token");
}

#[tokio::test]
async fn a_tenant_cannot_lead_to_another_path_or_host() {
    let (server, clock, _app) = start(vec![Script::hang_up()]).await;
    let cloud = billing_core::Cloud::public().with_authority(&server.origin().parse().unwrap());
    let secret = billing_core::Secret::new(SECRET);
    let app = AppRegistration::new(&cloud, "@evil.example.com/../x?y#z", "client", secret)
        .with_send_options(sending(&clock));
    ask(&app, &server).await;
    assert_snapshot!(server.lines().join("\n"), @"POST /%40evil.example.com%2F..%2Fx%3Fy%23z/oauth2/v2.0/token HTTP/1.1");
}
