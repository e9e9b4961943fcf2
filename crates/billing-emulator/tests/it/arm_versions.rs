//! The three api versions of billing profiles: what each shows, and what a PUT through it changes.

mod actions;
mod delete;
mod list;
mod put;
mod views;

use billing_emulator::{Emulator, EmulatorBuilder};
use serde_json::{Value, json};

use crate::support::{HttpClient, HttpResponse, start};

const OLDEST: &str = "2019-10-01-preview";
const MIDDLE: &str = "2020-05-01";
const NEWEST: &str = "2024-04-01";

fn document() -> Value {
    json!({
        "tags": { "team": "Research" },
        "systemData": { "createdAt": "2019-09-01T00:00:00.000Z", "lastModifiedAt": "2019-09-01T00:00:00.000Z" },
        "properties": {
            "displayName": "Contoso",
            "poNumber": "PO-1",
            "address": {
                "addressLine1": "1 Example Street", "city": "Seattle", "country": "US", "middleName": "Maria",
                "email": "billing@contoso.example.com", "isValidAddress": true
            },
            "currency": "USD",
            "enabledAzurePlans": [{ "skuId": "0001", "skuDescription": "Microsoft Azure Plan" }],
            "invoiceSections": [{ "id": "/s", "name": "S1", "properties": { "displayName": "One" } }],
            "shipTo": { "addressLine1": "2 Example Street", "country": "US" },
            "invoiceRecipients": ["billing@contoso.example.com"],
            "tags": { "cost": "7" },
            "undocumented": { "billTo": 1 },
            "status": "Active"
        }
    })
}

fn two_profiles() -> EmulatorBuilder {
    Emulator::builder()
        .billing_profile("70000001", "first", document())
        .billing_profile(
            "70000001",
            "second",
            json!({ "properties": { "statusReasonCode": "PastDue" } }),
        )
        .seed(7)
        .clock_at(start())
        .polls_until_done(0)
}

fn path(profile: &str, version: &str) -> String {
    format!(
        "/providers/Microsoft.Billing/billingAccounts/70000001/billingProfiles{profile}?api-version={version}"
    )
}

async fn get(emulator: &Emulator, profile: &str, version: &str) -> HttpResponse {
    HttpClient::arm(emulator).get(&path(profile, version)).await
}

async fn put(emulator: &Emulator, profile: &str, version: &str, body: &Value) -> HttpResponse {
    let caller = HttpClient::arm(emulator).with("content-type", "application/json");
    caller
        .send("PUT", &path(profile, version), &body.to_string())
        .await
}

/// Returns what is stored of the first profile.
fn stored(emulator: &Emulator) -> Value {
    emulator.billing_profile("70000001", "first").unwrap()
}
