//! Rate limits as token buckets on the emulator's clock.
//!
//! A bucket is full at first and fills evenly. Callers that are not authenticated are not counted,
//! because a bucket belongs to the caller's tenant, and to a principal or a customer in it.

use std::{collections::HashMap, time::SystemTime};

use serde::Serialize;
use uuid::Uuid;

use crate::{
    rate_limits::{Limits, Rate, SECOND},
    service::Service,
};

/// The most token buckets. Beyond it the least recently used ones are forgotten, which fills them.
const MOST_BUCKETS: usize = 100_000;

/// The tenant and the requests that a bucket is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key {
    /// The caller's tenant.
    tenant: Uuid,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    /// Partner Center's lists of customers.
    Customers,
    /// A customer, by its tenant id.
    Customer(Uuid),
    /// Of one principal, or of all principals of the tenant.
    Reads(Option<Uuid>),
    Writes(Option<Uuid>),
}

/// The level of a token bucket that requests were taken from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ThrottleLevel {
    /// The service whose requests it limits.
    pub service: Service,
    /// The caller's tenant; `{tenant}/{customer}` for one customer of Partner Center's, and
    /// `{tenant}/{principal}` for one principal in Resource Manager.
    pub key: String,
    /// `requests`, `reads` or `writes`.
    pub kind: &'static str,
    /// The most requests that it holds.
    pub capacity: u32,
    /// The requests that would be accepted now.
    pub left: u32,
}

impl ThrottleLevel {
    /// Returns the level from 0 to 1.
    pub(crate) fn fullness(&self) -> f64 {
        f64::from(self.left) / f64::from(self.capacity)
    }
}

/// The token buckets that requests were taken from; all others are full.
#[derive(Clone, Default)]
pub(crate) struct Buckets {
    buckets: HashMap<Key, Bucket>,
    /// The number of requests so far, which orders the buckets by age: the clock may stand.
    taken: u64,
}

/// A throttled request, with the whole seconds until the next is accepted: 1 or more.
pub(crate) struct Refused {
    pub(crate) seconds: u64,
}

impl Buckets {
    /// Partner Center: takes a request for one customer, or for lists of customers. A throttled
    /// request counts, too ("API throttling guidance for partners calling Partner Center APIs"): it
    /// takes what has come back meanwhile.
    pub(crate) fn take_partner(
        &mut self,
        limits: Limits,
        tenant: Uuid,
        customer: Option<Uuid>,
        now: SystemTime,
    ) -> Result<(), Refused> {
        let kind = customer.map_or(Kind::Customers, Kind::Customer);
        let rate = limits.partner;
        if rate.is_none() {
            return Ok(());
        }
        let bucket = self.bucket(Key { tenant, kind });
        if bucket.wait(rate, now).is_some() {
            bucket.drain(rate, now);
        }
        match bucket.wait(rate, now) {
            Some(seconds) => Err(Refused { seconds }),
            None => {
                bucket.take(rate, now);
                Ok(())
            }
        }
    }

    /// Resource Manager: takes a read or a write from the principal's bucket and from the one of
    /// all principals of the tenant, or from neither. Returns how many are left, or `None` without
    /// a limit.
    pub(crate) fn take_arm(
        &mut self,
        limits: Limits,
        is_read: bool,
        (tenant, principal): (Uuid, Uuid),
        now: SystemTime,
    ) -> Result<Option<u32>, Refused> {
        let kind = if is_read { Kind::Reads } else { Kind::Writes };
        let buckets = [kind(Some(principal)), kind(None)].map(|kind| {
            let rate = kind.rate(limits);
            (Key { tenant, kind }, rate)
        });
        let buckets = buckets.iter().filter(|(_, rate)| !rate.is_none());
        let waits = buckets.clone();
        let wait = waits.filter_map(|(key, rate)| self.bucket(*key).wait(*rate, now));
        if let Some(seconds) = wait.max() {
            return Err(Refused { seconds });
        }
        let left = buckets.map(|(key, rate)| self.bucket(*key).take(*rate, now));
        Ok(left.min())
    }

