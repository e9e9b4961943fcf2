//! Sign-ins with device codes.

use std::time::Duration;

use billing_emulator::{App, Emulator, SAMPLE_TENANT_ID, SignIn};
use serde_json::Value;

use crate::{
    authority::{authority, error_code, form},
    support::{HttpResponse, sample},
};

const CLIENT: &str = "5f0c2b1e-0000-4000-8000-000000000001";
const SCOPE: &str = "https://management.azure.com/.default offline_access openid";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

async fn begin(emulator: &Emulator) -> Value {
    let sent = form(&[("client_id", CLIENT), ("scope", SCOPE)]);
    let path = "/organizations/oauth2/v2.0/devicecode";
    authority(emulator).send("POST", path, &sent).await.json()
}

async fn poll(emulator: &Emulator, code: &Value) -> HttpResponse {
    poll_as(emulator, CLIENT, code["device_code"].as_str().unwrap()).await
}

async fn poll_as(emulator: &Emulator, client: &str, code: &str) -> HttpResponse {
    let sent = form(&[
        ("grant_type", GRANT),
        ("client_id", client),
        ("device_code", code),
    ]);
    let path = "/organizations/oauth2/v2.0/token";
    authority(emulator).send("POST", path, &sent).await
}

async fn decide(emulator: &Emulator, code: &Value, answer: &str) -> HttpResponse {
    let user_code = code["user_code"].as_str().unwrap().to_lowercase();
    let sent = form(&[("user_code", &user_code), ("answer", answer)]);
    authority(emulator)
        .send("POST", "/devicelogin", &sent)
        .await
}

#[tokio::test]
async fn second_poll_of_a_device_code_gets_tokens_once() {
    let emulator = sample().start().await.unwrap();
    let code = begin(&emulator).await;
    assert_eq!(
        (&code["expires_in"], &code["interval"]),
        (&900.into(), &5.into())
    );
    let page = format!("{}/devicelogin", emulator.authority_url());
    assert_eq!(code["verification_uri"], page);
    let user_code = code["user_code"].as_str().unwrap();
    let message = code["message"].as_str().unwrap();
    assert!(
        message.contains(&page) && message.contains(user_code),
        "{message}"
    );
    let pending = error_code(&poll(&emulator, &code).await);
    assert_eq!(pending, "400 authorization_pending AADSTS70016");
    let granted = poll(&emulator, &code).await.json();
    for member in ["access_token", "refresh_token", "id_token"] {
        assert!(granted[member].is_string(), "{member}");
    }
    let again = error_code(&poll(&emulator, &code).await);
    assert_eq!(again, "400 invalid_grant AADSTS54005");
}

#[tokio::test]
async fn version_one_has_its_own_names() {
    let emulator = sample().start().await.unwrap();
    let resource = "https://management.azure.com/";
    let sent = form(&[("client_id", CLIENT), ("resource", resource)]);
    let caller = authority(&emulator);
    let code = caller
        .send("POST", "/common/oauth2/devicecode", &sent)
        .await
        .json();
    assert_eq!(
        (&code["expires_in"], &code["interval"]),
        (&"900".into(), &"5".into())
    );
    assert!(code["verification_url"].is_string() && code["verification_uri"].is_null());
    let sent = form(&[
        ("grant_type", "device_code"),
        ("client_id", CLIENT),
        ("code", code["device_code"].as_str().unwrap()),
    ]);
    let path = "/common/oauth2/token";
    assert_eq!(caller.send("POST", path, &sent).await.status, 400);
    let granted = caller.send("POST", path, &sent).await.json();
    assert_eq!(granted["resource"], resource);
}

