//! The tables of a journal, one call at a time.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params_from_iter};

use crate::control::{Activity, Control, ControlUpdate};
use crate::journal::error::JournalError;
use crate::journal::generation::Generation;
use crate::journal::holder::Holder;
use crate::journal::lock::{RunLock, holder};
use crate::journal::row::NewRow;
use crate::journal::sqlite::history::History;
use crate::journal::sqlite::record::{Open, Statements, Step};
use crate::journal::sqlite::schema::{FORMAT, check_integrity};
use crate::journal::sqlite::{columns, control, generation, run_table};
use crate::journal::{PlanInfo, RunInfo};
use crate::sqlite::checksum::is_intact;
use crate::sqlite::column;
use crate::sqlite::error::{FileError, explain, explain_io};
#[cfg(feature = "__storage")]
use crate::sqlite::prepare;
use crate::sqlite::{
    Commits, Format, check_header, open, open_or_create, open_read_only, remove, rename_closed,
    sibling,
};

/// An open journal.
#[derive(Debug)]
pub(super) struct Store {
    connection: Connection,
    path: PathBuf,
    info: RunInfo,
    pub(super) history: History,
    pub(super) open: Open,
    /// The plan whose rows are being stored.
    begun: Option<Generation>,
    /// Why nothing more is written.
    failure: Option<JournalError>,
    /// Declared last: released when the connection is closed.
    _lock: Option<RunLock>,
}

impl Store {
    /// Opens a journal for a run, or creates the journal of a new one.
    pub(super) fn open_or_create(path: &Path, new: &RunInfo) -> Result<Self, JournalError> {
        if path.exists() {
            // First, so that no lock is left beside a file of another kind.
            check_header(path, &FORMAT).map_err(|e| JournalError::of(path, e))?;
        }
        let lock = RunLock::acquire(path)?;
        if !path.exists() {
            Self::create(path, new)?;
        }
        let connection = open_or_create(path, &FORMAT).map_err(|e| JournalError::of(path, e))?;
        Self::with(connection, path, Some(new), Some(lock))
    }

    /// Creates a journal under another name first, so that it is complete when it has its own,
    /// whenever the process is killed.
    fn create(path: &Path, new: &RunInfo) -> Result<(), JournalError> {
        let at = |error: FileError| JournalError::of(path, error);
        let unfinished = sibling(path, ".new");
        let unsynced = Format {
            commits: Commits::Unsynced,
            ..FORMAT
        };
        remove(&unfinished).map_err(at)?;
        let connection = open_or_create(&unfinished, &unsynced).map_err(at)?;
        let Self { connection, .. } = Self::with(connection, &unfinished, Some(new), None)?;
        connection
            .close()
            .map_err(|(_, error)| at(explain(path, &error)))?;
        rename_closed(&unfinished, path).map_err(at)
    }

    /// Opens an existing journal for a run.
    pub(super) fn open(path: &Path) -> Result<Self, JournalError> {
        check_header(path, &FORMAT).map_err(|e| JournalError::of(path, e))?;
        let lock = RunLock::acquire(path)?;
        let connection = open(path, &FORMAT).map_err(|e| JournalError::of(path, e))?;
        Self::with(connection, path, None, Some(lock))
    }

    /// Opens an existing journal for reading.
    pub(super) fn open_read_only(path: &Path) -> Result<Self, JournalError> {
        let connection = open_read_only(path, &FORMAT).map_err(|e| JournalError::of(path, e))?;
        Self::with(connection, path, None, None)
    }

    /// Uses a connection that the caller opened, for storage that is not a file. Nothing is
    /// locked.
    #[cfg(feature = "__storage")]
    pub(super) fn on(
        mut connection: Connection,
        path: &Path,
        new: &RunInfo,
    ) -> Result<Self, JournalError> {
        prepare(&mut connection, path, &FORMAT).map_err(|e| JournalError::of(path, e))?;
        Self::with(connection, path, Some(new), None)
    }

    fn with(
        mut connection: Connection,
        path: &Path,
        new: Option<&RunInfo>,
        lock: Option<RunLock>,
    ) -> Result<Self, JournalError> {
        let at = |error: FileError| JournalError::of(path, error);
        let stored = run_table::read(&connection).map_err(|e| at(explain(path, &e)))?;
        let info = match (stored, new) {
            (Some(info), _) => info,
            (None, Some(new)) => run_table::create(&mut connection, new)
                .map_err(|error| at(explain(path, &error)))?,
            (None, None) => {
                return Err(at(FileError::Format(
                    "the journal is empty: its run was interrupted before it began; apply the \
                     plan again"
                        .to_owned(),
                )));
            }
        };
        check_integrity(&connection)
            .map_err(|error| explain(path, &error))
            .and_then(|found| found.map_or(Ok(()), |what| Err(FileError::damaged(what))))
            .map_err(at)?;
        let history =
            History::read(&connection, &info.id).map_err(|error| at(explain(path, &error)))?;
        Ok(Self {
            connection,
            path: path.to_owned(),
            info,
            history,
            open: Open::default(),
            begun: None,
            failure: None,
            _lock: lock,
        })
    }

    pub(super) fn info(&self) -> &RunInfo {
        &self.info
    }

    #[cfg(feature = "__storage")]
    pub(super) fn execute(&self, sql: &str) -> Result<(), JournalError> {
        self.read(|connection| connection.execute_batch(sql))
    }

    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Prepares for the rows of a plan: removes what an interrupted call left.
    pub(super) fn begin(&mut self, plan: &PlanInfo) -> Result<(), JournalError> {
        let generation = Generation::next(&self.info, plan)
            .map_err(|problem| self.at(FileError::Format(problem.to_owned())))?;
        self.write_unsynced(|transaction| generation::prepare(transaction, &generation))?;
        self.begun = Some(generation);
        Ok(())
    }

