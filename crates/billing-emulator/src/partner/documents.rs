//! Partner Center: `GET` and `PUT /v1/customers/{id}/profiles/billing`, and what one needs around
//! them.

use axum::http::{Method, StatusCode, header};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    Error, Service,
    access::Distrust,
    call::{self, Call, Reply},
    contract::{self, CUSTOMER_BILLING_PROFILE, CUSTOMER_COMPANY_PROFILE, Nulls, ReadOnly},
    countries,
    history::History,
    numbers::Numbers,
    state::{Context, Resource, State},
    weight,
};
use fault::Fault;
use media::MediaType;
pub(crate) use replay::Replays;
use replay::{Seen, Write};
use reply::Ids;
pub(crate) use reply::request_context;

mod around;
mod customers;
mod fault;
mod media;
mod replay;
mod reply;
mod rules;
mod throttle;
mod validation;

/// What `attributes.objectType` says.
const OBJECT_TYPE: &str = "CustomerBillingProfile";

pub(crate) fn answer(context: &Context, call: &mut Call) -> Reply {
    let accepted = MediaType::accepted(call);
    let media_type = accepted.unwrap_or_default();
    let known = context.caller(Service::Partner, call);
    if let Ok(caller) = &known
        && let Err(refused) = throttle::admit(context, call, caller.tenant)
    {
        // The gateway in front of the service answers, which knows no ids.
        return throttle::into_reply(&refused);
    }
    let has_mfa = match &known {
        Ok(caller) => caller.has_mfa,
        Err(Distrust::SecondFactor) => Some(false),
        Err(_) => None,
    };
    let known = known.map_err(|it| Fault::distrust(it, context.options.partner_mfa));
    let mut ids = Ids::of(call);
    let reply = known.and_then(|_| match around::answer(context, call, media_type) {
        Some(answer) => answer,
        None => {
            accepted.ok_or_else(Fault::not_acceptable)?;
            operate(context, call, media_type, &mut ids)
        }
    });
    let mut reply = reply.unwrap_or_else(|fault| fault.into_reply(media_type));
    if reply.status() == StatusCode::NOT_FOUND && context.options.empty_not_found {
        reply = reply::without_body(reply);
    }
    let has_mfa = has_mfa.filter(|_| reply::asks_for_mfa(call));
    reply::with_mfa(reply::with_ids(reply, ids, context, call), has_mfa)
}

fn operate(
    context: &Context,
    call: &Call,
    media_type: MediaType,
    ids: &mut Ids,
) -> Result<Reply, Fault> {
    const PROFILE: &[&str] = &["{}", "customers", "{}", "profiles", "billing"];

    let Some([version, customer]) = call::matches(&call.segments(), PROFILE) else {
        return Err(Fault::not_found());
    };
    if !version.eq_ignore_ascii_case("v1") {
        return Err(Fault::version_not_served(version));
    }
    if ![Method::GET, Method::PUT].contains(&call.method) {
        return Err(Fault::method_not_allowed("GET, PUT"));
    }
    let customer = Uuid::try_parse(customer).map_err(|_| Fault::tenant_is_no_guid())?;
    let show = |stored: &Resource| {
        let body = media_type.profile(&stored.document, context.options.byte_order_mark);
        reply::of(StatusCode::OK, media_type.content_type(), body)
    };
    if call.method == Method::GET {
        let state = context.state();
        let stored = state.customers.get(&customer);
        return stored.map(show).ok_or_else(Fault::tenant_not_found);
    }
    let sent = read_body(call);
    // What was answered is looked up and remembered in the same step as the write.
    let state = &mut *context.state();
    let now = context.clock.now();
    let write = Write::new(customer, call);
    match state.replays.find(&write, now) {
        Seen::Never => {}
        Seen::Same(reply, first) => {
            ids.again(first);
            return Ok(reply);
        }
        Seen::Other => return Err(Fault::request_id_used_before()),
    }
    let stored = state.customers.get_mut(&customer);
    let reply = sent
        .and_then(|sent| put(context, call, &mut state.history, stored, sent))
        .map_or_else(|fault| fault.into_reply(media_type), show);
    let replays = &mut state.replays;
    replays.remember(&write, &reply, media_type, ids, now);
    Ok(reply)
}

fn put<'a>(
    context: &Context,
    call: &Call,
    history: &mut History,
    stored: Option<&'a mut Resource>,
    sent: Map<String, Value>,
) -> Result<&'a Resource, Fault> {
    let stored = stored.ok_or_else(Fault::tenant_not_found)?;
    if !tag_matches(context, call, &sent, &stored.document)? {
        return Err(Fault::etag_no_longer_valid(context.options.stale_etag));
    }
    let country = rules::said(&sent, "country");
    if country.is_some_and(|country| !countries::exists(country)) {
        let detail = "defaultAddress.country is not the code of a country or region (ISO 3166-1)";
        return Err(Fault::invalid_input(detail));
    }
    if context.options.checks_states && !rules::has_state(&sent) {
        return Err(Fault::state_invalid());
    }
    if !context.has_room(weight::of_object(&sent)) {
        return Err(Fault::no_room());
    }
    write(context, history, stored, sent);
    Ok(stored)
}

