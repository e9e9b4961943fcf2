//! Authorization codes: the redirects of a browser, and how a code is redeemed.

use std::time::Duration;

use billing_emulator::{Emulator, SAMPLE_TENANT_ID, SignIn};

use crate::{
    authority::{
        CLIENT, SECRET, ask, authority, claims, contents, error_code, form, refresh, registered,
        text,
    },
    support::{HttpResponse, sample},
};

const REDIRECT: &str = "http://localhost:8400/back?from=there";
const SCOPE: &str = "openid offline_access https://management.azure.com/user_impersonation";
/// The verifier and challenge of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

async fn authorize(emulator: &Emulator, more: &[(&str, &str)]) -> HttpResponse {
    let mut members = vec![
        ("client_id", CLIENT),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("scope", SCOPE),
        ("state", "a b&c"),
    ];
    members.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    members.extend(more);
    let path = format!(
        "/{SAMPLE_TENANT_ID}/oauth2/v2.0/authorize?{}",
        form(&members)
    );
    authority(emulator).get(&path).await
}

async fn code(emulator: &Emulator, more: &[(&str, &str)]) -> String {
    let response = authorize(emulator, more).await;
    assert_eq!(response.status, 302, "{}", response.body);
    let location = response.header("location").unwrap();
    let rest = location.strip_prefix(REDIRECT).unwrap();
    let rest = rest.strip_prefix("&code=").unwrap();
    let (code, state) = rest.split_once('&').unwrap();
    assert_eq!(state, "state=a%20b%26c");
    code.to_owned()
}

async fn redeem(emulator: &Emulator, code: &str, more: &[(&str, &str)]) -> HttpResponse {
    let mut members = vec![
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
        ("redirect_uri", REDIRECT),
        ("code", code),
    ];
    members.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    members.extend(more);
    ask(emulator, &members).await
}

