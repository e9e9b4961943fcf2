//! One rate limit, as it is built in Rust.

use std::time::Duration;

/// A rate limit: which requests it counts, how it counts them, and what it tells of that.
///
/// A limit is built in Rust, or read from a text, the form that the command line
/// (`billing emulator --bucket`, `--window`) and the control API (`PUT /api/rate-limits`) use, too:
///
/// ```
/// use std::time::Duration;
///
/// use billing_emulator::{OperationClass, RateLimit, RateLimitScope, RemainingHeader};
///
/// let read: RateLimit = "bucket arm.write=200,10/s;headers=stale:5s".parse()?;
/// let scope = RateLimitScope::Arm(OperationClass::Write);
/// let built = RateLimit::bucket(scope, 200, 10, Duration::from_secs(1))
///     .headers(RemainingHeader::Stale(Duration::from_secs(5)));
/// assert_eq!(read, built);
/// # Ok::<(), billing_emulator::Error>(())
/// ```
///
/// # The text
///
/// `bucket SCOPE=CAPACITY,REFILL/TIME` is a token bucket that is full at first and fills evenly;
/// `/s`, `/m` and `/h` are short for `/1s`, `/1m` and `/1h`. `window SCOPE=REQUESTS/TIME,fixed`
/// begins a new count with each window, and `…,sliding` counts the requests of the time that has
/// just passed. Settings follow, each after a semicolon.
///
/// | scope | counts requests of |
/// |---|---|
/// | `arm` | a principal to Resource Manager |
/// | `arm.tenant` | all principals of a tenant to Resource Manager |
/// | `provider` | a tenant to the resource provider `Microsoft.Billing`, after Resource Manager has let them through |
/// | `partner` | a partner tenant to Partner Center |
/// | `customer` | a partner tenant to one customer's resources in Partner Center, and of its lists of customers |
///
/// A scope alone means requests of every class; `.read`, `.write`, `.delete` and `.poll` mean those
/// of one ([`OperationClass`]).
///
/// | setting | meaning | default |
/// |---|---|---|
/// | `phase=40s` | how much of a fixed window has passed when the limit begins | `0s` |
/// | `refused=costs` or `free` | whether a refused request counts, too | `free` |
/// | `headers=on`, `off`, `stale:5s`, `stuck:11999` or `jitter:30` | how many requests are left ([`RemainingHeader`]) | `on` for `arm` and `arm.tenant`, else `off` |
/// | `retry-after=right`, `x0.3`, `15s`, `off` or `date` | how long to wait after a rejection ([`RetryAfter`]) | `right` |
/// | `named=yes` or `no` | whether a rejection of `provider` names the limit in its body | `yes` |
/// | `change=60s:x0.5` | the rate from so long after the beginning of the limit on, as a part of its first rate; repeatable | |
/// | `other=50/10s` | another client, which takes so many requests at the end of each such time | |
///
/// Limits begin when the emulator starts or is reset, or when the control API sets them. All times
/// are those of the emulator's clock.
#[derive(Debug, Clone, PartialEq)]
pub struct RateLimit {
    pub(super) scope: RateLimitScope,
    pub(super) algorithm: Algorithm,
    pub(super) refused_cost: bool,
    pub(super) headers: RemainingHeader,
    pub(super) retry_after: RetryAfter,
    pub(super) named: bool,
    pub(super) changes: Vec<RateChange>,
    pub(super) other: Option<OtherClient>,
}

/// The requests that a rate limit counts, and those that it counts together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateLimitScope {
    /// The requests of one principal to Resource Manager: `arm`.
    Arm(OperationClass),
    /// The requests of all principals of a tenant to Resource Manager: `arm.tenant`.
    ArmTenant(OperationClass),
    /// The requests of a tenant to the resource provider, which come on top of Resource Manager's
    /// own limits: `provider`. A request that it refuses was counted by those.
    Provider(OperationClass),
    /// The requests of a partner tenant to Partner Center: `partner`.
    Partner(OperationClass),
    /// The requests of a partner tenant about one customer; those about no known customer, such as
    /// lists, count together: `customer`. Resources that are not below `/customers` are not
    /// limited.
    Customer(OperationClass),
}

/// A class of operations with a rate limit of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationClass {
    /// Every request.
    All,
    /// GET and HEAD. It includes [`Poll`](Self::Poll), unless the same scope has a limit for that.
    Read,
    /// Every request that is no read. It includes [`Delete`](Self::Delete), unless the same scope
    /// has a limit for that.
    Write,
    /// DELETE.
    Delete,
    /// A poll of a long-running operation of Resource Manager.
    Poll,
}

/// The header with the number of requests that are left:
/// `x-ms-ratelimit-remaining-tenant-reads`, `-writes` or `-deletes` for Resource Manager's limits
/// and `…-resource-requests` for those of its provider. Partner Center sends no such header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemainingHeader {
    /// As it is.
    Right,
    /// Not at all.
    Off,
    /// As it was so long ago; at most ten minutes.
    Stale(Duration),
    /// Always as this number.
    Stuck(u32),
    /// As it is, more or less a random number up to this one: as if each response came from one of
    /// several servers that know little of each other.
    Jitter(u32),
}

