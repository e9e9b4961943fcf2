//! Where a run is recorded, so that it can be resumed after any interruption.

pub(crate) mod chain;
pub(crate) mod entry;
mod error;
mod generation;
mod holder;
mod lock;
pub mod pages;
#[cfg(feature = "postgres")]
pub mod postgres;
mod progress;
pub mod row;
pub mod sqlite;
mod state;
pub(crate) mod stored;

use std::ops::RangeInclusive;
use std::time::SystemTime;

use billing_core::BoxFuture;

use crate::control::{Activity, Control, ControlUpdate};
use crate::document::Document;
pub use crate::journal::chain::Hash;
pub use crate::journal::error::JournalError;
pub use crate::journal::holder::{Holder, Recorder};
pub use crate::journal::row::{Entry, NewRow, Row, SentWrite};
pub use crate::journal::state::{Counts, State, Transition};
pub use crate::journal::stored::{Stored, Table};
use crate::profile::ProfileId;

/// What can be read of the record of a run.
pub trait JournalReader: Send + Sync {
    /// Returns what is known of the whole run, as of when the journal was opened.
    fn info(&self) -> &RunInfo;

    /// Returns the next rows in these states with a number above `after`, in the order of numbers.
    /// Rows that were replaced are left out.
    ///
    /// # Errors
    /// The storage failed or is damaged.
    fn rows<'a>(
        &'a self,
        states: &'a [State],
        after: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Row>, JournalError>>;

    /// Returns the present row of a profile: that of the last plan that has one.
    ///
    /// # Errors
    /// The storage failed or is damaged.
    fn find<'a>(
        &'a self,
        profile: &'a ProfileId,
    ) -> BoxFuture<'a, Result<Option<Row>, JournalError>>;

    /// Returns the row with a number, also if another one has replaced it.
    ///
    /// # Errors
    /// The storage failed or is damaged.
    fn row(&self, number: u64) -> BoxFuture<'_, Result<Option<Row>, JournalError>>;

    /// Returns every transition of a row, oldest first.
    ///
    /// # Errors
    /// The storage failed or is damaged.
    fn history(&self, row: u64) -> BoxFuture<'_, Result<Vec<Entry>, JournalError>>;

    /// Returns how many profiles are in each state, by their present rows.
    ///
    /// # Errors
    /// The storage failed or is damaged.
    fn counts(&self) -> BoxFuture<'_, Result<Counts, JournalError>>;

    /// Returns the time of the last transition.
    ///
    /// # Errors
    /// The storage failed or is damaged.
    fn last_change(&self) -> BoxFuture<'_, Result<Option<SystemTime>, JournalError>>;

    /// Returns the document of a profile as the service stored it, or had it when nothing had to be
    /// written; `None` for a row that is neither done nor unchanged, was not read since the plan,
    /// or is erased.
    ///
    /// # Errors
    /// The storage failed or is damaged.
    fn outcome(&self, row: u64) -> BoxFuture<'_, Result<Option<Document>, JournalError>>;

    /// Returns the processes that have recorded something, oldest first.
    ///
    /// # Errors
    /// The storage failed or is damaged.
    fn recorders(&self) -> BoxFuture<'_, Result<Vec<Recorder>, JournalError>>;

    /// Returns the head of the chain, which changes with each entry of the history. A copy of it
    /// that is kept elsewhere shows later whether the end of the journal was cut off.
    ///
    /// # Errors
    /// The storage failed or is damaged.
    fn head(&self) -> BoxFuture<'_, Result<Hash, JournalError>>;

    /// Returns the next rows of a table with a key above `after`, as they are stored, for
    /// [`receipt::verify`](crate::receipt::verify).
    ///
    /// # Errors
    /// The storage failed or is damaged.
    fn stored(
        &self,
        table: Table,
        after: i64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Stored>, JournalError>>;

    /// Returns the process that has the journal open for a run, if one has.
    ///
    /// # Errors
    /// The storage failed or is damaged.
    fn holder(&self) -> BoxFuture<'_, Result<Option<Holder>, JournalError>>;

    /// Returns the learned rates, as [`Journal::save_rates`] stored them.
    ///
    /// # Errors
    /// The storage failed or is damaged.
    fn rates(&self) -> BoxFuture<'_, Result<Option<String>, JournalError>>;

    /// Returns the orders of other processes; none by default.
    ///
    /// # Errors
    /// The storage failed or is damaged.
    fn control(&self) -> BoxFuture<'_, Result<Control, JournalError>> {
        Box::pin(async { Ok(Control::default()) })
    }

    /// Returns what the last process of the run told; nothing by default. It may have ended since:
    /// compare its process with the [`holder`](Self::holder).
    ///
    /// # Errors
    /// The storage failed or is damaged.
    fn activity(&self) -> BoxFuture<'_, Result<Option<Activity>, JournalError>> {
        Box::pin(async { Ok(None) })
    }
}

