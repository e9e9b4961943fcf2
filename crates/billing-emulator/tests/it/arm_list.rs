//! Lists of billing profiles.

use billing_emulator::{Emulator, SAMPLE_ACCOUNT, SAMPLE_OTHER_ACCOUNT};
use serde_json::Value;

use crate::support::{API_VERSION, HttpClient, sample};

fn path(account: &str) -> String {
    format!("/providers/Microsoft.Billing/billingAccounts/{account}/billingProfiles?{API_VERSION}")
}

/// Follows nextLink from `path`, and returns the names on each page.
async fn pages(emulator: &Emulator, path: &str) -> Vec<Vec<String>> {
    let caller = HttpClient::arm(emulator);
    let mut pages = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let page = caller.get(&path).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let page = page.json();
        let names = page["value"].as_array().unwrap().iter();
        pages.push(
            names
                .map(|profile| profile["name"].as_str().unwrap().to_owned())
                .collect(),
        );
        next = page.get("nextLink").map(|link| {
            let link = link.as_str().unwrap();
            link.strip_prefix(emulator.arm_url())
                .expect("an absolute address on this emulator")
                .to_owned()
        });
    }
    pages
}

#[tokio::test]
async fn profiles_of_an_account_are_on_one_page() {
    let emulator = sample().start().await.unwrap();
    let response = HttpClient::arm(&emulator)
        .get(&path(SAMPLE_OTHER_ACCOUNT))
        .await;
    insta::assert_snapshot!(response.snapshot(&emulator));
}

#[tokio::test]
async fn profiles_are_listed_once_in_pages_of_any_size() {
    for (size, expected) in [
        (0, vec![3]),
        (1, vec![1, 1, 1]),
        (2, vec![2, 1]),
        (3, vec![3]),
        (4, vec![3]),
    ] {
        let emulator = sample().page_size(size).start().await.unwrap();
        let pages = pages(&emulator, &path(SAMPLE_ACCOUNT)).await;
        let sizes: Vec<_> = pages.iter().map(Vec::len).collect();
        assert_eq!(sizes, expected, "page size {size}");
        assert_eq!(
            pages.concat(),
            [
                "CNTS-0001-BG7-PGB",
                "CNTS-0002-BG7-PGB",
                "CNTS-0003-BG7-PGB"
            ],
            "page size {size}"
        );
    }
}

#[tokio::test]
async fn next_link_is_absolute_and_keeps_expand() {
    let emulator = sample().page_size(2).start().await.unwrap();
    let page = HttpClient::arm(&emulator)
        .get(&format!("{}&$expand=invoiceSections", path(SAMPLE_ACCOUNT)))
        .await
        .json();
    let link = page["nextLink"].as_str().unwrap();
    insta::assert_snapshot!(
        link.replace(emulator.arm_url(), "http://arm"),
        @r"http://arm/providers/Microsoft.Billing/billingAccounts/1d3f5a7c-2b4e-4c6d-8e0f-9a1b3c5d7e01:7e5d3c1b-9f0a-4e8d-a6c4-2b0e1d3f5a02_2019-05-31/billingProfiles?api-version=2019-10-01-preview&$expand=invoiceSections&$skiptoken=2"
    );
}

#[tokio::test]
async fn an_unknown_account_and_a_foreign_token_are_refused() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::arm(&emulator);
    insta::assert_snapshot!(caller.get(&path("nobody")).await.brief(), @r#"404 {"code":"NotFound","message":"The resource or one of its dependencies could not be found."}"#);
    let foreign = format!("{}&$skiptoken=abc", path(SAMPLE_ACCOUNT));
    insta::assert_snapshot!(caller.get(&foreign).await.brief(), @r#"400 {"error":{"code":"BadRequest","message":"The query parameter $skiptoken is not one from a nextLink.","target":"$skiptoken"}}"#);
    let beyond = format!("{}&$skiptoken=99", path(SAMPLE_ACCOUNT));
    assert_eq!(
        caller.get(&beyond).await.json()["value"],
        Value::Array(vec![])
    );
}
