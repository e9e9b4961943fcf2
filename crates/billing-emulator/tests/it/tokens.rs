//! How the services check the authority's tokens.

use std::time::Duration;

use billing_emulator::SignIn;

use crate::{
    authority::{CLIENT, app_token, ask, form, refresh, registered, text},
    support::{HttpClient, customer_path, profile_path, sample},
};

const PARTNER: &str = "https://api.partnercenter.microsoft.com/.default";
const ARM: &str = "https://management.azure.com/.default";

fn bearing(url: &str, token: &str) -> HttpClient {
    HttpClient::anonymous(url).with("authorization", &format!("Bearer {token}"))
}

#[tokio::test]
async fn each_service_accepts_tokens_for_its_audiences() {
    let emulator = sample().start().await.unwrap();
    let own = |url: &str| format!("{url}/.default");
    let scopes = [
        (PARTNER.to_owned(), (200, 401)),
        (
            "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd/.default".to_owned(),
            (200, 401),
        ),
        (own(emulator.partner_url()), (200, 401)),
        (ARM.to_owned(), (401, 200)),
        (
            "https://management.azure.com//.default".to_owned(),
            (401, 200),
        ),
        (
            "https://management.core.windows.net//.default".to_owned(),
            (401, 200),
        ),
        (own(emulator.arm_url()), (401, 200)),
        (
            "https://graph.microsoft.com/.default".to_owned(),
            (401, 401),
        ),
        (own(emulator.control_url()), (401, 401)),
    ];
    for (scope, expected) in scopes {
        let token = app_token(&emulator, &scope).await;
        let partner = bearing(emulator.partner_url(), &token);
        let arm = bearing(emulator.arm_url(), &token);
        let statuses = (
            partner.get(&customer_path()).await.status,
            arm.get(&profile_path()).await.status,
        );
        assert_eq!(statuses, expected, "{scope}");
    }
    // Another local name is an audience, whatever host the request names.
    let by_name = emulator.arm_url().replace("127.0.0.1", "localhost");
    let token = app_token(&emulator, &own(&by_name)).await;
    for url in [by_name.as_str(), emulator.arm_url()] {
        let read = bearing(url, &token).get(&profile_path()).await;
        assert_eq!(read.status, 200, "{url}");
    }
    // The host that the request names is not.
    let stranger = app_token(&emulator, "http://stranger.example.com/.default").await;
    let read = bearing(emulator.arm_url(), &stranger).with_host("stranger.example.com");
    assert_eq!(read.get(&profile_path()).await.status, 401);
    for (other, status) in [
        (emulator.control_url(), 401),
        ("http://localhost:8443", 200),
        ("ftp://localhost", 401),
    ] {
        let token = app_token(&emulator, &own(other)).await;
        let read = bearing(emulator.arm_url(), &token)
            .get(&profile_path())
            .await;
        assert_eq!(read.status, status, "{other}");
    }
}

