//! The rate limits in force, and what they have counted.
//!
//! Callers that are not authenticated are not counted, because a limit belongs to the caller's
//! tenant, and to a principal or a customer in it.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde::Serialize;

use crate::{
    ids,
    rate_limits::{
        counted::{Counted, Key, counting},
        limit::{Algorithm, OperationClass, RateLimit},
        meter::Meter,
        rejection::Rejection,
        timeline::Timeline,
    },
    service::Service,
};

/// The most callers that are counted apart. Beyond it those that came least recently are forgotten,
/// whose limits are unused then.
const MOST_METERS: usize = 100_000;

/// The most times that all meters keep together: 64 MiB of them, and few enough for a test.
const MOST_TIMES: usize = if cfg!(test) {
    16 * 1024
} else {
    4 * 1024 * 1024
};

/// The numbers of requests that are left, as the headers of a response tell them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Remaining {
    /// Of Resource Manager's own limits, with the class of the limit.
    pub(crate) tenant: Option<(u32, OperationClass)>,
    /// Of the limits of its resource provider.
    pub(crate) provider: Option<u32>,
}

/// What a rate limit has counted of one caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RateLimitLevel {
    /// The service whose requests it limits.
    pub service: Service,
    /// The limit, as in `bucket arm.write=200,10/s`.
    pub limit: String,
    /// The caller's tenant; `{tenant}/{customer}` for one customer of Partner Center's, and
    /// `{tenant}/{principal}` for one principal in Resource Manager.
    pub key: String,
    /// The class of the requests: `requests` for all, `reads`, `writes`, `deletes` or `polls`.
    pub kind: &'static str,
    /// The most requests that it lets through at once.
    pub capacity: u32,
    /// The requests that would be let through now.
    pub left: u32,
}

impl RateLimitLevel {
    /// Returns the part of the requests that is left, from 0 to 1.
    pub(crate) fn fullness(&self) -> f64 {
        f64::from(self.left) / f64::from(self.capacity)
    }
}

/// The rate limits in force, and what they have counted of each caller.
#[derive(Debug, Clone)]
pub(crate) struct RateLimits {
    limits: Arc<[RateLimit]>,
    /// When they came into force.
    since: SystemTime,
    /// Generates the jitter of a header.
    seed: u64,
    meters: HashMap<Key, Meter>,
    /// The number of uses so far, which orders the meters by age: the clock may stand.
    used: u64,
    /// The times that all meters keep.
    times: usize,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self::new(Vec::new(), SystemTime::UNIX_EPOCH, 0)
    }
}

impl RateLimits {
    /// Puts limits in force, none of which has counted anything.
    pub(crate) fn new(limits: Vec<RateLimit>, since: SystemTime, seed: u64) -> Self {
        Self {
            limits: limits.into(),
            since,
            seed,
            meters: HashMap::new(),
            used: 0,
            times: 0,
        }
    }

    /// Has the limits begin at this time.
    pub(crate) fn begin(&mut self, since: SystemTime) {
        self.since = since;
    }

    pub(crate) fn limits(&self) -> &[RateLimit] {
        &self.limits
    }

    /// Counts a request against every limit that it has, or refuses it.
    ///
    /// The limits of one stage count it all or not at all. Those of the resource provider are a
    /// stage of their own, behind Resource Manager's.
    pub(crate) fn admit(
        &mut self,
        request: Counted,
        now: SystemTime,
    ) -> (Remaining, Result<(), Rejection>) {
        if self.limits.is_empty() {
            return (Remaining::default(), Ok(()));
        }
        let admitted = self
            .stage(request, now, false)
            .and_then(|()| self.stage(request, now, true));
        let remaining = Remaining {
            tenant: self.shown(request, now, false),
            provider: self.shown(request, now, true).map(|(left, _)| left),
        };
        (remaining, admitted)
    }

    fn stage(
        &mut self,
        request: Counted,
        now: SystemTime,
        is_provider: bool,
    ) -> Result<(), Rejection> {
        let limits = Arc::clone(&self.limits);
        let counting = || counting(&limits, request, is_provider);
        let mut longest: Option<(Duration, &RateLimit)> = None;
        for (limit, key) in counting() {
            let timeline = Timeline::new(limit, self.since);
            let meter = self.meter(limit, key);
            if let Some(wait) = meter.wait(timeline, now)
                && longest.is_none_or(|(longest, _)| wait > longest)
            {
                longest = Some((wait, limit));
            }
        }
        for (limit, key) in counting() {
            let timeline = Timeline::new(limit, self.since);
            let meter = self.meter(limit, key);
            let is_taken = match longest {
                None => true,
                Some(_) => limit.refused_cost && meter.wait(timeline, now).is_some(),
            };
            if is_taken {
                let before = meter.len();
                meter.take(timeline, now);
                let after = meter.len();
                self.times = (self.times + after).saturating_sub(before);
            }
        }
        match longest {
            None => Ok(()),
            // Computed again: the rejection itself may have made it longer.
            Some((_, limit)) => {
                let key = counting().find(|(one, _)| std::ptr::eq(*one, limit));
                let wait = key.and_then(|(_, key)| {
                    let timeline = Timeline::new(limit, self.since);
                    self.meter(limit, key).wait(timeline, now)
                });
                Err(Rejection::new(limit, wait.unwrap_or_default(), now))
            }
        }
    }

