//! The rate limits of both services, as their token buckets have them.

use std::time::Duration;

use crate::options::{EmulatorOptions, Throttles};

pub(crate) const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// The capacity of a token bucket, and how it fills.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    /// The most requests that it holds; 0 is no limit.
    pub(crate) capacity: u32,
    /// The requests that come back in a period.
    pub(crate) refill: u32,
    pub(crate) period: Duration,
}

impl Rate {
    /// Creates a bucket from which as many requests may be taken at once as a period brings.
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
}

impl Limits {
    pub(crate) fn of(options: &EmulatorOptions) -> Self {
        let (reads, writes, all_principals) = match options.throttles {
            Throttles::Public => (Rate::bucket(250, 25), Rate::bucket(200, 10), 15),
            Throttles::China | Throttles::Classic => {
                (Rate::even(12_000, HOUR), Rate::even(1_200, HOUR), 0)
            }
        };
        let per_hour = |requests| Rate::even(requests, HOUR);
        Self {
            partner: Rate::even(options.partner_requests_per_minute, MINUTE),
            arm_reads: options.arm_reads_per_hour.map_or(reads, per_hour),
            arm_writes: options.arm_writes_per_hour.map_or(writes, per_hour),
            all_principals,
        }
    }
}
