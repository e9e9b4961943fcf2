//! A member of an update is left unchanged, cleared or set, and the JSON differs.

use std::collections::BTreeSet;

use billing_models::arm::{
    AddressDetailsUpdate, AzurePlanUpdate, BillingProfilePropertiesUpdate, BillingProfileUpdate,
    InvoiceSectionPropertiesUpdate, InvoiceSectionUpdate,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::support::documents::{PLAIN, full_member};
use crate::support::models::{read_alike, round_trip};
use crate::support::spec::{Shape, named, updates};

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
    assert_eq!(
        members, 20,
        "the writable members of all updates: if one came or went, write the new number here"
    );
}

/// Calls each setter of an update with a value, and compares the JSON.
macro_rules! setters {
    ($seen:ident: $($update:ident { $($member:ident / $maybe:ident / $clear:ident = $value:expr,)* })*) => {
        $($(
            let name = camel_case(stringify!($member));
            let value = || $value;
            let none = || Some(value()).filter(|_| false);
            let set = json!({ &name: value() });
            let cleared = json!({ &name: null });
            wire($update::default().$member(value()), set.clone());
            wire($update::default().$maybe(Some(value())), set.clone());
            wire($update::default().$maybe(none()), json!({}));
            wire($update::default().$member(value()).$maybe(none()), set.clone());
            wire($update::default().$clear(), cleared.clone());
            wire($update::default().$clear().$maybe(none()), cleared.clone());
            wire($update::default().$member(value()).$clear(), cleared);
            wire($update::default().$clear().$member(value()), set);
            assert_eq!($update::default().$clear().$member, Some(None));
            $seen.insert((stringify!($update), name));
        )*)*
    };
}

#[test]
fn setters_set_and_clear_and_the_last_call_wins() {
    let mut seen = BTreeSet::new();
    setters! { seen:
        BillingProfileUpdate {
            properties / maybe_properties / clear_properties = BillingProfilePropertiesUpdate::default().po_number("PO-7"),
        }
        BillingProfilePropertiesUpdate {
            address / maybe_address / clear_address = AddressDetailsUpdate::default().city("Redmond"),
            display_name / maybe_display_name / clear_display_name = "Contoso",
            enabled_azure_plans / maybe_enabled_azure_plans / clear_enabled_azure_plans = [AzurePlanUpdate::default().sku_id("0001")],
            invoice_email_opt_in / maybe_invoice_email_opt_in / clear_invoice_email_opt_in = false,
            invoice_sections / maybe_invoice_sections / clear_invoice_sections = [InvoiceSectionUpdate::default().clear_properties()],
            po_number / maybe_po_number / clear_po_number = "",
        }
        AddressDetailsUpdate {
            address_line1 / maybe_address_line1 / clear_address_line1 = "1 Example Way",
            address_line2 / maybe_address_line2 / clear_address_line2 = "Floor 2",
            address_line3 / maybe_address_line3 / clear_address_line3 = "Room 3",
            city / maybe_city / clear_city = "Redmond",
            company_name / maybe_company_name / clear_company_name = "Contoso",
            country / maybe_country / clear_country = "US",
            first_name / maybe_first_name / clear_first_name = "Ada",
            last_name / maybe_last_name / clear_last_name = "Example",
            postal_code / maybe_postal_code / clear_postal_code = "98052",
            region / maybe_region / clear_region = "WA",
        }
        AzurePlanUpdate {
            sku_id / maybe_sku_id / clear_sku_id = "0001",
        }
        InvoiceSectionUpdate {
            properties / maybe_properties / clear_properties = InvoiceSectionPropertiesUpdate::default().display_name("R&D"),
        }
        InvoiceSectionPropertiesUpdate {
            display_name / maybe_display_name / clear_display_name = "R&D",
        }
    }
    let specified: BTreeSet<_> = updates()
        .filter(|of| of.published)
        .flat_map(|of| {
            of.members()
                .iter()
                .map(|member| (of.name.as_str(), member.name.clone()))
        })
        .collect();
    assert_eq!(
        seen, specified,
        "the setters above, and the writable members of the specs: add a line for a new member, remove that of an old one"
    );
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
    assert_eq!(serde_json::to_value(update).unwrap(), expected);
}

fn camel_case(member: &str) -> String {
    let mut words = member.split('_');
    let first = words.next().unwrap().to_owned();
    words.fold(first, |name, word| {
        name + &word[..1].to_uppercase() + &word[1..]
    })
}
