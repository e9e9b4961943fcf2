//! Multi-factor authentication: which requests demand it, and how a client meets the demand.

use std::sync::{Arc, Mutex};

use arm_client::ArmClient;
use arm_client::models::{BillingProfilePropertiesUpdate, BillingProfileUpdate};
use billing_emulator::{
    Emulator, EmulatorBuilder, PartnerMfa, SAMPLE_ACCOUNT, SAMPLE_PROFILE, SAMPLE_TENANT_ID, SignIn,
};
use partner_client::{
    AppRegistration, AppUserCredential, BoxFuture, Cloud, Error, RefreshTokenStore, Secret,
    StoreError,
};
use serde_json::json;

use crate::{
    authority::{CLIENT, SECRET, app_token, ask, error_code, text},
    openapi::assert_described,
    support::{HttpClient, HttpResponse, customer_path, logged, profile_path, sample},
};

const ARM: &str = "https://management.azure.com";
const PARTNER: &str = "https://api.partnercenter.microsoft.com";
const MFA: &str = r#"{"access_token":{"acrs":{"essential":true,"values":["p1"]}}}"#;

async fn start(builder: EmulatorBuilder, sign_in: SignIn) -> Emulator {
    builder.sign_in(sign_in).start().await.unwrap()
}

/// Requests a token for a user.
async fn by_user(emulator: &Emulator, resource: &str, claims: Option<&str>) -> HttpResponse {
    let token = emulator.refresh_token(SAMPLE_TENANT_ID, CLIENT).unwrap();
    let scope = format!("{resource}/user_impersonation");
    let mut members = vec![
        ("grant_type", "refresh_token"),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
        ("refresh_token", token.reveal()),
        ("scope", &scope),
    ];
    members.extend(claims.map(|claims| ("claims", claims)));
    ask(emulator, &members).await
}

fn bearing(url: &str, response: &HttpResponse) -> HttpClient {
    let token = text(&response.json(), "access_token");
    HttpClient::anonymous(url).with("authorization", &format!("Bearer {token}"))
}

#[tokio::test]
async fn arm_challenges_only_writes_of_users_without_mfa() {
    let body = json!({ "properties": { "poNumber": "PO-2041" } });
    for (is_demanded, sign_in, expected) in [
        (true, SignIn::PasswordOnly, 401),
        (true, SignIn::SecondFactorOnDemand, 401),
        (true, SignIn::WithSecondFactor, 200),
        (false, SignIn::PasswordOnly, 200),
    ] {
        let builder = sample().polls_until_done(0).require_arm_mfa(is_demanded);
        let emulator = start(builder, sign_in).await;
        let caller = bearing(emulator.arm_url(), &by_user(&emulator, ARM, None).await);
        let written = caller.patch(&profile_path(), &body).await;
        assert_eq!(written.status, expected, "{is_demanded} {sign_in:?}");
        assert_eq!(caller.get(&profile_path()).await.status, 200, "{sign_in:?}");
        let app = app_token(&emulator, &format!("{ARM}/.default")).await;
        let app = HttpClient::anonymous(emulator.arm_url())
            .with("authorization", &format!("Bearer {app}"));
        assert_eq!(app.patch(&profile_path(), &body).await.status, 200);
    }
}

