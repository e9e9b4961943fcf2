//! The documented rate limits of both services.

use std::time::Duration;

pub(crate) const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Which of its documented rate limits Resource Manager applies; each is counted for a principal in
/// a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Throttles {
    /// The public cloud since 2024: 250 reads, refilled by 25 per second, and 200 writes, refilled
    /// by 10 per second; 15 times that over all principals of a tenant ("Understand how Azure
    /// Resource Manager throttles requests", "Regional throttling and token bucket algorithm").
    #[default]
    Public,
    /// Azure operated by 21Vianet: 12,000 reads and 1,200 writes per hour (the same page in its
    /// documentation).
    China,
    /// The public cloud until 2024: the figures of [`China`](Self::China), and those of the known
    /// recordings.
    Classic,
}

/// How many requests a bucket holds, and how it fills.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    /// 0 is no limit.
    pub(crate) capacity: u32,
    /// How many requests a period brings.
    pub(crate) refill: u32,
    pub(crate) period: Duration,
}

impl Rate {
    const NONE: Self = Self::even(0, SECOND);

    /// As many as a period has may come at once.
    const fn even(requests: u32, period: Duration) -> Self {
        Self {
            capacity: requests,
            refill: requests,
            period,
        }
    }

    const fn bucket(capacity: u32, per_second: u32) -> Self {
        Self {
            capacity,
            refill: per_second,
            period: SECOND,
        }
    }

    pub(crate) const fn times(self, factor: u32) -> Self {
        Self {
            capacity: self.capacity.saturating_mul(factor),
            refill: self.refill.saturating_mul(factor),
            period: self.period,
        }
    }

    pub(crate) const fn is_none(self) -> bool {
        self.capacity == 0
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) partner: Rate,
    pub(crate) arm_reads: Rate,
    pub(crate) arm_writes: Rate,
    /// How many times the limits of one principal all principals of a tenant have together; 0 is no
    /// limit.
    pub(crate) all_principals: u32,
    pub(crate) throttles: Throttles,
}

impl Limits {
    /// "Customer resources", note: 500 requests per minute and tenant id.
    pub(crate) const DOCUMENTED: Self = Self {
        partner: Rate::even(500, MINUTE),
        ..Self::NONE.with_throttles(Throttles::Public)
    };

    pub(crate) const NONE: Self = Self {
        partner: Rate::NONE,
        arm_reads: Rate::NONE,
        arm_writes: Rate::NONE,
        all_principals: 0,
        throttles: Throttles::Public,
    };

    pub(crate) const fn with_throttles(mut self, throttles: Throttles) -> Self {
        (self.arm_reads, self.arm_writes, self.all_principals) = match throttles {
            Throttles::Public => (Rate::bucket(250, 25), Rate::bucket(200, 10), 15),
            Throttles::China | Throttles::Classic => {
                (Rate::even(12_000, HOUR), Rate::even(1_200, HOUR), 0)
            }
        };
        self.throttles = throttles;
        self
    }

    pub(crate) fn set_partner_per_minute(&mut self, requests: u32) {
        self.partner = Rate::even(requests, MINUTE);
    }

    pub(crate) fn set_arm_reads_per_hour(&mut self, requests: u32) {
        self.arm_reads = Rate::even(requests, HOUR);
    }

    pub(crate) fn set_arm_writes_per_hour(&mut self, requests: u32) {
        self.arm_writes = Rate::even(requests, HOUR);
    }
}
