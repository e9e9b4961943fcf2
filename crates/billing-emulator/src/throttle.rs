//! How many requests a service takes in a time: token buckets on the emulator's clock.
//!
//! A bucket begins full and fills evenly. A request that is refused takes nothing from it: whether the
//! services count those too, their documents leave open. Nobody counts whose token is not known, for the
//! buckets are those of the caller's tenant, and of a customer under it.

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

/// How many buckets there can be; then those that were drawn from least recently are forgotten, which fills
/// them.
const MOST_BUCKETS: usize = 100_000;

/// What a bucket is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key {
    /// The caller's tenant.
    tenant: Uuid,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    /// Partner Center's customers as a whole.
    Customers,
    /// One of them, by its tenant id.
    Customer(Uuid),
    Reads,
    Writes,
}

/// How full one of the buckets is that requests are drawn from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ThrottleLevel {
    /// The service that it is of.
    pub service: Service,
    /// The caller's tenant, or `{tenant}/{customer}` for one customer of Partner Center's.
    pub key: String,
    /// `requests`, `reads` or `writes`.
    pub kind: &'static str,
    /// How many requests it holds when it is full.
    pub capacity: u32,
    /// How many would be let through now.
    pub left: u32,
}

impl ThrottleLevel {
    /// From 0 to 1.
    pub(crate) fn fullness(&self) -> f64 {
        f64::from(self.left) / f64::from(self.capacity)
    }
}

/// The buckets that were drawn from; the others are full.
#[derive(Clone, Default)]
pub(crate) struct Buckets {
    buckets: HashMap<Key, Bucket>,
    /// How many requests there were, which is how the buckets know their age: a clock may stand.
    taken: u64,
}

/// How many whole seconds to wait for the next request that is let through: 1 or more.
pub(crate) struct Refused {
    pub(crate) seconds: u64,
}

impl Buckets {
    /// Partner Center's customer resources: a customer's, or those of no one customer.
    pub(crate) fn take_partner(
        &mut self,
        limits: Limits,
        tenant: Uuid,
        customer: Option<Uuid>,
        now: SystemTime,
    ) -> Result<(), Refused> {
        let kind = customer.map_or(Kind::Customers, Kind::Customer);
        self.take(limits, Key { tenant, kind }, now)?;
        Ok(())
    }

    /// Resource Manager: how many more reads there are, or `None` without a limit.
    pub(crate) fn take_arm_read(
        &mut self,
        limits: Limits,
        tenant: Uuid,
        now: SystemTime,
    ) -> Result<Option<u32>, Refused> {
        let kind = Kind::Reads;
        self.take(limits, Key { tenant, kind }, now)
    }

    /// Resource Manager: how many more writes there are, or `None` without a limit.
    pub(crate) fn take_arm_write(
        &mut self,
        limits: Limits,
        tenant: Uuid,
        now: SystemTime,
    ) -> Result<Option<u32>, Refused> {
        let kind = Kind::Writes;
        self.take(limits, Key { tenant, kind }, now)
    }

    /// Each bucket that was drawn from, those of Partner Center first. Nothing changes by being looked at.
    pub(crate) fn levels(&self, limits: Limits, now: SystemTime) -> Vec<ThrottleLevel> {
        let mut buckets: Vec<_> = self.buckets.iter().collect();
        buckets.sort_unstable_by_key(|(key, _)| (key.kind.service().name() == "arm", **key));
        let levels = buckets.into_iter().map(|(key, bucket)| {
            let (limit, period) = key.kind.rate(limits);
            let left = bucket.left(limit, period, now) / period.as_nanos();
            ThrottleLevel {
                service: key.kind.service(),
                key: match key.kind {
                    Kind::Customer(customer) => format!("{}/{customer}", key.tenant),
                    _ => key.tenant.to_string(),
                },
                kind: match key.kind {
                    Kind::Customers | Kind::Customer(_) => "requests",
                    Kind::Reads => "reads",
                    Kind::Writes => "writes",
                },
                capacity: limit,
                left: u32::try_from(left).unwrap_or(u32::MAX),
            }
        });
        levels.collect()
    }

