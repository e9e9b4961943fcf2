//! Permissions, access and the validation of addresses.

use serde_json::json;

use crate::arm_versions::{MIDDLE, NEWEST, OLDEST, path, two_profiles};
use crate::support::HttpClient;

#[tokio::test]
async fn permissions_and_access_are_those_of_billing() {
    let emulator = two_profiles().start().await.unwrap();
    let caller = HttpClient::arm(&emulator).with("content-type", "application/json");
    let of = |profile: &str, verb: &str, version| {
        path(profile, version).replace('?', &format!("/{verb}?"))
    };
    for version in [OLDEST, MIDDLE, NEWEST] {
        let listed = caller
            .get(&of("/first", "billingPermissions", version))
            .await
            .json();
        let actions = listed["value"][0]["actions"].as_array().unwrap();
        assert_eq!(actions.len(), 4, "{version}");
        assert_eq!(listed["value"][0].get("notActions"), None);
    }
    let missing = caller
        .get(&of("/missing", "billingPermissions", NEWEST))
        .await;
    assert_eq!(missing.status, 404);
    let access = of("/first", "checkAccess", NEWEST);
    let body = json!({ "actions": ["Microsoft.Billing/billingAccounts/read", "Microsoft.Subscription/subscriptions/write"] });
    let checked = caller.send("POST", &access, &body.to_string()).await;
    assert_eq!(
        checked.brief(),
        r#"200 [{"accessDecision":"Allowed","action":"Microsoft.Billing/billingAccounts/read"},{"accessDecision":"NotAllowed","action":"Microsoft.Subscription/subscriptions/write"}]"#
    );
    for body in ["{}", r#"{"actions":[1]}"#, r#"{"actions":"a"}"#] {
        assert_eq!(
            caller.send("POST", &access, body).await.status,
            400,
            "{body}"
        );
    }
    let older = of("/first", "checkAccess", MIDDLE);
    assert_eq!(caller.send("POST", &older, "{}").await.status, 404);
}

#[tokio::test]
async fn address_is_validated_in_each_version() {
    let emulator = two_profiles().start().await.unwrap();
    let caller = HttpClient::arm(&emulator).with("content-type", "application/json");
    for version in [OLDEST, MIDDLE, NEWEST] {
        let path = format!("/providers/Microsoft.Billing/validateAddress?api-version={version}");
        let valid = json!({ "addressLine1": "1 Example Street", "country": "us" }).to_string();
        let valid = caller.send("POST", &path, &valid).await;
        assert_eq!(
            valid.brief(),
            r#"200 {"status":"Valid","validationMessage":""}"#
        );
        for body in [
            json!({ "addressLine1": "1", "country": "UK" }),
            json!({ "country": "US" }),
        ] {
            let invalid = caller.send("POST", &path, &body.to_string()).await.json();
            assert_eq!(invalid["status"], "Invalid", "{body}");
        }
        let mistyped = caller.send("POST", &path, r#"{"city":1}"#).await;
        assert_eq!(mistyped.status, 400);
    }
}
