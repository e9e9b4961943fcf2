//! Services that cannot be reached: requests to them wait, and a few after another try again.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use billing_edit::Service;

use crate::target::{Attempt, Cause, FailureKind};

/// What an attempt means for the outage of its service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OutageChange {
    /// The service cannot be reached any more.
    Began(Cause),
    /// The service can be reached again.
    Ended,
}

/// Requests that were not sent because no connection was made.
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

/// The longest time without a connection to a service; then waiting is given up.
const LONGEST_OUTAGE: Duration = Duration::from_secs(5 * 60);

/// The same for a service that was never reached: its address is more likely to be wrong.
const LONGEST_FIRST_OUTAGE: Duration = Duration::from_secs(15);

/// The outages of the services.
#[derive(Default)]
pub(crate) struct Outages(Mutex<Services>);

#[derive(Default)]
struct Services {
    outages: HashMap<Service, Outage>,
    reached: HashSet<Service>,
    /// Services that nothing more is sent to, and why.
    given_up: HashMap<Service, Cause>,
}

impl Outages {
    /// Returns how long requests to the service wait from now on.
    pub(crate) fn left(&self, service: Service, now: Duration) -> Duration {
        let services = self.lock();
        let until = services.outages.get(&service).map(|outage| outage.until);
        until.unwrap_or_default().saturating_sub(now)
    }

    /// Reads from an attempt whether the service can be reached.
    pub(crate) fn note<T>(
        &self,
        service: Service,
        attempt: &Attempt<T>,
        now: Duration,
    ) -> Option<OutageChange> {
        let mut services = self.lock();
        let failure = attempt.result.as_ref().err();
        let Some(failure) = failure.filter(|failure| {
            failure.kind == FailureKind::NotSent && failure.cause.status.is_none()
        }) else {
            services.reached.insert(service);
            let ended = services.outages.remove(&service);
            return ended.map(|_| OutageChange::Ended);
        };
        let cause = with_hint(&failure.cause);
        let is_new = !services.outages.contains_key(&service);
        let outage = services.outages.entry(service).or_insert_with(|| Outage {
            failures: 0,
            since: now,
            until: now,
        });
        // Requests that were sent together fail together, and count once.
        if now >= outage.until {
            let doubled = 2_u64.saturating_pow(outage.failures.min(16));
            outage.failures = outage.failures.saturating_add(1);
            outage.until = now.saturating_add(Duration::from_secs(doubled).min(LONGEST_PAUSE));
        }
        let lasted = now.saturating_sub(outage.since);
        let longest = if is_lasting(&cause) {
            Duration::ZERO
        } else if services.reached.contains(&service) {
            LONGEST_OUTAGE
        } else {
            LONGEST_FIRST_OUTAGE
        };
        if lasted >= longest {
            services.given_up.insert(service, cause.clone());
        }
        is_new.then_some(OutageChange::Began(cause))
    }

    /// Returns why the service cannot be reached, if waiting for it has no point any more. Then
    /// nothing more is sent to it.
    pub(crate) fn given_up(&self, service: Service) -> Option<Cause> {
        self.lock().given_up.get(&service).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Services> {
        // Nothing panics while the lock is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns whether time does not help.
fn is_lasting(cause: &Cause) -> bool {
    matches!(cause.code.as_str(), "untrusted_certificate" | "no_tls")
}

/// Returns the cause with what to do about it.
fn with_hint(cause: &Cause) -> Cause {
    let hint = match cause.code.as_str() {
        "untrusted_certificate" => {
            "have this machine trust the authority of the certificate, if it is the right one"
        }
        "no_tls" => "check the scheme and the port of the endpoint",
        _ => "check the endpoint and the network",
    };
    Cause {
        hint: cause.hint.clone().or_else(|| Some(hint.to_owned())),
        ..cause.clone()
    }
}