fn read_body(call: &Call) -> Result<Map<String, Value>, Fault> {
    contract::read(
        media::read(call)?,
        CUSTOMER_BILLING_PROFILE,
        Nulls::Drop,
        ReadOnly::Keep,
    )
    .map_err(|misfit| Fault::invalid_input(&format!("{} {}", misfit.path, misfit.reason)))
}

/// Compares the tag of the `If-Match` header, or else the one in the body, with the stored one.
///
/// The page demands the header and its own sample sends none, as no known client does; so a request
/// with neither is let through, unless the emulator was told to demand one.
fn tag_matches(
    context: &Context,
    call: &Call,
    sent: &Map<String, Value>,
    stored: &Value,
) -> Result<bool, Fault> {
    let current = stored
        .get("attributes")
        .and_then(|attributes| attributes.get("etag"))
        .and_then(Value::as_str);
    if call.headers.contains_key(header::IF_MATCH) {
        let tags = call.headers.get_all(header::IF_MATCH).iter();
        return Ok(tags
            // A header that is no text holds no tag of ours, but it is there.
            .filter_map(|tags| tags.to_str().ok())
            .flat_map(|tags| tags.split(','))
            .any(|tag| tag.trim() == "*" || Some(bare_tag(tag)) == current));
    }
    let in_body = sent
        .get("attributes")
        .and_then(|attributes| attributes.get("etag"));
    match in_body {
        Some(tag) => Ok(tag.as_str() == current),
        None if context.options.requires_etag => Err(Fault::invalid_input("the etag is missing")),
        None => Ok(true),
    }
}

/// A tag without its quotes: the documentation shows it both with and without them.
fn bare_tag(tag: &str) -> &str {
    let tag = tag.trim();
    let tag = tag.strip_prefix("W/").unwrap_or(tag);
    tag.strip_prefix('"')
        .and_then(|tag| tag.strip_suffix('"'))
        .unwrap_or(tag)
}

/// Replaces the whole document but for what the service owns, and renews the etag.
fn write(
    context: &Context,
    history: &mut History,
    stored: &mut Resource,
    mut sent: Map<String, Value>,
) {
    customers::keep_company(stored);
    let write = stored.effective_writes + 1;
    let etag = context.numbers.etag(&stored.lineage, write);
    for name in ["id", "links"] {
        // Most senders say what they have read.
        if let Some(own) = stored.document.get(name)
            && sent.get(name) != Some(own)
        {
            sent.insert(name.to_owned(), own.clone());
        }
    }
    complete(&mut sent, etag);
    context.write(history, stored, Value::Object(sent));
}

/// Sets what the service says itself, whatever was sent.
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

/// The usual spelling of a culture: `EN-US` is answered as `en-US`. A language stays as it was
/// sent.
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

pub(crate) fn add(
    state: &mut State,
    numbers: &Numbers,
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
        .or_insert_with(|| numbers.profile_id(&customer).to_string().into());
    let given = profile
        .get("attributes")
        .and_then(|attributes| attributes.get("etag"))
        .and_then(Value::as_str)
        .map(str::to_owned);
    let etag = given.clone().unwrap_or_else(|| numbers.etag(&customer, 0));
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

/// Sets the company of a customer that is there, as [`Resource::company`] gives it.
pub(crate) fn set_company(state: &mut State, customer: &str, company: Value) -> Result<(), Error> {
    let place = format!("company of customer {customer}");
    let Value::Object(company) = company else {
        return Err(Error::invalid(&place, "must be an object"));
    };
    let company = contract::read(
        company,
        CUSTOMER_COMPANY_PROFILE,
        Nulls::Drop,
        ReadOnly::Keep,
    )
    .map_err(|misfit| Error::invalid(format!("{place}, {}", misfit.path), misfit.reason))?;
    let stored = Uuid::try_parse(customer)
        .ok()
        .and_then(|id| state.customers.get_mut(&id))
        .ok_or_else(|| Error::invalid(&place, "there is no such customer"))?;
    stored.add_company(company);
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
    let Value::Object(object) = billing_profile else {
        return Err(Error::invalid(
            place,
            "the billing profile must be an object",
        ));
    };
    contract::read(
        object,
        CUSTOMER_BILLING_PROFILE,
        Nulls::Drop,
        ReadOnly::Keep,
    )
    .map_err(|misfit| Error::invalid(format!("{place}, {}", misfit.path), misfit.reason))
}
