//! Why a run cannot begin, or had to stop at once.

use std::time::SystemTime;

use billing_edit::Service;

use crate::binding::Binding;
use crate::journal::JournalError;
use crate::profile::ProfileId;
use crate::time::utc;

/// A run cannot begin, or had to stop at once.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The journal failed. Nothing was sent since, and the run resumes when the journal can be
    /// written again.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The plan has profiles of a service for which the run has no target. Nothing was sent.
    #[error("the plan has profiles of {service}, and the run has no connection to it")]
    NoTarget {
        /// The service.
        service: Service,
    },
    /// The plan is for another endpoint, api version or tenant. Nothing was sent.
    #[error("the plan is for {planned:?}, and the run is connected to {connected:?}")]
    Binding {
        /// What the plan is bound to.
        planned: Box<Binding>,
        /// What the run is connected to.
        connected: Box<Binding>,
    },
    /// The plan replaces rows of the journal that are being sent. Nothing was sent, and the plan
    /// was not taken over.
    #[error("{} while an earlier write is being sent or settled", replaced(.profile, *.count))]
    Unsettled {
        /// The first of the profiles.
        profile: ProfileId,
        /// How many there are.
        count: u64,
    },
    /// The plan replaces rows of the journal whose writes of unknown outcome may still take effect.
    /// Nothing was sent, and the plan was not taken over.
    #[error(
        "{} before {}, while an earlier write of unknown outcome may still take effect",
        replaced(.profile, *.count),
        utc(*.until)
    )]
    Unknown {
        /// The first of the profiles.
        profile: ProfileId,
        /// How many there are.
        count: u64,
        /// When none of the writes can take effect any more.
        until: SystemTime,
    },
    /// `reconcile` was given a journal without a run. Nothing was sent.
    #[error("the journal has no run yet")]
    NotBegun,
}

/// Returns the beginning of an error about rows that must not be replaced.
fn replaced(profile: &ProfileId, count: u64) -> String {
    match count {
        1 => format!("the row of {profile} cannot be replaced"),
        _ => format!("the rows of {count} profiles, such as {profile}, cannot be replaced"),
    }
}
