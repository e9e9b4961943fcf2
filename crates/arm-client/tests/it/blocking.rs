//! The blocking client.

use std::sync::Arc;

use arm_client::blocking::ArmClient;
use arm_client::{ArmClientOptions, Endpoint, StaticToken};
use billing_test::{Script, Server, TestClock, sending};

use crate::setup::{ACCOUNT, PROFILE, update};

fn start(answers: Vec<Script>) -> (Server, ArmClient, Arc<TestClock>) {
    let server = Server::start_apart(answers);
    let clock = Arc::new(TestClock::default());
    let endpoint: Endpoint = server.origin().parse().unwrap();
    let options = ArmClientOptions::default().with_send_options(sending(&clock));
    let client =
        ArmClient::with_options(endpoint, StaticToken::new("canary-token"), options).unwrap();
    (server, client, clock)
}

#[test]
fn profile_is_read() {
    let (server, client, _clock) = start(vec![Script::json(PROFILE)]);
    let get = client.get_billing_profile(ACCOUNT, "p1");
    let preview = get.builder().preview().unwrap();
    let profile = get.send().unwrap();
    assert_eq!(profile.body().name.as_deref(), Some("p1"));
    let path = preview.url().strip_prefix(&server.origin()).unwrap();
    assert_eq!(server.lines(), [format!("GET {path} HTTP/1.1")]);
}

#[test]
fn update_is_waited_for_and_resumed() {
    let accepted =
        "202 Accepted\nLocation: /providers/Microsoft.Billing/operations/1?api-version=x";
    let (server, client, clock) = start(vec![
        Script::new(accepted, ""),
        Script::new("202 Accepted\nRetry-After: 5", ""),
        Script::json(PROFILE),
    ]);
    let request = client.begin_update_billing_profile(ACCOUNT, "p1", &update());
    let poller = request.send().unwrap();
    let token = poller.token().unwrap().clone();
    drop(poller);
    let updated = client.resume(token).unwrap().wait().unwrap();
    assert_eq!(updated.body().name.as_deref(), Some("p1"));
    assert_eq!(clock.seconds(), [5]);
    let methods: Vec<_> = server
        .lines()
        .iter()
        .map(|line| line[..3].to_owned())
        .collect();
    assert_eq!(methods, ["PAT", "GET", "GET"]);
}

fn page(name: &str, next: &str) -> Script {
    Script::json(&format!(
        r#"{{"value":[{{"name":"{name}"}}],"nextLink":"{next}"}}"#
    ))
}

#[test]
fn pager_iterates_over_the_pages() {
    let (_server, client, _clock) = start(vec![page("p1", "/more"), page("p2", "")]);
    let names: Vec<_> = client
        .list_billing_profiles(ACCOUNT)
        .flat_map(|page| page.unwrap().into_body())
        .map(|profile| profile.name.unwrap())
        .collect();
    assert_eq!(names, ["p1", "p2"]);

    let (_server, client, _clock) = start(vec![page("p1", "/more"), page("p2", "")]);
    let all = client.list_billing_profiles(ACCOUNT).collect_all().unwrap();
    assert_eq!(all.len(), 2);
}

#[test]
fn iteration_ends_after_an_error_and_can_resume() {
    let (server, client, _clock) = start(vec![
        page("p1", "/more"),
        Script::new("503 Service Unavailable", ""),
        page("p2", ""),
    ]);
    let mut pager = client.list_billing_profiles(ACCOUNT);
    let outcomes: Vec<_> = pager.by_ref().map(|page| page.is_ok()).collect();
    assert_eq!(outcomes, [true, false]);
    assert_eq!(server.lines().len(), 2);

    let page = pager.next_page().unwrap().unwrap();
    assert_eq!(page.body()[0].name.as_deref(), Some("p2"));
    assert!(pager.next_page().unwrap().is_none());
}

#[test]
fn profile_of_another_account_is_an_error() {
    let id = "/providers/Microsoft.Billing/billingAccounts/another/billingProfiles/p1";
    let other = format!(r#"{{"value":[{{"id":"{id}"}}]}}"#);
    let answer = Script::json(&other);
    let (_server, client, _clock) = start(vec![answer.clone(), answer]);
    let list = || client.list_billing_profiles(ACCOUNT);
    let by_page = list().next_page().unwrap_err();
    let collected = list().collect_all().unwrap_err();
    for error in [by_page, collected] {
        assert!(error.is_other_resource() && !error.may_have_taken_effect());
        assert_eq!(error.document(), Some(other.as_bytes()));
    }
}

#[test]
fn expanded_members_are_requested() {
    let (server, client, _clock) =
        start(vec![Script::json(PROFILE), Script::json(r#"{"value":[]}"#)]);
    let get = client.get_billing_profile(ACCOUNT, "p1");
    let get = get.with(|get| get.with_expand("enabledAzurePlans"));
    get.send().unwrap();
    let list = client.list_billing_profiles(ACCOUNT);
    let list = list.with(|list| list.with_expand("enabledAzurePlans"));
    list.collect_all().unwrap();
    for line in server.lines() {
        assert!(
            line.ends_with("&%24expand=enabledAzurePlans HTTP/1.1"),
            "{line}"
        );
    }
}

#[tokio::test]
async fn use_inside_async_is_refused_and_nothing_is_sent() {
    let (server, client, _clock) = start(Vec::new());
    let outcomes = [
        client.get_billing_profile(ACCOUNT, "p1").send().map(drop),
        client
            .list_billing_profiles(ACCOUNT)
            .collect_all()
            .map(drop),
        client
            .begin_update_billing_profile(ACCOUNT, "p1", &update())
            .send()
            .map(drop),
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
