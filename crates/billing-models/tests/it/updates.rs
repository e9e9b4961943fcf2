//! A member of an update is left unchanged, cleared or set, and the JSON differs.

use std::collections::BTreeSet;

use billing_models::arm::{AzurePlanUpdate, BillingProfilePropertiesUpdate, BillingProfileUpdate};
use serde::Serialize;
use serde_json::{Value, json};

use crate::support::documents::{PLAIN, full_member};
use crate::support::inventory::{COUNTS, check_setters};
use crate::support::models::{read_alike, round_trip};
use crate::support::spec::{Shape, named, updates};
use crate::support::update_setters;

#[test]
fn update_members_have_three_states_and_lists_can_be_empty() {
    let mut members = 0;
    for of in updates() {
        for member in of.members() {
            let name = &member.name;
            let mut states = vec![
                json!({}),
                json!({ name: null }),
                json!({ name: full_member(of, member, PLAIN) }),
            ];
            match member.shape {
                Shape::Array(_) => states.push(json!({ name: [] })),
                Shape::Map(_) => states.push(json!({ name: {} })),
                _ => {}
            }
            for (index, state) in states.iter().enumerate() {
                assert_eq!(&round_trip(of, state).unwrap(), state, "{}.{name}", of.name);
                for other in &states[..index] {
                    let (state, other) = (state.to_string(), other.to_string());
                    let alike = read_alike(of, state.as_bytes(), other.as_bytes());
                    assert!(!alike, "{}.{name}: {state} is not {other}", of.name);
                }
            }
            members += usize::from(of.published);
        }
    }
    let counted = COUNTS.iter().map(|(_, [_, (_, writable), _])| writable);
    assert_eq!(members, counted.sum::<usize>());
}

#[test]
fn setters_set_and_clear_and_the_last_call_wins() {
    let seen = check_setters();
    let specified: BTreeSet<_> = updates()
        .filter(|of| of.published)
        .flat_map(|of| {
            let (module, name) = (of.module.as_str(), of.name.as_str());
            of.members()
                .iter()
                .map(move |member| (module, name, member.name.as_str()))
        })
        .collect();
    assert_eq!(seen, specified);
}

#[test]
fn a_list_is_set_from_an_array_a_vector_or_nothing() {
    let plan = || AzurePlanUpdate::default().sku_id("0001");
    let from_array =
        BillingProfilePropertiesUpdate::default().enabled_azure_plans([plan(), plan()]);
    let from_vector =
        BillingProfilePropertiesUpdate::default().enabled_azure_plans(vec![plan(), plan()]);
    assert_eq!(from_array, from_vector);
    wire(
        from_array,
        json!({ "enabledAzurePlans": [{ "skuId": "0001" }, { "skuId": "0001" }] }),
    );
    let read = [Some(plan()), Some(plan())];
    let from_items =
        BillingProfilePropertiesUpdate::default().enabled_azure_plans(read.into_iter().flatten());
    assert_eq!(from_items, from_vector);
    let empty = BillingProfilePropertiesUpdate::default()
        .enabled_azure_plans([])
        .invoice_sections([]);
    wire(
        empty,
        json!({ "enabledAzurePlans": [], "invoiceSections": [] }),
    );
}

#[test]
fn fields_can_be_set_without_setters() {
    let mut properties = BillingProfilePropertiesUpdate::default();
    properties.po_number = Some(None);
    properties.display_name = Some(Some("Contoso".to_owned()));
    let mut update = BillingProfileUpdate::default();
    update.properties = Some(Some(properties));
    wire(
        update,
        json!({ "properties": { "displayName": "Contoso", "poNumber": null } }),
    );
}

/// A list that was read with a null can be written with it.
#[test]
fn a_null_in_a_list_is_set_through_the_field() {
    let mut update = BillingProfilePropertiesUpdate::default();
    let plan = AzurePlanUpdate::default().sku_id("0001");
    update.enabled_azure_plans = Some(Some(vec![None, Some(plan)]));
    wire(
        update,
        json!({ "enabledAzurePlans": [null, { "skuId": "0001" }] }),
    );
}

/// Serde's derive accepts a list, but its items have no member names.
#[test]
fn a_list_in_place_of_an_update_is_refused() {
    let refusal = round_trip(
        named("BillingProfileUpdate"),
        &json!({ "properties": [null] }),
    );
    insta::assert_snapshot!(refusal.unwrap_err(), @"properties: invalid type: sequence, expected struct BillingProfilePropertiesUpdate at line 1 column 14");
}

fn wire(update: impl Serialize, expected: Value) {
    update_setters::wire(update, &expected);
}
