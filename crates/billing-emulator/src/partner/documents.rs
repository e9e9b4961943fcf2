//! The documents of Partner Center as the emulator stores them.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    context::Context,
    contract::{self, CUSTOMER_BILLING_PROFILE, CUSTOMER_COMPANY_PROFILE, Reading, Schema},
    error::Error,
    ids::IdGenerator,
    partner::customers,
    service::Service,
    store::{history::History, resource::Resource, state::State},
};

/// The value of `attributes.objectType`.
const OBJECT_TYPE: &str = "CustomerBillingProfile";

/// Replaces the whole document except for what the service owns, and renews the etag.
pub(super) fn write(
    context: &Context,
    history: &mut History,
    stored: &mut Resource,
    mut sent: Map<String, Value>,
) {
    let write = stored.effective_writes + 1;
    let etag = context.ids.etag(&stored.lineage, write);
    for name in ["id", "links"] {
        // Most clients send back what they have read.
        if let Some(own) = stored.document.get(name)
            && sent.get(name) != Some(own)
        {
            sent.insert(name.to_owned(), own.clone());
        }
    }
    complete(&mut sent, etag);
    context.write(history, stored, context.clock.now(), |stored| {
        customers::keep_company(stored);
        stored.document = Arc::new(Value::Object(sent));
    });
}

/// Sets the members that the service writes, whatever was sent.
fn complete(profile: &mut Map<String, Value>, etag: String) {
    if let Some(Value::String(culture)) = profile.get_mut("culture") {
        *culture = normal_culture(culture);
    }
    let attributes = profile
        .entry("attributes")
        .or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(attributes) = attributes {
        attributes.insert("etag".to_owned(), etag.into());
        if attributes
            .get("objectType")
            .is_none_or(|kind| kind != OBJECT_TYPE)
        {
            attributes.insert("objectType".to_owned(), OBJECT_TYPE.into());
        }
    }
}

/// Normalizes a culture: `EN-US` becomes `en-US`. A language stays as it was sent.
fn normal_culture(culture: &str) -> String {
    let parts = culture.split('-').enumerate().map(|(index, part)| {
        if index > 0 && part.len() == 2 {
            return part.to_ascii_uppercase();
        }
        let part = part.to_ascii_lowercase();
        match part.split_at_checked(1) {
            Some((first, rest)) if index > 0 && part.len() == 4 => {
                first.to_ascii_uppercase() + rest
            }
            _ => part,
        }
    });
    parts.collect::<Vec<_>>().join("-")
}

/// Adds a customer with its billing profile, or replaces the existing one.
pub(crate) fn add(
    state: &mut State,
    ids: &IdGenerator,
    customer: &str,
    billing_profile: Value,
) -> Result<(), Error> {
    let place = format!("customer {customer}");
    let id = Uuid::try_parse(customer)
        .map_err(|_| Error::invalid(&place, "the tenant id must be a GUID"))?;
    let customer = id.to_string();
    let mut profile = read_document(&place, billing_profile)?;
    profile
        .entry("id")
        .or_insert_with(|| ids.profile_id(&customer).to_string().into());
    let given = profile
        .get("attributes")
        .and_then(|attributes| attributes.get("etag"))
        .and_then(Value::as_str)
        .map(str::to_owned);
    let etag = given.clone().unwrap_or_else(|| ids.etag(&customer, 0));
    let uri = format!("/v1/customers/{customer}/profiles/billing");
    let links = json!({ "self": { "uri": uri, "method": "GET", "headers": [] } });
    profile.insert("links".to_owned(), links);
    complete(&mut profile, etag);
    let mut stored = Resource::new(Service::Partner, customer, profile);
    if let Some(given) = given {
        stored.lineage = format!("{} {given}", stored.id);
    }
    state.customers.insert(id, stored);
    Ok(())
}

/// Sets the company of a stored customer, as a snapshot has it.
pub(crate) fn set_company(state: &mut State, customer: &str, company: Value) -> Result<(), Error> {
    let place = format!("company of customer {customer}");
    let company = read(
        &place,
        company,
        CUSTOMER_COMPANY_PROFILE,
        "must be an object",
    )?;
    let stored = Uuid::try_parse(customer)
        .ok()
        .and_then(|id| state.customers.get_mut(&id))
        .ok_or_else(|| Error::invalid(&place, "there is no such customer"))?;
    stored.company = Some(Arc::new(Value::Object(company)));
    stored.weigh();
    Ok(())
}

pub(crate) fn replace(
    context: &Context,
    customer: &str,
    billing_profile: Value,
) -> Result<(), Error> {
    let place = format!("customer {customer}");
    let profile = read_document(&place, billing_profile)?;
    let state = &mut *context.state();
    let stored = Uuid::try_parse(customer)
        .ok()
        .and_then(|id| state.customers.get_mut(&id))
        .ok_or_else(|| Error::invalid(&place, "there is no such customer"))?;
    write(context, &mut state.history, stored, profile);
    Ok(())
}

fn read_document(place: &str, billing_profile: Value) -> Result<Map<String, Value>, Error> {
    let expected = "the billing profile must be an object";
    read(place, billing_profile, CUSTOMER_BILLING_PROFILE, expected)
}

fn read(
    place: &str,
    document: Value,
    schema: &Schema,
    expected: &str,
) -> Result<Map<String, Value>, Error> {
    let Value::Object(object) = document else {
        return Err(Error::invalid(place, expected));
    };
    contract::read(object, schema, Reading::STORED)
        .map_err(|mismatch| Error::invalid(format!("{place}, {}", mismatch.path), mismatch.reason))
}
