//! How far a run is, as its journal says.

use std::time::SystemTime;

use crate::binding::Binding;
use crate::journal::{Counts, Hash, Holder, JournalError, JournalReader, State};

/// How far a run is. It can be read during the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The journal's id.
    pub id: String,
    /// The digest of the plan.
    pub plan_digest: String,
    /// What the plan is bound to.
    pub bindings: Vec<Binding>,
    /// How many profiles are in each state.
    pub counts: Counts,
    /// When the last step was recorded.
    pub last_change: Option<SystemTime>,
    /// The process that works on the run, if one does.
    pub holder: Option<Holder>,
    /// The head of the chain of the journal's entries.
    pub head: Hash,
}

impl Status {
    /// Reads the status of a run.
    ///
    /// # Errors
    /// The journal's.
    pub async fn of(journal: &dyn JournalReader) -> Result<Self, JournalError> {
        let info = journal.info().clone();
        Ok(Self {
            plan_digest: info.plan_digest().to_owned(),
            id: info.id,
            bindings: info.bindings,
            counts: journal.counts().await?,
            last_change: journal.last_change().await?,
            holder: journal.holder().await?,
            head: journal.head().await?,
        })
    }

    /// Returns how many profiles `apply` still works on.
    pub fn open(&self) -> u64 {
        Self::open_of(&self.counts)
    }

    pub(crate) fn open_of(counts: &Counts) -> u64 {
        let open = [State::Planned, State::Sending, State::Accepted];
        open.into_iter().map(|state| counts.of(state)).sum()
    }
}