#[tokio::test]
async fn code_is_redeemed_once_for_every_token_of_its_scope() {
    let emulator = sample().app(registered()).start().await.unwrap();
    let code = code(&emulator, &[("nonce", "n-1")]).await;
    let response = redeem(&emulator, &code, &[("client_info", "1")]).await;
    let body = response.json();
    let access = claims(&text(&body, "access_token"));
    assert_eq!(access["aud"], "https://management.azure.com");
    assert_eq!(access["scp"], "user_impersonation");
    let user = contents(&text(&body, "id_token"));
    let user = user.replace(emulator.authority_url(), "http://authority");
    insta::assert_snapshot!(user, @r#"{"aud":"5f0c2b1e-0000-4000-8000-000000000001","iss":"http://authority/b7d1f0a2-3c65-4e89-a1d4-6f2e9c8b5a00/v2.0","iat":1569888000,"nbf":1569888000,"exp":1569891600,"name":"Robin Example","nonce":"n-1","oid":"a82573af-625f-4e61-9fbb-e62dc4ddbd68","preferred_username":"robin@contoso.example.com","sub":"a82573af-625f-4e61-9fbb-e62dc4ddbd68","tid":"b7d1f0a2-3c65-4e89-a1d4-6f2e9c8b5a00","ver":"2.0"}"#);
    let account = contents(&format!(".{}", text(&body, "client_info")));
    assert!(
        account.ends_with(&format!(r#""utid":"{SAMPLE_TENANT_ID}"}}"#)),
        "{account}"
    );
    let next = refresh(&emulator, &text(&body, "refresh_token")).await;
    assert_eq!(next.status, 200);

    let again = redeem(&emulator, &code, &[]).await;
    assert_eq!(error_code(&again), "400 invalid_grant AADSTS54005");
}

#[tokio::test]
async fn refresh_and_id_token_need_their_scopes() {
    let emulator = sample().start().await.unwrap();
    let code = code(
        &emulator,
        &[("scope", "https://management.azure.com/.default")],
    )
    .await;
    let body = redeem(&emulator, &code, &[]).await.json();
    assert_eq!(
        claims(&text(&body, "access_token"))["scp"],
        "user_impersonation"
    );
    let members: Vec<_> = body
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert!(
        !members.contains(&"refresh_token") && !members.contains(&"id_token"),
        "{members:?}"
    );
}

#[tokio::test]
async fn wrong_verifier_is_refused_and_the_code_stays_valid() {
    let emulator = sample().start().await.unwrap();
    let mismatch = "400 invalid_grant AADSTS501481";
    for (challenge, method, verifier) in [
        (CHALLENGE, "S256", VERIFIER),
        (VERIFIER, "plain", VERIFIER),
        (VERIFIER, "", VERIFIER),
    ] {
        let sent = [
            ("code_challenge", challenge),
            ("code_challenge_method", method),
        ];
        let code = code(&emulator, &sent).await;
        let none = redeem(&emulator, &code, &[]).await;
        let wrong = redeem(&emulator, &code, &[("code_verifier", "another")]).await;
        assert_eq!(
            (error_code(&none), error_code(&wrong)),
            (mismatch.into(), mismatch.into())
        );
        // A client with a verifier needs no secret.
        let right = [("code_verifier", verifier), ("client_secret", "")];
        assert_eq!(
            redeem(&emulator, &code, &right).await.status,
            200,
            "{method}"
        );
    }
    let code = code(&emulator, &[]).await;
    let unasked = redeem(&emulator, &code, &[("code_verifier", VERIFIER)]).await;
    assert_eq!(error_code(&unasked), mismatch);
}

#[tokio::test]
async fn refused_scope_does_not_redeem_the_code() {
    let emulator = sample().start().await.unwrap();
    let code = code(&emulator, &[]).await;
    let two = [(
        "scope",
        "https://a.example.com/one https://b.example.com/two",
    )];
    let refused = redeem(&emulator, &code, &two).await;
    assert_eq!(refused.status, 400, "{}", refused.body);
    assert_eq!(redeem(&emulator, &code, &[]).await.status, 200);
    assert_eq!(redeem(&emulator, &code, &[]).await.status, 400);
}

#[tokio::test]
async fn authorization_code_is_bound_to_client_uri_and_time() {
    let emulator = sample().start().await.unwrap();
    let code = code(&emulator, &[]).await;
    let other = redeem(&emulator, &code, &[("client_id", "another")]).await;
    assert_eq!(error_code(&other), "400 invalid_grant AADSTS70000");
    let address = redeem(
        &emulator,
        &code,
        &[("redirect_uri", "http://localhost:8400/")],
    )
    .await;
    assert_eq!(error_code(&address), "401 invalid_client AADSTS500112");
    let words = "does not match the reply address 'http";
    assert!(address.body.contains(words), "{}", address.body);
    emulator.advance_clock(Duration::from_secs(599)).unwrap();
    let refresh = emulator.refresh_token(SAMPLE_TENANT_ID, CLIENT).unwrap();
    let no_code = redeem(&emulator, refresh.reveal(), &[]).await;
    assert_eq!(error_code(&no_code), "400 invalid_grant AADSTS9002313");
    emulator.advance_clock(Duration::from_secs(1)).unwrap();
    let late = redeem(&emulator, &code, &[]).await;
    assert_eq!(error_code(&late), "400 invalid_grant AADSTS70008");
}

#[tokio::test]
async fn form_post_page_escapes_its_values() {
    let emulator = sample().start().await.unwrap();
    let sent = [
        ("response_mode", "form_post"),
        ("state", r#""><script>alert(1)</script>&"#),
    ];
    let response = authorize(&emulator, &sent).await;
    assert_eq!(
        (response.status, response.header("content-type")),
        (200, Some("text/html; charset=utf-8"))
    );
    let (_, rest) = response.body.split_once(r#"name="code" value=""#).unwrap();
    let (code, _) = rest.split_once('"').unwrap();
    insta::assert_snapshot!(response.body.replace(code, "<code>"), @r#"<!DOCTYPE html><html lang="en"><head><title>Signed in</title></head><body><form method="post" action="http://localhost:8400/back?from=there"><input type="hidden" name="code" value="<code>"><input type="hidden" name="state" value="&quot;>&lt;script>alert(1)&lt;/script>&amp;"><noscript><button>Continue</button></noscript></form><script>document.forms[0].submit()</script></body></html>"#);
    assert_eq!(redeem(&emulator, code, &[]).await.status, 200);
}

#[tokio::test]
async fn errors_are_sent_only_to_a_valid_redirect_uri() {
    let app = registered().users(SignIn::ConsentRequired);
    let emulator = sample().app(app).start().await.unwrap();
    let mut seen = String::new();
    for more in [
        &[][..],
        &[("response_type", "token")],
        &[("response_mode", "pigeon")],
        &[
            ("response_mode", "form_post"),
            ("redirect_uri", "javascript:alert(1)"),
        ],
        &[("response_mode", "fragment")],
        &[("scope", "")],
        &[("redirect_uri", "javascript:alert(1)")],
        &[("redirect_uri", "JavaScript://localhost/%0aalert(1)")],
        &[("redirect_uri", "data:text/html,a")],
        &[("redirect_uri", "file:///etc/passwd")],
        &[("redirect_uri", "https:stranger.example.com")],
        &[("redirect_uri", "https:///path")],
        &[("redirect_uri", "https://user@stranger.example.com/")],
        &[("redirect_uri", "https://localhost:port/")],
        &[("redirect_uri", "https://[::1/")],
        &[("redirect_uri", "https://[localhost]/")],
        &[("redirect_uri", "http://[::1]:8400/back")],
        &[("redirect_uri", "com.example.app://[back")],
        &[("redirect_uri", "com.example.app://back")],
        &[("redirect_uri", "msal5f0c2b1e://auth")],
        &[("redirect_uri", "urn:ietf:wg:oauth:2.0:oob")],
        &[("redirect_uri", "urn:other")],
        &[("redirect_uri", "")],
        &[("redirect_uri", "/relative")],
        &[("redirect_uri", "://localhost/")],
        &[("redirect_uri", "http://localhost/signed in")],
        &[("redirect_uri", "http://localhost/\r\nset-cookie: a=b")],
        &[("client_id", "another")],
    ] {
        let response = authorize(&emulator, more).await;
        let told = match response.header("location") {
            Some(location) => {
                let location = location.replace("%20", " ");
                let (before, rest) = location.split_once("error=").unwrap();
                let (error, description) = rest.split_once("&error_description=").unwrap();
                let number = description.split_once("%3A").unwrap().0;
                format!("302 {before} {error} {number}")
            }
            None => error_code(&response),
        };
        seen += &format!("{more:?}\n  {told}\n");
    }
    insta::assert_snapshot!(seen, @r#"
    []
      302 http://localhost:8400/back?from=there& consent_required AADSTS65001
    [("response_type", "token")]
      302 http://localhost:8400/back?from=there& unsupported_response_type AADSTS70005
    [("response_mode", "pigeon")]
      400 invalid_request AADSTS70007
    [("response_mode", "form_post"), ("redirect_uri", "javascript:alert(1)")]
      400 invalid_request AADSTS90102
    [("response_mode", "fragment")]
      302 http://localhost:8400/back?from=there# consent_required AADSTS65001
    [("scope", "")]
      302 http://localhost:8400/back?from=there& invalid_request AADSTS900144
    [("redirect_uri", "javascript:alert(1)")]
      400 invalid_request AADSTS90102
    [("redirect_uri", "JavaScript://localhost/%0aalert(1)")]
      400 invalid_request AADSTS90102
    [("redirect_uri", "data:text/html,a")]
      400 invalid_request AADSTS90102
    [("redirect_uri", "file:///etc/passwd")]
      400 invalid_request AADSTS90102
    [("redirect_uri", "https:stranger.example.com")]
      400 invalid_request AADSTS90102
    [("redirect_uri", "https:///path")]
      400 invalid_request AADSTS90102
    [("redirect_uri", "https://user@stranger.example.com/")]
      400 invalid_request AADSTS90102
    [("redirect_uri", "https://localhost:port/")]
      400 invalid_request AADSTS90102
    [("redirect_uri", "https://[::1/")]
      400 invalid_request AADSTS90102
    [("redirect_uri", "https://[localhost]/")]
      400 invalid_request AADSTS90102
    [("redirect_uri", "http://[::1]:8400/back")]
      302 http://[::1]:8400/back? consent_required AADSTS65001
    [("redirect_uri", "com.example.app://[back")]
      400 invalid_request AADSTS90102
    [("redirect_uri", "com.example.app://back")]
      302 com.example.app://back? consent_required AADSTS65001
    [("redirect_uri", "msal5f0c2b1e://auth")]
      302 msal5f0c2b1e://auth? consent_required AADSTS65001
    [("redirect_uri", "urn:ietf:wg:oauth:2.0:oob")]
      302 urn:ietf:wg:oauth:2.0:oob? consent_required AADSTS65001
    [("redirect_uri", "urn:other")]
      400 invalid_request AADSTS90102
    [("redirect_uri", "")]
      400 invalid_request AADSTS900144
    [("redirect_uri", "/relative")]
      400 invalid_request AADSTS90102
    [("redirect_uri", "://localhost/")]
      400 invalid_request AADSTS90102
    [("redirect_uri", "http://localhost/signed in")]
      400 invalid_request AADSTS90102
    [("redirect_uri", "http://localhost/\r\nset-cookie: a=b")]
      400 invalid_request AADSTS90102
    [("client_id", "another")]
      400 unauthorized_client AADSTS700016
    "#);
}

#[tokio::test]
async fn invalid_code_challenge_is_refused() {
    let emulator = sample().start().await.unwrap();
    let long = "a".repeat(129);
    for challenge in [
        "",
        "short",
        long.as_str(),
        "with a space in it, and of the right length.",
    ] {
        for method in ["S256", "plain", ""] {
            let sent = [
                ("code_challenge", challenge),
                ("code_challenge_method", method),
            ];
            let response = authorize(&emulator, &sent).await;
            let location = response.header("location").unwrap();
            assert!(location.contains("AADSTS501491"), "{sent:?} {location}");
        }
    }
    let response = authorize(&emulator, &[("code_challenge_method", "S256")]).await;
    let location = response.header("location").unwrap();
    assert!(location.contains("AADSTS900144"), "{location}");
}