#[tokio::test]
async fn token_for_another_service_lists_valid_audiences() {
    let emulator = sample().start().await.unwrap();
    let token = app_token(&emulator, "https://graph.microsoft.com/.default").await;
    let partner = bearing(emulator.partner_url(), &token);
    let arm = bearing(emulator.arm_url(), &token);
    let seen = format!(
        "{}\n\n{}",
        partner.get(&customer_path()).await.brief(),
        arm.get(&profile_path()).await.snapshot(&emulator)
    );
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn token_expires_after_an_hour_of_the_emulator_s_clock() {
    let emulator = sample().start().await.unwrap();
    let partner = bearing(emulator.partner_url(), &app_token(&emulator, PARTNER).await);
    let arm = bearing(emulator.arm_url(), &app_token(&emulator, ARM).await);
    emulator
        .advance_clock(Duration::from_millis(3_599_999))
        .unwrap();
    assert_eq!(partner.get(&customer_path()).await.status, 200);
    assert_eq!(arm.get(&profile_path()).await.status, 200);
    emulator.advance_clock(Duration::from_millis(1)).unwrap();
    let seen = format!(
        "{}\n\n{}",
        partner.get(&customer_path()).await.brief(),
        arm.get(&profile_path()).await.snapshot(&emulator)
    );
    insta::assert_snapshot!(seen);
    let fixed = HttpClient::partner(&emulator).get(&customer_path()).await;
    assert_eq!(fixed.status, 200, "the token of the start has no end");
}

#[tokio::test]
async fn token_lifetime_can_be_shortened() {
    let builder = sample().token_lifetime(Duration::from_secs(5));
    let emulator = builder.start().await.unwrap();
    let arm = bearing(emulator.arm_url(), &app_token(&emulator, ARM).await);
    emulator.advance_clock(Duration::from_secs(4)).unwrap();
    assert_eq!(arm.get(&profile_path()).await.status, 200);
    emulator.advance_clock(Duration::from_secs(1)).unwrap();
    assert_eq!(arm.get(&profile_path()).await.status, 401);
}

#[tokio::test]
async fn forged_or_foreign_token_is_refused() {
    let emulator = sample().start().await.unwrap();
    let other = sample().start().await.unwrap();
    let good = app_token(&emulator, ARM).await;
    let (head, rest) = good.split_once('.').unwrap();
    let (contents, mac) = rest.split_once('.').unwrap();
    // {"alg":"none"}
    let unsigned = format!("eyJhbGciOiJub25lIn0.{contents}.");
    let refresh = emulator.refresh_token("common", CLIENT).unwrap();
    for token in [
        app_token(&other, ARM).await.as_str(),
        &unsigned,
        &format!("{head}.{contents}"),
        &format!("{head}.e30.{mac}"),
        &format!(
            "{head}.{contents}.{}",
            mac.chars().rev().collect::<String>()
        ),
        refresh.reveal(),
        "..",
    ] {
        let arm = bearing(emulator.arm_url(), token)
            .get(&profile_path())
            .await;
        assert_eq!(arm.status, 401, "{token}");
        assert_eq!(arm.json()["error"]["code"], "InvalidAuthenticationToken");
    }
    let arm = bearing(emulator.arm_url(), &good)
        .get(&profile_path())
        .await;
    assert_eq!(arm.status, 200);
}

#[tokio::test]
async fn partner_requires_a_second_factor_of_users() {
    let app = registered().users(SignIn::PasswordOnly);
    let emulator = sample().app(app).start().await.unwrap();
    let token = emulator.refresh_token("common", CLIENT).unwrap();
    let response = refresh(&emulator, token.reveal()).await;
    let caller = bearing(
        emulator.partner_url(),
        &text(&response.json(), "access_token"),
    );
    let refused = caller.get(&customer_path()).await;
    insta::assert_snapshot!(refused.brief(), @r#"401 {"code":900421,"description":"MFA required","data":[],"source":"PartnerFD"}"#);
    let by_app = bearing(emulator.partner_url(), &app_token(&emulator, PARTNER).await);
    assert_eq!(by_app.get(&customer_path()).await.status, 200);
}

#[tokio::test]
async fn any_or_no_token_is_accepted_without_authentication() {
    let builder = sample()
        .without_authentication()
        .partner_requests_per_minute(3);
    let emulator = builder.start().await.unwrap();
    let anonymous = HttpClient::anonymous(emulator.partner_url());
    let wrong = bearing(emulator.partner_url(), "whatever");
    let basic = anonymous.clone().with("authorization", "Basic YTpi");
    let callers = [&anonymous, &wrong, &basic, &anonymous];
    let mut statuses = Vec::new();
    for caller in callers {
        statuses.push(caller.get(&customer_path()).await.status);
    }
    assert_eq!(statuses, [200, 200, 200, 429]);
    let arm = HttpClient::anonymous(emulator.arm_url());
    assert_eq!(arm.get(&profile_path()).await.status, 200);
}

#[tokio::test]
async fn tenants_and_their_customers_have_own_buckets() {
    let builder = sample()
        .partner_requests_per_minute(2)
        .arm_reads_per_hour(10);
    let emulator = builder.start().await.unwrap();
    assert_eq!(emulator.rate_limit_levels(), []);
    let mut callers = Vec::new();
    for tenant in ["common", "5d1e0c3a-71b2-4f6e-9c88-2a4b6d8e0f13"] {
        let members = form(&[
            ("grant_type", "client_credentials"),
            ("client_id", CLIENT),
            ("client_secret", "any"),
            ("scope", PARTNER),
        ]);
        let path = format!("/{tenant}/oauth2/v2.0/token");
        let response = crate::authority::authority(&emulator)
            .send("POST", &path, &members)
            .await;
        callers.push(bearing(
            emulator.partner_url(),
            &text(&response.json(), "access_token"),
        ));
    }
    let mut statuses = Vec::new();
    for caller in [0, 0, 0, 1, 1, 1] {
        statuses.push(callers[caller].get(&customer_path()).await.status);
    }
    assert_eq!(statuses, [200, 200, 429, 200, 200, 429]);
    assert_eq!(callers[1].get("/v1/customers").await.status, 200);
    HttpClient::arm(&emulator).get(&profile_path()).await;
    emulator.advance_clock(Duration::from_secs(30)).unwrap();
    let levels = emulator.rate_limit_levels();
    assert_eq!(
        levels,
        emulator.rate_limit_levels(),
        "to look changes nothing"
    );
    let lines: Vec<_> = levels
        .iter()
        .map(|level| serde_json::to_string(level).unwrap())
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    {"service":"partner","limit":"bucket customer=2,2/m;refused=costs","key":"5d1e0c3a-71b2-4f6e-9c88-2a4b6d8e0f13","kind":"requests","capacity":2,"left":2}
    {"service":"partner","limit":"bucket customer=2,2/m;refused=costs","key":"5d1e0c3a-71b2-4f6e-9c88-2a4b6d8e0f13/5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8b01","kind":"requests","capacity":2,"left":1}
    {"service":"partner","limit":"bucket customer=2,2/m;refused=costs","key":"b7d1f0a2-3c65-4e89-a1d4-6f2e9c8b5a00/5a8f3c1e-7d42-4b96-9e0b-3f1c6d2a8b01","kind":"requests","capacity":2,"left":1}
    {"service":"arm","limit":"bucket arm.read=10,10/h","key":"b7d1f0a2-3c65-4e89-a1d4-6f2e9c8b5a00/2f6b8d10-4c3e-4a57-9d21-6e0f5b7a1c34","kind":"reads","capacity":10,"left":9}
    {"service":"arm","limit":"bucket arm.tenant.read=150,150/h","key":"b7d1f0a2-3c65-4e89-a1d4-6f2e9c8b5a00","kind":"reads","capacity":150,"left":150}
    "#);
}

#[tokio::test]
async fn reset_keeps_tokens_valid() {
    let builder = sample().single_use_refresh_tokens(true);
    let emulator = builder.start().await.unwrap();
    let arm = bearing(emulator.arm_url(), &app_token(&emulator, ARM).await);
    let token = emulator.refresh_token("common", CLIENT).unwrap();
    assert_eq!(refresh(&emulator, token.reveal()).await.status, 200);
    assert_eq!(refresh(&emulator, token.reveal()).await.status, 400);
    emulator.reset();
    assert_eq!(arm.get(&profile_path()).await.status, 200);
    assert_eq!(refresh(&emulator, token.reveal()).await.status, 200);
    assert_eq!(ask(&emulator, &[]).await.status, 400);
}
