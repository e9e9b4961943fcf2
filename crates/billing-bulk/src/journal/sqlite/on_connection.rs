//! A journal on storage that a test chooses.

use std::path::Path;
use std::time::SystemTime;

use crate::journal::RunInfo;
use crate::journal::error::JournalError;
use crate::journal::sqlite::SqliteJournal;
use crate::journal::sqlite::record::Step;
use crate::journal::sqlite::store::Store;
use crate::journal::state::Transition;

impl SqliteJournal {
    /// Uses an open connection, without a thread and without a lock.
    ///
    /// # Errors
    /// As for [`open_or_create`](Self::open_or_create).
    #[doc(hidden)]
    pub fn on_connection(
        connection: rusqlite::Connection,
        name: &Path,
        new: &RunInfo,
    ) -> Result<Self, JournalError> {
        Ok(Self::inline(Store::on(connection, name, new)?))
    }

    /// Records transitions in one transaction, as the thread does with those that wait.
    #[doc(hidden)]
    pub async fn record_group(
        &self,
        steps: Vec<(u64, SystemTime, Transition)>,
    ) -> Vec<Result<(), JournalError>> {
        let steps = steps.into_iter().map(|(row, time, transition)| Step {
            row,
            time,
            transition,
        });
        let steps = steps.collect();
        let recorded = self.call(move |store| Ok(store.record(steps))).await;
        recorded.unwrap_or_else(|error| vec![Err(error)])
    }

    /// Executes SQL.
    ///
    /// # Errors
    /// SQLite's.
    #[doc(hidden)]
    pub async fn execute(&self, sql: &'static str) -> Result<(), JournalError> {
        self.call(move |store| store.execute(sql)).await
    }
}
