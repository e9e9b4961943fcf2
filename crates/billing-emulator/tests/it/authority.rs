//! The token endpoint.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use billing_emulator::{App, Emulator, SAMPLE_TENANT_ID, SignIn};
use serde_json::Value;

use crate::support::{HttpClient, HttpResponse, sample};

pub(crate) const CLIENT: &str = "5f0c2b1e-0000-4000-8000-000000000001";
pub(crate) const SECRET: &str = "not-a-real-secret";
const PARTNER: &str = "https://api.partnercenter.microsoft.com";

pub(crate) fn registered() -> App {
    App::new(SAMPLE_TENANT_ID, CLIENT, SECRET)
}

/// Encodes `name=value` pairs as a form.
pub(crate) fn form(members: &[(&str, &str)]) -> String {
    let encode = |value: &str| {
        let bytes = value.bytes().map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        });
        bytes.collect::<String>()
    };
    let pairs = members
        .iter()
        .map(|(name, value)| format!("{name}={}", encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

pub(crate) fn authority(emulator: &Emulator) -> HttpClient {
    HttpClient::anonymous(emulator.authority_url())
        .with("content-type", "application/x-www-form-urlencoded")
}

pub(crate) async fn ask(emulator: &Emulator, members: &[(&str, &str)]) -> HttpResponse {
    ask_at(
        emulator,
        &format!("/{SAMPLE_TENANT_ID}/oauth2/v2.0/token"),
        members,
    )
    .await
}

async fn ask_at(emulator: &Emulator, path: &str, members: &[(&str, &str)]) -> HttpResponse {
    authority(emulator).send("POST", path, &form(members)).await
}

/// Returns the parameters of a token request of an application in the sample tenant.
pub(crate) async fn app_token(emulator: &Emulator, scope: &str) -> String {
    let response = ask(emulator, &by_secret(scope)).await;
    assert_eq!(response.status, 200, "{}", response.body);
    text(&response.json(), "access_token")
}

pub(crate) fn by_secret(scope: &str) -> [(&str, &str); 4] {
    [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
        ("scope", scope),
    ]
}

pub(crate) async fn refresh(emulator: &Emulator, token: &str) -> HttpResponse {
    let scope = format!("{PARTNER}/user_impersonation offline_access");
    let members = [
        ("grant_type", "refresh_token"),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
        ("refresh_token", token),
        ("scope", &scope),
    ];
    ask(emulator, &members).await
}

pub(crate) fn text(body: &Value, member: &str) -> String {
    let text = body[member].as_str();
    text.unwrap_or_else(|| panic!("{member} in {body}"))
        .to_owned()
}

/// Returns the claims of a token.
pub(crate) fn contents(token: &str) -> String {
    let contents = token.split('.').nth(1).unwrap();
    String::from_utf8(URL_SAFE_NO_PAD.decode(contents).unwrap()).unwrap()
}

pub(crate) fn claims(token: &str) -> Value {
    serde_json::from_str(&contents(token)).unwrap()
}

/// Returns the number and the error of an error response.
pub(crate) fn error_code(response: &HttpResponse) -> String {
    let body = response.json();
    format!(
        "{} {} AADSTS{}",
        response.status,
        text(&body, "error"),
        body["error_codes"][0]
    )
}

#[tokio::test]
async fn client_credentials_get_a_token_for_the_scope_s_resource() {
    let emulator = sample().app(registered()).start().await.unwrap();
    let response = ask(&emulator, &by_secret(&format!("{PARTNER}/.default"))).await;
    let token = text(&response.json(), "access_token");
    insta::assert_snapshot!(response.snapshot(&emulator).replace(&token, "<token>"), @r#"
    HTTP/1.1 200 OK
    Cache-Control: no-store, no-cache
    Content-Length: 725
    Content-Type: application/json; charset=utf-8
    Expires: -1
    Pragma: no-cache
    X-Content-Type-Options: nosniff
    x-ms-request-id: 58536f56-156f-4e32-877e-9071dbdd166f

    {"token_type":"Bearer","expires_in":3600,"ext_expires_in":3600,"access_token":"<token>"}
    "#);
    let uti = text(&claims(&token), "uti");
    let claims = contents(&token)
        .replace(&uti, "<random>")
        .replace(emulator.authority_url(), "http://authority");
    insta::assert_snapshot!(claims, @r#"{"aud":"https://api.partnercenter.microsoft.com","iss":"http://authority/b7d1f0a2-3c65-4e89-a1d4-6f2e9c8b5a00/","iat":1569888000,"nbf":1569888000,"exp":1569891600,"appid":"5f0c2b1e-0000-4000-8000-000000000001","idtyp":"app","oid":"8d45ebde-e9a5-4b67-92e7-2d70e4d6596a","sub":"8d45ebde-e9a5-4b67-92e7-2d70e4d6596a","tid":"b7d1f0a2-3c65-4e89-a1d4-6f2e9c8b5a00","uti":"<random>","ver":"1.0"}"#);
}

#[tokio::test]
async fn version_one_takes_a_resource_and_writes_strings() {
    let emulator = sample().start().await.unwrap();
    let members = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
        ("resource", PARTNER),
    ];
    let response = ask_at(&emulator, "/contoso.example.com/oauth2/token", &members).await;
    let token = text(&response.json(), "access_token");
    insta::assert_snapshot!(response.body.replace(&token, "<token>"), @r#"{"token_type":"Bearer","expires_in":"3600","ext_expires_in":"3600","expires_on":"1569891600","not_before":"1569888000","resource":"https://api.partnercenter.microsoft.com","access_token":"<token>"}"#);
    assert_eq!(claims(&token)["aud"], PARTNER);
    assert_eq!(claims(&token)["tid"], SAMPLE_TENANT_ID);
}

#[tokio::test]
async fn client_secret_is_read_from_the_header() {
    let emulator = sample().app(registered()).start().await.unwrap();
    let scope = form(&[
        ("grant_type", "client_credentials"),
        ("scope", "https://management.azure.com/.default"),
    ]);
    let path = format!("/{SAMPLE_TENANT_ID}/oauth2/v2.0/token");
    for (secret, status) in [(SECRET, 200), ("another", 401)] {
        let basic = format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{secret}")));
        let caller = authority(&emulator).with("authorization", &basic);
        assert_eq!(caller.send("POST", &path, &scope).await.status, status);
    }
}

#[tokio::test]
async fn authority_errors_have_their_form() {
    let emulator = sample().app(registered()).start().await.unwrap();
    let mut members = by_secret("https://management.azure.com/.default");
    members[2].1 = "another";
    let response = ask(&emulator, &members).await;
    insta::assert_snapshot!(response.snapshot(&emulator), @r#"
    HTTP/1.1 401 Unauthorized
    Cache-Control: no-store, no-cache
    Content-Length: 623
    Content-Type: application/json; charset=utf-8
    Expires: -1
    Pragma: no-cache
    X-Content-Type-Options: nosniff
    x-ms-request-id: 58536f56-156f-4e32-877e-9071dbdd166f

    {"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '5f0c2b1e-0000-4000-8000-000000000001'. Trace ID: 58536f56-156f-4e32-877e-9071dbdd166f Correlation ID: 97ec2979-7faf-49eb-8fcb-898063de7534 Timestamp: 2019-10-01 00:00:00Z","error_codes":[7000215],"timestamp":"2019-10-01 00:00:00Z","trace_id":"58536f56-156f-4e32-877e-9071dbdd166f","correlation_id":"97ec2979-7faf-49eb-8fcb-898063de7534","error_uri":"https://login.microsoftonline.com/error?code=7000215"}
    "#);
}

#[tokio::test]
async fn missing_and_unknown_parameters_have_their_code() {
    let emulator = sample().app(registered()).start().await.unwrap();
    let scope = "https://management.azure.com/.default";
    let mut seen = String::new();
    let all = by_secret(scope);
    for left_out in 0..all.len() {
        let mut members = all.to_vec();
        let (name, _) = members.remove(left_out);
        let error_code = error_code(&ask(&emulator, &members).await);
        seen += &format!("without {name}: {error_code}\n");
    }
    for (member, value) in [
        ("grant_type", "password"),
        ("client_id", "5f0c2b1e-0000-4000-8000-000000000002"),
        ("client_secret", "another"),
        ("scope", "https://management.azure.com/user_impersonation"),
        (
            "scope",
            "https://management.azure.com/.default https://graph.microsoft.com/.default",
        ),
    ] {
        let members = all.map(|(name, old)| (name, if name == member { value } else { old }));
        let error_code = error_code(&ask(&emulator, &members).await);
        seen += &format!("{member}={value}: {error_code}\n");
    }
    for tenant in ["fabrikam.example.com", "nobody", "consumers"] {
        let path = format!("/{tenant}/oauth2/v2.0/token");
        let error_code = error_code(&ask_at(&emulator, &path, &all).await);
        seen += &format!("tenant {tenant}: {error_code}\n");
    }
    let path = format!("/{SAMPLE_TENANT_ID}/oauth2/v2.0/token");
    let response = authority(&emulator).get(&path).await;
    seen += &format!("with GET: {}\n", error_code(&response));
    let json = HttpClient::anonymous(emulator.authority_url());
    let response = json
        .send("POST", &path, r#"{"grant_type":"client_credentials"}"#)
        .await;
    seen += &format!("as JSON: {}\n", error_code(&response));
    insta::assert_snapshot!(seen, @"
    without grant_type: 400 invalid_request AADSTS900144
    without client_id: 400 invalid_request AADSTS900144
    without client_secret: 401 invalid_client AADSTS7000218
    without scope: 400 invalid_request AADSTS900144
    grant_type=password: 400 unsupported_grant_type AADSTS70003
    client_id=5f0c2b1e-0000-4000-8000-000000000002: 400 unauthorized_client AADSTS700016
    client_secret=another: 401 invalid_client AADSTS7000215
    scope=https://management.azure.com/user_impersonation: 400 invalid_scope AADSTS1002012
    scope=https://management.azure.com/.default https://graph.microsoft.com/.default: 400 invalid_scope AADSTS1002012
    tenant fabrikam.example.com: 400 unauthorized_client AADSTS700016
    tenant nobody: 400 invalid_request AADSTS90002
    tenant consumers: 400 invalid_request AADSTS90002
    with GET: 400 invalid_request AADSTS900561
    as JSON: 400 invalid_request AADSTS900144
    ");
    let unknown = authority(&emulator).get("/anything/else").await;
    assert_eq!(unknown.brief(), "404 ");
}

#[tokio::test]
async fn any_client_is_accepted_if_no_application_is_registered() {
    let emulator = sample().start().await.unwrap();
    let token = app_token(&emulator, "https://management.azure.com/.default").await;
    assert_eq!(claims(&token)["appid"], CLIENT);
    let members = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT),
        ("scope", "https://management.azure.com/.default"),
    ];
    let response = ask(&emulator, &members).await;
    assert_eq!(error_code(&response), "401 invalid_client AADSTS7000218");
}

#[tokio::test]
async fn refresh_token_returns_the_next_and_stays_valid() {
    let emulator = sample().app(registered()).start().await.unwrap();
    let first = emulator.refresh_token(SAMPLE_TENANT_ID, CLIENT).unwrap();
    let response = refresh(&emulator, first.reveal()).await;
    let body = response.json();
    let (token, second) = (text(&body, "access_token"), text(&body, "refresh_token"));
    let shown = response
        .body
        .replace(&token, "<token>")
        .replace(&second, "<next>");
    insta::assert_snapshot!(shown, @r#"{"token_type":"Bearer","scope":"https://api.partnercenter.microsoft.com/user_impersonation offline_access","expires_in":3600,"ext_expires_in":3600,"access_token":"<token>","refresh_token":"<next>"}"#);
    let claims = claims(&token);
    assert_eq!(claims["amr"], serde_json::json!(["pwd", "mfa"]));
    assert_eq!(claims["upn"], "robin@contoso.example.com");
    assert_eq!(claims["scp"], "user_impersonation");
    assert_ne!(second, first.reveal());
    for token in [first.reveal(), &second] {
        assert_eq!(refresh(&emulator, token).await.status, 200);
    }
}

#[tokio::test]
async fn single_use_refresh_token_is_refused_the_second_time() {
    let builder = sample().single_use_refresh_tokens(true);
    let emulator = builder.start().await.unwrap();
    let first = emulator.refresh_token(SAMPLE_TENANT_ID, CLIENT).unwrap();
    let response = refresh(&emulator, first.reveal()).await;
    let second = text(&response.json(), "refresh_token");
    let again = refresh(&emulator, first.reveal()).await;
    assert_eq!(error_code(&again), "400 invalid_grant AADSTS50173");
    assert_eq!(refresh(&emulator, &second).await.status, 200);
}

#[tokio::test]
async fn refresh_token_expires_and_belongs_to_one_application() {
    let emulator = sample().start().await.unwrap();
    let token = |tenant: &str, client: &str| emulator.refresh_token(tenant, client).unwrap();
    let mine = token("common", CLIENT);
    for foreign in [
        token(SAMPLE_TENANT_ID, "5f0c2b1e-0000-4000-8000-000000000002"),
        token("fabrikam.example.com", CLIENT),
    ] {
        let response = refresh(&emulator, foreign.reveal()).await;
        assert_eq!(error_code(&response), "400 invalid_grant AADSTS70000");
    }
    let other = sample().start().await.unwrap();
    let access = app_token(&emulator, "https://management.azure.com/.default").await;
    let theirs = other.refresh_token(SAMPLE_TENANT_ID, CLIENT).unwrap();
    for unknown in [theirs.reveal(), "refresh.e30.AA", "", "x", &access] {
        let response = refresh(&emulator, unknown).await;
        let number = if unknown.is_empty() {
            "invalid_request AADSTS900144"
        } else {
            "invalid_grant AADSTS9002313"
        };
        assert_eq!(error_code(&response), format!("400 {number}"));
    }
    let day = Duration::from_secs(24 * 60 * 60);
    emulator
        .advance_clock(90 * day - Duration::from_secs(1))
        .unwrap();
    assert_eq!(refresh(&emulator, mine.reveal()).await.status, 200);
    emulator.advance_clock(Duration::from_secs(1)).unwrap();
    let response = refresh(&emulator, mine.reveal()).await;
    assert_eq!(error_code(&response), "400 invalid_grant AADSTS700082");
    assert!(emulator.refresh_token("nobody", CLIENT).is_err());
}

#[tokio::test]
async fn sign_in_fails_as_the_application_was_registered() {
    let mut seen = String::new();
    for sign_in in [
        SignIn::SecondFactorRequired,
        SignIn::ConsentRequired,
        SignIn::Revoked,
    ] {
        let app = registered().users(sign_in);
        let emulator = sample().app(app).start().await.unwrap();
        let token = emulator.refresh_token(SAMPLE_TENANT_ID, CLIENT).unwrap();
        let response = refresh(&emulator, token.reveal()).await;
        seen += &format!("{sign_in:?}: {}\n", error_code(&response));
        // A token of the application has no user.
        app_token(&emulator, &format!("{PARTNER}/.default")).await;
    }
    insta::assert_snapshot!(seen, @"
    SecondFactorRequired: 400 interaction_required AADSTS50076
    ConsentRequired: 400 consent_required AADSTS65001
    Revoked: 400 invalid_grant AADSTS50173
    ");
}

#[tokio::test]
async fn metadata_lists_endpoints_and_no_keys() {
    let emulator = sample().start().await.unwrap();
    let authority = authority(&emulator);
    let mut seen = String::new();
    for path in [
        "/contoso.example.com/v2.0/.well-known/openid-configuration",
        "/common/discovery/instance?api-version=1.1&authorization_endpoint=x",
        "/common/discovery/v2.0/keys",
    ] {
        let response = authority.get(path).await;
        let body = response
            .brief()
            .replace(emulator.authority_url(), "http://authority");
        let host = emulator.authority_url().strip_prefix("http://").unwrap();
        seen += &format!("{}\n", body.replace(host, "<host>"));
    }
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn token_requests_are_logged_without_secrets() {
    let emulator = sample().start().await.unwrap();
    app_token(&emulator, "https://management.azure.com/.default").await;
    let requests = serde_json::to_string(&emulator.requests()).unwrap();
    assert!(
        requests.contains(r#""service":"authority","method":"POST""#),
        "{requests}"
    );
    assert!(!requests.contains(SECRET), "{requests}");
}