    /// Returns the level of each bucket, those of Partner Center first.
    pub(crate) fn levels(&self, limits: Limits, now: SystemTime) -> Vec<ThrottleLevel> {
        let mut buckets: Vec<_> = self.buckets.iter().collect();
        buckets.sort_unstable_by_key(|(key, _)| (key.kind.service() == Service::Arm, **key));
        let levels = buckets.into_iter().map(|(key, bucket)| {
            let rate = key.kind.rate(limits);
            let left = bucket.left(rate, now) / rate.period.as_nanos();
            let (kind, id) = match key.kind {
                Kind::Customers => ("requests", None),
                Kind::Customer(id) => ("requests", Some(id)),
                Kind::Reads(id) => ("reads", id),
                Kind::Writes(id) => ("writes", id),
            };
            let tenant = key.tenant;
            ThrottleLevel {
                service: key.kind.service(),
                key: id.map_or_else(|| tenant.to_string(), |id| format!("{tenant}/{id}")),
                kind,
                capacity: rate.capacity,
                left: u32::try_from(left).unwrap_or(u32::MAX),
            }
        });
        levels.collect()
    }

    fn bucket(&mut self, key: Key) -> &mut Bucket {
        if self.buckets.len() >= MOST_BUCKETS && !self.buckets.contains_key(&key) {
            self.forget_a_tenth();
        }
        self.taken += 1;
        let bucket = self.buckets.entry(key).or_default();
        bucket.taken = self.taken;
        bucket
    }

    /// Forgets a tenth at a time, so that the search for the oldest costs little per request.
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
            Self::Reads(_) | Self::Writes(_) => Service::Arm,
        }
    }

    fn rate(self, limits: Limits) -> Rate {
        match self {
            Self::Customers | Self::Customer(_) => limits.partner,
            Self::Reads(Some(_)) => limits.arm_reads,
            Self::Writes(Some(_)) => limits.arm_writes,
            Self::Reads(None) => limits.arm_reads.times(limits.all_principals),
            Self::Writes(None) => limits.arm_writes.times(limits.all_principals),
        }
    }
}

/// A token bucket, counted in units of which a nanosecond brings as many as there are requests in a
/// period, and a request takes as many as there are nanoseconds in it. So nothing is rounded.
#[derive(Clone, Default)]
struct Bucket {
    /// The units that were taken and have not come back yet.
    missing: u128,
    /// The time of `missing`; `None` before the first request.
    at: Option<SystemTime>,
    /// The number of the request that last used it.
    taken: u64,
}

impl Bucket {
    /// Returns the units that are left.
    fn left(&self, rate: Rate, now: SystemTime) -> u128 {
        // Setting the clock back brings nothing.
        let passed = self.at.and_then(|at| now.duration_since(at).ok());
        let filled = passed.unwrap_or_default().as_nanos() * u128::from(rate.refill);
        let missing = self.missing.saturating_sub(filled);
        (u128::from(rate.capacity) * rate.period.as_nanos()).saturating_sub(missing)
    }

    /// Returns the whole seconds until the next request; `None` if there is one now.
    fn wait(&self, rate: Rate, now: SystemTime) -> Option<u64> {
        let request = rate.period.as_nanos();
        let missing = request.checked_sub(self.left(rate, now))?;
        let wait = missing.div_ceil(u128::from(rate.refill.max(1)));
        let seconds = wait.div_ceil(SECOND.as_nanos());
        (missing > 0).then(|| u64::try_from(seconds).unwrap_or(u64::MAX))
    }

    /// Takes a request, which must be left, and returns how many are left then.
    fn take(&mut self, rate: Rate, now: SystemTime) -> u32 {
        let request = rate.period.as_nanos();
        let left = self.left(rate, now).saturating_sub(request);
        self.set(left, rate, now);
        u32::try_from(left / request).unwrap_or(u32::MAX)
    }

    /// Takes everything that is left.
    fn drain(&mut self, rate: Rate, now: SystemTime) {
        self.set(0, rate, now);
    }

    fn set(&mut self, left: u128, rate: Rate, now: SystemTime) {
        self.missing = u128::from(rate.capacity) * rate.period.as_nanos() - left;
        self.at = Some(now);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "a test fails by panicking")]

    use super::*;
    use crate::options::EmulatorOptions;

    #[test]
    fn the_least_recently_used_buckets_are_forgotten() {
        let mut buckets = Buckets::default();
        let limits = Limits::of(&EmulatorOptions {
            partner_requests_per_minute: 1,
            ..EmulatorOptions::default()
        });
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
