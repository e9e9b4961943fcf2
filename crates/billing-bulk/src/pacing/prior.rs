//! The documented rate limits of the services, from which pacing starts.

use std::time::Duration;

use billing_core::Cloud;

use crate::pacing::key::{Class, Key, Scope};
use crate::pacing::signal::Limit;

/// A rate limit as documented.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Prior {
    /// A token bucket with so many tokens at most, and so many more each second.
    Bucket {
        /// The most tokens that it holds.
        capacity: f64,
        /// Tokens per second.
        rate: f64,
    },
    /// A number of requests in an interval, which may be a bucket or a window.
    Interval(Limit),
}

impl Prior {
    /// Returns the documented limit of a key. Loopback and other custom endpoints have none: pacing
    /// starts fast there and learns from rejections.
    pub(crate) fn of(key: &Key) -> Option<Self> {
        let is = |cloud: Cloud| {
            *key.origin == *cloud.arm_endpoint() || *key.origin == *cloud.partner_endpoint()
        };
        match key.scope {
            // "Understand how Azure Resource Manager throttles requests": token buckets per
            // region, principal and operation class. Azure Government, for which we know no
            // figures, starts from the same: a prior that is too high costs some rejections, and a
            // low prior costs much of the run.
            Scope::ArmPrincipal(class) if is(Cloud::public()) || is(Cloud::us_government()) => {
                Some(match class {
                    Class::Read => Self::bucket(250.0, 25.0),
                    Class::Write => Self::bucket(200.0, 10.0),
                })
            }
            // The documentation of Azure in China still has requests per hour.
            Scope::ArmPrincipal(class) if is(Cloud::china()) => Some(match class {
                Class::Read => Self::interval(12_000, 3_600),
                Class::Write => Self::interval(1_200, 3_600),
            }),
            // "Customer resources": 500 requests per minute for a tenant.
            Scope::PartnerTenant if is(Cloud::public()) || is(Cloud::china()) => {
                Some(Self::interval(500, 60))
            }
            _ => None,
        }
    }

    fn bucket(capacity: f64, rate: f64) -> Self {
        Self::Bucket { capacity, rate }
    }

    fn interval(requests: u32, seconds: u64) -> Self {
        Self::Interval(Limit {
            requests,
            interval: Duration::from_secs(seconds),
        })
    }
}
