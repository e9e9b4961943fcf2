//! The documented rate limits of both services.

use std::time::Duration;

use crate::{
    options::{ArmRateLimits, EmulatorOptions},
    rate_limits::limit::{OperationClass, RateLimit, RateLimitScope},
};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// How many times the limits of one principal all principals of a tenant have together.
const ALL_PRINCIPALS: u32 = 15;

/// Returns the limits in force: those that were given, and the documented ones of the options,
/// except those that a given limit replaces.
pub(crate) fn in_force(options: &EmulatorOptions, given: &[RateLimit]) -> Vec<RateLimit> {
    let mut limits = documented(options);
    limits.retain(|limit| !given.iter().any(|given| replaces(given, limit)));
    limits.extend_from_slice(given);
    limits
}

/// Returns whether a limit replaces a documented one: both count the same callers, or a principal
/// and its tenant, and requests of the same class.
fn replaces(given: &RateLimit, documented: &RateLimit) -> bool {
    let (given, documented) = (given.scope, documented.scope);
    let is_alike = given.is_alike(documented)
        || matches!(
            (given, documented),
            (RateLimitScope::Arm(_), RateLimitScope::ArmTenant(_))
        );
    let (given, documented) = (given.class(), documented.class());
    let all = OperationClass::All;
    is_alike && (given == documented || given == all || documented == all)
}

fn documented(options: &EmulatorOptions) -> Vec<RateLimit> {
    let (reads, writes, all_principals) = match options.arm_rate_limits {
        ArmRateLimits::Public => ((250, 25, SECOND), (200, 10, SECOND), Some(ALL_PRINCIPALS)),
        ArmRateLimits::China | ArmRateLimits::Classic => {
            (even(12_000, HOUR), even(1_200, HOUR), None)
        }
    };
    let per_hour = |requests| even(requests, HOUR);
    let reads = options.arm_reads_per_hour.map_or(reads, per_hour);
    let writes = options.arm_writes_per_hour.map_or(writes, per_hour);
    let mut limits = Vec::new();
    let mut add = |scope, (capacity, refill, per): (u32, u32, Duration), times: u32| {
        // 0 is no limit.
        if capacity > 0 {
            let (capacity, refill) = (capacity.saturating_mul(times), refill.saturating_mul(times));
            let limit = RateLimit::bucket(scope, capacity, refill, per);
            limits.push(limit);
        }
    };
    for (class, numbers) in [
        (OperationClass::Read, reads),
        (OperationClass::Write, writes),
    ] {
        add(RateLimitScope::Arm(class), numbers, 1);
        if let Some(times) = all_principals {
            add(RateLimitScope::ArmTenant(class), numbers, times);
        }
    }
    if options.partner_requests_per_minute > 0 {
        let requests = options.partner_requests_per_minute;
        let scope = RateLimitScope::Customer(OperationClass::All);
        // A throttled request counts, too ("API throttling guidance for partners calling Partner
        // Center APIs").
        limits.push(RateLimit::bucket(scope, requests, requests, MINUTE).refused_cost(true));
    }
    limits
}

/// Returns the numbers of a bucket from which as many requests may be taken at once as a period
/// brings.
const fn even(requests: u32, per: Duration) -> (u32, u32, Duration) {
    (requests, requests, per)
}
