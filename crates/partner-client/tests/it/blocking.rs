//! The blocking client.

use std::thread;

use billing_test::{Script, Server, once};
use partner_client::blocking::PartnerClient;
use partner_client::{IfMatch, PartnerClientOptions, RequestId, StaticToken};

use crate::setup::{CUSTOMER, profile, rename, stale, stored};

fn start(answers: Vec<Script>) -> (Server, PartnerClient) {
    let server = Server::start_apart(answers);
    let options = PartnerClientOptions::default().with_send_options(once());
    let token = StaticToken::new("canary-token");
    let client =
        PartnerClient::with_options(server.origin().parse().unwrap(), token, options).unwrap();
    (server, client)
}

#[test]
fn profile_is_read_and_updated_with_options() {
    let (server, client) = start(vec![stored("1", "Fabrikam"), stored("2", "Fabrikam, Inc.")]);
    let got = client
        .get_customer_billing_profile(CUSTOMER)
        .send()
        .unwrap();
    assert_eq!(got.body().company_name.as_deref(), Some("Fabrikam"));

    let id = RequestId::generate();
    let update = client
        .update_customer_billing_profile(CUSTOMER, &profile())
        .with(|update| update.with_if_match(IfMatch::Never).with_request_id(id));
    assert_eq!(update.builder().preview().unwrap().method(), "PUT");
    let updated = update.send().unwrap();
    assert_eq!(
        updated.body().company_name.as_deref(),
        Some("Fabrikam, Inc.")
    );

    let received = server.received();
    assert_eq!(received[1].header("if-match"), None);
    assert_eq!(
        received[1].header("ms-requestid"),
        Some(id.to_string().as_str())
    );
}

#[test]
fn edit_starts_again_on_a_conflict() {
    let (server, client) = start(vec![
        stored("1", "Fabrikam"),
        stale(),
        stored("2", "Contoso"),
        stored("3", "Contoso, Inc."),
    ]);
    // A spawned future could not borrow it.
    let mut seen = Vec::new();
    let edited = client
        .edit_customer_billing_profile(CUSTOMER, |profile| {
            seen.push(profile.company_name.clone().unwrap());
            rename(profile);
        })
        .with(|edit| edit.with_attempts(2).without_if_match())
        .send()
        .unwrap();
    assert_eq!(seen, ["Fabrikam", "Contoso"]);
    assert_eq!(edited.body().company_name.as_deref(), Some("Contoso, Inc."));
    assert_eq!(server.lines().len(), 4);
}

#[test]
fn clones_are_called_from_several_threads() {
    let (server, client) = start((0..8).map(|_| stored("1", "Fabrikam")).collect());
    let callers = [(); 4].map(|()| {
        let client = client.clone();
        thread::spawn(move || {
            for _ in 0..2 {
                client
                    .get_customer_billing_profile(CUSTOMER)
                    .send()
                    .unwrap();
            }
        })
    });
    for caller in callers {
        caller.join().unwrap();
    }
    assert_eq!(server.lines().len(), 8);
}

#[test]
fn related_operations_have_the_same_names() {
    let answer = |body: &str| Script::json(body);
    let (server, client) = start(vec![
        answer(&format!(r#"{{"id":"{CUSTOMER}"}}"#)),
        answer(&format!(r#"{{"tenantId":"{CUSTOMER}"}}"#)),
        answer(r#"{"status":"Verified"}"#),
        answer(r#"{"iso2Code":"US"}"#),
        answer(r#"{"items":[{"id":"a"}],"links":{"next":{"uri":"/customers?page=2"}}}"#),
        answer(r#"{"items":[{"id":"b"}]}"#),
        Script::new("404 Not Found", ""),
    ]);
    client.get_customer(CUSTOMER).send().unwrap();
    client
        .get_customer_company_profile(CUSTOMER)
        .send()
        .unwrap();
    client.validate_address(&Default::default()).send().unwrap();
    client
        .get_country_validation_rules("US")
        .with(|rules| rules.with_locale("de-DE"))
        .send()
        .unwrap();
    let pages = client.list_customers().with(|list| list.with_size(1));
    let sizes: Vec<_> = pages.map(|page| page.unwrap().body().len()).collect();
    assert_eq!(sizes, [1, 1]);
    // An iterator yields one error and ends.
    assert_eq!(client.list_customers().count(), 1);
    assert_eq!(server.lines().len(), 7);
}

#[tokio::test]
async fn use_inside_async_is_refused_and_nothing_is_sent() {
    let (server, client) = start(Vec::new());
    let outcomes = [
        client.get_customer_billing_profile(CUSTOMER).send(),
        client
            .update_customer_billing_profile(CUSTOMER, &profile())
            .send(),
        client
            .edit_customer_billing_profile(CUSTOMER, |_| ())
            .send(),
    ];
    for outcome in outcomes {
        let error = outcome.unwrap_err();
        assert!(error.is_invalid_input());
        assert!(!error.may_have_taken_effect());
    }
    // Dropping it here does not panic either.
    drop(client);
    assert!(server.lines().is_empty());
}

#[test]
fn edit_can_be_refused_by_its_change_and_by_the_rules() {
    let (server, client) = start(vec![
        stored("1", "Fabrikam"),
        stored("1", "Fabrikam"),
        Script::json(r#"{"iso2Code":"US","isPostalCodeRequired":true}"#),
    ]);
    let edit = client.try_edit_customer_billing_profile(CUSTOMER, |_| Err("not today"));
    let refused = edit.send().unwrap_err();
    let edit = client
        .edit_customer_billing_profile(CUSTOMER, rename)
        .with(|edit| edit.with_preflight());
    let checked = edit.send().unwrap_err();
    for error in [refused, checked] {
        assert!(error.is_edit_refused() && !error.may_have_taken_effect());
    }
    assert_eq!(server.lines().len(), 3);
}
