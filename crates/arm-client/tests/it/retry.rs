//! An update whose outcome is unknown is read back and never sent again.

use arm_client::models::BillingProfile;
use arm_client::{ArmClient, Error, Response, StoredValue, UpdateOutcome};
use billing_test::{Script, Server};

use crate::setup::{ACCOUNT, PROFILE, start, start_persistent, update};

/// The profile before the update.
const BEFORE: &str = r#"{"name":"p1","properties":{"poNumber":"PO-1","invoiceEmailOptIn":true}}"#;

async fn send(client: &ArmClient) -> Result<Response<BillingProfile>, Error> {
    let begin = client.begin_update_billing_profile(ACCOUNT, "p1", &update());
    begin.send().await?.wait().await
}

fn methods(server: &Server) -> String {
    let lines = server.lines();
    let words: Vec<_> = lines
        .iter()
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    words.join(" ")
}

fn lost() -> [Script; 5] {
    [
        Script::hang_up(),
        Script::new("408 X", ""),
        Script::new("500 X", ""),
        Script::new("504 X", ""),
        Script::bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".to_vec()),
    ]
}

#[tokio::test]
async fn update_that_was_applied_is_not_sent_again() {
    for lost in lost() {
        let (server, client, clock) = start_persistent(vec![lost, Script::json(PROFILE)]).await;
        let response = send(&client).await.unwrap();
        let properties = response.into_body().properties.unwrap();
        assert_eq!(properties.po_number.as_deref(), Some("PO-2"));
        assert_eq!(methods(&server), "PATCH GET");
        assert_eq!(clock.seconds(), [1]);
    }
}

#[tokio::test]
async fn update_that_was_not_applied_is_not_sent_again() {
    for lost in lost() {
        let mut answers = vec![lost];
        answers.extend((0..10).map(|_| Script::json(BEFORE)));
        let (server, client, clock) = start_persistent(answers).await;
        let error = send(&client).await.unwrap_err();
        assert!(error.may_have_taken_effect());
        assert_eq!(error.attempts(), 1);
        let outcome = error.outcome().unwrap();
        assert!(
            matches!(outcome, UpdateOutcome::NotApplied { .. }),
            "{outcome:?}"
        );
        assert_eq!(methods(&server), ["PATCH", &" GET".repeat(8)].concat());
        assert_eq!(clock.seconds(), [1, 2, 4, 8, 16, 30, 30, 29]);
    }
}

#[tokio::test]
async fn reading_back_another_resource_proves_nothing() {
    let pages = [
        "<html>Sign in to the guest network</html>",
        "{}",
        "[]",
        "",
        r#"{"error":{"code":"Busy","message":"later"}}"#,
        r#"{"id":null,"name":null,"properties":{"poNumber":"PO-2"}}"#,
        r#"{"name":"p2","properties":{"poNumber":"PO-2"}}"#,
        r#"{"id":"/providers/Microsoft.Billing/billingAccounts/other/billingProfiles/p1","properties":{"poNumber":"PO-2"}}"#,
    ];
    for page in pages {
        let mut answers = vec![Script::hang_up()];
        answers.extend((0..8).map(|_| Script::json(page)));
        let (server, client, _clock) = start_persistent(answers).await;
        let error = send(&client).await.unwrap_err();
        assert!(error.is_interrupted(), "{page}: {error}");
        assert!(
            error.may_have_taken_effect() && error.outcome().is_none(),
            "{page}"
        );
        assert_eq!(
            methods(&server),
            ["PATCH", &" GET".repeat(8)].concat(),
            "{page}"
        );
    }
}

#[tokio::test]
async fn value_in_another_form_ends_the_reading_back() {
    let before: BillingProfile = serde_json::from_str(BEFORE).unwrap();
    let stored = BEFORE.replace("PO-1", "po-2");
    let answers = vec![Script::new("500 X", ""), Script::json(&stored)];
    let (server, client, _clock) = start_persistent(answers).await;
    let begin = client.begin_update_billing_profile(ACCOUNT, "p1", &update());
    let error = begin.with_before(&before).send().await.unwrap_err();
    let outcome = error.outcome().unwrap();
    let told = outcome
        .unapplied()
        .iter()
        .map(|one| (one.path().to_string(), one.stored()));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            (
                "properties.invoiceEmailOptIn".to_owned(),
                StoredValue::Unchanged
            ),
            ("properties.poNumber".to_owned(), StoredValue::OtherForm),
        ]
    );
    assert_eq!(methods(&server), "PATCH GET");
}

#[tokio::test]
async fn response_about_another_profile_is_its_own_error() {
    let other = PROFILE.replace(r#""name":"p1""#, r#""name":"p2""#);
    let (_server, client, _clock) = start(vec![Script::json(&other)]).await;
    let error = client
        .get_billing_profile(ACCOUNT, "p1")
        .send()
        .await
        .unwrap_err();
    assert!(error.is_other_resource() && !error.may_have_taken_effect());
    assert_eq!(error.document(), Some(other.as_bytes()));
    assert!(!format!("{error:?}").contains("PO-2"));
    let (_server, client, _clock) = start(vec![Script::json(&other)]).await;
    let error = send(&client).await.unwrap_err();
    assert!(error.is_other_resource() && error.may_have_taken_effect());
    assert_eq!(error.document(), None);
}

#[tokio::test]
async fn throttled_update_is_retried_without_reading_back() {
    let answers = vec![
        Script::new("429 X\nRetry-After: 9", ""),
        Script::json(PROFILE),
    ];
    let (server, client, clock) = start_persistent(answers).await;
    send(&client).await.unwrap();
    assert_eq!(methods(&server), "PATCH PATCH");
    assert_eq!(clock.seconds(), [9]);
    let busy = vec![
        Script::new("503 X\nRetry-After: 9", ""),
        Script::json(PROFILE),
    ];
    let (server, client, _clock) = start_persistent(busy).await;
    send(&client).await.unwrap();
    assert_eq!(methods(&server), "PATCH PATCH");
}

#[tokio::test]
async fn poll_is_retried_as_a_read() {
    let answers = vec![
        Script::new("202 Accepted\nLocation: /op\nRetry-After: 10", ""),
        Script::new("503 X\nRetry-After: 5", ""),
        Script::hang_up(),
        Script::json(PROFILE),
    ];
    let (server, client, clock) = start_persistent(answers).await;
    send(&client).await.unwrap();
    assert_eq!(methods(&server), "PATCH GET GET GET");
    assert_eq!(clock.seconds(), [10, 5, 2]);
}