/// How a rejection tells the time to wait, in `Retry-After` and in its body.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RetryAfter {
    /// The whole seconds until the next request is let through.
    Right,
    /// The time until then, times this number.
    Times(f64),
    /// Always these whole seconds.
    Constant(Duration),
    /// As [`Right`](Self::Right) in the body, and without the header.
    Off,
    /// As [`Right`](Self::Right), as a date in the header.
    Date,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    TokenBucket {
        capacity: u32,
        refill: u32,
        per: Duration,
    },
    FixedWindow {
        requests: u32,
        per: Duration,
        phase: Duration,
    },
    SlidingWindow {
        requests: u32,
        per: Duration,
    },
}

/// A change of the rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RateChange {
    /// The time since the beginning of the limit.
    pub(super) after: Duration,
    /// The new rate in thousandths of the first one.
    pub(super) thousandths: u32,
}

/// Another client of the same limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OtherClient {
    pub(super) requests: u32,
    pub(super) every: Duration,
}

impl RateLimitScope {
    pub(super) fn class(self) -> OperationClass {
        match self {
            Self::Arm(class)
            | Self::ArmTenant(class)
            | Self::Provider(class)
            | Self::Partner(class)
            | Self::Customer(class) => class,
        }
    }

    /// Returns whether both count the requests of the same callers together.
    pub(super) fn is_alike(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }

    pub(super) fn is_arm(self) -> bool {
        matches!(self, Self::Arm(_) | Self::ArmTenant(_) | Self::Provider(_))
    }
}

impl RateLimit {
    /// Creates a token bucket: at most `capacity` requests at once, and `refill` more in each
    /// `per`, evenly.
    pub fn bucket(scope: RateLimitScope, capacity: u32, refill: u32, per: Duration) -> Self {
        Self::new(
            scope,
            Algorithm::TokenBucket {
                capacity,
                refill,
                per,
            },
        )
    }

    /// Creates a fixed window: at most so many requests in each `per`, and a new count after it.
    /// The windows follow each other from the beginning of the limit, whether requests come or not.
    pub fn fixed_window(scope: RateLimitScope, requests: u32, per: Duration) -> Self {
        let phase = Duration::ZERO;
        Self::new(
            scope,
            Algorithm::FixedWindow {
                requests,
                per,
                phase,
            },
        )
    }

    /// Creates a sliding window: at most so many requests in any `per`.
    pub fn sliding_window(scope: RateLimitScope, requests: u32, per: Duration) -> Self {
        Self::new(scope, Algorithm::SlidingWindow { requests, per })
    }

    pub(super) fn new(scope: RateLimitScope, algorithm: Algorithm) -> Self {
        let has_header = matches!(scope, RateLimitScope::Arm(_) | RateLimitScope::ArmTenant(_));
        Self {
            scope,
            algorithm,
            refused_cost: false,
            headers: if has_header {
                RemainingHeader::Right
            } else {
                RemainingHeader::Off
            },
            retry_after: RetryAfter::Right,
            named: true,
            changes: Vec::new(),
            other: None,
        }
    }

    /// Sets how much of a fixed window has passed when the limit begins (default: nothing). Other
    /// limits have no phase, and stay as they are.
    #[must_use]
    pub fn phase(mut self, passed: Duration) -> Self {
        if let Algorithm::FixedWindow { phase, .. } = &mut self.algorithm {
            *phase = passed;
        }
        self
    }

    /// Sets whether a refused request counts, too (default: it does not): it takes what a bucket
    /// has gained meanwhile, and counts in a window as if it had been let through.
    #[must_use]
    pub fn refused_cost(mut self, cost: bool) -> Self {
        self.refused_cost = cost;
        self
    }

    /// Sets the header with the number of requests that are left.
    #[must_use]
    pub fn headers(mut self, headers: RemainingHeader) -> Self {
        self.headers = headers;
        self
    }

    /// Sets how a rejection tells the time to wait (default: rightly).
    #[must_use]
    pub fn retry_after(mut self, retry_after: RetryAfter) -> Self {
        self.retry_after = retry_after;
        self
    }

    /// Sets whether a rejection of the resource provider names the limit and its interval (default:
    /// it does, with the code `ResourceRequestsThrottled`). Other limits are never named.
    #[must_use]
    pub fn named(mut self, named: bool) -> Self {
        self.named = named;
        self
    }

    /// Changes the rate, so long after the beginning of the limit, to its first rate times
    /// `factor`: the refill of a bucket, or the requests of a window.
    #[must_use]
    pub fn change(mut self, after: Duration, factor: f64) -> Self {
        let thousandths = thousandths(factor);
        let at = self.changes.partition_point(|one| one.after <= after);
        self.changes.insert(at, RateChange { after, thousandths });
        self
    }

    /// Adds another client, which takes so many requests, or as many as there are, at the end of
    /// each `every` since the beginning of the limit.
    #[must_use]
    pub fn other_client(mut self, requests: u32, every: Duration) -> Self {
        self.other = Some(OtherClient { requests, every });
        self
    }

    /// Returns the scope that the limit was created with.
    pub fn scope(&self) -> RateLimitScope {
        self.scope
    }
}

/// Rounds to a thousandth. What is negative or no number becomes 0, which no limit may have.
fn thousandths(factor: f64) -> u32 {
    (factor * 1000.0).round() as u32
}
