//! Which clients reach the emulator, and under what names.

use billing_emulator::{Emulator, LocationStyle, SAMPLE_ACCOUNT, SAMPLE_PROFILE};
use serde_json::json;

use crate::support::{API_VERSION, HttpClient, profile_path, sample};

fn port(url: &str) -> &str {
    url.rsplit_once(':').unwrap().1
}

/// Returns the control API's status and body for a client that sends this `Host` line.
async fn control_response(emulator: &Emulator, host: &str) -> String {
    let request = format!("GET /api/clock HTTP/1.1\r\n{host}Connection: close\r\n\r\n");
    let caller = HttpClient::anonymous(emulator.control_url());
    let seen = caller.raw(request.as_bytes()).await;
    let seen = String::from_utf8(seen).unwrap();
    let (head, body) = seen.split_once("\r\n\r\n").unwrap();
    format!("{} {body}", &head["HTTP/1.1 ".len()..][..3])
}

#[tokio::test]
async fn host_must_be_local_where_no_token_is_required() {
    let emulator = sample().start().await.unwrap();
    for host in [
        "Host: 127.0.0.1\r\n",
        "Host: localhost:4711\r\n",
        "Host: LocalHost.\r\n",
        "Host: emulator.localhost\r\n",
        "Host: 127.8.0.1:80\r\n",
        "Host: [::1]:4711\r\n",
        "",
    ] {
        let seen = control_response(&emulator, host).await;
        assert_eq!(seen, r#"200 {"now":"2019-10-01T00:00:00Z"}"#, "{host}");
    }
    for host in [
        "Host: attacker.example.com\r\n",
        "Host: localhost.example.com\r\n",
        "Host: notlocalhost\r\n",
        "Host: 192.0.2.1:4711\r\n",
        "Host: 127.0.0.1@example.com\r\n",
        "Host: \r\n",
        "Host: a b\r\n",
    ] {
        let seen = control_response(&emulator, host).await;
        let refusal = r#"421 {"error":"this is reached as localhost or by a loopback address"#;
        assert!(seen.starts_with(refusal), "{host}{seen}");
    }
    let authority = HttpClient::anonymous(emulator.authority_url());
    let path = "/common/v2.0/.well-known/openid-configuration";
    let known = authority.clone().with_host("localhost").get(path).await;
    assert_eq!(
        known.json()["issuer"]
            .as_str()
            .unwrap()
            .find("http://localhost/"),
        Some(0)
    );
    let stranger = authority.with_host("attacker.example.com").get(path).await;
    assert_eq!(stranger.status, 421);
}

#[tokio::test]
async fn host_is_checked_only_where_no_token_is_required() {
    for (builder, seen) in [(sample(), 200), (sample().without_authentication(), 421)] {
        let emulator = builder.start().await.unwrap();
        let partner = HttpClient::partner(&emulator);
        let arm = HttpClient::arm(&emulator);
        let profile = profile_path();
        for (caller, path) in [(partner, "/v1/customers"), (arm, profile.as_str())] {
            assert_eq!(caller.get(path).await.status, 200);
            let stranger = caller.with_host("attacker.example.com").get(path).await;
            assert_eq!(stranger.status, seen, "{path}");
        }
    }
}

#[tokio::test]
async fn exposed_emulator_responds_on_all_addresses_and_names() {
    let listen = "0.0.0.0:0".parse().unwrap();
    let builder = sample().listen(listen).exposed(true);
    let emulator = builder.start().await.unwrap();
    for url in [
        emulator.partner_url(),
        emulator.arm_url(),
        emulator.control_url(),
        emulator.authority_url(),
    ] {
        assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    }
    let seen = control_response(&emulator, "Host: emulator.example.com:4711\r\n").await;
    assert!(seen.starts_with("200 "), "{seen}");
}

#[tokio::test]
async fn absolute_links_name_the_request_s_host() {
    let builder = sample()
        .location(LocationStyle::AsyncOperation)
        .page_size(1);
    let emulator = builder.start().await.unwrap();
    let profiles =
        format!("/providers/Microsoft.Billing/billingAccounts/{SAMPLE_ACCOUNT}/billingProfiles");
    for host in [
        format!("localhost:{}", port(emulator.arm_url())),
        "emulator.example.com".to_owned(),
    ] {
        let caller = HttpClient::arm(&emulator).with_host(&host);
        let accepted = caller
            .patch(
                &format!("{profiles}/{SAMPLE_PROFILE}?{API_VERSION}"),
                &json!({}),
            )
            .await;
        assert_eq!(accepted.status, 202);
        let origin = format!("http://{host}/providers/");
        for name in ["Location", "Azure-AsyncOperation"] {
            let link = accepted.header(name).unwrap();
            assert!(link.starts_with(&origin), "{name}: {link}");
        }
        let (_, status) = accepted
            .header("Azure-AsyncOperation")
            .unwrap()
            .split_once(&host)
            .unwrap();
        let report = caller.get(status).await.json();
        let path = status.split('?').next().unwrap();
        assert_eq!(report["id"], path);

        let page = caller
            .get(&format!("{profiles}?{API_VERSION}"))
            .await
            .json();
        let next = page["nextLink"].as_str().unwrap();
        assert!(next.starts_with(&origin), "{next}");
    }
}

#[tokio::test]
async fn behind_a_tls_proxy_absolute_links_begin_with_https() {
    let builder = sample()
        .location(LocationStyle::AsyncOperation)
        .page_size(1);
    let emulator = builder.start().await.unwrap();
    let profiles =
        format!("/providers/Microsoft.Billing/billingAccounts/{SAMPLE_ACCOUNT}/billingProfiles");
    let profile = format!("{profiles}/{SAMPLE_PROFILE}?{API_VERSION}");
    for (forwarded, scheme) in [
        ("https", "https"),
        ("HTTPS", "https"),
        ("http", "http"),
        ("https, http", "https"),
        ("http,https", "http"),
        ("", "http"),
        ("ftp", "http"),
        ("javascript", "http"),
        ("https://evil.example.com/", "http"),
        (",https", "http"),
    ] {
        let through = |caller: HttpClient| {
            let caller = caller.with_host("localhost:8443");
            caller.with("x-forwarded-proto", forwarded)
        };
        let caller = through(HttpClient::arm(&emulator));
        let accepted = caller.patch(&profile, &json!({})).await;
        let origin = format!("{scheme}://localhost:8443/");
        for name in ["location", "azure-asyncoperation"] {
            let link = accepted.header(name).unwrap();
            assert!(link.starts_with(&origin), "{forwarded}: {link}");
        }
        let page = caller.get(&format!("{profiles}?{API_VERSION}")).await;
        let next = page.json()["nextLink"].as_str().unwrap().to_owned();
        assert!(next.starts_with(&origin), "{forwarded}: {next}");
        let authority = through(HttpClient::anonymous(emulator.authority_url()));
        let known = authority.get("/common/v2.0/.well-known/openid-configuration");
        let token_endpoint = known.await.json()["token_endpoint"].clone();
        let token_endpoint = token_endpoint.as_str().unwrap();
        assert!(
            token_endpoint.starts_with(&origin),
            "{forwarded}: {token_endpoint}"
        );
    }
}

#[tokio::test]
async fn request_without_a_host_gets_links_to_the_emulator() {
    let emulator = sample().start().await.unwrap();
    let request = format!(
        "PATCH /providers/Microsoft.Billing/billingAccounts/{SAMPLE_ACCOUNT}/billingProfiles/{SAMPLE_PROFILE}\
         ?{API_VERSION} HTTP/1.0\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
         Content-Length: 2\r\n\r\n{{}}",
        emulator.token().reveal()
    );
    let caller = HttpClient::anonymous(emulator.arm_url());
    let seen = String::from_utf8(caller.raw(request.as_bytes()).await).unwrap();
    let link = format!("\r\nLocation: {}/providers/", emulator.arm_url());
    assert!(seen.contains(&link), "{seen}");
}
