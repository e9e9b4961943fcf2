//! What is left of the service's limits, as the headers `x-ms-ratelimit-remaining-…` say.

use std::collections::BTreeMap;

use http::HeaderMap;

const REMAINING: &str = "x-ms-ratelimit-remaining-";

/// How many limits are kept. Resource Manager names about ten; the names are the service's choice.
const LIMITS: usize = 32;

/// How long the name of a limit may be.
const NAME: usize = 100;

/// What the answers so far said last of each limit.
#[derive(Default)]
pub(super) struct Limits(BTreeMap<String, u64>);

impl Limits {
    pub(super) fn read(&mut self, headers: &HeaderMap) {
        for (limit, left) in limits(headers) {
            // Its name is known from the second answer on.
            if let Some(kept) = self.0.get_mut(limit) {
                *kept = left;
            } else if self.0.len() < LIMITS {
                self.0.insert(limit.to_owned(), left);
            }
        }
    }

    pub(super) fn remaining(&self) -> BTreeMap<String, u64> {
        self.0.clone()
    }
}

/// Whether an answer names a limit.
pub(super) fn is_any(headers: &HeaderMap) -> bool {
    limits(headers).next().is_some()
}

/// What an answer says is left of each limit, by the end of the header's name.
pub(crate) fn remaining(headers: &HeaderMap) -> BTreeMap<String, u64> {
    let named = limits(headers).map(|(limit, left)| (limit.to_owned(), left));
    named.take(LIMITS).collect()
}

fn limits(headers: &HeaderMap) -> impl Iterator<Item = (&str, u64)> {
    headers.iter().filter_map(|(name, value)| {
        let limit = name.as_str().strip_prefix(REMAINING)?;
        let left = value.to_str().ok()?.trim().parse().ok()?;
        (limit.len() <= NAME).then_some((limit, left))
    })
}
