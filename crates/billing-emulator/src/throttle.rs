//! How many requests a service takes in a time: token buckets on the emulator's clock.
//!
//! A bucket begins full and fills evenly. A request that is refused takes nothing from it: whether the
//! services count those too, their documents leave open. Nobody counts whose token is not known, for the
//! buckets are those of a tenant.

use std::{
    collections::HashMap,
    time::{Duration, SystemTime},
};

use serde::Serialize;
use uuid::Uuid;

use crate::Service;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// How many requests each bucket holds; 0 is no limit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) partner_per_minute: u32,
    pub(crate) arm_reads_per_hour: u32,
    pub(crate) arm_writes_per_hour: u32,
}

impl Limits {
    /// "Customer resources", note: 500 requests per minute and tenant id. "Understand how Azure
    /// Resource Manager throttles requests", "Subscription and tenant limits": 12,000 reads and 1,200
    /// writes per hour and tenant.
    pub(crate) const DOCUMENTED: Self = Self {
        partner_per_minute: 500,
        arm_reads_per_hour: 12_000,
        arm_writes_per_hour: 1_200,
    };

    pub(crate) const NONE: Self = Self {
        partner_per_minute: 0,
        arm_reads_per_hour: 0,
        arm_writes_per_hour: 0,
    };
}

/// The buckets that were drawn from; the others are full.
#[derive(Clone, Default)]
pub(crate) struct Buckets {
    partner: Bucket,
    /// By the customer's tenant id.
    customers: HashMap<Uuid, Bucket>,
    arm_reads: Bucket,
    arm_writes: Bucket,
}

/// How full a bucket is.
#[derive(Debug, Serialize)]
pub(crate) struct Level {
    pub(crate) service: Service,
    /// The customer whose bucket it is; empty for that of all others.
    pub(crate) key: String,
    /// What is counted: `requests` per minute, `reads` or `writes` per hour.
    pub(crate) kind: &'static str,
    pub(crate) capacity: u32,
    /// How many whole requests it lets through now.
    pub(crate) left: u32,
}

impl Level {
    /// From 0 to 1; what has the same is in no order.
    pub(crate) fn fullness(&self) -> f64 {
        f64::from(self.left) / f64::from(self.capacity)
    }
}

/// How many whole seconds to wait for the next request that is let through: 1 or more.
pub(crate) struct Refused {
    pub(crate) seconds: u64,
}

impl Buckets {
    /// Partner Center's customer resources: a customer's, or those of no one customer. Only a customer
    /// that there is may be named, so that there is a bound to the buckets.
    pub(crate) fn take_partner(
        &mut self,
        limits: Limits,
        customer: Option<Uuid>,
        now: SystemTime,
    ) -> Result<(), Refused> {
        let bucket = match customer {
            Some(customer) => self.customers.entry(customer).or_default(),
            None => &mut self.partner,
        };
        bucket.take(limits.partner_per_minute, MINUTE, now)?;
        Ok(())
    }

    /// How full each bucket is that has a limit and was drawn from.
    pub(crate) fn levels(&self, limits: Limits, now: SystemTime) -> Vec<Level> {
        let (partner, per_minute) = (Service::Partner, limits.partner_per_minute);
        let customers = self
            .customers
            .iter()
            .map(|(id, bucket)| (partner, id.to_string(), "requests", per_minute, bucket));
        let (reads, writes) = (limits.arm_reads_per_hour, limits.arm_writes_per_hour);
        let others = [
            (partner, "requests", per_minute, &self.partner),
            (Service::Arm, "reads", reads, &self.arm_reads),
            (Service::Arm, "writes", writes, &self.arm_writes),
        ];
        others
            .into_iter()
            .map(|(service, kind, limit, bucket)| (service, String::new(), kind, limit, bucket))
            .chain(customers)
            .filter_map(|(service, key, kind, capacity, bucket)| {
                let period = match service {
                    Service::Partner => MINUTE,
                    Service::Arm => HOUR,
                };
                Some(Level {
                    service,
                    key,
                    kind,
                    capacity,
                    left: bucket.left(capacity, period, now)?,
                })
            })
            .collect()
    }

    /// Resource Manager: how many more reads there are, or `None` without a limit.
    pub(crate) fn take_arm_read(
        &mut self,
        limits: Limits,
        now: SystemTime,
    ) -> Result<Option<u32>, Refused> {
        self.arm_reads.take(limits.arm_reads_per_hour, HOUR, now)
    }

    /// Resource Manager: how many more writes there are, or `None` without a limit.
    pub(crate) fn take_arm_write(
        &mut self,
        limits: Limits,
        now: SystemTime,
    ) -> Result<Option<u32>, Refused> {
        self.arm_writes.take(limits.arm_writes_per_hour, HOUR, now)
    }
}

/// In units of which a nanosecond brings as many as there are requests in a period, and a request
/// takes as many as there are nanoseconds in one: so nothing is ever rounded.
#[derive(Clone, Default)]
struct Bucket {
    /// What was taken and did not come back yet.
    missing: u128,
    /// When that was so; `None` before the first request.
    at: Option<SystemTime>,
}

impl Bucket {
    fn take(
        &mut self,
        limit: u32,
        period: Duration,
        now: SystemTime,
    ) -> Result<Option<u32>, Refused> {
        if limit == 0 {
            return Ok(None);
        }
        let per_nanosecond = u128::from(limit);
        let request = period.as_nanos();
        let capacity = per_nanosecond * request;
        self.missing = self.missing_at(per_nanosecond, now);
        self.at = Some(now);
        let left = capacity - self.missing;
        let Some(left) = left.checked_sub(request) else {
            let wait = (request - left).div_ceil(per_nanosecond);
            let seconds = wait.div_ceil(Duration::from_secs(1).as_nanos());
            let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
            return Err(Refused { seconds });
        };
        self.missing += request;
        Ok(u32::try_from(left / request).ok())
    }

    /// How many whole requests it would let through; `None` without a limit or before the first.
    fn left(&self, limit: u32, period: Duration, now: SystemTime) -> Option<u32> {
        self.at.filter(|_| limit > 0)?;
        let per_nanosecond = u128::from(limit);
        let request = period.as_nanos();
        let missing = self.missing_at(per_nanosecond, now);
        let left = (per_nanosecond * request).saturating_sub(missing) / request;
        u32::try_from(left).ok()
    }

    fn missing_at(&self, per_nanosecond: u128, now: SystemTime) -> u128 {
        // A clock that was set back brings nothing, and goes on from there.
        let passed = self.at.and_then(|at| now.duration_since(at).ok());
        let filled = passed.unwrap_or_default().as_nanos() * per_nanosecond;
        self.missing.saturating_sub(filled)
    }
}
