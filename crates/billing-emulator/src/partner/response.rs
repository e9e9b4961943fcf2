//! The form of Partner Center's answers.

use std::mem;

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
};
use serde_json::Value;
use uuid::Uuid;

use super::media::{self, MediaType};
use crate::{
    call::{Call, Reply},
    contract::Shape,
    numbers::Numbers,
    state::Context,
};

const REQUEST_ID: HeaderName = HeaderName::from_static("ms-requestid");
const CORRELATION_ID: HeaderName = HeaderName::from_static("ms-correlationid");
const CORRELATION_VECTOR: HeaderName = HeaderName::from_static("ms-cv");
const LOCALE: HeaderName = HeaderName::from_static("x-locale");
const SERVER_ID: HeaderName = HeaderName::from_static("ms-serverid");
const IS_MFA_COMPLIANT: HeaderName = HeaderName::from_static("ismfacompliant");
const REQUEST_CONTEXT: HeaderName = HeaderName::from_static("request-context");

/// How many headers an answer has at most without its ids, and with all of them, so that they never
/// move to a larger map.
const FIRST: usize = 6;
const MOST: usize = 12;

/// A document in one of the media types of JSON, as those around a billing profile are.
pub(super) fn document(
    document: &Value,
    shape: &Shape,
    media_type: MediaType,
    byte_order_mark: bool,
) -> Reply {
    let body = media::json(document, shape, byte_order_mark);
    of(StatusCode::OK, media_type.content_type(), body)
}

/// An answer without its ids.
///
/// The headers stand in the order of the samples that keep every one ("Verify indirect reseller
/// Microsoft Partner Agreement status", "Validate an address") and of
/// microsoft/Partner-Center-PowerShell, `GetPartnerCountryValidation.json`: the length and what is
/// of the body, what is of the error, the ids, the locale, and at last the date.
pub(super) fn of(status: StatusCode, content_type: &'static str, body: Bytes) -> Reply {
    let mut headers = HeaderMap::with_capacity(FIRST);
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    let mut reply = Reply::new(body);
    *reply.status_mut() = status;
    *reply.headers_mut() = headers;
    reply
}

/// Gives the locale of the request back, as the validation of addresses does ("Validate an
/// address", samples).
pub(super) fn with_locale(mut reply: Reply, call: &Call) -> Reply {
    if let Some(locale) = sent(call, &LOCALE) {
        reply.headers_mut().insert(LOCALE, locale);
    }
    reply
}

/// The id under which a write can be sent again; `None` without one that is a GUID.
pub(super) fn request_id(call: &Call) -> Option<Uuid> {
    Uuid::try_parse(call.header(REQUEST_ID)?).ok()
}

/// The ids of an answer, which it has again each time that it is given: as they were sent, and the
/// others generated.
#[derive(Clone)]
pub(super) struct Ids {
    /// The number of the request that was answered first.
    number: u64,
    correlation: Option<HeaderValue>,
    vector: Option<HeaderValue>,
}

impl Ids {
    pub(super) fn of(call: &Call) -> Self {
        Self {
            number: call.number,
            correlation: sent_guid(call, &CORRELATION_ID),
            vector: sent(call, &CORRELATION_VECTOR),
        }
    }

    /// Those of a request that is answered again: what it sends itself comes before what was sent
    /// with the first.
    pub(super) fn again(&mut self, first: &Self) {
        self.number = first.number;
        self.correlation = self.correlation.take().or(first.correlation.clone());
        self.vector = self.vector.take().or(first.vector.clone());
    }

    /// How many bytes were sent of them.
    pub(super) fn len(&self) -> usize {
        let sent = [&self.correlation, &self.vector].into_iter().flatten();
        sent.map(HeaderValue::len).sum()
    }
}

/// Adds the ids, and what else each answer has of the service.
pub(super) fn with_ids(mut reply: Reply, ids: Ids, context: &Context, call: &mut Call) -> Reply {
    let numbers = &context.numbers;
    let generated = |name: &HeaderName| value(&numbers.guid(name.as_str(), ids.number).to_string());
    let correlation = ids.correlation.or_else(|| generated(&CORRELATION_ID));
    let request = sent_guid(call, &REQUEST_ID).or_else(|| generated(&REQUEST_ID));
    let vector = ids.vector;
    let vector = vector.or_else(|| value(&numbers.correlation_vector(ids.number)));
    let is_success = reply.status().is_success();
    let mut first = mem::take(reply.headers_mut());
    let locale = first.remove(&LOCALE);
    let mut headers = call.take_header_map(MOST);
    headers.extend(first);
    for (name, value) in [
        (CORRELATION_ID, correlation),
        (REQUEST_ID, request),
        (CORRELATION_VECTOR, vector),
        (SERVER_ID, Some(HeaderValue::from_static("00000001"))),
        // Recorded with an answer, and absent from the errors that are kept whole.
        (
            REQUEST_CONTEXT,
            is_success.then(|| context.request_context.clone()),
        ),
        (LOCALE, locale),
    ] {
        if let Some(value) = value {
            headers.insert(name, value);
        }
    }
    *reply.headers_mut() = headers;
    reply
}

/// Whether the request wants to know if its token shows multi-factor authentication.
pub(super) fn asks_for_mfa(call: &Call) -> bool {
    let asked = call.header("validatemfa");
    asked.is_some_and(|asked| asked.eq_ignore_ascii_case("true"))
}

/// Says whether the token shows multi-factor authentication. That of an application has no user,
/// and no answer about it was recorded.
pub(super) fn with_mfa(mut reply: Reply, has_mfa: Option<bool>) -> Reply {
    if let Some(has_mfa) = has_mfa {
        let value = HeaderValue::from_static(if has_mfa { "true" } else { "false" });
        reply.headers_mut().insert(IS_MFA_COMPLIANT, value);
    }
    reply
}

/// What `Request-Context` says in each answer of a run.
pub(crate) fn request_context(numbers: &Numbers) -> HeaderValue {
    let context = format!("appId=cid-v1:{}", numbers.guid("request context", 0));
    // It is ASCII by construction.
    HeaderValue::try_from(context).unwrap_or(HeaderValue::from_static(""))
}

/// The same answer without a body.
pub(super) fn without_body(mut reply: Reply) -> Reply {
    reply.body_mut().clear();
    reply.headers_mut().remove(header::CONTENT_TYPE);
    reply
}

/// A header of the request, to be given back: a copy, so that nothing else of the request is kept
/// with it.
fn sent(call: &Call, name: &HeaderName) -> Option<HeaderValue> {
    value(call.header(name)?)
}

fn sent_guid(call: &Call, name: &HeaderName) -> Option<HeaderValue> {
    let id = call.header(name)?;
    Uuid::try_parse(id).ok().and_then(|_| value(id))
}

/// Ids came as a header or are ASCII by construction.
fn value(id: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(id).ok()
}
