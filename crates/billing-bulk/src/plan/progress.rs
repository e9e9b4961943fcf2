//! How far a plan is, while it is made.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use billing_edit::Service;

use crate::gate::OutageChange;
use crate::plan::row::PlanCounts;
use crate::target::Cause;

/// What making a plan tells about its progress.
pub type OnProgress = Arc<dyn Fn(&PlanProgress) + Send + Sync>;

/// How far a plan is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlanProgress {
    /// The rows of the plan so far, with those that it already had.
    pub counts: PlanCounts,
    /// The profiles that were read and that a filter excludes.
    pub excluded: u64,
    /// The rate limit that reads wait for, such as `arm.read`, and for how long, if one was
    /// exceeded just now.
    pub pause: Option<(String, Duration)>,
    /// The services that cannot be reached now, with the cause.
    pub unreachable: Vec<(Service, Cause)>,
}

/// Tells the caller about the progress.
pub(crate) struct Teller {
    progress: Mutex<PlanProgress>,
    call: Option<OnProgress>,
}

impl Teller {
    pub(crate) fn new(call: Option<OnProgress>) -> Self {
        Self {
            progress: Mutex::default(),
            call,
        }
    }

    /// Changes the progress without a call.
    pub(crate) fn note(&self, change: impl FnOnce(&mut PlanProgress)) -> PlanProgress {
        // Nothing panics while the lock is held.
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut progress);
        progress.clone()
    }

    /// Changes the progress and tells the caller.
    pub(crate) fn tell(&self, change: impl FnOnce(&mut PlanProgress)) {
        let progress = self.note(change);
        if let Some(call) = &self.call {
            call(&progress);
        }
    }

    /// Tells the caller that a service cannot be reached any more, or can be again.
    pub(super) fn tell_outage(&self, service: Service, change: OutageChange) {
        self.tell(|progress| {
            progress.unreachable.retain(|(of, _)| *of != service);
            if let OutageChange::Began(cause) = change {
                progress.unreachable.push((service, cause));
            }
        });
    }

    /// Tells the caller that reads wait for a rate limit.
    pub(crate) fn tell_pause(&self, key: String, left: Duration) {
        let progress = self.note(|_| {});
        if let Some(call) = &self.call {
            call(&PlanProgress {
                pause: Some((key, left)),
                ..progress
            });
        }
    }
}