#[tokio::test]
async fn device_code_can_be_approved_or_declined() {
    let emulator = sample().start().await.unwrap();
    let page = authority(&emulator).get("/devicelogin").await;
    assert!(page.body.contains(r#"name="user_code""#), "{}", page.body);
    let code = begin(&emulator).await;
    assert_eq!(decide(&emulator, &code, "approve").await.status, 200);
    assert_eq!(poll(&emulator, &code).await.status, 200);
    let code = begin(&emulator).await;
    assert_eq!(decide(&emulator, &code, "decline").await.status, 200);
    for _ in 0..2 {
        let declined = error_code(&poll(&emulator, &code).await);
        assert_eq!(declined, "400 authorization_declined AADSTS65004");
    }
    let unknown = serde_json::json!({ "user_code": "NOBODY" });
    let refused = error_code(&decide(&emulator, &unknown, "approve").await);
    assert_eq!(refused, "400 bad_verification_code AADSTS70018");
}

#[tokio::test]
async fn device_code_expires_and_belongs_to_its_client() {
    let emulator = sample().start().await.unwrap();
    let code = begin(&emulator).await;
    let sent = code["device_code"].as_str().unwrap();
    let other = error_code(&poll_as(&emulator, "another", sent).await);
    assert_eq!(other, "400 invalid_grant AADSTS70000");
    let unknown = error_code(&poll_as(&emulator, CLIENT, "never given").await);
    assert_eq!(unknown, "400 bad_verification_code AADSTS70018");
    emulator.advance_clock(Duration::from_secs(899)).unwrap();
    let pending = error_code(&poll(&emulator, &code).await);
    assert_eq!(pending, "400 authorization_pending AADSTS70016");
    emulator.advance_clock(Duration::from_secs(1)).unwrap();
    let expired = error_code(&poll(&emulator, &code).await);
    assert_eq!(expired, "400 expired_token AADSTS70020");
    let code = begin(&emulator).await;
    emulator.reset();
    let forgotten = error_code(&poll(&emulator, &code).await);
    assert_eq!(forgotten, "400 expired_token AADSTS70020");
}

#[tokio::test]
async fn application_without_consent_gets_no_tokens() {
    let app = App::new(SAMPLE_TENANT_ID, CLIENT, "secret").users(SignIn::ConsentRequired);
    let emulator = sample().app(app).start().await.unwrap();
    let code = begin(&emulator).await;
    let sent = form(&[
        ("grant_type", GRANT),
        ("client_id", CLIENT),
        ("client_secret", "secret"),
        ("device_code", code["device_code"].as_str().unwrap()),
    ]);
    let path = "/organizations/oauth2/v2.0/token";
    let caller = authority(&emulator);
    assert_eq!(caller.send("POST", path, &sent).await.status, 400);
    let refused = error_code(&caller.send("POST", path, &sent).await);
    assert_eq!(refused, "400 consent_required AADSTS65001");
}

#[tokio::test]
async fn azure_ad_graph_gets_no_tokens() {
    let emulator = sample().start().await.unwrap();
    let caller = authority(&emulator);
    for (path, name, value) in [
        (
            "/common/oauth2/v2.0/token",
            "scope",
            "https://graph.windows.net/.default",
        ),
        (
            "/common/oauth2/v2.0/token",
            "scope",
            "https://graph.windows.net//.default",
        ),
        (
            "/common/oauth2/v2.0/token",
            "scope",
            "00000002-0000-0000-c000-000000000000/.default",
        ),
        (
            "/common/oauth2/token",
            "resource",
            "https://graph.windows.net",
        ),
        (
            "/common/oauth2/token",
            "resource",
            "https://Graph.Windows.net/",
        ),
    ] {
        let by_app = [
            ("grant_type", "client_credentials"),
            ("client_id", CLIENT),
            ("client_secret", "any"),
            (name, value),
        ];
        let refused = error_code(&caller.send("POST", path, &form(&by_app)).await);
        assert_eq!(refused, "400 invalid_resource AADSTS500014", "{value}");
        let token = emulator.refresh_token("common", CLIENT).unwrap();
        let by_user = [
            ("grant_type", "refresh_token"),
            ("client_id", CLIENT),
            ("refresh_token", token.reveal()),
            (name, value),
        ];
        let refused = error_code(&caller.send("POST", path, &form(&by_user)).await);
        assert_eq!(refused, "400 invalid_resource AADSTS500014", "{value}");
    }
}