    /// Returns the least number that the limits of a stage show.
    fn shown(
        &mut self,
        request: Counted,
        now: SystemTime,
        is_provider: bool,
    ) -> Option<(u32, OperationClass)> {
        if request.service != Service::Arm {
            return None;
        }
        let limits = Arc::clone(&self.limits);
        let shown = counting(&limits, request, is_provider).filter_map(|(limit, key)| {
            let timeline = Timeline::new(limit, self.since);
            let noise = ids::mix(self.seed ^ ids::mix(self.used));
            let meter = self.meter(limit, key);
            let before = meter.len();
            let shown = meter.shown(limit, timeline, now, noise);
            let after = meter.len();
            self.times = (self.times + after).saturating_sub(before);
            Some((shown?, limit.scope.class()))
        });
        shown.min_by_key(|(left, _)| *left)
    }

    /// Returns the level of each limit that counted something, those of Partner Center first.
    pub(crate) fn levels(&self, now: SystemTime) -> Vec<RateLimitLevel> {
        let mut meters: Vec<_> = self.meters.iter().collect();
        meters.sort_unstable_by_key(|(key, _)| **key);
        let levels = meters.into_iter().filter_map(|(key, meter)| {
            let limit = self.limits.get(key.limit)?;
            let tenant = key.tenant;
            let key = key.within.map(|id| format!("{tenant}/{id}"));
            Some(RateLimitLevel {
                service: if limit.scope.is_arm() {
                    Service::Arm
                } else {
                    Service::Partner
                },
                limit: limit.to_string(),
                key: key.unwrap_or_else(|| tenant.to_string()),
                kind: kind(limit.scope.class()),
                capacity: limit.algorithm.most(),
                left: meter.left(Timeline::new(limit, self.since), now),
            })
        });
        let mut levels: Vec<_> = levels.collect();
        levels.sort_by_key(|level| level.service == Service::Arm);
        levels
    }

    fn meter(&mut self, limit: &RateLimit, key: Key) -> &mut Meter {
        let is_full = self.meters.len() >= MOST_METERS && !self.meters.contains_key(&key);
        if is_full || self.times > MOST_TIMES {
            self.forget_a_tenth();
        }
        self.used += 1;
        let meter = self.meters.entry(key).or_insert_with(|| Meter::new(limit));
        meter.used = self.used;
        meter
    }

    /// Forgets a tenth at a time, so that the search for the oldest costs little per request.
    fn forget_a_tenth(&mut self) {
        let mut ages: Vec<_> = self.meters.values().map(|meter| meter.used).collect();
        let tenth = ages.len() / 10;
        if tenth >= ages.len() {
            return;
        }
        let (_, newest_old, _) = ages.select_nth_unstable(tenth);
        let newest_old = *newest_old;
        self.meters.retain(|_, meter| meter.used > newest_old);
        self.times = self.meters.values().map(Meter::len).sum();
    }
}

fn kind(class: OperationClass) -> &'static str {
    match class {
        OperationClass::All => "requests",
        OperationClass::Read => "reads",
        OperationClass::Write => "writes",
        OperationClass::Delete => "deletes",
        OperationClass::Poll => "polls",
    }
}

impl Algorithm {
    fn most(&self) -> u32 {
        match self {
            Self::TokenBucket { capacity, .. } => *capacity,
            Self::FixedWindow { requests, .. } | Self::SlidingWindow { requests, .. } => *requests,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::rate_limits::counted::CountedResource;

    fn is_let_through(limits: &mut RateLimits, tenant: usize) -> bool {
        let request = Counted {
            service: Service::Partner,
            class: OperationClass::Read,
            tenant: Uuid::from_u128(tenant as u128),
            principal: Uuid::nil(),
            resource: CountedResource::Other,
        };
        let (_, admitted) = limits.admit(request, SystemTime::UNIX_EPOCH);
        assert!(limits.meters.len() <= MOST_METERS);
        admitted.is_ok()
    }

    fn limits(text: &str) -> RateLimits {
        let limit = text.parse().unwrap();
        RateLimits::new(vec![limit], SystemTime::UNIX_EPOCH, 0)
    }

    #[test]
    fn callers_that_came_least_recently_are_forgotten() {
        let mut limits = limits("bucket partner=1,1/m");
        for tenant in 0..MOST_METERS {
            assert!(is_let_through(&mut limits, tenant), "{tenant}");
        }
        assert!(!is_let_through(&mut limits, 0), "its bucket is empty");
        assert!(
            is_let_through(&mut limits, MOST_METERS),
            "one more than there can be"
        );
        assert!(!is_let_through(&mut limits, 0), "it was used a moment ago");
        assert!(is_let_through(&mut limits, 1), "its bucket is full again");
    }

    #[test]
    fn times_of_sliding_windows_are_bounded_together() {
        let mut limits = limits("window partner=1000/m,sliding");
        for tenant in 0..60 {
            for _ in 0..900 {
                is_let_through(&mut limits, tenant);
            }
        }
        assert!(limits.times <= MOST_TIMES, "{}", limits.times);
        let kept: usize = limits.meters.values().map(Meter::len).sum();
        assert_eq!(limits.times, kept);
        assert!(limits.meters.len() < 60);
    }
}
