//! The form of Partner Center's answers.

use axum::{
    body::Bytes,
    http::{HeaderName, HeaderValue, StatusCode, header},
};
use serde_json::Value;
use uuid::Uuid;

use super::media::{self, MediaType};
use crate::{
    call::{Call, Reply},
    contract::Shape,
    head,
    numbers::Numbers,
};

const REQUEST_ID: HeaderName = HeaderName::from_static("ms-requestid");
const CORRELATION_ID: HeaderName = HeaderName::from_static("ms-correlationid");
const CORRELATION_VECTOR: HeaderName = HeaderName::from_static("ms-cv");
const LOCALE: HeaderName = HeaderName::from_static("x-locale");
const SERVER_ID: HeaderName = HeaderName::from_static("ms-serverid");
const REQUEST_CONTEXT: HeaderName = HeaderName::from_static("request-context");

/// As in the samples that keep every header ("Verify indirect reseller Microsoft Partner Agreement status", "Validate an
/// address") and in microsoft/Partner-Center-PowerShell, `GetPartnerCountryValidation.json`. The length comes before them, the
/// date after.
const ORDER: [&str; 9] = [
    "content-type",
    "www-authenticate",
    "allow",
    "ms-correlationid",
    "ms-requestid",
    "ms-cv",
    "ms-serverid",
    "request-context",
    "x-locale",
];

/// A document in one of the media types of JSON, as those around a billing profile are.
pub(super) fn document(
    document: &Value,
    shape: &Shape,
    media_type: MediaType,
    byte_order_mark: bool,
) -> Reply {
    let body = media::json(document, shape, byte_order_mark);
    of(StatusCode::OK, media_type, body)
}

pub(super) fn of(status: StatusCode, media_type: MediaType, body: Bytes) -> Reply {
    let mut reply = Reply::new(body);
    *reply.status_mut() = status;
    // As many as there can be, so that they never move to a larger map.
    reply.headers_mut().reserve(ORDER.len());
    let content_type = format!("{}; charset=utf-8", media_type.name());
    insert(&mut reply, header::CONTENT_TYPE, &content_type);
    reply
}

/// Gives the locale of the request back, as the validation of addresses does ("Validate an address", samples).
pub(super) fn with_locale(mut reply: Reply, call: &Call) -> Reply {
    if let Some(locale) = call.header(LOCALE) {
        insert(&mut reply, LOCALE, locale);
    }
    reply
}

/// The id under which a write can be sent again; `None` without one that is a GUID.
pub(super) fn request_id(call: &Call) -> Option<Uuid> {
    Uuid::try_parse(call.header(REQUEST_ID)?).ok()
}

/// The request whose ids an answer has.
#[derive(Clone, Copy, PartialEq)]
struct IdsOf(u64);

/// Adds the ids: those of the request, or else those that the answer has, or else generated ones.
pub(super) fn with_ids(mut reply: Reply, numbers: &Numbers, call: &Call) -> Reply {
    let done = IdsOf(call.number);
    if reply.extensions_mut().insert(done) == Some(done) {
        return reply;
    }
    for name in [REQUEST_ID, CORRELATION_ID] {
        let sent = call.header(&name);
        if let Some(id) = sent.filter(|id| Uuid::try_parse(id).is_ok()) {
            insert(&mut reply, name, id);
        } else if !reply.headers().contains_key(&name) {
            let id = numbers.guid(name.as_str(), call.number).to_string();
            insert(&mut reply, name, &id);
        }
    }
    if let Some(vector) = call.header(CORRELATION_VECTOR) {
        insert(&mut reply, CORRELATION_VECTOR, vector);
    } else if !reply.headers().contains_key(CORRELATION_VECTOR) {
        let vector = numbers.correlation_vector(call.number);
        insert(&mut reply, CORRELATION_VECTOR, &vector);
    }
    insert(&mut reply, SERVER_ID, "00000001");
    if reply.status().is_success() {
        // Recorded with an answer, and absent from the errors that are kept whole.
        let context = format!("appId=cid-v1:{}", numbers.guid("request context", 0));
        insert(&mut reply, REQUEST_CONTEXT, &context);
    }
    head::in_order(reply, &ORDER)
}

/// The same answer without a body, and with the ids.
pub(super) fn without_body(mut reply: Reply) -> Reply {
    reply.body_mut().clear();
    let headers = reply.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    // Removing one moves another.
    head::in_order(reply, &ORDER)
}

fn insert(reply: &mut Reply, name: HeaderName, value: &str) {
    // Ids came as a header or are ASCII by construction.
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.headers_mut().insert(name, value);
    }
}
