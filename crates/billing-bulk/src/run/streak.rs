//! Failures in a row with the same cause.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use crate::hold::Hold;
use crate::target::Cause;

/// Counts the failures since the last success, as long as they have the same code.
pub(crate) struct Streak {
    /// How many failures in a row hold the run.
    most: Option<u64>,
    count: Mutex<Count>,
}

#[derive(Default)]
struct Count {
    code: String,
    failures: u64,
    /// Codes with which the run was continued.
    allowed: HashSet<String>,
}

impl Streak {
    pub(crate) fn new(most: Option<u64>) -> Self {
        Self {
            most,
            count: Mutex::default(),
        }
    }

    /// Counts a failure; returns the hold that it begins.
    pub(crate) fn fail(&self, cause: &Cause) -> Option<Hold> {
        let most = self.most?;
        let mut count = self.lock();
        if count.code != cause.code {
            count.code.clone_from(&cause.code);
            count.failures = 0;
        }
        count.failures = count.failures.saturating_add(1);
        let is_long = count.failures >= most && !count.allowed.contains(&cause.code);
        is_long.then(|| Hold::RepeatedFailure {
            cause: cause.clone(),
            failures: count.failures,
        })
    }

    /// Ends the streak.
    pub(crate) fn succeed(&self) {
        if self.most.is_some() {
            self.lock().failures = 0;
        }
    }

    /// Lets the run continue with failures of this cause.
    pub(crate) fn allow(&self, cause: &Cause) {
        self.lock().allowed.insert(cause.code.clone());
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Count> {
        // Nothing panics while the lock is held.
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
