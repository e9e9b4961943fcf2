//! The journal of a simulated run: the SQLite journal, with a step of the machine around each
//! commit.

use std::time::SystemTime;

use billing_bulk::ProfileId;
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

/// A journal on a machine that may stop.
pub(crate) struct SimJournal {
    pub(crate) inner: SqliteJournal,
    pub(crate) machine: Machine,
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
            self.machine.step().await;
            let recorded = self.inner.record(row, time, transition).await;
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
}