    /// Adds rows of the plan.
    pub(super) fn insert(&mut self, rows: &[NewRow]) -> Result<(), JournalError> {
        let Some(generation) = self.begun.clone() else {
            return Ok(());
        };
        self.write_unsynced(|transaction| generation::insert(transaction, &generation, rows))
    }

    /// Makes the rows of the plan count: all of them are there.
    pub(super) fn finish_begin(&mut self, time: SystemTime) -> Result<(), JournalError> {
        let Some(generation) = self.begun.take() else {
            return Ok(());
        };
        if !generation.is_first() {
            self.read(|connection| generation::check(connection, &generation))??;
        }
        let mut history = self.history.clone();
        let begun = RunInfo {
            has_begun: true,
            ..self.info.clone()
        };
        let plan = self.write(|transaction| {
            run_table::write(transaction, &begun)?;
            generation::complete(transaction, &mut history, &generation, time)
        })?;
        self.info = generation.complete(&begun, plan);
        self.history = history;
        // Rows may have been replaced since.
        self.open = Open::default();
        Ok(())
    }

    /// Records transitions in one transaction. A transition that the state machine does not allow
    /// is left out and does not affect the others.
    pub(super) fn record(&mut self, steps: Vec<Step>) -> Vec<Result<(), JournalError>> {
        let number = steps.len();
        let path = self.path.clone();
        let mut history = self.history.clone();
        // After a failure nothing more is recorded, and nothing of it is used.
        let mut open = std::mem::take(&mut self.open);
        let recorded = self.write(|transaction| {
            let mut statements = Statements::prepare(transaction)?;
            let record = |step| statements.record(&mut open, &mut history, &path, step);
            let recorded = steps.into_iter().map(record);
            recorded.collect::<rusqlite::Result<Vec<_>>>()
        });
        if recorded.is_ok() {
            self.history = history;
            self.open = open;
        }
        recorded.unwrap_or_else(|error| vec![Err(error); number])
    }

    pub(super) fn save_rates(&mut self, rates: &str) -> Result<(), JournalError> {
        let values = columns::with_checksum(vec![1.into(), rates.to_owned().into()]);
        self.write(|transaction| {
            transaction
                .execute(
                    "INSERT OR REPLACE INTO rates VALUES (?1, ?2, ?3)",
                    params_from_iter(values),
                )
                .map(drop)
        })
    }

    pub(super) fn rates(&self) -> Result<Option<String>, JournalError> {
        self.read(|connection| {
            connection
                .query_row("SELECT id, rates, checksum FROM rates", [], |row| {
                    if !is_intact(row, 0..2)? {
                        return Err(column::invalid());
                    }
                    row.get(1)
                })
                .optional()
        })
    }

    pub(super) fn control(&self) -> Result<Control, JournalError> {
        self.read(control::read)
    }

    pub(super) fn update_control(&mut self, update: &ControlUpdate) -> Result<(), JournalError> {
        self.write(|transaction| {
            control::change(transaction, |control| control.update(update)).map(drop)
        })
    }

    pub(super) fn activity(&self) -> Result<Option<Activity>, JournalError> {
        self.read(control::read_activity)
    }

    pub(super) fn save_activity(&mut self, activity: &Activity) -> Result<(), JournalError> {
        self.write(|transaction| control::write_activity(transaction, activity))
    }

    /// Sets the name of this process in the history.
    pub(super) fn identify(&mut self, holder: Holder) {
        self.history.holder = holder;
    }

    pub(super) fn holder(&self) -> Result<Option<Holder>, JournalError> {
        holder(&self.path).map_err(|error| self.at(explain_io(&self.path, &error)))
    }

    /// Reads.
    pub(super) fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, JournalError> {
        read(&self.connection).map_err(|error| self.at(explain(&self.path, &error)))
    }

    /// Commits what `write` does, or nothing of it.
    ///
    /// After a failed commit nothing more is written: the system may have dropped the pages that
    /// it could not write, so that a later success would say nothing about them. What the disk has
    /// is read when the journal is opened again.
    pub(super) fn write<T>(
        &mut self,
        write: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, JournalError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let commit = || {
            let transaction = self
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            let result = write(&transaction)?;
            transaction.commit()?;
            Ok(result)
        };
        commit().map_err(|error| {
            let error = self.at(explain(&self.path, &error));
            self.failure = Some(error.clone());
            error
        })
    }

    /// Commits what `write` does without a sync, for content that does not count before the next
    /// commit that has one: that sync is of everything in the log.
    fn write_unsynced<T>(
        &mut self,
        write: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, JournalError> {
        const SYNCHRONOUS: &str = "synchronous";
        let level: i64 = self
            .read(|connection| connection.pragma_query_value(None, SYNCHRONOUS, |it| it.get(0)))?;
        let set = |store: &Self, level: i64| {
            store.read(|connection| connection.pragma_update(None, SYNCHRONOUS, level))
        };
        // What is in the log stays in order, and is synced before it is copied into the file.
        const NORMAL: i64 = 1;
        set(self, level.min(NORMAL))?;
        let written = self.write(write);
        let restored = set(self, level);
        if let Err(error) = &restored {
            self.failure.get_or_insert_with(|| error.clone());
        }
        restored?;
        written
    }

    pub(super) fn at(&self, error: FileError) -> JournalError {
        JournalError::of(&self.path, error)
    }
}
