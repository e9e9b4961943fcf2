//! The form of Azure Resource Manager's answers.

use axum::{
    body::Bytes,
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
};

use super::VERSION;
use crate::{
    call::{Call, Reply},
    operations::Links,
    state::Context,
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
    (SUPPORTED_VERSIONS, HeaderValue::from_static(VERSION)),
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

/// An answer that is not finished, whose headers may be said in any order.
pub(super) struct Draft {
    status: StatusCode,
    body: Bytes,
    /// By their places in `ORDER`.
    headers: [Option<HeaderValue>; ORDER.len()],
}

impl Draft {
    fn new(status: StatusCode, body: Bytes) -> Self {
        Self {
            status,
            body,
            headers: [const { None }; ORDER.len()],
        }
    }

    /// Says one of the headers that have a place in `ORDER`.
    pub(super) fn set(&mut self, name: &HeaderName, value: HeaderValue) {
        let mut places = ORDER.iter().zip(&mut self.headers);
        if let Some((_, place)) = places.find(|(known, _)| *known == name) {
            *place = Some(value);
        }
    }

    /// Says one whose value is visible ASCII by construction.
    pub(super) fn set_text(&mut self, name: &HeaderName, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.set(name, value);
        }
    }

    fn set_all(&mut self, headers: &[(HeaderName, HeaderValue)]) {
        for (name, value) in headers {
            self.set(name, value.clone());
        }
    }

    pub(super) fn set_provider_headers(&mut self) {
        self.set_all(&PROVIDER);
    }

    fn set_retry_after(&mut self, seconds: u64) {
        self.set(&header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

pub(super) fn document(document: Bytes) -> Draft {
    let mut draft = from_front_door(StatusCode::OK, document);
    draft.set_provider_headers();
    draft
}

pub(super) fn accepted(links: &Links, retry_after: u64) -> Draft {
    let mut draft = Draft::new(StatusCode::ACCEPTED, Bytes::new());
    // The names in a link are percent-encoded.
    draft.set_text(&header::LOCATION, &links.location);
    if let Some(link) = &links.async_operation {
        draft.set_text(&ASYNC_OPERATION, link);
    }
    draft.set_retry_after(retry_after);
    draft.set_provider_headers();
    draft
}

pub(super) fn report(report: Bytes, retry_after: u64) -> Draft {
    let mut draft = document(report);
    draft.set_retry_after(retry_after);
    draft
}

/// An answer with a body that did not come from the billing service itself.
pub(super) fn from_front_door(status: StatusCode, body: Bytes) -> Draft {
    let mut draft = Draft::new(status, body);
    draft.set_all(&OF_BODY);
    draft
}

/// Whether a request is counted among a tenant's reads; every other one is a write.
pub(super) fn is_read(call: &Call) -> bool {
    call.method == Method::GET
}

/// The answer as it is sent, with what every answer has: caching, security, the ids, and how many
/// requests of its kind the tenant has left where somebody counts.
pub(super) fn finished(
    mut draft: Draft,
    context: &Context,
    call: &mut Call,
    remaining: Option<u32>,
) -> Reply {
    draft.set_all(&ALWAYS);
    let id = context
        .numbers
        .guid("x-ms-request-id", call.number)
        .to_string();
    draft.set_text(&REQUEST_ID, &id);
    draft.set_text(&CORRELATION_ID, &id);
    let time = context.clock.compact(context.clock.now());
    draft.set_text(&ROUTING_ID, &format!("LOOPBACK:{time}:{id}"));
    let wants_id = call
        .header("x-ms-return-client-request-id")
        .is_some_and(|wanted| wanted.eq_ignore_ascii_case("true"));
    if let Some(id) = call.headers.get(CLIENT_REQUEST_ID).filter(|_| wants_id) {
        draft.set(&CLIENT_REQUEST_ID, id.clone());
    }
    if let Some(remaining) = remaining {
        let name = if is_read(call) {
            REMAINING_READS
        } else {
            REMAINING_WRITES
        };
        draft.set(&name, HeaderValue::from(remaining));
    }
    let said = ORDER.iter().zip(draft.headers);
    let said = said.filter_map(|(name, value)| Some((name.clone(), value?)));
    let mut headers = call.take_header_map(ORDER.len());
    headers.extend(said);
    let mut reply = Reply::new(draft.body);
    *reply.status_mut() = draft.status;
    *reply.headers_mut() = headers;
    reply
}
