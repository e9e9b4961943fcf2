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
    #[error("{}", other_binding(.planned, .connected))]
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

/// Returns what a plan is bound to and a run is not connected to.
fn other_binding(planned: &Binding, connected: &Binding) -> String {
    let tenant = |binding: &Binding| binding.tenant.clone().unwrap_or_default();
    let parts = [
        ("endpoint", planned.origin.clone(), connected.origin.clone()),
        (
            "api version",
            planned.api_version.clone(),
            connected.api_version.clone(),
        ),
        ("tenant", tenant(planned), tenant(connected)),
    ];
    let differs = parts.into_iter().find(|(_, one, other)| one != other);
    let (what, planned_part, connected_part) = differs.unwrap_or_default();
    let service = planned.service;
    format!(
        "the plan is for {what} {planned_part} of {service}, and the run is connected to \
         {connected_part}"
    )
}
