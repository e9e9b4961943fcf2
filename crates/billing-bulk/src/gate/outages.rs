//! Services that cannot be reached: requests to them wait, and one after another tries again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use billing_edit::Service;

use crate::target::{Attempt, FailureKind};

/// Requests that were not sent because no connection was made.
#[derive(Default)]
struct Outage {
    /// How many requests in a row.
    failures: u32,
    /// When the first of them was.
    since: Duration,
    /// When the next request may be sent.
    until: Duration,
}

/// The longest pause between two attempts to reach a service.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The outages of the services.
#[derive(Default)]
pub(crate) struct Outages(Mutex<HashMap<Service, Outage>>);

impl Outages {
    /// Returns how long requests to the service wait from now on.
    pub(crate) fn left(&self, service: Service, now: Duration) -> Duration {
        let outages = self.lock();
        let until = outages.get(&service).map(|outage| outage.until);
        until.unwrap_or_default().saturating_sub(now)
    }

    /// Reads from an attempt whether the service can be reached, and returns for how long it could
    /// not.
    pub(crate) fn note<T>(
        &self,
        service: Service,
        attempt: &Attempt<T>,
        now: Duration,
    ) -> Option<Duration> {
        let mut outages = self.lock();
        let is_unreachable = attempt.result.as_ref().is_err_and(|failure| {
            failure.kind == FailureKind::NotSent && failure.cause.status.is_none()
        });
        if !is_unreachable {
            outages.remove(&service);
            return None;
        }
        let outage = outages.entry(service).or_insert_with(|| Outage {
            since: now,
            ..Outage::default()
        });
        // Requests that were sent together fail together, and count once.
        if now >= outage.until {
            let doubled = 2_u64.saturating_pow(outage.failures.min(16));
            outage.failures = outage.failures.saturating_add(1);
            outage.until = now.saturating_add(Duration::from_secs(doubled).min(LONGEST_PAUSE));
        }
        Some(now.saturating_sub(outage.since))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Service, Outage>> {
        // Nothing panics while the lock is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
