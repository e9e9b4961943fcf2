//! Known mistakes of other clients, each with the test that shows that ours avoids it.

use std::path::Path;
use std::sync::Arc;

use billing_test::{Script, Server, Step, TestClock};

use super::hostile::{Hostile, Kept, Plan, http};
use super::run::{ACCOUNT, CUSTOMER, Operation, arm, partner, persistent, requests, update};

/// A mistake, and the test that shows that ours avoids it.
const TRAPS: [(&str, &str); 16] = [
    (
        "the token goes to a Location on another host",
        "the_location_of_an_accepted_update_is_followed_at_home_only",
    ),
    (
        "the token goes to the Location of a poll on another host",
        "the_location_of_a_poll_is_followed_at_home_only",
    ),
    (
        "a relative Location fails after the write was accepted",
        "a_relative_location_is_joined_and_keeps_its_own_api_version",
    ),
    (
        "an empty 202 poll fails",
        "newest_absolute_location_is_followed",
    ),
    (
        "a 200 poll that carries the resource fails",
        "accepted_update_is_polled_to_its_end",
    ),
    (
        "one await sends the write four times: polls that fail",
        "poll_is_retried_as_a_read",
    ),
    (
        "one await sends the write four times: responses that are lost",
        "a_connection_closed_in_between_loses_and_doubles_no_write",
    ),
    (
        "members that the client does not know are dropped",
        "edit_writes_back_everything_it_read",
    ),
    (
        "read-only members are sent back",
        "updates_refuse_read_only_members_by_name",
    ),
    (
        "an update sends more than it changes",
        "update_sends_only_what_it_names_and_null_for_what_it_clears",
    ),
    (
        "PATCH is sent again on 500 without a look",
        "update_that_was_applied_is_not_sent_again",
    ),
    (
        "429 is given up on: Resource Manager",
        "throttled_update_is_retried_without_reading_back",
    ),
    (
        "429 is given up on: Partner Center",
        "retry_after_a_transient_error_has_a_new_request_id",
    ),
    ("412 is sent again", "a_412_is_never_sent_again"),
    (
        "a full PUT erases members of the address",
        "an_edit_keeps_address_members_that_other_clients_erase",
    ),
    (
        "an operation cannot be resumed by another process",
        "update_is_resumed_from_its_token_by_another_client",
    ),
];

/// Returns the text of all Rust files below `folder`.
fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text.push_str(&sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
    text
}

#[test]
fn each_trap_has_a_test() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let crates = tests.parent().unwrap().join("crates");
    let text = sources(tests) + &sources(&crates);
    for (trap, test) in TRAPS {
        let has_test = [format!("fn {test}("), format!("{test}:")]
            .iter()
            .any(|form| text.contains(form));
        assert!(has_test, "{trap}: there is no test {test}");
    }
}

#[tokio::test]
async fn a_412_is_never_sent_again() {
    for operation in [Operation::Put, Operation::Patch] {
        let refusal = http("412 Precondition Failed", "");
        let server = Hostile::start(Plan {
            kept: operation.kept(),
            steps: vec![Step::Read, Step::Write(refusal)],
            times: usize::MAX,
            is_done: false,
            is_accepted: false,
            lag: 0,
        })
        .await;
        let clock = Arc::<TestClock>::default();
        let outcome = operation.call(&server.origin(), persistent(&clock)).await;
        let error = outcome.unwrap_err();
        assert!(error.is_stale_etag() && !error.may_have_taken_effect());
        assert_eq!(server.received().len(), 1);
        assert!(clock.sleeps().is_empty());
    }
}

#[tokio::test]
async fn an_edit_keeps_address_members_that_other_clients_erase() {
    let stored = r#"{"id":"8c1d3a52-64f0-5b7e-9d2a-1f0e3b4c5d6e","companyName":"Fabrikam","defaultAddress":{"id":"a-1","country":"US","district":"Old Town","addressLine1":"1 Main St","addressLine3":"Back door","emailAddress":"door@fabrikam.example"},"attributes":{"etag":"10"}}"#;
    let server = Server::start(vec![Script::json(stored), Script::json(stored)]).await;
    let client = partner(&server.origin(), persistent(&Arc::default()));
    let edit = client.edit_customer_billing_profile(CUSTOMER, |profile| {
        profile.company_name = Some("Contoso".to_owned());
    });
    edit.send().await.unwrap();
    let sent: serde_json::Value = serde_json::from_str(&server.received()[1].body).unwrap();
    let mut expected: serde_json::Value = serde_json::from_str(stored).unwrap();
    expected["companyName"] = "Contoso".into();
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn an_update_with_a_lost_response_is_sent_once() {
    let server = Hostile::start(Plan {
        kept: Kept::AtResourceManager,
        steps: vec![Step::Read, Step::Reset],
        times: 1,
        is_done: true,
        is_accepted: false,
        lag: 0,
    })
    .await;
    let client = arm(&server.origin(), persistent(&Arc::default()));
    let begin = client.begin_update_billing_profile(ACCOUNT, "p1", &update());
    let found = begin.send().await.unwrap().wait().await.unwrap();
    assert_eq!(found.body().name.as_deref(), Some("p1"));
    let seen = server.received();
    assert_eq!(requests(&seen, seen[0].path()), "PATCH#1 GET#2");
    assert_eq!(seen[0].body, r#"{"properties":{"poNumber":"after"}}"#);
    assert_eq!(server.written(), 1);
}
