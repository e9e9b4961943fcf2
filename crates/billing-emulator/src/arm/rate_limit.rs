//! The rate limits of Resource Manager and of its resource provider.

use std::time::Duration;

use hyper::Method;

use crate::{
    arm::error_response::ErrorResponse,
    auth::Caller,
    context::Context,
    http::request::Request,
    options::ArmRateLimits,
    rate_limits::{
        active::Remaining,
        counted::{Counted, CountedResource},
        limit::OperationClass,
        rejection::Rejection,
    },
    service::Service,
};

/// The names of the resources under which an operation is polled.
const POLLED: [&str; 3] = ["operationResults", "operationStatuses", "billingOperations"];

/// Counts a request of an authenticated caller, or refuses it.
pub(super) fn admit(
    context: &Context,
    request: &Request,
    caller: Option<&Caller>,
) -> (Remaining, Result<(), ErrorResponse>) {
    let Some(caller) = caller else {
        return (Remaining::default(), Ok(()));
    };
    let class = class(request);
    let counted = Counted {
        service: Service::Arm,
        class,
        tenant: caller.tenant,
        principal: caller.principal,
        resource: if has_segment(request, &["Microsoft.Billing"]) {
            CountedResource::Provider
        } else {
            CountedResource::Other
        },
    };
    let mut state = context.state();
    // Read under the lock, so that it does not go back from one request to the next.
    let now = context.clock.now();
    let (remaining, admitted) = state.rate_limits.admit(counted, now);
    let refused = |rejection| throttled(context.options.arm_rate_limits, class, rejection);
    (remaining, admitted.map_err(refused))
}

/// Returns the class of a request.
fn class(request: &Request) -> OperationClass {
    match request.method {
        Method::GET if has_segment(request, &POLLED) => OperationClass::Poll,
        Method::GET => OperationClass::Read,
        Method::DELETE => OperationClass::Delete,
        _ => OperationClass::Write,
    }
}

fn has_segment(request: &Request, names: &[&str]) -> bool {
    let mut segments = request.segments.iter();
    segments.any(|segment| names.iter().any(|name| name.eq_ignore_ascii_case(segment)))
}

fn throttled(limits: ArmRateLimits, class: OperationClass, rejection: Rejection) -> ErrorResponse {
    let kind = match class {
        OperationClass::Read | OperationClass::Poll => "read",
        OperationClass::Delete => "delete",
        OperationClass::Write | OperationClass::All => "write",
    };
    match (rejection.named, limits) {
        (Some((limit, interval)), _) => ErrorResponse::ResourceThrottled {
            kind,
            limit,
            interval: clock_time(interval),
            rejection,
        },
        (None, ArmRateLimits::Public) => ErrorResponse::Throttled(rejection),
        (None, ArmRateLimits::China | ArmRateLimits::Classic) => {
            ErrorResponse::TenantThrottled { kind, rejection }
        }
    }
}

/// Writes a time as in `00:05:00`.
fn clock_time(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}", seconds % 60)
}
