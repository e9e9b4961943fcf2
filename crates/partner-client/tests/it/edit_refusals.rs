//! Edits that are refused, that write nothing, and the outcome of those that write.

use std::error::Error as _;
use std::fmt;

use billing_core::StoredValue;
use billing_test::{Script, chain};
use insta::assert_snapshot;
use partner_client::models::CustomerBillingProfile;
use partner_client::{Finding, PreflightRefusal, UpdateOutcome};

use crate::setup::{CUSTOMER, rename, stale, start, stored};

#[derive(Debug, PartialEq)]
struct NotOurs(u32);

impl fmt::Display for NotOurs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "customer {} is not ours", self.0)
    }
}

impl std::error::Error for NotOurs {}

#[tokio::test]
async fn failed_change_writes_nothing_and_keeps_its_error() {
    let (server, client) = start(vec![stored("10", "Contoso")]).await;
    let edit = client.try_edit_customer_billing_profile(CUSTOMER, |_| Err(NotOurs(7)));
    let error = edit.send().await.unwrap_err();
    assert!(error.is_edit_refused() && !error.may_have_taken_effect());
    let own = error.source().unwrap().downcast_ref::<NotOurs>();
    assert_eq!(own, Some(&NotOurs(7)));
    assert_snapshot!(chain(&error, &server), @"
    the change was refused before it was written
    customer 7 is not ours
    ");
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn successful_change_is_written() {
    let (server, client) = start(vec![
        stored("10", "Contoso"),
        stored("11", "Contoso Holding"),
    ])
    .await;
    let edit = client.try_edit_customer_billing_profile(CUSTOMER, |profile| {
        rename(profile);
        Ok::<_, NotOurs>(())
    });
    let edited = edit.send().await.unwrap();
    assert_eq!(edited.outcome(), Some(UpdateOutcome::Applied));
    assert!(server.received()[1].body.contains("Contoso Holding"));
}

#[tokio::test]
async fn change_may_fail_after_a_stale_etag() {
    let answers = vec![stored("10", "Contoso"), stale(), stored("11", "Northwind")];
    let (server, client) = start(answers).await;
    let edit = client.try_edit_customer_billing_profile(CUSTOMER, |profile| {
        if profile.company_name.as_deref() != Some("Contoso") {
            return Err("somebody renamed it");
        }
        rename(profile);
        Ok(())
    });
    let error = edit.send().await.unwrap_err();
    assert!(error.is_edit_refused() && !error.may_have_taken_effect());
    assert_eq!((error.attempts(), server.received().len()), (2, 3));
}

/// Functions that leave the profile as it is.
#[tokio::test]
async fn edit_that_changes_nothing_writes_nothing() {
    type Change = fn(&mut CustomerBillingProfile);
    let changes: [Change; 4] = [
        |_| {},
        |profile| profile.company_name = Some("Contoso".to_owned()),
        |profile| profile.attributes = None,
        |profile| profile.links = Some(Default::default()),
    ];
    for change in changes {
        let (server, client) = start(vec![stored("10", "Contoso")]).await;
        let edited = client
            .edit_customer_billing_profile(CUSTOMER, change)
            .send()
            .await
            .unwrap();
        assert_eq!(edited.outcome(), None, "nothing was written");
        let attributes = edited.body().attributes.as_ref().unwrap();
        assert_eq!(attributes.etag.as_deref(), Some("10"));
        assert_eq!(server.lines().len(), 1);
    }
}

#[tokio::test]
async fn success_with_the_old_profile_is_not_applied() {
    let (_server, client) = start(vec![stored("10", "Contoso"), stored("11", "Contoso")]).await;
    let edited = client
        .edit_customer_billing_profile(CUSTOMER, rename)
        .send()
        .await
        .unwrap();
    let outcome = edited.outcome().unwrap();
    assert!(matches!(outcome, UpdateOutcome::NotApplied { .. }));
    let member = &outcome.unapplied()[0];
    assert_eq!(member.path().to_string(), "companyName");
    assert_eq!(member.stored(), StoredValue::Unchanged);
}

/// Numbers and text that `serde_json::Value` cannot represent.
#[tokio::test]
async fn strange_unknown_members_do_not_hide_the_outcome() {
    for odd in ["1e400", r#""\ud800""#, r#"{"a":[-1e999]}"#] {
        let with_odd = |etag, name| {
            let odd = format!("{{\"odd\":{odd},");
            stored(etag, name).map_body(|body| body.replacen('{', &odd, 1))
        };
        for (then, is_applied) in [("Contoso Holding", true), ("Contoso", false)] {
            let answers = vec![with_odd("10", "Contoso"), with_odd("11", then)];
            let (_server, client) = start(answers).await;
            let edited = client
                .edit_customer_billing_profile(CUSTOMER, rename)
                .send()
                .await
                .unwrap();
            let outcome = edited.outcome().unwrap();
            assert_eq!(outcome.is_applied(), is_applied, "{odd}, {then}");
        }
    }
}

#[tokio::test]
async fn update_has_the_outcome_of_the_change() {
    let (_server, client) = start(vec![stored("10", "Contoso"), stored("11", "Contoso")]).await;
    let read = client
        .get_customer_billing_profile(CUSTOMER)
        .send()
        .await
        .unwrap();
    assert_eq!(read.outcome(), None, "a read has no outcome");
    let mut profile = read.into_body();
    profile.culture = Some("de-DE".to_owned());
    profile.attributes.as_mut().unwrap().etag = Some("10".to_owned());
    let update = client.update_customer_billing_profile(CUSTOMER, &profile);
    let outcome = update.send().await.unwrap().outcome().unwrap();
    assert!(!outcome.is_applied());
    let paths = outcome.unapplied().iter().map(|one| one.path().to_string());
    assert_eq!(paths.collect::<Vec<_>>(), ["culture"]);
}

/// A country's rules.
fn rules() -> Script {
    Script::json(
        r#"{"iso2Code":"US","isStateRequired":true,"supportedStatesList":["WA"],"isCityRequired":true,
            "isPostalCodeRequired":true,"postalCodeRegex":"^\\d{5}$"}"#,
    )
}

#[tokio::test]
async fn edit_with_preflight_writes_a_valid_profile() {
    let answers = vec![stored("10", "Contoso"), rules(), stored("11", "Contoso")];
    let (server, client) = start(answers).await;
    let edit = client.edit_customer_billing_profile(CUSTOMER, |profile| {
        let address = profile.default_address.as_mut().unwrap();
        address.address_line1 = Some("7 Sample Row".to_owned());
        address.state = Some("WA".to_owned());
        address.postal_code = Some("99201".to_owned());
    });
    edit.with_preflight().send().await.unwrap();
    let received = server.received();
    let lines: Vec<_> = received.iter().map(|one| one.line.as_str()).collect();
    assert_eq!(lines[1], "GET /v1/countryvalidationrules/US HTTP/1.1");
    assert!(lines[2].starts_with("PUT "));
    let correlation = |index: usize| received[index].header("ms-correlationid");
    assert!(correlation(0) == correlation(1) && correlation(1) == correlation(2));
}

#[tokio::test]
async fn edit_that_breaks_the_rules_is_not_written() {
    let (server, client) = start(vec![stored("10", "Contoso"), rules()]).await;
    let edit = client.edit_customer_billing_profile(CUSTOMER, |profile| {
        let address = profile.default_address.as_mut().unwrap();
        address.address_line1 = Some("7 Sample Row".to_owned());
        address.state = Some("ZZ".to_owned());
        address.postal_code = Some("9920".to_owned());
    });
    let error = edit.with_preflight().send().await.unwrap_err();
    assert!(error.is_edit_refused() && !error.may_have_taken_effect());
    let refusal = error.source().unwrap().downcast_ref::<PreflightRefusal>();
    let members = refusal.unwrap().findings().iter().map(Finding::member);
    let members: Vec<_> = members.collect();
    assert_eq!(
        members,
        ["defaultAddress.postalCode", "defaultAddress.state"]
    );
    assert_snapshot!(chain(&error, &server), @r"
    the changed profile breaks its country's rules and was not written
    defaultAddress.postalCode has the wrong form: it must match `^\d{5}$` in US; defaultAddress.state is not supported: US has WA
    ");
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn failed_preflight_writes_nothing() {
    let answers = vec![stored("10", "Contoso"), Script::new("404 Not Found", "")];
    let (server, client) = start(answers).await;
    let edit = client
        .edit_customer_billing_profile(CUSTOMER, rename)
        .with_preflight();
    let error = edit.send().await.unwrap_err();
    assert!(error.is_not_found() && !error.may_have_taken_effect());
    assert_eq!(server.received().len(), 2);
}
