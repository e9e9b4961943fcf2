//! Retries of an update, which the service recognizes by its request id.

use billing_test::{Script, Server};
use partner_client::ThrottleScope;
use partner_client::models::CustomerBillingProfile;

use crate::setup::{CUSTOMER, profile, rename, stale, start_persistent, stored};

fn ids(server: &Server) -> Vec<String> {
    let received = server.received();
    let ids = received.iter().map(|one| one.header("ms-requestid"));
    ids.map(|id| id.unwrap().to_owned()).collect()
}

fn methods(server: &Server) -> Vec<String> {
    let lines = server.lines();
    let words = lines.iter().map(|line| line.split(' ').next().unwrap());
    words.map(str::to_owned).collect()
}

#[tokio::test]
async fn retry_after_an_unknown_outcome_keeps_the_request_id() {
    for lost in [
        Script::hang_up(),
        Script::new("408 X", ""),
        Script::new("500 X", ""),
        Script::new("503 X", ""),
        Script::new("504 X", ""),
        Script::bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".to_vec()),
    ] {
        let (server, client, _clock) = start_persistent(vec![lost, stored("11", "x")]).await;
        let update = client.update_customer_billing_profile(CUSTOMER, &profile());
        let response = update.send().await.unwrap();
        let etag = response.into_body().attributes.unwrap().etag;
        assert_eq!(etag.as_deref(), Some("11"));
        let ids = ids(&server);
        assert_eq!((ids.len(), &ids[0]), (2, &ids[1]));
        let received = server.received();
        assert_eq!(received[0].body, received[1].body);
        assert_eq!(
            received[0].header("ms-correlationid"),
            received[1].header("ms-correlationid")
        );
    }
}

#[tokio::test]
async fn retry_after_a_transient_error_has_a_new_request_id() {
    let throttled = Script::new("429 X\nRetry-After: 57", "");
    let (server, client, clock) = start_persistent(vec![throttled, stored("11", "x")]).await;
    let update = client.update_customer_billing_profile(CUSTOMER, &profile());
    update.send().await.unwrap();
    let ids = ids(&server);
    assert_eq!(ids.len(), 2);
    assert_ne!(ids[0], ids[1]);
    assert_eq!(clock.seconds(), [57]);
}

#[tokio::test]
async fn request_id_is_kept_until_every_outcome_is_known() {
    let throttled = Script::new("429 X", "");
    let answers = vec![Script::hang_up(), throttled, stored("11", "x")];
    let (server, client, _clock) = start_persistent(answers).await;
    let update = client.update_customer_billing_profile(CUSTOMER, &profile());
    update.send().await.unwrap();
    let ids = ids(&server);
    assert_eq!(ids.len(), 3);
    assert!(ids.iter().all(|id| *id == ids[0]));
}

