//! How a merge patch changes a billing profile.

use billing_emulator::{Emulator, ReadOnlyMembers};
use serde_json::{Value, json};

use crate::support::{API_VERSION, HttpClient, HttpResponse};

fn properties() -> Value {
    json!({
        "displayName": "Contoso",
        "poNumber": "PO-1",
        "address": { "city": "Seattle", "country": "US", "addressLine2": "Suite 4" },
        "currency": "USD",
        "enabledAzurePlans": [
            { "skuId": "0001", "skuDescription": "Microsoft Azure Plan", "productId": "P1" },
            { "skuId": "0002", "skuDescription": "Microsoft Azure Plan for DevTest" }
        ],
        "invoiceSections": [{
            "id": "/sections/S1",
            "name": "S1",
            "properties": { "displayName": "One", "state": "Active" }
        }],
        "status": "Active"
    })
}

async fn send(read_only: ReadOnlyMembers, patch: &Value) -> (HttpResponse, Emulator) {
    let emulator = Emulator::builder()
        .billing_profile("account", "profile", json!({ "properties": properties() }))
        .polls_until_done(0)
        .read_only_members(read_only)
        .start()
        .await
        .unwrap();
    let path = format!(
        "/providers/Microsoft.Billing/billingAccounts/account/billingProfiles/profile?{API_VERSION}"
    );
    let response = HttpClient::arm(&emulator).patch(&path, patch).await;
    (response, emulator)
}

/// Patches the properties and names the members that `expected` changes; all others stay.
async fn check(patch: Value, expected: Value) {
    let (response, emulator) = send(ReadOnlyMembers::Ignore, &json!({ "properties": patch })).await;
    assert_eq!(response.status, 200, "{patch}: {}", response.body);
    let mut wanted = properties();
    for (name, value) in expected.as_object().unwrap() {
        if value.is_null() {
            wanted.as_object_mut().unwrap().remove(name);
        } else {
            wanted[name] = value.clone();
        }
    }
    assert_eq!(response.json()["properties"], wanted, "after {patch}");
    assert_eq!(
        emulator.billing_profile_effective_writes("account", "profile"),
        Some(1)
    );
}

#[tokio::test]
async fn absent_leaves_null_clears_and_a_value_sets() {
    check(json!({}), json!({})).await;
    check(json!({ "poNumber": null }), json!({ "poNumber": null })).await;
    check(json!({ "poNumber": "" }), json!({ "poNumber": "" })).await;
    check(json!({ "poNumber": "PO-2" }), json!({ "poNumber": "PO-2" })).await;
    check(
        json!({ "invoiceEmailOptIn": false }),
        json!({ "invoiceEmailOptIn": false }),
    )
    .await;
    check(json!({ "invoiceEmailOptIn": null }), json!({})).await;
}

#[tokio::test]
async fn objects_merge_member_by_member() {
    check(
        json!({ "address": { "city": "Tacoma", "addressLine2": null } }),
        json!({ "address": { "city": "Tacoma", "country": "US" } }),
    )
    .await;
    check(json!({ "address": {} }), json!({})).await;
    check(json!({ "address": null }), json!({ "address": null })).await;
}

#[tokio::test]
async fn patched_array_items_keep_their_read_only_members() {
    check(
        json!({ "enabledAzurePlans": [] }),
        json!({ "enabledAzurePlans": [] }),
    )
    .await;
    check(
        json!({ "enabledAzurePlans": null }),
        json!({ "enabledAzurePlans": null }),
    )
    .await;
    check(
        json!({ "enabledAzurePlans": [{ "skuId": "0002" }, { "skuId": "0009" }] }),
        json!({ "enabledAzurePlans": [
            { "skuId": "0002", "skuDescription": "Microsoft Azure Plan for DevTest" },
            { "skuId": "0009" }
        ] }),
    )
    .await;
}

