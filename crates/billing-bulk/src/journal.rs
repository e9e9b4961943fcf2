//! Where a run is recorded, so that it can be resumed after any interruption.

pub mod row;
pub mod state;

use std::time::SystemTime;

use billing_core::BoxFuture;

use crate::journal::row::{Entry, NewRow, Row};
pub use crate::journal::state::{Counts, State, Transition};
use crate::profile::ProfileId;

/// The record of a run.
///
/// [`record`](Self::record) is durable when its future completes; a write is sent only after the
/// transition to [`State::Sending`] is durable. An implementation may commit several transitions
/// together.
pub trait Journal: Send + Sync {
    /// Returns what is known of the whole run.
    fn info(&self) -> &RunInfo;

    /// Stores the profiles of a plan, all or none; called once, before the first transition.
    /// `rows` is drawn from as the storage takes them.
    fn begin<'a>(
        &'a self,
        rows: &'a mut (dyn Iterator<Item = Result<NewRow, JournalError>> + Send),
    ) -> BoxFuture<'a, Result<(), JournalError>>;

    /// Records a transition of a profile, durably.
    ///
    /// # Errors
    /// The storage failed, or the state machine does not allow the transition: nothing was
    /// recorded, and nothing may be sent.
    fn record(
        &self,
        row: u64,
        time: SystemTime,
        transition: Transition,
    ) -> BoxFuture<'_, Result<(), JournalError>>;

    /// Returns the next rows in these states with a number above `after`, in the order of numbers.
    fn rows<'a>(
        &'a self,
        states: &'a [State],
        after: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Row>, JournalError>>;

    /// Returns the row of a profile.
    fn find<'a>(
        &'a self,
        profile: &'a ProfileId,
    ) -> BoxFuture<'a, Result<Option<Row>, JournalError>>;

    /// Returns every transition of a row, oldest first.
    fn history(&self, row: u64) -> BoxFuture<'_, Result<Vec<Entry>, JournalError>>;

    /// Returns how many profiles are in each state.
    fn counts(&self) -> BoxFuture<'_, Result<Counts, JournalError>>;

    /// Returns the learned rates, as [`save_rates`](Self::save_rates) stored them.
    fn rates(&self) -> BoxFuture<'_, Result<Option<String>, JournalError>>;

    /// Stores the learned rates.
    fn save_rates(&self, rates: String) -> BoxFuture<'_, Result<(), JournalError>>;
}

/// What is known of a whole run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunInfo {
    /// The journal's id, which the plan is bound to.
    pub id: String,
    /// The digest of the plan.
    pub plan_digest: String,
    /// What the plan is bound to, one for each service.
    pub bindings: Vec<crate::binding::Binding>,
    /// Whether all profiles of the plan are stored.
    pub has_begun: bool,
}

/// A journal cannot be opened, read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// Another process has the journal open for a run.
    #[error("{journal} is in use by process {process} on {host}")]
    InUse {
        /// The journal.
        journal: String,
        /// The id of the process.
        process: u32,
        /// The name of its machine.
        host: String,
    },
    /// The storage failed: disk full, read-only, damaged, or no connection.
    #[error("{journal}: {problem}")]
    Storage {
        /// The journal.
        journal: String,
        /// What failed, and the next step.
        problem: String,
    },
    /// The journal is not one, or one of a newer version.
    #[error("{journal}: {problem}")]
    Format {
        /// The journal.
        journal: String,
        /// What is wrong with it, and the next step.
        problem: String,
    },
    /// The state machine does not allow a transition: a bug, never the user's fault.
    #[error("profile {row} cannot go from {from} to {to}")]
    Transition {
        /// The number of the row.
        row: u64,
        /// The present state.
        from: State,
        /// The requested state.
        to: State,
    },
}