/// The record of a run, which is the only one that has it open for writing.
///
/// [`record`](Self::record) is durable when its future completes; a write is sent only after the
/// transition to [`State::Sending`] is durable. An implementation may commit several transitions
/// together. A future that is dropped before it completes may still take effect.
///
/// After a commit has failed, it is not known what the disk holds: a journal refuses further
/// writes until it is opened again, which reads what is there.
pub trait Journal: JournalReader {
    /// Stores the rows of a plan: of the one that the journal was created for, or of one that
    /// continues the run and whose rows replace those of the same profiles. They count when the
    /// future has completed ([`RunInfo::has_plan`]), and none of them before. `rows` is drawn from
    /// as the storage takes them. After an interruption it is called again, with all rows.
    ///
    /// # Errors
    /// The storage failed, `rows` did, the rows are stored already, or one of them would replace a
    /// row that is `sending` or `accepted`. Nothing may be sent.
    fn begin<'a>(
        &'a self,
        plan: &'a PlanInfo,
        time: SystemTime,
        rows: &'a mut (dyn Iterator<Item = Result<NewRow, JournalError>> + Send),
    ) -> BoxFuture<'a, Result<(), JournalError>>;

    /// Records a transition of a profile, durably.
    ///
    /// # Errors
    /// The storage failed, or the state machine does not allow the transition. Nothing may be sent
    /// and no response may be dropped: whether a transition was stored is not known if the storage
    /// failed, and it was not in the other cases.
    fn record(
        &self,
        row: u64,
        time: SystemTime,
        transition: Transition,
    ) -> BoxFuture<'_, Result<(), JournalError>>;

    /// Erases the personal data of a profile: the documents before and after, the old and new
    /// values, the cells of its rows, and the key of their commitments. Its identity, its states,
    /// the ids of its requests and the paths of what changed stay. The chain stays valid and tells
    /// of the erasure. Then what the storage keeps of deleted data is overwritten as far as it can
    /// be; if that failed, erasing again repeats it.
    ///
    /// # Errors
    /// There is no such profile; it is [not settled](JournalError::Open); the storage failed: then
    /// the data may be there in whole or in part, and erasing again completes it.
    fn erase<'a>(
        &'a self,
        profile: &'a ProfileId,
        time: SystemTime,
    ) -> BoxFuture<'a, Result<(), JournalError>>;

    /// Stores the learned rates.
    ///
    /// # Errors
    /// The storage failed: whether they were stored is not known.
    fn save_rates(&self, rates: String) -> BoxFuture<'_, Result<(), JournalError>>;

    /// Changes the orders in the journal, durably, whatever other processes change in them.
    ///
    /// # Errors
    /// The storage failed: whether they were changed is not known.
    fn update_control(&self, update: ControlUpdate) -> BoxFuture<'_, Result<(), JournalError>>;

    /// Stores what the run waits for; does nothing by default.
    ///
    /// # Errors
    /// The storage failed: whether it was stored is not known.
    fn save_activity(&self, activity: Activity) -> BoxFuture<'_, Result<(), JournalError>> {
        drop(activity);
        Box::pin(async { Ok(()) })
    }
}

/// What is known of a whole run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunInfo {
    /// The journal's id, which the plan is bound to.
    pub id: String,
    /// The plans, oldest first: that which the run began with, and those that continue it.
    pub plans: Vec<PlanInfo>,
    /// What the plan is bound to, one for each service.
    pub bindings: Vec<crate::binding::Binding>,
    /// Whether all profiles of the plan are stored.
    pub has_begun: bool,
}

impl RunInfo {
    /// Returns whether the rows of the plan with this digest are stored.
    pub fn has_plan(&self, digest: &str) -> bool {
        self.has_begun && self.plans.iter().any(|plan| plan.digest == digest)
    }

    /// Returns the number of the plan with this digest: that of the last one whose rows are stored,
    /// or the next number.
    pub(crate) fn number_of(&self, digest: &str) -> u32 {
        let plans = if self.has_begun { &self.plans[..] } else { &[] };
        let before = plans.iter().position(|plan| plan.digest == digest);
        let before = before.unwrap_or(plans.len());
        u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// Returns the digest of the last plan.
    pub fn plan_digest(&self) -> &str {
        self.plans.last().map_or("", |plan| &plan.digest)
    }
}

/// A plan that a run has taken over, or takes over when it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanInfo {
    /// The digest of the plan.
    pub digest: String,
    /// The name and version of the tool that made it.
    pub tool: String,
    /// When it was made.
    pub created: SystemTime,
    /// The name of the input; `None` if the profiles were selected.
    pub input: Option<String>,
    /// The form in which the input came: JSON.
    pub form: Option<String>,
    /// The numbers of its rows in the journal; `None` until all of them are stored, and for a plan
    /// without rows.
    pub rows: Option<RangeInclusive<u64>>,
}
