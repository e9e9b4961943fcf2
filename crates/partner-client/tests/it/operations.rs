//! Reading and updating a profile.

use billing_test::Script;
use serde_json::json;

use crate::setup::{CUSTOMER, profile, rename, stale, start, stored};

#[tokio::test]
async fn get_reads_a_profile_after_a_byte_order_mark() {
    let (_server, client) = start(vec![stored("5920358838484612121", "Contoso")]).await;
    let response = client
        .get_customer_billing_profile(CUSTOMER)
        .send()
        .await
        .unwrap();
    let profile = response.body();
    assert_eq!(profile.company_name.as_deref(), Some("Contoso"));
    let etag = profile.attributes.as_ref().unwrap().etag.as_deref();
    assert_eq!(etag, Some("5920358838484612121"));
    assert_eq!(
        profile.additional_properties.get("tier"),
        Some(json!({"level": 3}))
    );
}

#[tokio::test]
async fn update_returns_the_stored_profile() {
    let (_server, client) = start(vec![stored("2", "FABRIKAM")]).await;
    let update = client.update_customer_billing_profile(CUSTOMER, &profile());
    let stored = update.send().await.unwrap().into_body();
    assert_eq!(stored.company_name.as_deref(), Some("FABRIKAM"));
}

#[tokio::test]
async fn stale_update_is_a_conflict_that_changed_nothing() {
    let (server, client) = start(vec![stale()]).await;
    let update = client.update_customer_billing_profile(CUSTOMER, &profile());
    let error = update.send().await.unwrap_err();
    assert!(error.is_conflict() && error.is_stale_etag() && !error.may_have_taken_effect());
    assert_eq!(error.request_id(), Some("r-stale"));
    assert_eq!(error.service_error().unwrap().code(), Some("2055"));
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn unreadable_success_leaves_the_update_unknown() {
    for body in ["", "<html>", r#"{"companyName":7}"#] {
        let (server, client) = start(vec![Script::json(body)]).await;
        let update = client.update_customer_billing_profile(CUSTOMER, &profile());
        let error = update.send().await.unwrap_err();
        assert!(error.is_decode() && error.may_have_taken_effect(), "{body}");
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn clients_and_operations_can_be_shared_and_spawned() {
    fn check<T: Send>(_: T) {}
    fn check_client<T: Clone + Send + Sync + 'static>(_: &T) {}
    let (_server, client) = start(Vec::new()).await;
    check_client(&client);
    check(client.get_customer_billing_profile(CUSTOMER).send());
    check(
        client
            .update_customer_billing_profile(CUSTOMER, &profile())
            .send(),
    );
    check(
        client
            .edit_customer_billing_profile(CUSTOMER, rename)
            .send(),
    );
    assert!(!format!("{client:?}").contains("canary"));
    let update = client.update_customer_billing_profile(CUSTOMER, &profile());
    assert!(!format!("{update:?}").contains("Fabrikam"));
}
