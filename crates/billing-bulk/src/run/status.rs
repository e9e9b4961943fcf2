//! How far a run is, as its journal says.

use std::time::SystemTime;

use crate::binding::Binding;
use crate::control::{Activity, Control, Wait};
use crate::hold::Hold;
use crate::journal::{Counts, Hash, Holder, JournalError, JournalReader, State};
use crate::target::Cause;
use crate::time::utc;

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
    /// Why requests wait; empty if none does.
    pub waits: Vec<Wait>,
    /// How many accepted writes the services have not finished, if a process works on the run.
    pub polls: Option<u64>,
    /// Why the last process stopped before the end of the run, if none works on it now. It has no
    /// hint.
    pub stopped: Option<Cause>,
}

impl Status {
    /// Reads the status of a run.
    ///
    /// # Errors
    /// The journal's.
    pub async fn of(journal: &dyn JournalReader) -> Result<Self, JournalError> {
        let info = journal.info().clone();
        let holder = journal.holder().await?;
        let activity = journal.activity().await?;
        let stopped = activity.as_ref().and_then(|it| it.stopped.clone());
        let stopped = stopped.filter(|_| holder.is_none());
        // What else a process told that has ended says nothing of now.
        let activity = activity.filter(|activity| {
            (holder.as_ref()).is_some_and(|holder| {
                (holder.process, &holder.host) == (activity.process.process, &activity.process.host)
            })
        });
        Ok(Self {
            plan_digest: info.plan_digest().to_owned(),
            id: info.id,
            bindings: info.bindings,
            counts: journal.counts().await?,
            last_change: journal.last_change().await?,
            holder,
            head: journal.head().await?,
            waits: waits(&journal.control().await?, activity.as_ref()),
            polls: activity.map(|activity| activity.polls),
            stopped,
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

/// Returns why a run waits: what its process told, and a pause that it has not seen yet.
fn waits(control: &Control, activity: Option<&Activity>) -> Vec<Wait> {
    let mut waits = activity.map_or_else(Vec::new, |activity| activity.waits.clone());
    waits.retain(|wait| wait.reason != "paused");
    if let Some(by) = &control.paused {
        let hold = Hold::Paused {
            by: by.who.clone(),
            since: by.time,
        };
        let mut wait = Wait::from(&hold);
        wait.message = format!("{hold} since {}", utc(by.time));
        waits.insert(0, wait);
    }
    waits
}
