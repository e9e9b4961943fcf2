//! The form of Azure Resource Manager's answers.

use std::mem;

use hyper::{
    HeaderMap, Method, StatusCode,
    body::Bytes,
    header::{self, HeaderName, HeaderValue},
};
use serde_json::Value;

use crate::{
    arm::api_version,
    clock,
    context::Context,
    contract,
    http::{request::Request, response::Response},
    store::operations::Links,
};

const ASYNC_OPERATION: HeaderName = HeaderName::from_static("azure-asyncoperation");
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-client-request-id");
const SERVICE_VERSION: HeaderName = HeaderName::from_static("x-ms-service-version");
const SUPPORTED_VERSIONS: HeaderName = HeaderName::from_static("api-supported-versions");
const REMAINING_READS: HeaderName =
    HeaderName::from_static("x-ms-ratelimit-remaining-tenant-reads");
const REMAINING_WRITES: HeaderName =
    HeaderName::from_static("x-ms-ratelimit-remaining-tenant-writes");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-request-id");
const CORRELATION_ID: HeaderName = HeaderName::from_static("x-ms-correlation-request-id");
const ROUTING_ID: HeaderName = HeaderName::from_static("x-ms-routing-request-id");

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
    (SERVICE_VERSION, HeaderValue::from_static("10.6.0.0")),
    (
        SUPPORTED_VERSIONS,
        HeaderValue::from_static(api_version::PROFILES),
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

/// As in the recordings of azure-sdk-for-net (`UpdateExistingBillingProfileTest`), whose recorder
/// may have moved some; what they do not have stands beside its kin. The date and the length come
/// last.
static ORDER: [HeaderName; 21] = [
    header::CACHE_CONTROL,
    header::PRAGMA,
    header::STRICT_TRANSPORT_SECURITY,
    SERVICE_VERSION,
    SUPPORTED_VERSIONS,
    header::X_FRAME_OPTIONS,
    REMAINING_READS,
    REMAINING_WRITES,
    CLIENT_REQUEST_ID,
    REQUEST_ID,
    CORRELATION_ID,
    ROUTING_ID,
    header::X_CONTENT_TYPE_OPTIONS,
    header::WWW_AUTHENTICATE,
    header::ALLOW,
    header::EXPIRES,
    ASYNC_OPERATION,
    header::LOCATION,
    header::RETRY_AFTER,
    header::VARY,
    header::CONTENT_TYPE,
];

/// A billing profile, or a list of them.
pub(super) fn document(document: &Value) -> Response {
    from_provider(contract::to_json(document, &[]).into())
}

/// 202: an empty body, and where to poll.
pub(super) fn accepted(links: &Links, retry_after: u64) -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::ACCEPTED;
    let headers = response.headers_mut();
    // The names in a link are percent-encoded.
    set(headers, header::LOCATION, &links.location);
    if let Some(link) = &links.async_operation {
        set(headers, ASYNC_OPERATION, link);
    }
    headers.insert(header::RETRY_AFTER, HeaderValue::from(retry_after));
    add_provider_headers(headers);
    response
}

/// 200: a report on an operation, which may be running.
pub(super) fn report(report: Bytes, retry_after: u64) -> Response {
    let mut response = from_provider(report);
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from(retry_after));
    response
}

fn from_provider(body: Bytes) -> Response {
    let mut response = from_front_door(StatusCode::OK, body);
    add_provider_headers(response.headers_mut());
    response
}

/// A response with a body that does not come from the billing service itself.
pub(super) fn from_front_door(status: StatusCode, body: Bytes) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().extend(OF_BODY.clone());
    response
}

/// Returns whether a request is counted among a tenant's reads; every other one is a write.
pub(super) fn is_read(request: &Request) -> bool {
    request.method == Method::GET
}

/// Adds the headers that every response has: caching, security, the ids, and how many requests of
/// its kind the tenant has left if there is a limit. Puts all of them in the recorded order.
pub(super) fn finish(
    mut response: Response,
    context: &Context,
    request: &Request,
    remaining: Option<u32>,
) -> Response {
    let headers = response.headers_mut();
    headers.extend(ALWAYS.clone());
    let id = context
        .ids
        .guid("x-ms-request-id", request.number)
        .to_string();
    set(headers, REQUEST_ID, &id);
    set(headers, CORRELATION_ID, &id);
    let time = clock::compact(context.clock.now());
    set(headers, ROUTING_ID, &format!("LOOPBACK:{time}:{id}"));
    let wants_id = request
        .header("x-ms-return-client-request-id")
        .is_some_and(|wanted| wanted.eq_ignore_ascii_case("true"));
    if let Some(id) = request.headers.get(CLIENT_REQUEST_ID).filter(|_| wants_id) {
        headers.insert(CLIENT_REQUEST_ID, id.clone());
    }
    if let Some(remaining) = remaining {
        let name = if is_read(request) {
            REMAINING_READS
        } else {
            REMAINING_WRITES
        };
        headers.insert(name, HeaderValue::from(remaining));
    }
    let mut unordered = mem::take(headers);
    for name in &ORDER {
        if let Some(value) = unordered.remove(name) {
            headers.insert(name.clone(), value);
        }
    }
    response
}

/// Sets a header whose value is visible ASCII by construction.
pub(super) fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// Adds the headers of the billing service itself.
pub(super) fn add_provider_headers(headers: &mut HeaderMap) {
    headers.extend(PROVIDER.clone());
}
