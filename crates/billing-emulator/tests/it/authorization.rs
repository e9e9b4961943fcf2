//! Requests with and without the token.

use billing_emulator::{Emulator, SAMPLE_ACCOUNT, SAMPLE_CUSTOMER_ID, SAMPLE_PROFILE, Token};
use serde_json::json;

use crate::support::{HttpClient, customer_path, profile_path, sample};

#[tokio::test]
async fn missing_or_wrong_token_has_the_service_s_error() {
    let emulator = sample().start().await.unwrap();
    let partner = HttpClient::anonymous(emulator.partner_url());
    let arm = HttpClient::anonymous(emulator.arm_url());
    let wrong = "Bearer wrong";
    for (name, response) in [
        ("partner_missing", partner.get(&customer_path()).await),
        (
            "partner_wrong",
            partner
                .with("authorization", wrong)
                .get(&customer_path())
                .await,
        ),
        ("arm_missing", arm.get(&profile_path()).await),
        (
            "arm_wrong",
            arm.with("authorization", wrong).get(&profile_path()).await,
        ),
    ] {
        insta::assert_snapshot!(name, response.snapshot(&emulator));
    }
}

#[tokio::test]
async fn bearer_scheme_is_required_in_any_case() {
    let emulator = sample().token(Token::new("s3cret")).start().await.unwrap();
    for (authorization, status) in [
        ("Bearer s3cret", 200),
        ("bearer s3cret", 200),
        ("BEARER  s3cret", 200),
        ("Bearer S3CRET", 401),
        ("Bearer s3cret2", 401),
        ("Bearer", 401),
        ("Basic s3cret", 401),
        ("s3cret", 401),
    ] {
        let partner =
            HttpClient::anonymous(emulator.partner_url()).with("authorization", authorization);
        let arm = HttpClient::anonymous(emulator.arm_url()).with("authorization", authorization);
        let partner = partner.get(&customer_path()).await.status;
        let arm = arm.get(&profile_path()).await.status;
        assert_eq!((partner, arm), (status, status), "{authorization}");
    }
}

#[tokio::test]
async fn requests_without_the_token_are_refused() {
    let emulator = sample().polls_until_done(0).start().await.unwrap();
    let partner = HttpClient::anonymous(emulator.partner_url());
    let arm = HttpClient::anonymous(emulator.arm_url());
    let unknown_path = partner.get("/v1/anything").await;
    let put = partner.put(&customer_path(), &json!({})).await;
    let patch = arm
        .patch(&profile_path(), &json!({ "properties": {} }))
        .await;
    let poll = "/providers/Microsoft.Billing/billingOperations/1?api-version=2018-05-31-preview";
    let statuses = [
        unknown_path.status,
        put.status,
        patch.status,
        arm.get(poll).await.status,
    ];
    assert_eq!(statuses, [401; 4]);
    assert_eq!(
        emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID),
        Some(0)
    );
    assert_eq!(
        emulator.billing_profile_effective_writes(SAMPLE_ACCOUNT, SAMPLE_PROFILE),
        Some(0)
    );
}

#[tokio::test]
async fn token_is_random_and_not_in_debug_output() {
    let first = sample().start().await.unwrap();
    let second = sample().start().await.unwrap();
    assert_ne!(first.token(), second.token());
    assert_eq!(first.token().reveal().len(), 64);
    let token = Token::new("s3cret");
    let builder = Emulator::builder().token(token.clone());
    let shown = format!("{token:?} {builder:?} {first:?}");
    assert!(shown.contains("Token([hidden])"), "{shown}");
    assert!(!shown.contains("s3cret"), "{shown}");
    assert!(!shown.contains(first.token().reveal()), "{shown}");
}
