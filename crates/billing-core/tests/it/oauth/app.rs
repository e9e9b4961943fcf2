//! App-only tokens are requested and cached.

use std::time::Duration;

use billing_core::{
    AppCredential, AppRegistration, Clock, Cloud, Credential, Secret, TokenCredential,
};
use insta::assert_snapshot;

use super::{CLIENT, SECRET, form, start, token};

#[tokio::test]
async fn an_app_only_token_is_asked_for_with_the_applications_secret() {
    let (server, clock, app) = start(vec![token("one")]).await;
    let credential = AppCredential::for_partner_center(&app).unwrap();
    let one = credential.get_token().await.unwrap();
    assert_eq!(one.secret().expose(), "one");
    let end = clock.now() + Duration::from_secs(3600);
    assert_eq!(one.expires_at(), Some(end));
    let sent = server.received()[0].to_string();
    let head = sent.split("\n\n").next().unwrap();
    assert_snapshot!(head, @"
    POST /contoso.example.com/oauth2/v2.0/token HTTP/1.1
    accept: application/json
    content-length: 172
    content-type: application/x-www-form-urlencoded
    host: [host]
    ");
    assert_snapshot!(form(&server, 0), @"
    grant_type=client_credentials
    scope=https://api.partnercenter.microsoft.com/.default
    client_id=5f0c2b1e-0000-4000-8000-000000000001
    client_secret=canary-secret-90c1
    ");
}

#[tokio::test]
async fn a_token_for_resource_manager_is_asked_for_with_its_scope() {
    let (server, _clock, app) = start(vec![token("one")]).await;
    let credential = AppCredential::for_resource_manager(&app).unwrap();
    credential.get_token().await.unwrap();
    assert!(form(&server, 0).contains("\nscope=https://management.azure.com/.default\n"));
}

#[tokio::test]
async fn app_tokens_are_cached_and_dropped_when_refused() {
    let (server, clock, app) = start(vec![token("one"), token("two"), token("three")]).await;
    let credential = Credential::from(AppCredential::for_partner_center(&app).unwrap());
    for _ in 0..3 {
        let token = credential.get_token().await.unwrap();
        assert_eq!(token.secret().expose(), "one");
    }
    clock.sleep(Duration::from_secs(3600)).await;
    let two = credential.get_token().await.unwrap();
    assert_eq!(two.secret().expose(), "two");
    let three = credential.renew(&two, None).await.unwrap().unwrap();
    assert_eq!(three.secret().expose(), "three");
    assert_eq!(server.received().len(), 3);
}

#[test]
fn what_cannot_be_asked_with_is_refused_at_once() {
    let refuse = |tenant: &str, client: &str, secret: &str| {
        let app = AppRegistration::new(&Cloud::public(), tenant, client, Secret::new(secret));
        let error = AppCredential::for_partner_center(&app).unwrap_err();
        assert!(error.is_invalid_input());
        error.to_string()
    };
    let texts = [
        refuse("", CLIENT, SECRET),
        refuse("..", CLIENT, SECRET),
        refuse("contoso.example.com", "", SECRET),
        refuse("contoso.example.com", CLIENT, ""),
    ];
    assert_snapshot!(texts.join("\n"), @"
    the tenant is empty
    the tenant is `..`, which cannot be part of a URL's path
    the client id is empty
    the client secret is empty
    ");
}

#[tokio::test]
async fn neither_registration_nor_credential_prints_the_secret() {
    let (server, _clock, app) = start(vec![token("canary-token")]).await;
    let credential = AppCredential::for_partner_center(&app).unwrap();
    credential.get_token().await.unwrap();
    let printed = format!("{app:?}\n{credential:?}").replace(&server.origin(), "[origin]");
    assert!(!printed.contains("canary"), "{printed}");
    assert_snapshot!(format!("{credential:?}"), @"AppCredential(CachedCredential { source: Credential(***), early: 300s, .. })");
}
