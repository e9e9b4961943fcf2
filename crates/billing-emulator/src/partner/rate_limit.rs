//! The gateway's rate limit, and its response ("API throttling guidance for partners calling
//! Partner Center APIs").

use hyper::{
    StatusCode,
    header::{self, HeaderValue},
};
use uuid::Uuid;

use crate::{
    context::Context,
    http::{
        request::Request,
        response::{self, Response},
    },
    store::throttle::Refused,
};

pub(super) fn admit(context: &Context, request: &Request, tenant: Uuid) -> Result<(), Refused> {
    // No document has a limit for the other resources.
    let segments = request.segments();
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
        .take_partner(context.limits, tenant, customer, now)
}

/// Returns the gateway's response: neither compact nor with a byte order mark, nor in XML, nor with
/// any `MS-` header.
pub(super) fn into_response(refused: &Refused) -> Response {
    let seconds = refused.seconds;
    let body = format!(
        r#"{{ "statusCode": 429, "message": "Rate limit is exceeded. Try again in {seconds} seconds." }}"#
    );
    let mut response = response::with_type(StatusCode::TOO_MANY_REQUESTS, "application/json", body);
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}
