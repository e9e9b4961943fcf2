//! A response about another customer is an error, in every form.

use billing_test::{Script, Server};
use partner_client::Error;

use crate::setup::{CUSTOMER, profile, rename, stale, start, start_persistent};

const OTHER: &str = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";
const PROFILE: &str = "8c1d3a52-64f0-5b7e-9d2a-1f0e3b4c5d6e";

/// A profile with this id and this self link.
fn stored(etag: &str, id: &str, link: &str) -> Script {
    Script::json(&format!(
        r#"{{"id":"{id}","companyName":"Contoso","links":{{"self":{{"uri":"{link}","method":"GET"}}}},
            "attributes":{{"etag":"{etag}","objectType":"CustomerBillingProfile"}}}}"#
    ))
}

/// Links that lead to another customer.
fn foreign() -> Vec<String> {
    vec![
        format!("/v1/customers/{OTHER}/profiles/billing"),
        format!("/customers/{OTHER}/profiles/billing"),
        format!("/V1/CUSTOMERS/{}/profiles/billing", OTHER.to_uppercase()),
        format!("https://api.example.com/v1/customers/{OTHER}"),
        format!("customers/{OTHER}"),
        format!("/v1/customers/{CUSTOMER}0/profiles/billing"),
    ]
}

/// Links that lead to the customer, or to none.
fn own() -> Vec<String> {
    vec![
        format!("/v1/customers/{CUSTOMER}/profiles/billing"),
        format!("/customers/{CUSTOMER}/profiles/billing?x=1"),
        format!("/v1/Customers/{}/profiles/billing", CUSTOMER.to_uppercase()),
        format!("https://api.example.com/v1/customers/{CUSTOMER}"),
        format!("/v1/customers/%34{}/profiles/billing", &CUSTOMER[1..]),
        "/v1/profiles/billing".to_owned(),
        String::new(),
    ]
}

fn methods(server: &Server) -> Vec<String> {
    let lines = server.lines();
    let words = lines.iter().map(|line| line.split(' ').next().unwrap());
    words.map(str::to_owned).collect()
}

fn require_other(error: &Error, may_have_taken_effect: bool, link: &str) {
    assert!(error.is_other_resource(), "{link}: {error}");
    assert_eq!(
        error.may_have_taken_effect(),
        may_have_taken_effect,
        "{link}"
    );
    assert_eq!(error.status().unwrap().as_u16(), 200, "{link}");
}

#[tokio::test]
async fn read_of_another_customer_fails_with_the_document() {
    for link in foreign() {
        let (_server, client) = start(vec![stored("10", PROFILE, &link)]).await;
        let get = client.get_customer_billing_profile(CUSTOMER);
        let error = get.send().await.unwrap_err();
        require_other(&error, false, &link);
        let document = String::from_utf8(error.document().unwrap().to_vec()).unwrap();
        assert!(document.contains(&link));
        assert!(!format!("{error:?} {error}").contains("Contoso"));
    }
}

#[tokio::test]
async fn self_link_of_each_form_identifies_the_customer() {
    for link in own() {
        let (_server, client) = start(vec![stored("10", PROFILE, &link)]).await;
        let get = client.get_customer_billing_profile(CUSTOMER);
        get.send().await.unwrap();
    }
}

#[tokio::test]
async fn write_with_a_response_about_another_customer_is_unknown() {
    for link in foreign() {
        let (server, client, _clock) = start_persistent(vec![stored("11", PROFILE, &link)]).await;
        let update = client.update_customer_billing_profile(CUSTOMER, &profile());
        let error = update.send().await.unwrap_err();
        require_other(&error, true, &link);
        assert_eq!(error.document(), None, "{link}");
        assert_eq!(methods(&server), ["PUT"], "{link}");
    }
}

#[tokio::test]
async fn edit_is_never_about_another_customer() {
    let own = format!("/v1/customers/{CUSTOMER}/profiles/billing");
    for link in foreign() {
        let answers = vec![stored("10", PROFILE, &link)];
        let (server, client) = start(answers).await;
        let error = client
            .edit_customer_billing_profile(CUSTOMER, rename)
            .send()
            .await
            .unwrap_err();
        require_other(&error, false, &link);
        assert_eq!(methods(&server), ["GET"]);

        let answers = vec![stored("10", PROFILE, &own), stored("11", PROFILE, &link)];
        let (server, client) = start(answers).await;
        let error = client
            .edit_customer_billing_profile(CUSTOMER, rename)
            .send()
            .await
            .unwrap_err();
        require_other(&error, true, &link);
        assert_eq!(methods(&server), ["GET", "PUT"]);
    }
}

#[tokio::test]
async fn edit_with_another_profile_id_in_the_response_is_unknown() {
    let own = format!("/v1/customers/{CUSTOMER}/profiles/billing");
    let upper = PROFILE.to_uppercase();
    for (id, is_same) in [
        (PROFILE, true),
        (upper.as_str(), true),
        ("", true),
        (OTHER, false),
    ] {
        let answers = vec![stored("10", PROFILE, &own), stored("11", id, &own)];
        let (_server, client) = start(answers).await;
        let outcome = client
            .edit_customer_billing_profile(CUSTOMER, rename)
            .send()
            .await;
        assert_eq!(outcome.is_ok(), is_same, "{id}");
        if let Err(error) = outcome {
            require_other(&error, true, id);
        }
    }
}

#[tokio::test]
async fn reading_back_another_customer_proves_nothing() {
    for link in foreign() {
        let same = serde_json::to_value(profile()).unwrap();
        let mut same = same.as_object().unwrap().clone();
        same.insert(
            "links".to_owned(),
            serde_json::json!({"self": {"uri": link}}),
        );
        let body = serde_json::Value::Object(same).to_string();
        let answers = vec![Script::hang_up(), stale(), Script::json(&body)];
        let (server, client, _clock) = start_persistent(answers).await;
        let update = client.update_customer_billing_profile(CUSTOMER, &profile());
        let error = update.send().await.unwrap_err();
        assert!(
            error.is_stale_etag() && error.may_have_taken_effect(),
            "{link}"
        );
        assert_eq!(methods(&server), ["PUT", "PUT", "GET"], "{link}");
    }
}

#[tokio::test]
async fn related_reads_check_the_requested_id() {
    let answer = |body: &str| vec![Script::json(body)];
    for (id, is_same) in [(CUSTOMER.to_uppercase(), true), (OTHER.to_owned(), false)] {
        let (_server, client) = start(answer(&format!(r#"{{"id":"{id}"}}"#))).await;
        let customer = client.get_customer(CUSTOMER).send().await;
        assert_eq!(customer.is_ok(), is_same);
        let (_server, client) = start(answer(&format!(r#"{{"tenantId":"{id}"}}"#))).await;
        let company = client.get_customer_company_profile(CUSTOMER).send().await;
        assert_eq!(company.is_ok(), is_same);
        for error in [customer.err(), company.err()].into_iter().flatten() {
            require_other(&error, false, &id);
            assert!(error.document().is_some());
        }
    }
    for (code, is_same) in [("US", true), ("DE", false)] {
        let (_server, client) = start(answer(&format!(r#"{{"iso2Code":"{code}"}}"#))).await;
        let rules = client.get_country_validation_rules("us").send().await;
        assert_eq!(rules.is_ok(), is_same);
    }
}
