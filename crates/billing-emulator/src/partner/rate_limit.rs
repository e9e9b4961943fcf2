//! The gateway's rate limits, and its response ("API throttling guidance for partners calling
//! Partner Center APIs").

use hyper::{Method, StatusCode, header};
use uuid::Uuid;

use crate::{
    auth::Caller,
    context::Context,
    http::{
        request::Request,
        response::{self, Response},
    },
    rate_limits::{
        counted::{Counted, CountedResource},
        limit::OperationClass,
        rejection::Rejection,
    },
    service::Service,
};

/// Counts a request, or refuses it.
pub(super) fn admit(
    context: &Context,
    request: &Request,
    caller: &Caller,
) -> Result<(), Rejection> {
    let mut state = context.state();
    // Read under the lock, so that it does not go back from one request to the next.
    let now = context.clock.now();
    let resource = match request.segments.get(1) {
        Some(resource) if resource.eq_ignore_ascii_case("customers") => {
            let named = request.segments.get(2);
            let named = named.and_then(|customer| Uuid::try_parse(customer).ok());
            let known = named.filter(|customer| state.customers.contains_key(customer));
            CountedResource::Customer(known)
        }
        _ => CountedResource::Other,
    };
    let counted = Counted {
        service: Service::Partner,
        class: match request.method {
            Method::GET => OperationClass::Read,
            _ => OperationClass::Write,
        },
        tenant: caller.tenant,
        principal: caller.principal,
        resource,
    };
    let (_, admitted) = state.rate_limits.admit(counted, now);
    admitted
}

/// Returns the gateway's response: neither compact nor with a byte order mark, nor in XML, nor with
/// any `MS-` header.
pub(super) fn into_response(rejection: &Rejection) -> Response {
    let seconds = rejection.seconds;
    let body = format!(
        r#"{{ "statusCode": 429, "message": "Rate limit is exceeded. Try again in {seconds} seconds." }}"#
    );
    let mut response = response::with_type(StatusCode::TOO_MANY_REQUESTS, "application/json", body);
    if let Some(value) = rejection.retry_after.value() {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}
