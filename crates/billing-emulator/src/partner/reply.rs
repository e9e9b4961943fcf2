//! The form of Partner Center's answers.

use axum::{
    body::Bytes,
    http::{HeaderName, HeaderValue, StatusCode, header},
};
use uuid::Uuid;

use super::media::MediaType;
use crate::{
    call::{Call, Reply},
    numbers::Numbers,
};

const REQUEST_ID: HeaderName = HeaderName::from_static("ms-requestid");
const CORRELATION_ID: HeaderName = HeaderName::from_static("ms-correlationid");
const CORRELATION_VECTOR: HeaderName = HeaderName::from_static("ms-cv");
const SERVER_ID: HeaderName = HeaderName::from_static("ms-serverid");

pub(super) fn of(status: StatusCode, media_type: MediaType, body: Bytes) -> Reply {
    let mut reply = Reply::new(body);
    *reply.status_mut() = status;
    let content_type = format!("{}; charset=utf-8", media_type.name());
    insert(&mut reply, header::CONTENT_TYPE, &content_type);
    reply
}

/// Adds the ids: those of the request, or generated ones.
pub(super) fn with_ids(mut reply: Reply, numbers: &Numbers, call: &Call) -> Reply {
    for name in [REQUEST_ID, CORRELATION_ID] {
        let value = call
            .header(name.as_str())
            .filter(|id| Uuid::try_parse(id).is_ok())
            .map_or_else(
                || numbers.guid(name.as_str(), call.number).to_string(),
                str::to_owned,
            );
        insert(&mut reply, name, &value);
    }
    let vector = call
        .header(CORRELATION_VECTOR.as_str())
        .map_or_else(|| numbers.correlation_vector(call.number), str::to_owned);
    insert(&mut reply, CORRELATION_VECTOR, &vector);
    insert(&mut reply, SERVER_ID, "00000001");
    reply
}

fn insert(reply: &mut Reply, name: HeaderName, value: &str) {
    // Ids came as a header or are ASCII by construction.
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.headers_mut().insert(name, value);
    }
}
