//! The journal of a simulated run: the SQLite journal, with a step of the machine around each
//! commit.

use std::sync::Arc;
use std::time::SystemTime;

use billing_bulk::ProfileId;
use billing_bulk::control::{Activity, Control, ControlUpdate};
use billing_bulk::document::Document;
use billing_bulk::journal::Holder;
use billing_bulk::journal::row::{Entry, NewRow, Row};
use billing_bulk::journal::sqlite::SqliteJournal;
use billing_bulk::journal::{
    Counts, Hash, Journal, JournalError, JournalReader, PlanInfo, Recorder, RunInfo, State, Stored,
    Table, Transition,
};
use billing_core::BoxFuture;

use crate::simulation::machine::Machine;
use crate::simulation::operator::Operator;

/// A journal on a machine that may stop.
pub(crate) struct SimJournal {
    pub(crate) inner: SqliteJournal,
    pub(crate) machine: Machine,
    pub(crate) operator: Arc<Operator>,
    /// Whether the run decides about writes of unknown outcome.
    pub(crate) reconciles: bool,
    /// Returns how many profiles have a write of the run that took effect.
    pub(crate) written: Written,
}

/// Returns whether a write of the run to a profile took effect.
pub(crate) type Written = Box<dyn Fn(&ProfileId) -> bool + Send + Sync>;

impl SimJournal {
    /// Checks a transition before it is recorded.
    async fn check(&self, row: u64, transition: &Transition) -> Result<(), JournalError> {
        if self.operator.is_strict() && matches!(transition, Transition::Send { .. }) {
            let rows = self.inner.rows(&State::ALL, 0, 1000).await?;
            let may_be_written = |it: &&Row| {
                let is_open = matches!(it.state, State::Sending | State::Accepted);
                it.number == row || is_open || (self.written)(&it.profile)
            };
            let writes = rows.iter().filter(may_be_written).count() as u64;
            self.operator
                .check_write(&rows, row, writes, self.reconciles);
        }
        Ok(())
    }
}

impl JournalReader for SimJournal {
    fn info(&self) -> &RunInfo {
        self.inner.info()
    }

    fn rows<'a>(
        &'a self,
        states: &'a [State],
        after: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Row>, JournalError>> {
        self.inner.rows(states, after, limit)
    }

    fn find<'a>(
        &'a self,
        profile: &'a ProfileId,
    ) -> BoxFuture<'a, Result<Option<Row>, JournalError>> {
        self.inner.find(profile)
    }

    fn row(&self, number: u64) -> BoxFuture<'_, Result<Option<Row>, JournalError>> {
        self.inner.row(number)
    }

    fn history(&self, row: u64) -> BoxFuture<'_, Result<Vec<Entry>, JournalError>> {
        self.inner.history(row)
    }

    fn counts(&self) -> BoxFuture<'_, Result<Counts, JournalError>> {
        self.inner.counts()
    }

    fn last_change(&self) -> BoxFuture<'_, Result<Option<SystemTime>, JournalError>> {
        self.inner.last_change()
    }

    fn outcome(&self, row: u64) -> BoxFuture<'_, Result<Option<Document>, JournalError>> {
        self.inner.outcome(row)
    }

    fn recorders(&self) -> BoxFuture<'_, Result<Vec<Recorder>, JournalError>> {
        self.inner.recorders()
    }

    fn head(&self) -> BoxFuture<'_, Result<Hash, JournalError>> {
        self.inner.head()
    }

    fn stored(
        &self,
        table: Table,
        after: i64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Stored>, JournalError>> {
        self.inner.stored(table, after, limit)
    }

    fn holder(&self) -> BoxFuture<'_, Result<Option<Holder>, JournalError>> {
        self.inner.holder()
    }

    fn rates(&self) -> BoxFuture<'_, Result<Option<String>, JournalError>> {
        self.inner.rates()
    }

    fn control(&self) -> BoxFuture<'_, Result<Control, JournalError>> {
        Box::pin(async move {
            self.operator.act(true);
            let control = self.inner.control().await?;
            self.operator.note_read(&control);
            Ok(control)
        })
    }

    fn activity(&self) -> BoxFuture<'_, Result<Option<Activity>, JournalError>> {
        self.inner.activity()
    }
}

impl Journal for SimJournal {
    fn begin<'a>(
        &'a self,
        plan: &'a PlanInfo,
        time: SystemTime,
        rows: &'a mut (dyn Iterator<Item = Result<NewRow, JournalError>> + Send),
    ) -> BoxFuture<'a, Result<(), JournalError>> {
        Box::pin(async move {
            self.machine.step().await;
            let begun = self.inner.begin(plan, time, rows).await;
            self.machine.step().await;
            begun
        })
    }

    fn record(
        &self,
        row: u64,
        time: SystemTime,
        transition: Transition,
    ) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(async move {
            self.check(row, &transition).await?;
            self.machine.step().await;
            let recorded = self.inner.record(row, time, transition).await;
            if self.operator.is_strict() && !self.reconciles {
                let rows = self.inner.rows(&State::ALL, 0, 1000).await?;
                self.operator.check_failures(&rows);
            }
            self.machine.step().await;
            recorded
        })
    }

    fn erase<'a>(
        &'a self,
        profile: &'a ProfileId,
        time: SystemTime,
    ) -> BoxFuture<'a, Result<(), JournalError>> {
        self.inner.erase(profile, time)
    }

    fn save_rates(&self, rates: String) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(async move {
            self.machine.step().await;
            self.inner.save_rates(rates).await
        })
    }

    fn update_control(&self, update: ControlUpdate) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(async move {
            self.machine.step().await;
            let updated = self.inner.update_control(update).await;
            self.machine.step().await;
            updated
        })
    }

    fn save_activity(&self, activity: Activity) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(async move {
            self.machine.step().await;
            self.inner.save_activity(activity).await
        })
    }
}
