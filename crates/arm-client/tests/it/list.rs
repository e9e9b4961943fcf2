//! The list of billing profiles, page by page.

use arm_client::{ApiVersion, ArmClient, Endpoint, StaticToken};
use billing_test::{Script, Server};
use futures_util::StreamExt;

use crate::setup::{ACCOUNT, start};

fn page(name: &str, next_link: &str) -> Script {
    Script::json(&format!(
        r#"{{"value":[{{"name":"{name}"}}],"nextLink":{next_link}}}"#
    ))
}

#[tokio::test]
async fn pages_are_followed_to_the_last() {
    let answers = vec![
        page("p1", "\"{origin}/next?page=2&api-version=x\""),
        Script::json(r#"{"value":[],"nextLink":"/next?page=3"}"#),
        page("p2", "null"),
    ];
    let (server, client, _clock) = start(answers).await;
    let profiles = client
        .list_billing_profiles(ACCOUNT)
        .collect_all()
        .await
        .unwrap();
    let names: Vec<_> = profiles
        .iter()
        .map(|profile| profile.name.as_deref().unwrap())
        .collect();
    assert_eq!(names, ["p1", "p2"]);
    let lines = server.lines();
    assert_eq!(
        lines[1..],
        [
            "GET /next?page=2&api-version=x HTTP/1.1",
            "GET /next?page=3 HTTP/1.1"
        ]
    );
    assert!(
        server
            .received()
            .iter()
            .all(|request| request.header("authorization").is_some())
    );
}

/// Nulls among the profiles, and in the lists of a profile.
#[tokio::test]
async fn nulls_in_a_page_hide_no_profile() {
    let page = r#"{"value":[null,{"name":"p1","properties":{"enabledAzurePlans":[null,{"skuId":"0001"}],"targetClouds":[null]}},{"name":"p2"}]}"#;
    let (_server, client, _clock) = start(vec![Script::json(page)]).await;
    let profiles = client
        .list_billing_profiles(ACCOUNT)
        .collect_all()
        .await
        .unwrap();
    let names: Vec<_> = profiles
        .iter()
        .map(|one| one.name.as_deref().unwrap())
        .collect();
    assert_eq!(names, ["p1", "p2"]);
    let plans = profiles[0]
        .properties
        .as_ref()
        .unwrap()
        .enabled_azure_plans
        .as_ref()
        .unwrap();
    assert!(plans[0].is_none() && plans[1].is_some());
}

#[tokio::test]
async fn list_ends_without_a_next_link_and_stays_ended() {
    for last in [
        r#"{"value":[{"name":"p"}]}"#,
        r#"{"value":[{"name":"p"}],"nextLink":""}"#,
        r#"{"value":[{"name":"p"}],"nextLink":" "}"#,
    ] {
        let (server, client, _clock) = start(vec![Script::json(last)]).await;
        let mut pager = client.list_billing_profiles(ACCOUNT);
        assert_eq!(pager.next_page().await.unwrap().unwrap().body().len(), 1);
        assert!(pager.next_page().await.unwrap().is_none());
        assert!(pager.next_page().await.unwrap().is_none());
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn next_link_to_another_origin_is_refused_unsent() {
    let elsewhere = Server::start(Vec::new()).await;
    let link = format!("\"{}/next\"", elsewhere.origin());
    let (_server, client, _clock) = start(vec![page("p1", &link)]).await;
    let mut pager = client.list_billing_profiles(ACCOUNT);
    let page = pager.next_page().await.unwrap().unwrap();
    assert_eq!(page.body().len(), 1, "the page that carried it is not lost");
    for _ in 0..2 {
        let error = pager.next_page().await.unwrap_err();
        assert!(error.is_foreign_origin() && !error.may_have_taken_effect());
    }
    assert_eq!(elsewhere.received().len(), 0);
    assert!(!format!("{pager:?}").contains("/next"));
}

#[tokio::test]
async fn next_link_to_a_trusted_origin_is_followed() {
    let regional = Server::start(vec![page("p2", "null")]).await;
    let link = format!("\"{}/next\"", regional.origin());
    let server = Server::start(vec![page("p1", &link)]).await;
    let endpoint: Endpoint = server.origin().parse().unwrap();
    let endpoint = endpoint.with_trusted_origin(&regional.origin()).unwrap();
    let client = ArmClient::new(endpoint, StaticToken::new("canary-token")).unwrap();
    let profiles = client.list_billing_profiles(ACCOUNT).collect_all().await;
    assert_eq!(profiles.unwrap().len(), 2);
    let asked = regional.received().pop().unwrap();
    assert_eq!(asked.header("authorization"), Some("Bearer canary-token"));
}

#[tokio::test]
async fn pages_in_a_circle_of_any_length_are_noticed() {
    for length in [1, 2, 3, 50] {
        // The first page leads into a circle of this many pages.
        let circle = (0..length).map(|at| page("p", &format!("\"/next?page={at}\"")));
        let back = page("p", "\"/next?page=0#fragment\"");
        let (server, client, _clock) = start(circle.chain([back]).collect()).await;
        let pager = client.list_billing_profiles(ACCOUNT);
        let error = pager.collect_all().await.unwrap_err();
        assert!(error.is_protocol() && !error.may_have_taken_effect());
        assert_eq!(
            error.to_string(),
            "the service's pages of billing profiles lead in a circle"
        );
        assert_eq!(server.received().len(), length + 1);
    }
}

#[tokio::test]
async fn link_back_to_the_first_page_is_a_circle() {
    let path = format!(
        "/providers/Microsoft.Billing/billingAccounts/{}/billingProfiles?api-version=2019-10-01-preview",
        ACCOUNT.replace(':', "%3A")
    );
    let (server, client, _clock) = start(vec![page("p1", &format!("\"{path}\""))]).await;
    let preview = client.list_billing_profiles(ACCOUNT).preview().unwrap();
    assert_eq!(preview.url(), format!("{}{path}", server.origin()));
    let pager = client.list_billing_profiles(ACCOUNT);
    assert!(pager.collect_all().await.unwrap_err().is_protocol());
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn endless_list_ends_at_the_page_limit() {
    for limit in [0, 1, 3] {
        let answers = (0..5).map(|at| page("p", &format!("\"/next?page={at}\"")));
        let (server, client, _clock) = start(answers.collect()).await;
        let mut pager = client.list_billing_profiles(ACCOUNT).with_max_pages(limit);
        for _ in 0..limit {
            pager.next_page().await.unwrap().unwrap();
        }
        for _ in 0..2 {
            let error = pager.next_page().await.unwrap_err();
            assert!(error.is_too_large() && !error.may_have_taken_effect());
            let expected = format!(
                "the service has more pages of billing profiles than the limit of {limit}; the pages up to it were read"
            );
            assert_eq!(error.to_string(), expected);
        }
        assert_eq!(server.received().len(), limit as usize);
    }
}

#[tokio::test]
async fn list_that_ends_at_the_page_limit_is_complete() {
    let answers = vec![page("p1", "\"/next\""), page("p2", "null")];
    let (_server, client, _clock) = start(answers).await;
    let pager = client.list_billing_profiles(ACCOUNT).with_max_pages(2);
    assert_eq!(pager.collect_all().await.unwrap().len(), 2);
}

#[tokio::test]
async fn failed_page_can_be_requested_again() {
    let answers = vec![
        page("p1", "\"/next?page=2\""),
        Script::new("503 Service Unavailable", ""),
        page("p2", "null"),
    ];
    let (_server, client, _clock) = start(answers).await;
    let mut pager = client.list_billing_profiles(ACCOUNT);
    pager.next_page().await.unwrap();
    assert_eq!(
        pager
            .next_page()
            .await
            .unwrap_err()
            .status()
            .unwrap()
            .as_u16(),
        503
    );
    let page = pager.next_page().await.unwrap().unwrap();
    assert_eq!(page.body()[0].name.as_deref(), Some("p2"));
}

/// Returns a page with a profile of the requested account and one of `account`.
fn mixed_page(account: &str) -> String {
    let id = |account: &str, name: &str| {
        format!("/providers/Microsoft.Billing/billingAccounts/{account}/billingProfiles/{name}")
    };
    format!(
        r#"{{"value":[{{"id":"{}"}},null,{{"id":"{}","name":"p2"}}],"nextLink":null}}"#,
        id(ACCOUNT, "p1"),
        id(account, "p2"),
    )
}

#[tokio::test]
async fn profile_of_another_account_is_an_error() {
    let other = mixed_page("another-account");
    let head = "200 OK\nx-ms-request-id: r-1\nx-ms-correlation-request-id: c-1";
    let answer = Script::new(head, &other);
    for pages in [
        vec![answer.clone()],
        vec![page("p0", "\"/next\""), answer.clone()],
    ] {
        let before = pages.len() - 1;
        let twice = [pages.clone(), pages.clone(), pages].concat();
        let (_server, client, _clock) = start(twice).await;
        let list = || client.list_billing_profiles(ACCOUNT);
        let mut pager = list();
        for _ in 0..before {
            pager.next_page().await.unwrap().unwrap();
        }
        let by_page = pager.next_page().await.unwrap_err();
        let by_stream = list().into_stream().skip(before).boxed().next().await;
        let by_stream = by_stream.unwrap().unwrap_err();
        let collected = list().collect_all().await.unwrap_err();
        for error in [by_page, by_stream, collected] {
            assert!(error.is_other_resource() && !error.may_have_taken_effect());
            assert_eq!(error.document(), Some(other.as_bytes()));
            assert_eq!(error.status().unwrap().as_u16(), 200);
            let ids = (error.request_id(), error.correlation_id());
            assert_eq!(ids, (Some("r-1"), Some("c-1")));
            assert!(!format!("{error:?}").contains("another-account"));
        }
    }
}

#[tokio::test]
async fn account_in_another_letter_case_is_the_same() {
    for account in [ACCOUNT.to_uppercase(), ACCOUNT.replace(':', "%3a")] {
        let answers = vec![Script::json(&mixed_page(&account))];
        let (_server, client, _clock) = start(answers).await;
        let list = client.list_billing_profiles(ACCOUNT).collect_all().await;
        assert_eq!(list.unwrap().len(), 2, "{account}");
    }
}

#[tokio::test]
async fn list_of_the_latest_version_can_be_filtered() {
    let answers = vec![Script::json(r#"{"value":[]}"#)];
    let (server, client, _clock) = start(answers).await;
    let client = client.with_api_version(ApiVersion::V2024_04_01);
    let list = client
        .list_billing_profiles(ACCOUNT)
        .with_deleted()
        .with_filter("status eq 'Active'");
    assert_eq!(list.collect_all().await.unwrap().len(), 0);
    let expected = "?api-version=2024-04-01&includeDeleted=true&filter=status+eq+%27Active%27";
    assert!(
        server.received()[0].path().ends_with(expected),
        "{}",
        server.received()[0].path()
    );
}