#[tokio::test]
async fn error_after_an_unknown_outcome_leaves_it_unknown() {
    let refused = Script::new("400 Bad Request", r#"{"code":27002}"#);
    let (server, client, _clock) = start_persistent(vec![Script::hang_up(), refused]).await;
    let update = client.update_customer_billing_profile(CUSTOMER, &profile());
    let error = update.send().await.unwrap_err();
    assert_eq!(error.service_error().unwrap().code(), Some("27002"));
    assert!(error.may_have_taken_effect());
    assert_eq!((error.attempts(), server.received().len()), (2, 2));
}

/// Returns the profile with another etag, after the update has taken effect and another writer has
/// changed it.
fn written(change: impl FnOnce(&mut CustomerBillingProfile)) -> Script {
    let mut profile = profile();
    profile.attributes.as_mut().unwrap().etag = Some("11".to_owned());
    change(&mut profile);
    Script::json(&serde_json::to_string(&profile).unwrap())
}

#[tokio::test]
async fn etag_made_stale_by_our_lost_update_is_a_success() {
    // The service may return null for members that were not sent.
    let with_empty_texts = |profile: &mut CustomerBillingProfile| {
        profile.language = Some(String::new());
        profile.default_address.as_mut().unwrap().phone_number = Some(String::new());
    };
    for current in [written(|_| {}), written(with_empty_texts)] {
        let answers = vec![Script::hang_up(), stale(), current];
        let (server, client, _clock) = start_persistent(answers).await;
        let update = client.update_customer_billing_profile(CUSTOMER, &profile());
        let current = update.send().await.unwrap();
        let etag = &current.body().attributes.as_ref().unwrap().etag;
        assert_eq!(etag.as_deref(), Some("11"));
        assert_eq!(methods(&server), ["PUT", "PUT", "GET"]);
    }
}

#[tokio::test]
async fn update_whose_omission_is_still_stored_is_not_applied() {
    let with_a_line_more = |profile: &mut CustomerBillingProfile| {
        let address = profile.default_address.as_mut().unwrap();
        address.address_line2 = Some("Suite 7".to_owned());
    };
    let with_one_unknown = |profile: &mut CustomerBillingProfile| {
        let unknown = &mut profile.additional_properties;
        unknown.insert("tier", 3);
    };
    for current in [written(with_a_line_more), written(with_one_unknown)] {
        let answers = vec![Script::hang_up(), stale(), current];
        let (_server, client, _clock) = start_persistent(answers).await;
        let update = client.update_customer_billing_profile(CUSTOMER, &profile());
        let error = update.send().await.unwrap_err();
        assert!(error.is_stale_etag() && error.may_have_taken_effect());
    }
}

#[tokio::test]
async fn etag_made_stale_by_another_writer_is_not_overwritten() {
    let answers = || vec![Script::hang_up(), stale(), stored("12", "Somebody else's")];
    let (server, client, _clock) = start_persistent(answers()).await;
    let update = client.update_customer_billing_profile(CUSTOMER, &profile());
    let error = update.send().await.unwrap_err();
    assert!(error.is_stale_etag() && error.may_have_taken_effect());
    assert_eq!(methods(&server), ["PUT", "PUT", "GET"]);

    let mut all = vec![stored("10", "Contoso")];
    all.extend(answers());
    let (server, client, _clock) = start_persistent(all).await;
    let mut calls = 0;
    let edit = client.edit_customer_billing_profile(CUSTOMER, |profile| {
        calls += 1;
        profile.company_name = Some(format!(
            "{} again",
            profile.company_name.as_deref().unwrap()
        ));
    });
    let error = edit.send().await.unwrap_err();
    assert!(error.is_stale_etag() && error.may_have_taken_effect());
    assert_eq!(methods(&server), ["GET", "PUT", "PUT", "GET"]);
    assert_eq!(calls, 1, "to change it again might change it twice");
}

#[tokio::test]
async fn stale_etag_at_once_starts_the_edit_again() {
    let answers = vec![
        stored("10", "a"),
        stale(),
        stored("11", "b"),
        stored("12", "c"),
    ];
    let (server, client, clock) = start_persistent(answers).await;
    client
        .edit_customer_billing_profile(CUSTOMER, rename)
        .send()
        .await
        .unwrap();
    assert_eq!(methods(&server), ["GET", "PUT", "GET", "PUT"]);
    assert_eq!(clock.seconds(), Vec::<u64>::new());
}

#[tokio::test]
async fn throttled_customer_does_not_delay_others() {
    let throttled = Script::new("429 X\nRetry-After: 3600", "");
    let (server, client, _clock) = start_persistent(vec![throttled, stored("1", "x")]).await;
    let error = client
        .get_customer_billing_profile(CUSTOMER)
        .send()
        .await
        .unwrap_err();
    assert!(error.is_throttled());
    let error = client
        .get_customer_billing_profile(CUSTOMER)
        .send()
        .await
        .unwrap_err();
    assert!(error.is_throttled());
    client
        .get_customer_billing_profile("another")
        .send()
        .await
        .unwrap();
    assert_eq!(server.received().len(), 2);
    assert_eq!(
        client
            .clone()
            .throttle()
            .pause_left(&ThrottleScope::Customer(CUSTOMER.to_owned()))
            .as_secs(),
        600
    );
}
