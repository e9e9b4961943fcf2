//! The gateway's limit on requests, and its answer ("API throttling guidance for partners
//! calling Partner Center APIs").

use axum::{
    body::Bytes,
    http::{HeaderValue, StatusCode, header},
};
use uuid::Uuid;

use crate::{
    call::{Call, Reply},
    state::Context,
    throttle::Refused,
};

pub(super) fn admit(context: &Context, call: &Call, tenant: Uuid) -> Result<(), Refused> {
    // No document has a number for the other resources.
    let segments = call.segments();
    let Some([customers, named @ ..]) = segments.get(1..) else {
        return Ok(());
    };
    if !customers.eq_ignore_ascii_case("customers") {
        return Ok(());
    }
    let mut state = context.state();
    // Read under the lock, so that it does not go back from one request to the next.
    let now = context.clock.now();
    let customer = named
        .first()
        .and_then(|customer| Uuid::try_parse(customer).ok())
        .filter(|customer| state.customers.contains_key(customer));
    state
        .buckets
        .take_partner(context.options.limits, tenant, customer, now)
}

/// Neither compact nor with a byte order mark, nor in XML, nor with any `MS-` header.
pub(super) fn into_reply(refused: &Refused) -> Reply {
    let seconds = refused.seconds;
    let body = format!(
        r#"{{ "statusCode": 429, "message": "Rate limit is exceeded. Try again in {seconds} seconds." }}"#
    );
    let mut reply = Reply::new(Bytes::from(body));
    *reply.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    let headers = reply.headers_mut();
    let content_type = HeaderValue::from_static("application/json");
    headers.insert(header::CONTENT_TYPE, content_type);
    headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    reply
}
