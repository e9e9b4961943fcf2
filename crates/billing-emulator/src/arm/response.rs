//! The responses of Azure Resource Manager, with their headers.

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
    contract::{self, ARM_LATER_ORDER, ARM_LATER_PAGE_ORDER, ApiVersion, Schema},
    http::{
        request::Request,
        response::{Response, empty},
    },
    rate_limits::{active::Remaining, limit::OperationClass},
    store::operation::Links,
};

const ASYNC_OPERATION: HeaderName = HeaderName::from_static("azure-asyncoperation");
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-client-request-id");
const SERVICE_VERSION: HeaderName = HeaderName::from_static("x-ms-service-version");
pub(super) const SUPPORTED_VERSIONS: HeaderName = HeaderName::from_static("api-supported-versions");
const REMAINING_READS: HeaderName =
    HeaderName::from_static("x-ms-ratelimit-remaining-tenant-reads");
const REMAINING_WRITES: HeaderName =
    HeaderName::from_static("x-ms-ratelimit-remaining-tenant-writes");
const REMAINING_DELETES: HeaderName =
    HeaderName::from_static("x-ms-ratelimit-remaining-tenant-deletes");
const REMAINING_RESOURCE_REQUESTS: HeaderName =
    HeaderName::from_static("x-ms-ratelimit-remaining-tenant-resource-requests");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-request-id");
const CORRELATION_ID: HeaderName = HeaderName::from_static("x-ms-correlation-request-id");
const ROUTING_ID: HeaderName = HeaderName::from_static("x-ms-routing-request-id");

const fn pair(name: &'static str, value: &'static str) -> (HeaderName, HeaderValue) {
    (
        HeaderName::from_static(name),
        HeaderValue::from_static(value),
    )
}

/// The headers of every response about caching and security.
static ALWAYS: [(HeaderName, HeaderValue); 6] = [
    pair("cache-control", "no-cache"),
    pair("pragma", "no-cache"),
    pair("expires", "-1"),
    pair(
        "strict-transport-security",
        "max-age=31536000; includeSubDomains",
    ),
    pair("x-frame-options", "DENY"),
    pair("x-content-type-options", "nosniff"),
];

/// The headers of a response from the billing service itself.
static PROVIDER: [(HeaderName, HeaderValue); 2] = [
    pair("x-ms-service-version", "10.6.0.0"),
    pair("api-supported-versions", api_version::SUPPORTED),
];

/// The headers of a response with a body.
static OF_BODY: [(HeaderName, HeaderValue); 2] = [
    pair("content-type", "application/json; charset=utf-8"),
    pair("vary", "Accept-Encoding"),
];

/// The order of the headers as in the recordings of azure-sdk-for-net
/// (`UpdateExistingBillingProfileTest`), whose recorder may have moved some. A header that is not
/// recorded stands beside similar ones. The date and the length come last.
static ORDER: [HeaderName; 23] = [
    header::CACHE_CONTROL,
    header::PRAGMA,
    header::STRICT_TRANSPORT_SECURITY,
    SERVICE_VERSION,
    SUPPORTED_VERSIONS,
    header::X_FRAME_OPTIONS,
    REMAINING_READS,
    REMAINING_WRITES,
    REMAINING_DELETES,
    REMAINING_RESOURCE_REQUESTS,
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

/// Returns a response with a billing profile.
pub(super) fn profile(document: &Value, version: ApiVersion) -> Response {
    ordered(document, version, ARM_LATER_ORDER)
}

/// Returns a response with a page of billing profiles.
pub(super) fn page(document: &Value, version: ApiVersion) -> Response {
    ordered(document, version, ARM_LATER_PAGE_ORDER)
}

/// Returns a response with another document.
pub(super) fn document(document: &Value) -> Response {
    from_provider(contract::to_json(document, &[]).into())
}

fn ordered(document: &Value, version: ApiVersion, later: &Schema) -> Response {
    let order = match version {
        ApiVersion::V2019 => &[],
        ApiVersion::V2020 | ApiVersion::V2024 => later,
    };
    from_provider(contract::to_json(document, order).into())
}

/// Returns a 204.
pub(super) fn no_content() -> Response {
    let mut response = empty(StatusCode::NO_CONTENT);
    add_provider_headers(response.headers_mut());
    response
}

/// Returns a 202 with the links to poll and without a body.
pub(super) fn accepted(links: &Links, retry_after: u64) -> Response {
    let mut response = empty(StatusCode::ACCEPTED);
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

/// Returns a 200 with a report on an operation, which may be running.
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

/// Returns a response with a body that does not come from the billing service itself.
pub(super) fn from_front_door(status: StatusCode, body: Bytes) -> Response {
    let mut response = empty(status);
    *response.body_mut() = body;
    response.headers_mut().extend(OF_BODY.clone());
    response
}

/// Adds the headers that every response has (caching, security, the ids, and the number of requests
/// that are left if there is a rate limit), and puts all of them in the recorded order.
pub(super) fn finish(
    mut response: Response,
    context: &Context,
    request: &Request,
    remaining: Remaining,
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
    let wants_id = request.is_true("x-ms-return-client-request-id");
    if let Some(id) = request.headers.get(CLIENT_REQUEST_ID).filter(|_| wants_id) {
        headers.insert(CLIENT_REQUEST_ID, id.clone());
    }
    if let Some((remaining, class)) = remaining.tenant {
        let name = match class {
            OperationClass::Read | OperationClass::Poll => REMAINING_READS,
            OperationClass::Delete => REMAINING_DELETES,
            OperationClass::All if request.method == Method::GET => REMAINING_READS,
            OperationClass::Write | OperationClass::All => REMAINING_WRITES,
        };
        headers.insert(name, HeaderValue::from(remaining));
    }
    if let Some(remaining) = remaining.provider {
        headers.insert(REMAINING_RESOURCE_REQUESTS, HeaderValue::from(remaining));
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
