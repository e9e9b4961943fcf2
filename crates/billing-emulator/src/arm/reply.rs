//! The form of Azure Resource Manager's answers.

use std::time::Duration;

use axum::{
    body::Bytes,
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
};

use super::VERSION;
use crate::{
    call::{Call, Reply},
    clock, head,
    operations::Links,
    state::Context,
};

const ASYNC_OPERATION: HeaderName = HeaderName::from_static("azure-asyncoperation");
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-client-request-id");

/// What every answer says of caching and of security.
static ALWAYS: [(HeaderName, HeaderValue); 6] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    (header::PRAGMA, HeaderValue::from_static("no-cache")),
    (header::EXPIRES, HeaderValue::from_static("-1")),
    (
        header::STRICT_TRANSPORT_SECURITY,
        HeaderValue::from_static("max-age=31536000; includeSubDomains"),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
];

/// What an answer says that came from the billing service itself.
static PROVIDER: [(HeaderName, HeaderValue); 2] = [
    (
        HeaderName::from_static("x-ms-service-version"),
        HeaderValue::from_static("10.6.0.0"),
    ),
    (
        HeaderName::from_static("api-supported-versions"),
        HeaderValue::from_static(VERSION),
    ),
];

/// What an answer with a body says of it.
static OF_BODY: [(HeaderName, HeaderValue); 2] = [
    (
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    ),
    (header::VARY, HeaderValue::from_static("Accept-Encoding")),
];

/// As in the recordings of azure-sdk-for-net (`UpdateExistingBillingProfileTest`), whose recorder may have moved some;
/// what they do not have stands beside its kin. The date and the length come last.
const ORDER: [&str; 21] = [
    "cache-control",
    "pragma",
    "strict-transport-security",
    "x-ms-service-version",
    "api-supported-versions",
    "x-frame-options",
    "x-ms-ratelimit-remaining-tenant-reads",
    "x-ms-ratelimit-remaining-tenant-writes",
    "x-ms-client-request-id",
    "x-ms-request-id",
    "x-ms-correlation-request-id",
    "x-ms-routing-request-id",
    "x-content-type-options",
    "www-authenticate",
    "allow",
    "expires",
    "azure-asyncoperation",
    "location",
    "retry-after",
    "vary",
    "content-type",
];

pub(super) fn document(document: Bytes) -> Reply {
    let mut reply = from_front_door(StatusCode::OK, document);
    add_provider_headers(&mut reply);
    reply
}

pub(super) fn accepted(links: &Links, retry_after: Duration) -> Reply {
    let mut reply = Reply::default();
    *reply.status_mut() = StatusCode::ACCEPTED;
    // The names in a link are percent-encoded, so it always is a header value.
    set(&mut reply, header::LOCATION, &links.location);
    if let Some(link) = &links.async_operation {
        set(&mut reply, ASYNC_OPERATION, link);
    }
    add_retry_after(&mut reply, retry_after);
    add_provider_headers(&mut reply);
    reply
}

pub(super) fn report(report: Bytes, retry_after: Duration) -> Reply {
    let mut reply = from_front_door(StatusCode::OK, report);
    add_retry_after(&mut reply, retry_after);
    add_provider_headers(&mut reply);
    reply
}

fn add_retry_after(reply: &mut Reply, wait: Duration) {
    let seconds = wait
        .as_secs()
        .saturating_add(u64::from(wait.subsec_nanos() > 0));
    reply
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
}

/// An answer with a body that did not come from the billing service itself.
pub(super) fn from_front_door(status: StatusCode, body: Bytes) -> Reply {
    let mut reply = Reply::new(body);
    *reply.status_mut() = status;
    add(&mut reply, &OF_BODY);
    reply
}

pub(super) fn add_provider_headers(reply: &mut Reply) {
    add(reply, &PROVIDER);
}

/// Adds what every answer has: caching, security and the ids.
pub(super) fn with_ids(mut reply: Reply, context: &Context, call: &Call) -> Reply {
    // As many as there can be, so that they never move to a larger map.
    reply.headers_mut().reserve(ORDER.len());
    add(&mut reply, &ALWAYS);
    let id = context
        .numbers
        .guid("x-ms-request-id", call.number)
        .to_string();
    for name in ["x-ms-request-id", "x-ms-correlation-request-id"] {
        set(&mut reply, HeaderName::from_static(name), &id);
    }
    let time = clock::compact(context.clock.now());
    set(
        &mut reply,
        HeaderName::from_static("x-ms-routing-request-id"),
        &format!("LOOPBACK:{time}:{id}"),
    );
    let wants_id = call
        .header("x-ms-return-client-request-id")
        .is_some_and(|wanted| wanted.eq_ignore_ascii_case("true"));
    if let Some(id) = call.headers.get(CLIENT_REQUEST_ID).filter(|_| wants_id) {
        reply.headers_mut().insert(CLIENT_REQUEST_ID, id.clone());
    }
    reply
}

/// Whether a request is counted among a tenant's reads; every other one is a write.
pub(super) fn is_read(call: &Call) -> bool {
    [Method::GET, Method::HEAD].contains(&call.method)
}

/// The answer as it is sent.
pub(super) fn finished(reply: Reply) -> Reply {
    head::in_order(reply, &ORDER)
}

/// Adds how many requests of its kind the tenant has left.
pub(super) fn with_remaining(mut reply: Reply, call: &Call, remaining: u32) -> Reply {
    let name = if is_read(call) {
        "x-ms-ratelimit-remaining-tenant-reads"
    } else {
        "x-ms-ratelimit-remaining-tenant-writes"
    };
    reply
        .headers_mut()
        .insert(HeaderName::from_static(name), HeaderValue::from(remaining));
    reply
}

fn add(reply: &mut Reply, headers: &[(HeaderName, HeaderValue)]) {
    for (name, value) in headers {
        reply.headers_mut().insert(name, value.clone());
    }
}

pub(super) fn set(reply: &mut Reply, name: HeaderName, value: &str) {
    // Every value is visible ASCII by construction.
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.headers_mut().insert(name, value);
    }
}
