//! Who has to wait, and how much the service still grants.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::HeaderMap;

use crate::Clock;

/// The pauses that the service has asked for, shared by the clones of a client.
///
/// Partner Center throttles a partner, or a partner's requests for one customer, and does not say which
/// ("API throttling guidance"). A 429 therefore pauses the requests for its customer; when a second
/// customer's are paused at the same time, it is the partner that is throttled, and all requests pause.
/// Resource Manager throttles the tenant: a 429 pauses all.
#[derive(Clone)]
pub struct Throttle(Arc<Shared>);

struct Shared {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

/// Times are those of `Clock::elapsed`.
#[derive(Default)]
struct State {
    all_until: Duration,
    until: HashMap<String, Duration>,
    remaining: BTreeMap<String, u64>,
}

const REMAINING: &str = "x-ms-ratelimit-remaining-";

impl Throttle {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        let state = Mutex::default();
        Self(Arc::new(Shared { clock, state }))
    }

    /// How long requests for this customer pause from now on; `None` asks for those of no customer.
    pub fn pause_left(&self, customer_id: Option<&str>) -> Duration {
        let now = self.0.clock.elapsed();
        let state = self.lock();
        // As long as nobody pauses, no key is made.
        let own = customer_id
            .filter(|_| !state.until.is_empty())
            .and_then(|id| state.until.get(&key(id)).copied());
        own.unwrap_or_default()
            .max(state.all_until)
            .saturating_sub(now)
    }

    /// What the service said last is left of its limits, by the end of the header's name: of
    /// `x-ms-ratelimit-remaining-tenant-writes` (Resource Manager) it is `tenant-writes`.
    pub fn remaining(&self) -> BTreeMap<String, u64> {
        self.lock().remaining.clone()
    }

    /// Pauses the requests for this customer, or all.
    pub(crate) fn pause(&self, customer_id: Option<&str>, pause: Duration) {
        let now = self.0.clock.elapsed();
        let until = now.saturating_add(pause);
        let mut state = self.lock();
        state.until.retain(|_, until| *until > now);
        if let Some(id) = customer_id {
            let own = state.until.entry(key(id)).or_default();
            *own = until.max(*own);
            if state.until.len() < 2 {
                return;
            }
        }
        state.all_until = until.max(state.all_until);
    }

    pub(crate) fn read(&self, headers: &HeaderMap) {
        let mut told = limits(headers).peekable();
        if told.peek().is_none() {
            return;
        }
        let kept = &mut self.lock().remaining;
        for (limit, left) in told {
            // Its name is known from the second answer on.
            match kept.get_mut(limit) {
                Some(kept) => *kept = left,
                None => drop(kept.insert(limit.to_owned(), left)),
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // Nothing panics while it is held, and the state is whole after each statement.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an answer says is left of each limit, by the end of the header's name.
pub(crate) fn remaining(headers: &HeaderMap) -> BTreeMap<String, u64> {
    let told = limits(headers).map(|(limit, left)| (limit.to_owned(), left));
    told.collect()
}

fn limits(headers: &HeaderMap) -> impl Iterator<Item = (&str, u64)> {
    headers.iter().filter_map(|(name, value)| {
        let limit = name.as_str().strip_prefix(REMAINING)?;
        Some((limit, value.to_str().ok()?.trim().parse().ok()?))
    })
}

/// Ids are compared as the services do, in any case.
fn key(customer_id: &str) -> String {
    customer_id.to_ascii_lowercase()
}

impl fmt::Debug for Throttle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Throttle")
            .field("remaining", &self.remaining())
            .finish_non_exhaustive()
    }
}
