//! What a response says about the rate limits of a service.

use std::time::Duration;

/// What a response says about rate limits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signal {
    /// How many more requests the service says it accepts (`x-ms-ratelimit-remaining-…`).
    pub remaining: Option<u64>,
    /// The pause that the service asks for (`Retry-After`).
    pub retry_after: Option<Duration>,
    /// A limit that the body names, such as 150 requests per minute.
    pub limit: Option<Limit>,
    /// Whether the request was refused because of a rate limit.
    pub is_refused: bool,
}

/// A number of requests in an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The number of requests.
    pub requests: u32,
    /// The interval.
    pub interval: Duration,
}
