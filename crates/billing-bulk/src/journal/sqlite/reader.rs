//! Reads a journal in a SQLite file, also while another process writes it.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use billing_core::BoxFuture;

use crate::control::{Activity, Control};
use crate::document::Document;
use crate::journal::error::JournalError;
use crate::journal::holder::{Holder, Recorder};
use crate::journal::row::{Entry, Row};
use crate::journal::sqlite::store::Store;
use crate::journal::state::{Counts, State};
use crate::journal::stored::{Stored, Table};
use crate::journal::{Hash, JournalReader, RunInfo};
use crate::profile::ProfileId;

/// A journal in a SQLite file, open for reading, also during a run and on a read-only disk.
#[derive(Debug)]
pub struct SqliteReader {
    info: RunInfo,
    store: Mutex<Store>,
}

impl SqliteReader {
    /// Opens a journal for reading.
    ///
    /// # Errors
    /// There is no such file; it is no journal, damaged, or one of a newer version; the disk
    /// failed.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let store = Store::open_read_only(path)?;
        Ok(Self {
            info: store.info().clone(),
            store: Mutex::new(store),
        })
    }

    fn call<T: Send + 'static>(
        &self,
        call: impl FnOnce(&Store) -> Result<T, JournalError>,
    ) -> BoxFuture<'_, Result<T, JournalError>> {
        let result = call(&self.store.lock().unwrap_or_else(PoisonError::into_inner));
        Box::pin(async { result })
    }
}

impl JournalReader for SqliteReader {
    fn info(&self) -> &RunInfo {
        &self.info
    }

    fn rows<'a>(
        &'a self,
        states: &'a [State],
        after: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<Row>, JournalError>> {
        self.call(|store| store.rows(states, after, limit))
    }

    fn find<'a>(
        &'a self,
        profile: &'a ProfileId,
    ) -> BoxFuture<'a, Result<Option<Row>, JournalError>> {
        self.call(|store| store.find(profile))
    }

    fn row(&self, number: u64) -> BoxFuture<'_, Result<Option<Row>, JournalError>> {
        self.call(|store| store.row(number))
    }

    fn history(&self, row: u64) -> BoxFuture<'_, Result<Vec<Entry>, JournalError>> {
        self.call(|store| store.history(row))
    }

    fn counts(&self) -> BoxFuture<'_, Result<Counts, JournalError>> {
        self.call(Store::counts)
    }

    fn last_change(&self) -> BoxFuture<'_, Result<Option<SystemTime>, JournalError>> {
        self.call(Store::last_change)
    }

    fn outcome(&self, row: u64) -> BoxFuture<'_, Result<Option<Document>, JournalError>> {
        self.call(|store| store.outcome(row))
    }

    fn recorders(&self) -> BoxFuture<'_, Result<Vec<Recorder>, JournalError>> {
        self.call(Store::recorders)
    }

    fn head(&self) -> BoxFuture<'_, Result<Hash, JournalError>> {
        self.call(Store::head)
    }

    fn stored(
        &self,
        table: Table,
        after: i64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Stored>, JournalError>> {
        self.call(|store| store.stored(table, after, limit))
    }

    fn holder(&self) -> BoxFuture<'_, Result<Option<Holder>, JournalError>> {
        self.call(Store::holder)
    }

    fn rates(&self) -> BoxFuture<'_, Result<Option<String>, JournalError>> {
        self.call(Store::rates)
    }

    fn control(&self) -> BoxFuture<'_, Result<Control, JournalError>> {
        self.call(Store::control)
    }

    fn activity(&self) -> BoxFuture<'_, Result<Option<Activity>, JournalError>> {
        self.call(Store::activity)
    }
}