#[tokio::test]
async fn invoice_section_is_found_by_id_or_else_by_index() {
    let renamed = |display_name| {
        json!({
            "id": "/sections/S1",
            "name": "S1",
            "properties": { "displayName": display_name, "state": "Active" }
        })
    };
    let new = json!({ "properties": { "displayName": "Two" } });
    check(
        json!({ "invoiceSections": [{ "properties": { "displayName": "Uno" } }, new] }),
        json!({ "invoiceSections": [renamed("Uno"), new] }),
    )
    .await;
    let known = json!({ "id": "/sections/S1", "properties": { "displayName": "Uno" } });
    let other = json!({ "id": "/sections/S2", "properties": { "displayName": "Two" } });
    check(
        json!({ "invoiceSections": [other, known] }),
        json!({ "invoiceSections": [other, renamed("Uno")] }),
    )
    .await;
}

#[tokio::test]
async fn members_are_read_in_any_case_and_unknown_ones_are_kept() {
    check(
        json!({ "PoNumber": "PO-2", "Address": { "City": "Tacoma" }, "newMember": { "A": 1 } }),
        json!({
            "poNumber": "PO-2",
            "address": { "city": "Tacoma", "country": "US", "addressLine2": "Suite 4" },
            "newMember": { "A": 1 }
        }),
    )
    .await;
}

#[tokio::test]
async fn read_only_members_are_ignored_at_every_level() {
    check(
        json!({
            "displayName": "Renamed",
            "currency": "EUR",
            "status": null,
            "invoiceDay": "any kind",
            "enabledAzurePlans": [{ "skuId": "0001", "skuDescription": "Mine" }]
        }),
        json!({
            "displayName": "Renamed",
            "enabledAzurePlans": [{ "skuId": "0001", "skuDescription": "Microsoft Azure Plan" }]
        }),
    )
    .await;
    let patch = json!({ "id": "/elsewhere", "name": null, "type": "Other" });
    let (response, _emulator) = send(ReadOnlyMembers::Ignore, &patch).await;
    let answered = response.json();
    assert_eq!(answered["name"], "profile");
    assert_eq!(
        answered["id"],
        "/providers/Microsoft.Billing/billingAccounts/account/billingProfiles/profile"
    );
    assert_eq!(
        answered["type"],
        "Microsoft.Billing/billingAccounts/billingProfiles"
    );
}

#[tokio::test]
async fn read_only_members_can_be_refused_by_name() {
    for (patch, path) in [
        (json!({ "id": "/elsewhere" }), "id"),
        (
            json!({ "properties": { "poNumber": "PO-2", "Currency": "EUR" } }),
            "properties.currency",
        ),
        (
            json!({ "properties": { "enabledAzurePlans": [{ "skuDescription": "Mine" }] } }),
            "properties.enabledAzurePlans.skuDescription",
        ),
    ] {
        let (response, emulator) = send(ReadOnlyMembers::Refuse, &patch).await;
        assert_eq!(response.status, 400);
        assert_eq!(response.json()["errors"], json!({ path: ["is read-only"] }));
        assert_eq!(
            emulator.billing_profile_effective_writes("account", "profile"),
            Some(0)
        );
        assert_eq!(
            emulator.billing_profile("account", "profile").unwrap()["properties"],
            properties()
        );
    }
    let writable = json!({ "properties": { "poNumber": "PO-2" } });
    let (response, _emulator) = send(ReadOnlyMembers::Refuse, &writable).await;
    assert_eq!(response.status, 200);
}

#[tokio::test]
async fn null_in_an_array_item_is_absent() {
    let patch = json!({
        "enabledAzurePlans": [{ "skuId": "0003", "skuDescription": null, "productId": null }],
        "invoiceSections": [{ "id": 7, "name": [], "properties": { "displayName": "Two" } }],
    });
    check(
        patch,
        json!({
            "enabledAzurePlans": [{ "skuId": "0003" }],
            "invoiceSections": [{
                "id": "/sections/S1",
                "name": "S1",
                "properties": { "displayName": "Two", "state": "Active" }
            }],
        }),
    )
    .await;
}
