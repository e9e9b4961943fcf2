//! Reads of billing profiles in Resource Manager, and its errors.

use billing_emulator::{
    SAMPLE_ACCOUNT, SAMPLE_OTHER_ACCOUNT, SAMPLE_OTHER_PROFILE, SAMPLE_PROFILE,
};

use crate::support::{API_VERSION, HttpClient, profile_path, sample};

fn path(account: &str, profile: &str) -> String {
    format!(
        "/providers/Microsoft.Billing/billingAccounts/{account}/billingProfiles/{profile}?{API_VERSION}"
    )
}

#[tokio::test]
async fn arm_profile_is_compact_json_without_byte_order_mark() {
    let emulator = sample().start().await.unwrap();
    let response = HttpClient::arm(&emulator)
        .get(&path(SAMPLE_OTHER_ACCOUNT, SAMPLE_OTHER_PROFILE))
        .await;
    insta::assert_snapshot!(response.snapshot(&emulator));
    assert_eq!(
        emulator.billing_profile(SAMPLE_OTHER_ACCOUNT, SAMPLE_OTHER_PROFILE),
        Some(response.json())
    );
}

#[tokio::test]
async fn account_is_found_with_raw_or_encoded_colon() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::arm(&emulator);
    let expected = caller.get(&path(SAMPLE_ACCOUNT, SAMPLE_PROFILE)).await;
    assert_eq!(expected.status, 200);
    let account = SAMPLE_ACCOUNT;
    for path in [
        path(&account.replace(':', "%3A"), SAMPLE_PROFILE),
        path(&account.replace(':', "%3a"), SAMPLE_PROFILE),
        path(account, &SAMPLE_PROFILE.to_lowercase()),
        path(account, SAMPLE_PROFILE)
            .replace("providers", "PROVIDERS")
            .replace("Microsoft.Billing", "microsoft.billing"),
        path(account, SAMPLE_PROFILE).replace("api-version", "API-Version"),
    ] {
        let response = caller.get(&path).await;
        assert_eq!(response.body, expected.body, "{path}");
        let id = response.json()["id"].as_str().unwrap().to_owned();
        assert!(id.contains(SAMPLE_ACCOUNT), "the colon is raw in {id}");
    }
}

#[tokio::test]
async fn names_with_any_character_are_found_by_encoded_path() {
    let emulator = sample()
        .billing_profile("a/b ü", "..", serde_json::json!({}))
        .start()
        .await
        .unwrap();
    let response = HttpClient::arm(&emulator)
        .get(&path("a%2Fb%20%C3%BC", "%2E%2E"))
        .await;
    assert_eq!(
        response.brief(),
        "200 {\"id\":\"/providers/Microsoft.Billing/billingAccounts/a/b ü/billingProfiles/..\",\
         \"name\":\"..\",\"properties\":{},\
         \"type\":\"Microsoft.Billing/billingAccounts/billingProfiles\"}"
    );
}

#[tokio::test]
async fn client_request_id_is_returned_only_on_demand() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::arm(&emulator).with("x-ms-client-request-id", "mine");
    let path = path(SAMPLE_ACCOUNT, SAMPLE_PROFILE);
    for (wanted, expected) in [
        ("", None),
        ("false", None),
        ("true", Some("mine")),
        ("True", Some("mine")),
    ] {
        let caller = caller.clone().with("x-ms-return-client-request-id", wanted);
        let response = caller.get(&path).await;
        assert_eq!(
            response.header("x-ms-client-request-id"),
            expected,
            "asked with {wanted:?}"
        );
    }
}

#[tokio::test]
async fn arm_errors_have_the_form_of_their_layer() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::arm(&emulator);
    let known = path(SAMPLE_ACCOUNT, SAMPLE_PROFILE);
    let operation = "00000000-0000-4000-8000-000000000000";
    let sends = [
        ("GET", known.replace(API_VERSION, "")),
        ("GET", known.replace(API_VERSION, "api-version=")),
        ("GET", known.replace("2019-10-01-preview", "2021-10-01")),
        ("GET", path(SAMPLE_ACCOUNT, "nobody")),
        ("GET", path("nobody", SAMPLE_PROFILE)),
        ("GET", format!("/providers/Microsoft.Billing?{API_VERSION}")),
        ("GET", format!("/?{API_VERSION}")),
        ("DELETE", known.clone()),
        ("PATCH", known.replace("2019-10-01-preview", "2020-05-01")),
        ("PATCH", known.replace("2019-10-01-preview", "2024-04-01")),
        ("POST", known.replace('?', "/validateDeleteEligibility?")),
        ("DELETE", known.replace(&format!("/{SAMPLE_PROFILE}"), "")),
        (
            "GET",
            format!("/providers/Microsoft.Billing/billingOperations/{operation}?{API_VERSION}"),
        ),
        (
            "GET",
            format!(
                "/providers/Microsoft.Billing/billingOperations/{operation}?api-version=2018-05-31-preview"
            ),
        ),
        (
            "GET",
            format!(
                "/providers/Microsoft.Billing/billingAccounts/a/operationResults/nothing?{API_VERSION}"
            ),
        ),
    ];
    let mut seen = String::new();
    for (method, path) in sends {
        let response = caller.send(method, &path, "").await;
        seen += &format!("{method} {path}\n  {}\n", response.brief());
        if let Some(allow) = response.header("allow") {
            seen += &format!("  allow: {allow}\n");
        }
    }
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn front_door_errors_have_fewer_headers_than_the_service_s() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::arm(&emulator);
    let version_missing = caller.get("/providers/Microsoft.Billing").await;
    let not_found = caller.get(&path(SAMPLE_ACCOUNT, "nobody")).await;
    insta::assert_snapshot!("version_missing", version_missing.snapshot(&emulator));
    insta::assert_snapshot!("not_found", not_found.snapshot(&emulator));
}

#[tokio::test]
async fn a_second_slash_before_a_path_is_read_as_one() {
    let emulator = sample().start().await.unwrap();
    let caller = HttpClient::arm(&emulator);
    let path = profile_path();
    let once = caller.get(&path).await;
    let twice = caller.get(&format!("/{path}")).await;
    assert_eq!((once.status, twice.status), (200, 200), "{}", twice.body);
    assert_eq!(once.body, twice.body);
    let thrice = caller.get(&format!("//{path}")).await;
    assert_eq!(thrice.status, 404);
}
