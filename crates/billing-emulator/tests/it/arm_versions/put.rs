//! What a PUT and a PATCH through a version change.

use serde_json::json;

use crate::arm_versions::{MIDDLE, NEWEST, OLDEST, document, path, put, stored, two_profiles};
use crate::support::HttpClient;

#[tokio::test]
async fn put_replaces_members_and_keeps_all_others() {
    let emulator = two_profiles().start().await.unwrap();
    let bill_to = json!({ "addressLine1": "3 Example Street", "country": "DE", "email": null });
    let body = json!({
        "id": "ignored", "tags": { "newer": "only" },
        "properties": {
            "displayName": "Fabrikam", "poNumber": null, "billTo": bill_to, "currency": "EUR",
            "enabledAzurePlans": [{ "skuId": "0002" }, { "skuId": "0001" }],
            "shipTo": "of a newer version", "address": "of an older version", "tags": {},
            "invoiceSections": { "value": [] },
        }
    });
    let updated = put(&emulator, "/first", MIDDLE, &body).await;
    assert_eq!(updated.status, 200, "{}", updated.body);
    let mut expected = document();
    let properties = expected["properties"].as_object_mut().unwrap();
    properties.remove("poNumber");
    properties.extend([
        ("displayName".to_owned(), json!("Fabrikam")),
        (
            "address".to_owned(),
            json!({ "addressLine1": "3 Example Street", "country": "DE", "isValidAddress": true }),
        ),
        (
            "enabledAzurePlans".to_owned(),
            json!([
                { "skuId": "0002", "skuDescription": "Microsoft Azure Plan for DevTest" },
                { "skuId": "0001", "skuDescription": "Microsoft Azure Plan" },
            ]),
        ),
        ("tags".to_owned(), json!({})),
    ]);
    expected["systemData"]["lastModifiedAt"] = json!("2019-10-01T00:00:00.000Z");
    let stored = stored(&emulator);
    assert_eq!(stored["properties"], expected["properties"]);
    assert_eq!(stored["tags"], expected["tags"]);
    assert_eq!(stored["systemData"], expected["systemData"]);
    assert_eq!(
        emulator.billing_profile_effective_writes("70000001", "first"),
        Some(1)
    );
    // As recorded, the response has the invoice sections without $expand.
    let sections = &updated.json()["properties"]["invoiceSections"];
    assert_eq!(sections["hasMoreResults"], false);
    assert_eq!(sections["value"][0]["properties"]["systemId"], "S1");
}

#[tokio::test]
async fn patch_keeps_what_only_later_versions_have() {
    let emulator = two_profiles().start().await.unwrap();
    let patch = json!({ "properties": {
        "address": { "city": "Tacoma", "email": "ignored" }, "shipTo": null, "billTo": null, "tags": null,
    } });
    let patched = HttpClient::arm(&emulator)
        .patch(&path("/first", OLDEST), &patch)
        .await;
    assert_eq!(patched.status, 200, "{}", patched.body);
    let mut expected = document();
    expected["properties"]["address"]["city"] = json!("Tacoma");
    assert_eq!(stored(&emulator)["properties"], expected["properties"]);
}

#[tokio::test]
async fn invalid_put_names_the_member_and_changes_nothing() {
    let emulator = two_profiles().start().await.unwrap();
    let mut seen = String::new();
    for (version, profile, body) in [
        (
            MIDDLE,
            "/first",
            json!({ "properties": { "billTo": { "country": "US" } } }),
        ),
        (
            NEWEST,
            "/first",
            json!({ "properties": { "shipTo": { "addressLine1": "1" } } }),
        ),
        (
            NEWEST,
            "/first",
            json!({ "properties": { "soldTo": { "addressLine1": "1", "country": "UK" } } }),
        ),
        (
            NEWEST,
            "/first",
            json!({ "properties": { "billTo": { "email": 1 } } }),
        ),
        (
            NEWEST,
            "/first",
            json!({ "properties": { "invoiceRecipients": [1] } }),
        ),
        (
            NEWEST,
            "/first",
            json!({ "properties": { "currentPaymentTerm": [null] } }),
        ),
        (
            NEWEST,
            "/first",
            json!({ "properties": { "indirectRelationshipInfo": "" } }),
        ),
        (NEWEST, "/first", json!({ "tags": { "a": 1 } })),
        (MIDDLE, "/first", json!({ "properties": null })),
        (NEWEST, "/a%20b", json!({ "properties": {} })),
        (OLDEST, "/third", json!({ "properties": {} })),
        (OLDEST, "/third", json!({ "address": { "country": "UK" } })),
    ] {
        let refused = put(&emulator, profile, version, &body).await;
        seen += &format!("PUT {version} {profile} {body}\n  {}\n", refused.brief());
    }
    insta::assert_snapshot!(seen);
    assert_eq!(
        emulator.billing_profile_effective_writes("70000001", "first"),
        Some(0)
    );
    assert_eq!(emulator.billing_profile("70000001", "third"), None);
}

#[tokio::test]
async fn put_of_a_new_name_creates_a_profile() {
    for (version, body, status) in [
        (
            OLDEST,
            json!({ "displayName": "New", "address": { "country": "US" } }),
            200,
        ),
        (
            MIDDLE,
            json!({ "properties": { "displayName": "New" } }),
            200,
        ),
        (
            NEWEST,
            json!({ "properties": { "displayName": "New" } }),
            201,
        ),
    ] {
        let emulator = two_profiles().start().await.unwrap();
        let created = put(&emulator, "/third", version, &body).await;
        assert_eq!(created.status, status, "{version}: {}", created.body);
        let created = created.json();
        assert_eq!(created["name"], "third");
        assert_eq!(created["properties"]["displayName"], "New");
        assert_eq!(created["properties"]["status"], "Active");
        assert_eq!(created["properties"]["currency"], "USD");
        assert_eq!(
            emulator.billing_profile_effective_writes("70000001", "third"),
            Some(1)
        );
        let other = path("/third", version).replace("70000001", "70000002");
        let caller = HttpClient::arm(&emulator).with("content-type", "application/json");
        let refused = caller.send("PUT", &other, &body.to_string()).await;
        assert_eq!(refused.status, 404, "there is no such account");
    }
}
