//! Headers of Azure's services that several modules read.

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName};

/// The link to the status of a long-running operation ("Track asynchronous Azure operations").
pub(crate) const ASYNC_OPERATION: HeaderName = HeaderName::from_static("azure-asyncoperation");

/// The id of a request's route through Azure ("Common API details"); only Resource Manager sends
/// it.
pub(crate) const ROUTING_REQUEST_ID: HeaderName =
    HeaderName::from_static("x-ms-routing-request-id");

const RATE_LIMIT_REMAINING: &str = "x-ms-ratelimit-remaining-";

/// The number of rate limits that are kept. Resource Manager names about ten; the service chooses
/// the names.
const MAX_RATE_LIMITS: usize = 32;

/// The longest name of a rate limit that is kept, in bytes.
const MAX_NAME_LENGTH: usize = 100;

/// The latest value of each rate limit that responses have named.
#[derive(Default)]
pub(crate) struct RateLimits(BTreeMap<String, u64>);

impl RateLimits {
    /// Updates the values from the headers of a response.
    pub(crate) fn read(&mut self, headers: &HeaderMap) {
        for (name, left) in rate_limits(headers) {
            if let Some(kept) = self.0.get_mut(name) {
                *kept = left;
            } else if self.0.len() < MAX_RATE_LIMITS {
                self.0.insert(name.to_owned(), left);
            }
        }
    }

    /// Returns a copy of the values by the end of the header's name.
    pub(crate) fn remaining(&self) -> BTreeMap<String, u64> {
        self.0.clone()
    }
}

/// Returns what the headers say is left of each rate limit, by the end of the header's name.
pub(crate) fn rate_limits_remaining(headers: &HeaderMap) -> BTreeMap<String, u64> {
    let named = rate_limits(headers).map(|(name, left)| (name.to_owned(), left));
    named.take(MAX_RATE_LIMITS).collect()
}

fn rate_limits(headers: &HeaderMap) -> impl Iterator<Item = (&str, u64)> {
    headers.iter().filter_map(|(name, value)| {
        let limit = name.as_str().strip_prefix(RATE_LIMIT_REMAINING)?;
        let left = value.to_str().ok()?.trim().parse().ok()?;
        (limit.len() <= MAX_NAME_LENGTH).then_some((limit, left))
    })
}
