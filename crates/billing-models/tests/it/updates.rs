//! An update leaves a member alone, clears it or sets it, and the wire shows which.

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
fn each_member_of_each_update_has_three_states_and_lists_and_maps_have_an_empty_one() {
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
    assert_eq!(members, 20);
}

/// Calls `check` for each setter of an update, with what it sets.
macro_rules! setters {
    ($seen:ident: $($update:ident { $($member:ident / $clear:ident = $value:expr,)* })*) => {
        $($(
            let name = camel_case(stringify!($member));
            let value = $value;
            wire($update::default().$member(value.clone()), json!({ &name: value }));
            wire($update::default().$clear(), json!({ &name: null }));
            wire($update::default().$member(value.clone()).$clear(), json!({ &name: null }));
            wire($update::default().$clear().$member(value.clone()), json!({ &name: value }));
            assert_eq!($update::default().$member(value.clone()).$member, Some(Some(value.into())));
            assert_eq!($update::default().$clear().$member, Some(None));
            $seen.insert((stringify!($update), name));
        )*)*
    };
}

#[test]
fn each_setter_sets_its_member_and_clears_it_and_the_last_one_wins() {
    let mut seen = BTreeSet::new();
    setters! { seen:
        BillingProfileUpdate {
            properties / clear_properties = BillingProfilePropertiesUpdate::default().po_number("PO-7"),
        }
        BillingProfilePropertiesUpdate {
            address / clear_address = AddressDetailsUpdate::default().city("Redmond"),
            display_name / clear_display_name = "Contoso",
            enabled_azure_plans / clear_enabled_azure_plans = [AzurePlanUpdate::default().sku_id("0001")],
            invoice_email_opt_in / clear_invoice_email_opt_in = false,
            invoice_sections / clear_invoice_sections = [InvoiceSectionUpdate::default().clear_properties()],
            po_number / clear_po_number = "",
        }
        AddressDetailsUpdate {
            address_line1 / clear_address_line1 = "1 Example Way",
            address_line2 / clear_address_line2 = "Floor 2",
            address_line3 / clear_address_line3 = "Room 3",
            city / clear_city = "Redmond",
            company_name / clear_company_name = "Contoso",
            country / clear_country = "US",
            first_name / clear_first_name = "Ada",
            last_name / clear_last_name = "Example",
            postal_code / clear_postal_code = "98052",
            region / clear_region = "WA",
        }
        AzurePlanUpdate {
            sku_id / clear_sku_id = "0001",
        }
        InvoiceSectionUpdate {
            properties / clear_properties = InvoiceSectionPropertiesUpdate::default().display_name("R&D"),
        }
        InvoiceSectionPropertiesUpdate {
            display_name / clear_display_name = "R&D",
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
    let update = BillingProfileUpdate {
        properties: Some(Some(BillingProfilePropertiesUpdate {
            po_number: Some(None),
            display_name: Some(Some("Contoso".to_owned())),
            ..Default::default()
        })),
    };
    wire(
        update,
        json!({ "properties": { "displayName": "Contoso", "poNumber": null } }),
    );
}

/// What serde derives for a struct, and no reason to write it by hand: a list can name no member, so it reaches none
/// that is read-only.
#[test]
fn a_list_in_place_of_an_update_is_taken_as_its_members_in_order() {
    let of = named("BillingProfileUpdate");
    let written = round_trip(of, &json!({ "properties": [null, "Contoso"] })).unwrap();
    assert_eq!(
        written,
        json!({ "properties": { "address": null, "displayName": "Contoso" } })
    );
    let too_long = round_trip(
        of,
        &json!({ "properties": [null, null, null, null, null, null, null] }),
    );
    insta::assert_snapshot!(too_long.unwrap_err(), @"properties: trailing characters at line 1 column 46");
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