    fn take(&mut self, limits: Limits, key: Key, now: SystemTime) -> Result<Option<u32>, Refused> {
        let (limit, period) = key.kind.rate(limits);
        if limit == 0 {
            return Ok(None);
        }
        if self.buckets.len() >= MOST_BUCKETS && !self.buckets.contains_key(&key) {
            self.forget_a_tenth();
        }
        self.taken += 1;
        let bucket = self.buckets.entry(key).or_default();
        bucket.taken = self.taken;
        bucket.take(limit, period, now)
    }

    /// A tenth at a time, so that looking for the oldest costs each request next to nothing.
    fn forget_a_tenth(&mut self) {
        let mut ages: Vec<_> = self.buckets.values().map(|bucket| bucket.taken).collect();
        let (_, newest_old, _) = ages.select_nth_unstable(MOST_BUCKETS / 10);
        let newest_old = *newest_old;
        self.buckets.retain(|_, bucket| bucket.taken > newest_old);
    }
}

impl Kind {
    fn service(self) -> Service {
        match self {
            Self::Customers | Self::Customer(_) => Service::Partner,
            Self::Reads | Self::Writes => Service::Arm,
        }
    }

    /// How many requests there may be in how much time; 0 for as many as there are.
    fn rate(self, limits: Limits) -> (u32, Duration) {
        match self {
            Self::Customers | Self::Customer(_) => (limits.partner_per_minute, MINUTE),
            Self::Reads => (limits.arm_reads_per_hour, HOUR),
            Self::Writes => (limits.arm_writes_per_hour, HOUR),
        }
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
    /// Which request it was drawn from last by.
    taken: u64,
}

impl Bucket {
    /// What is in it.
    fn left(&self, limit: u32, period: Duration, now: SystemTime) -> u128 {
        let per_nanosecond = u128::from(limit);
        // A clock that was set back brings nothing.
        let passed = self.at.and_then(|at| now.duration_since(at).ok());
        let filled = passed.unwrap_or_default().as_nanos() * per_nanosecond;
        let missing = self.missing.saturating_sub(filled);
        (per_nanosecond * period.as_nanos()).saturating_sub(missing)
    }

    fn take(
        &mut self,
        limit: u32,
        period: Duration,
        now: SystemTime,
    ) -> Result<Option<u32>, Refused> {
        let per_nanosecond = u128::from(limit);
        let request = period.as_nanos();
        let left = self.left(limit, period, now);
        self.missing = per_nanosecond * request - left;
        self.at = Some(now);
        let Some(left) = left.checked_sub(request) else {
            let wait = (request - left).div_ceil(per_nanosecond);
            let seconds = wait.div_ceil(Duration::from_secs(1).as_nanos());
            let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
            return Err(Refused { seconds });
        };
        self.missing += request;
        Ok(u32::try_from(left / request).ok())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn of_too_many_buckets_those_that_were_used_least_recently_are_forgotten() {
        let mut buckets = Buckets::default();
        let limits = Limits {
            partner_per_minute: 1,
            ..Limits::NONE
        };
        let mut is_let_through = |tenant: usize| {
            let tenant = Uuid::from_u128(tenant as u128);
            let taken = buckets.take_partner(limits, tenant, None, SystemTime::UNIX_EPOCH);
            assert!(buckets.buckets.len() <= MOST_BUCKETS);
            taken.is_ok()
        };
        for tenant in 0..MOST_BUCKETS {
            assert!(is_let_through(tenant), "{tenant}");
        }
        assert!(!is_let_through(0), "its bucket is empty");
        assert!(is_let_through(MOST_BUCKETS), "one more than there can be");
        assert!(!is_let_through(0), "it was used a moment ago");
        assert!(is_let_through(1), "its bucket is full again");
    }
}