#[tokio::test]
async fn challenge_names_the_authentication_context() {
    let emulator = start(sample().require_arm_mfa(true), SignIn::PasswordOnly).await;
    let caller = bearing(emulator.arm_url(), &by_user(&emulator, ARM, None).await);
    let refused = caller.patch(&profile_path(), &json!({})).await;
    let challenge = refused.header("www-authenticate").unwrap();
    let challenge = challenge.replace(emulator.authority_url(), "[authority]");
    insta::assert_snapshot!(challenge, @r#"Bearer authorization_uri="[authority]/common", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnsiYWNycyI6eyJlc3NlbnRpYWwiOnRydWUsInZhbHVlcyI6WyJwMSJdfX19""#);
    insta::assert_snapshot!(refused.brief(), @r#"401 {"error":{"code":"InvalidAuthenticationToken","message":"The access token does not show multi-factor authentication."}}"#);
}

#[tokio::test]
async fn authority_meets_claims_if_the_user_can() {
    for (sign_in, claims, expected) in [
        (SignIn::SecondFactorOnDemand, MFA, "200"),
        (SignIn::WithSecondFactor, MFA, "200"),
        (
            SignIn::PasswordOnly,
            MFA,
            "400 interaction_required AADSTS50076",
        ),
        (
            SignIn::PasswordOnly,
            r#"{"access_token":{"nbf":{"value":"1"}}}"#,
            "200",
        ),
        (
            SignIn::WithSecondFactor,
            "eyJh",
            "400 invalid_request AADSTS90023",
        ),
    ] {
        let emulator = start(sample(), sign_in).await;
        let response = by_user(&emulator, ARM, Some(claims)).await;
        let seen = match response.status {
            200 => "200".to_owned(),
            _ => error_code(&response),
        };
        assert_eq!(seen, expected, "{sign_in:?} {claims}");
    }
}

#[tokio::test]
async fn partner_reports_mfa_compliance() {
    for (mfa, sign_in, status, code, said) in [
        (
            PartnerMfa::Required,
            SignIn::PasswordOnly,
            401,
            Some(900_421),
            "false",
        ),
        (
            PartnerMfa::RequiredOlderCode,
            SignIn::PasswordOnly,
            401,
            Some(10_001),
            "false",
        ),
        (
            PartnerMfa::Optional,
            SignIn::PasswordOnly,
            200,
            None,
            "false",
        ),
        (
            PartnerMfa::Required,
            SignIn::WithSecondFactor,
            200,
            None,
            "true",
        ),
    ] {
        let emulator = start(sample().partner_mfa(mfa), sign_in).await;
        let caller = bearing(
            emulator.partner_url(),
            &by_user(&emulator, PARTNER, None).await,
        );
        let asking = caller.clone().with("ValidateMfa", "true");
        let response = asking.get(&customer_path()).await;
        assert_eq!(
            (response.status, response.header("isMfaCompliant")),
            (status, Some(said)),
            "{mfa:?}"
        );
        assert_described(&emulator, "GET", &customer_path(), &response).await;
        if let Some(code) = code {
            assert_eq!(response.json()["code"], code);
        }
        let unasked = caller.get(&customer_path()).await;
        assert_eq!(
            (unasked.status, unasked.header("isMfaCompliant")),
            (status, None)
        );
        // A token of the application has no user.
        let app = app_token(&emulator, &format!("{PARTNER}/.default")).await;
        let app = HttpClient::anonymous(emulator.partner_url())
            .with("authorization", &format!("Bearer {app}"))
            .with("ValidateMfa", "true");
        let response = app.get(&customer_path()).await;
        assert_eq!(
            (response.status, response.header("isMfaCompliant")),
            (200, None)
        );
    }
}

struct Store(Mutex<String>);

impl RefreshTokenStore for Store {
    fn load(&self) -> BoxFuture<'_, Result<Secret, StoreError>> {
        let token = self.0.lock().unwrap().clone();
        Box::pin(async move { Ok(Secret::new(token)) })
    }

    fn save<'a>(&'a self, token: &'a Secret) -> BoxFuture<'a, Result<(), StoreError>> {
        token.expose().clone_into(&mut self.0.lock().unwrap());
        Box::pin(async { Ok(()) })
    }
}

/// Updates a billing profile with a user's token.
async fn update(emulator: &Emulator) -> Result<(), Error> {
    let token = emulator.refresh_token(SAMPLE_TENANT_ID, CLIENT).unwrap();
    let store = Arc::new(Store(Mutex::new(token.reveal().to_owned())));
    let cloud = Cloud::public().with_authority(&emulator.authority_url().parse().unwrap());
    let app = AppRegistration::new(&cloud, SAMPLE_TENANT_ID, CLIENT, Secret::new(SECRET));
    let credential = AppUserCredential::for_resource_manager(&app, store)?;
    let client = ArmClient::new(emulator.arm_url().parse().unwrap(), credential)?;
    let update = BillingProfileUpdate::default()
        .properties(BillingProfilePropertiesUpdate::default().po_number("PO-2041"));
    let begin = client.begin_update_billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE, &update);
    begin.send().await?.await.map(drop)
}

#[tokio::test]
async fn claims_challenge_is_met_automatically() {
    let builder = sample().polls_until_done(0).require_arm_mfa(true);
    let builder = builder.single_use_refresh_tokens(true);
    let emulator = start(builder, SignIn::SecondFactorOnDemand).await;
    update(&emulator).await.unwrap();
    let expected = [
        "authority POST 200",
        "arm PATCH 401",
        "authority POST 200",
        "arm PATCH 200",
    ];
    assert_eq!(logged(&emulator), expected);
}

#[tokio::test]
async fn unmet_claims_challenge_is_reported() {
    let emulator = start(sample().require_arm_mfa(true), SignIn::PasswordOnly).await;
    let error = update(&emulator).await.unwrap_err();
    assert!(error.is_unauthorized() && !error.may_have_taken_effect());
    assert_eq!(error.claims_challenge().unwrap().claims(), MFA);
    let cause = std::error::Error::source(&error).unwrap();
    let cause: &Error = cause.downcast_ref().unwrap();
    assert!(cause.is_mfa_required(), "{cause}");
    let expected = ["authority POST 200", "arm PATCH 401", "authority POST 400"];
    assert_eq!(logged(&emulator), expected);
}
