//! Signing in at an authority on loopback, and the errors and hints if that fails.

mod app_user;
#[cfg(unix)]
mod azure;
mod errors;
mod mfa;
mod shared_store;

use billing_emulator::{Emulator, SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, Token};

use crate::support::stub::{Stub, response};
use crate::support::{Billing, billing, sample};

const TENANT: &str = "contoso.example.com";
const CLIENT: &str = "5f0c2b1e-0000-4000-8000-000000000001";
const SECRET: &str = "secret-of-the-test";

/// An emulator that accepts the tokens of the authority.
async fn emulator() -> Emulator {
    sample()
        .token(Token::new("the-token"))
        .start()
        .await
        .unwrap()
}

/// The responses of an authority.
fn token(more: &str) -> String {
    let body =
        format!(r#"{{"token_type":"Bearer","expires_in":3600,"access_token":"the-token"{more}}}"#);
    response("200 OK", &["content-type: application/json"], &body)
}

/// A read of Resource Manager by an application that is registered at this authority.
fn list(emulator: &Emulator, authority: &Stub, credential: &str) -> Billing {
    let args = ["arm", "list", SAMPLE_ACCOUNT, "--credential", credential];
    let endpoint = ["--arm-endpoint", emulator.arm_url()];
    registered(billing(args.into_iter().chain(endpoint)), authority)
}

fn registered(run: Billing, authority: &Stub) -> Billing {
    run.env("AZURE_AUTHORITY_HOST", authority.url())
        .env("AZURE_TENANT_ID", TENANT)
        .env("AZURE_CLIENT_ID", CLIENT)
        .env("AZURE_CLIENT_SECRET", SECRET)
}

/// The path and the form of a request for a token, one member a line.
fn asked(request: &str) -> String {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let line = head.lines().next().unwrap();
    let form = body
        .replace('&', "\n")
        .replace("%3A", ":")
        .replace("%2F", "/");
    format!("{line}\n{form}")
}

#[tokio::test]
async fn application_signs_in_with_its_secret() {
    let emulator = emulator().await;
    let authority = Stub::start([token("").as_str(), &token("")]).await;
    let run = list(&emulator, &authority, "client-secret").run().await;
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let args = [
        "partner",
        "get",
        SAMPLE_CUSTOMER_ID,
        "--credential=client-secret",
    ];
    let endpoint = ["--partner-endpoint", emulator.partner_url()];
    let run = registered(billing(args.into_iter().chain(endpoint)), &authority);
    let run = run.run().await;
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let seen: Vec<_> = authority.requests().iter().map(|one| asked(one)).collect();
    insta::assert_snapshot!(seen.join("\n\n"), @"
    POST /contoso.example.com/oauth2/v2.0/token HTTP/1.1
    grant_type=client_credentials
    scope=https://management.azure.com/.default
    client_id=5f0c2b1e-0000-4000-8000-000000000001
    client_secret=secret-of-the-test

    POST /contoso.example.com/oauth2/v2.0/token HTTP/1.1
    grant_type=client_credentials
    scope=https://api.partnercenter.microsoft.com/.default
    client_id=5f0c2b1e-0000-4000-8000-000000000001
    client_secret=secret-of-the-test
    ");
}

#[tokio::test]
async fn emulator_is_an_authority() {
    let emulator = sample().start().await.unwrap();
    let refresh_token = emulator.refresh_token(TENANT, CLIENT).unwrap();
    for credential in ["client-secret", "app-user"] {
        let args = ["partner", "get", SAMPLE_CUSTOMER_ID, "--credential"];
        let endpoint = [credential, "--partner-endpoint", emulator.partner_url()];
        let run = billing(args.into_iter().chain(endpoint))
            .env("AZURE_AUTHORITY_HOST", emulator.authority_url())
            .env("AZURE_TENANT_ID", TENANT)
            .env("AZURE_CLIENT_ID", CLIENT)
            .env("AZURE_CLIENT_SECRET", SECRET)
            .env("BILLING_REFRESH_TOKEN", refresh_token.reveal());
        let shown = run.run().await;
        assert_eq!(shown.code, Some(0), "{credential}: {}", shown.stderr);
    }
    let asked = emulator.requests();
    let asked: Vec<_> = asked
        .iter()
        .map(|request| (request.service.to_string(), request.status))
        .collect();
    let pair = [("authority".to_owned(), 200), ("partner".to_owned(), 200)];
    assert_eq!(asked, [pair.clone(), pair].concat());
}

#[tokio::test]
async fn cloud_chooses_the_authority() {
    for (cloud, host) in [
        ("public", "login.microsoftonline.com"),
        ("usgov", "login.microsoftonline.us"),
        ("china", "login.chinacloudapi.cn"),
    ] {
        let proxy = Stub::start([response("403 Forbidden", &[], "").as_str()]).await;
        let args = [
            "arm",
            "list",
            "a",
            "--credential=client-secret",
            "--cloud",
            cloud,
            "--retries=0",
        ];
        let run = billing(args)
            .env("HTTPS_PROXY", proxy.url())
            .env("AZURE_TENANT_ID", TENANT)
            .env("AZURE_CLIENT_ID", CLIENT)
            .env("AZURE_CLIENT_SECRET", SECRET);
        assert_eq!(run.run().await.code, Some(1));
        let requests = proxy.requests();
        let expected = format!("CONNECT {host}:443 ");
        assert!(requests[0].starts_with(&expected), "{requests:?}");
    }
}

#[tokio::test]
async fn secret_can_have_another_variable() {
    let emulator = emulator().await;
    let authority = Stub::start([token("").as_str()]).await;
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    let text = format!(
        "[contexts.fabrikam]\ncredential = \"client-secret\"\nclient-secret-env = \"FABRIKAM_SECRET\"\n\
         tenant-id = \"{TENANT}\"\nclient-id = \"{CLIENT}\"\nauthority = \"{}\"\narm-endpoint = \"{}\"\n",
        authority.url(),
        emulator.arm_url()
    );
    std::fs::write(&config, text).unwrap();
    let run = billing(["arm", "list", SAMPLE_ACCOUNT, "--context", "fabrikam"])
        .env("BILLING_CONFIG", config.to_str().unwrap())
        .env("BILLING_TOKEN", "not this one")
        .env("FABRIKAM_SECRET", "the-other-secret");
    let shown = run.run().await;
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    assert!(authority.requests()[0].ends_with("client_secret=the-other-secret"));
}
