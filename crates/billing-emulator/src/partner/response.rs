//! The responses of Partner Center, with their headers.

use hyper::{
    StatusCode,
    body::Bytes,
    header::{self, HeaderName, HeaderValue},
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    context::Context,
    contract::Schema,
    http::{request::Request, response::Response},
    ids::IdGenerator,
    partner::media::{self, MediaType},
    store::{
        idempotency::{Recorded, ResponseIds},
        resource::Resource,
    },
};

const REQUEST_ID: HeaderName = HeaderName::from_static("ms-requestid");
const CORRELATION_ID: HeaderName = HeaderName::from_static("ms-correlationid");
const CORRELATION_VECTOR: HeaderName = HeaderName::from_static("ms-cv");
const LOCALE: HeaderName = HeaderName::from_static("x-locale");
const SERVER_ID: HeaderName = HeaderName::from_static("ms-serverid");
const IS_MFA_COMPLIANT: HeaderName = HeaderName::from_static("ismfacompliant");
const REQUEST_CONTEXT: HeaderName = HeaderName::from_static("request-context");

/// Returns a response with a billing profile.
pub(super) fn profile(context: &Context, stored: &Resource, media_type: MediaType) -> Response {
    let body = media_type.profile(&stored.document, context.options.byte_order_mark);
    of(StatusCode::OK, media_type.content_type(), body)
}

/// Returns a response with a related document, as JSON.
pub(super) fn document(
    document: &Value,
    schema: &Schema,
    media_type: MediaType,
    byte_order_mark: bool,
) -> Response {
    let body = media::json(document, schema, byte_order_mark);
    of(StatusCode::OK, media_type.content_type(), body)
}

/// Returns a response without its ids.
///
/// The headers are in the order of the samples that have every one ("Verify indirect reseller
/// Microsoft Partner Agreement status", "Validate an address") and of
/// microsoft/Partner-Center-PowerShell, `GetPartnerCountryValidation.json`: those of the body with
/// the length, those of the error, the ids, the locale, and at last the date.
pub(super) fn of(status: StatusCode, content_type: &'static str, body: Bytes) -> Response {
    let length = HeaderValue::from(body.len());
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, length);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// Adds the locale of the request, as the validation of addresses does ("Validate an address",
/// samples).
pub(super) fn with_locale(mut response: Response, request: &Request) -> Response {
    if let Some(locale) = sent(request, &LOCALE) {
        response.headers_mut().insert(LOCALE, locale);
    }
    response
}

/// Returns the id under which a write can be sent again; `None` if it is absent or no GUID.
pub(super) fn request_id(request: &Request) -> Option<Uuid> {
    Uuid::try_parse(request.header(REQUEST_ID)?).ok()
}

/// Returns the ids of a response that its request sends.
pub(super) fn ids(request: &Request) -> ResponseIds {
    ResponseIds {
        number: request.number,
        correlation: sent_guid(request, &CORRELATION_ID),
        vector: sent(request, &CORRELATION_VECTOR),
    }
}

/// Returns what is recorded of a response.
pub(super) fn recorded(response: &Response, media_type: MediaType, ids: &ResponseIds) -> Recorded {
    Recorded {
        status: response.status(),
        content_type: media_type.content_type(),
        // A copy, which takes no more memory than it has bytes.
        body: Bytes::copy_from_slice(response.body()),
        ids: ids.clone(),
    }
}

/// Returns a recorded response again. The ids that the new request sends are kept.
pub(super) fn replay(recorded: Recorded, ids: &mut ResponseIds) -> Response {
    ids.number = recorded.ids.number;
    ids.correlation = ids.correlation.take().or(recorded.ids.correlation);
    ids.vector = ids.vector.take().or(recorded.ids.vector);
    of(recorded.status, recorded.content_type, recorded.body)
}

/// Adds the ids, and the other headers that every response of the service has.
pub(super) fn with_ids(
    mut response: Response,
    ids: ResponseIds,
    generator: &IdGenerator,
    request: &Request,
) -> Response {
    let generated =
        |name: &HeaderName| value(&generator.guid(name.as_str(), ids.number).to_string());
    let correlation = ids.correlation.or_else(|| generated(&CORRELATION_ID));
    let request_id = sent_guid(request, &REQUEST_ID).or_else(|| generated(&REQUEST_ID));
    let vector = ids.vector;
    let vector = vector.or_else(|| value(&generator.correlation_vector(ids.number)));
    // Recorded with a successful response, and absent from the errors that were recorded whole.
    let is_success = response.status().is_success();
    let context = format!("appId=cid-v1:{}", generator.guid("request context", 0));
    let context = value(&context).filter(|_| is_success);
    let headers = response.headers_mut();
    // It was inserted last, and is sent after the ids.
    let locale = headers.remove(&LOCALE);
    for (name, value) in [
        (CORRELATION_ID, correlation),
        (REQUEST_ID, request_id),
        (CORRELATION_VECTOR, vector),
        (SERVER_ID, Some(HeaderValue::from_static("00000001"))),
        (REQUEST_CONTEXT, context),
        (LOCALE, locale),
    ] {
        if let Some(value) = value {
            headers.insert(name, value);
        }
    }
    response
}

/// Adds whether the token shows multi-factor authentication, if the request asks for it. An
/// application's token has no user, and no response about it was recorded.
pub(super) fn with_mfa(
    mut response: Response,
    has_mfa: Option<bool>,
    request: &Request,
) -> Response {
    if let Some(has_mfa) = has_mfa.filter(|_| request.is_true("validatemfa")) {
        let value = HeaderValue::from_static(if has_mfa { "true" } else { "false" });
        response.headers_mut().insert(IS_MFA_COMPLIANT, value);
    }
    response
}

/// Removes the body of a response.
pub(super) fn without_body(mut response: Response) -> Response {
    response.body_mut().clear();
    response.headers_mut().remove(header::CONTENT_TYPE);
    response
}

/// Copies a header of the request, so that nothing else of the request is stored with it.
fn sent(request: &Request, name: &HeaderName) -> Option<HeaderValue> {
    value(request.header(name)?)
}

fn sent_guid(request: &Request, name: &HeaderName) -> Option<HeaderValue> {
    let id = request.header(name)?;
    Uuid::try_parse(id).ok().and_then(|_| value(id))
}

/// Makes a header value of an id that was sent as a header or is ASCII by construction.
fn value(id: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(id).ok()
}
