//! The outcome of a PUT by the content of the response: a 200 is not yet a success.

use std::sync::Arc;

use billing_core::{RetryPolicy, StoredValue, UpdateOutcome};
use billing_test::{Script, Server, TestClock};
use partner_client::models::CustomerBillingProfile;

use super::run::{CUSTOMER, partner, persistent};

const OTHER: &str = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";

/// A profile of this name, with a self link to this customer.
fn profile(name: &str, customer: &str) -> String {
    format!(
        r#"{{"id":"8c1d3a52-64f0-5b7e-9d2a-1f0e3b4c5d6e","companyName":{name},"culture":"en-US",
            "links":{{"self":{{"uri":"/v1/customers/{customer}/profiles/billing"}}}},
            "attributes":{{"etag":"10","objectType":"CustomerBillingProfile"}}}}"#
    )
}

/// Returns the result of an edit from "before" to "after" whose PUT gets a 200 with this body.
async fn edit(response: &str) -> String {
    let responses = vec![
        Script::json(&profile(r#""before""#, CUSTOMER)),
        Script::json(response),
    ];
    let server = Server::start(responses).await;
    let clock = Arc::new(TestClock::default());
    let client = partner(
        &server.origin(),
        persistent(&clock).with_retry(RetryPolicy::never()),
    );
    let change = |profile: &mut CustomerBillingProfile| {
        profile.company_name = Some("after".to_owned());
    };
    let told = match client
        .edit_customer_billing_profile(CUSTOMER, change)
        .send()
        .await
    {
        Ok(response) => match response.outcome() {
            Some(UpdateOutcome::Applied) => "applied".to_owned(),
            Some(outcome) => {
                let members = outcome.unapplied().iter();
                let members = members.map(|one| match one.stored() {
                    StoredValue::Unchanged => format!("{} unchanged", one.path()),
                    _ => format!("{} otherwise", one.path()),
                });
                members.collect::<Vec<_>>().join(", ")
            }
            None => "nothing written".to_owned(),
        },
        Err(error) => {
            assert!(error.may_have_taken_effect(), "{error}");
            let why = if error.is_other_resource() {
                "another resource"
            } else if error.is_protocol() {
                "no profile"
            } else if error.is_decode() {
                "not readable"
            } else {
                "another error"
            };
            format!("unknown: {why}")
        }
    };
    assert_eq!(server.received().len(), 2, "{told}");
    told
}

#[tokio::test]
async fn a_put_succeeds_if_its_response_shows_the_change() {
    let table = [
        (profile(r#""after""#, CUSTOMER), "applied"),
        (profile(r#""after""#, &CUSTOMER.to_uppercase()), "applied"),
        (profile(r#""before""#, CUSTOMER), "companyName unchanged"),
        (profile(r#""After""#, CUSTOMER), "companyName otherwise"),
        (profile("null", CUSTOMER), "companyName otherwise"),
        (profile(r#""after""#, OTHER), "unknown: another resource"),
        (profile(r#""before""#, OTHER), "unknown: another resource"),
        (profile("7", CUSTOMER), "unknown: not readable"),
        ("{}".to_owned(), "unknown: no profile"),
        (
            r#"{"id":"another","attributes":{"etag":"11"}}"#.to_owned(),
            "unknown: another resource",
        ),
        (
            r#"{"error":{"code":"Gone"}}"#.to_owned(),
            "unknown: no profile",
        ),
    ];
    for (response, expected) in table {
        assert_eq!(edit(&response).await, expected, "{response}");
    }
}
