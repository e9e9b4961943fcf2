//! `PUT /v1/customers/{id}/profiles/billing`.

use hyper::header;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    context::Context,
    contract::{self, CUSTOMER_BILLING_PROFILE, Reading},
    countries,
    http::request::Request,
    partner::{
        documents,
        error_response::{ErrorResponse, Result},
        media::{self, MediaType},
        response, rules,
    },
    store::{
        history::History,
        idempotency::{Lookup, ResponseIds},
        resource::Resource,
    },
    weight,
};

pub(super) fn respond(
    context: &Context,
    request: &Request,
    customer: Uuid,
    media_type: MediaType,
    ids: &mut ResponseIds,
) -> Result {
    let sent = read_body(request);
    // A recorded response is looked up and recorded in the same step as the write.
    let state = &mut *context.state();
    let now = context.clock.now();
    let id = response::request_id(request);
    match state.idempotency.find(id, customer, request, now) {
        Lookup::New => {}
        Lookup::Replay(recorded) => return Ok(response::replay(recorded, ids)),
        Lookup::Conflict => return Err(ErrorResponse::RequestIdUsedBefore),
    }
    let stored = state.customers.get_mut(&customer);
    let response = sent
        .and_then(|sent| put(context, request, &mut state.history, stored, sent))
        .map_or_else(
            |error| error.into_response(media_type),
            |stored| response::profile(context, stored, media_type),
        );
    let recorded = response::recorded(&response, media_type, ids);
    let records = &mut state.idempotency;
    records.record(id, customer, request, recorded, now);
    Ok(response)
}

fn put<'a>(
    context: &Context,
    request: &Request,
    history: &mut History,
    stored: Option<&'a mut Resource>,
    sent: Map<String, Value>,
) -> Result<&'a Resource> {
    let stored = stored.ok_or(ErrorResponse::TenantNotFound)?;
    if !tag_matches(context, request, &sent, &stored.document)? {
        return Err(ErrorResponse::EtagNoLongerValid(context.options.stale_etag));
    }
    let country = rules::in_address(&sent, "country");
    if country.is_some_and(|country| !countries::exists(country)) {
        let detail = "defaultAddress.country is not the code of a country or region (ISO 3166-1)";
        return Err(ErrorResponse::invalid_input(detail));
    }
    if context.options.check_addresses {
        rules::check_address(&sent)?;
    }
    if !context.has_room(weight::of_object(&sent)) {
        return Err(ErrorResponse::NoRoom);
    }
    documents::write(context, history, stored, sent);
    Ok(stored)
}

fn read_body(request: &Request) -> Result<Map<String, Value>> {
    let sent = media::read(request)?;
    let sent = contract::read(sent, CUSTOMER_BILLING_PROFILE, Reading::STORED)?;
    Ok(sent)
}

/// Compares the etag of the `If-Match` header, or else the one in the body, with the stored one.
///
/// The page demands the header, but its own sample and all known clients send none; so a request
/// without an etag is accepted unless the option `require_etag` is set.
fn tag_matches(
    context: &Context,
    request: &Request,
    sent: &Map<String, Value>,
    stored: &Value,
) -> Result<bool> {
    let current = stored
        .get("attributes")
        .and_then(|attributes| attributes.get("etag"))
        .and_then(Value::as_str);
    if request.headers.contains_key(header::IF_MATCH) {
        let tags = request.headers.get_all(header::IF_MATCH).iter();
        return Ok(tags
            // A header that is not text has no matching etag, but is present.
            .filter_map(|tags| tags.to_str().ok())
            .flat_map(|tags| tags.split(','))
            .any(|tag| tag.trim() == "*" || Some(bare_tag(tag)) == current));
    }
    let in_body = sent
        .get("attributes")
        .and_then(|attributes| attributes.get("etag"));
    match in_body {
        Some(tag) => Ok(tag.as_str() == current),
        None if context.options.require_etag => {
            Err(ErrorResponse::invalid_input("the etag is missing"))
        }
        None => Ok(true),
    }
}

/// Removes the quotes of an etag: the documentation shows it both with and without them.
fn bare_tag(tag: &str) -> &str {
    let tag = tag.trim();
    let tag = tag.strip_prefix("W/").unwrap_or(tag);
    tag.strip_prefix('"')
        .and_then(|tag| tag.strip_suffix('"'))
        .unwrap_or(tag)
}
