//! Writing a plan, which can be interrupted and continued.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior, params_from_iter};

use crate::plan::error::PlanError;
use crate::plan::file::columns::{digest, of_header, of_row, read_header};
use crate::plan::file::error::PlanFileError;
use crate::plan::file::reader::Plan;
use crate::plan::file::rows::PlanRows;
use crate::plan::file::schema::FORMAT;
use crate::plan::header::PlanHeader;
use crate::plan::row::PlanRow;
use crate::plan::store::PlanStore;
use crate::profile::ProfileId;
use crate::sqlite::column::unsigned;
use crate::sqlite::error::explain;
use crate::sqlite::{open_or_create, remove};

/// A plan that is being written. No other process can use the file meanwhile.
///
/// Rows are written in the order of their numbers. What was written stays when the process is
/// killed, and [`open`](Self::open) continues after it. Adding many rows at once costs little more
/// than adding one.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use billing_bulk::ProfileId;
/// use billing_bulk::plan::{
///     Outcome, PlanHeader, PlanInput, PlanRow, PlanStore, PlanWriter, Source,
/// };
/// use billing_bulk::target::Cause;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("run.plan");
/// let created = SystemTime::UNIX_EPOCH;
/// let header = PlanHeader {
///     tool: "example 1.0".to_owned(),
///     created,
///     expires: created + Duration::from_secs(86_400),
///     bindings: Vec::new(),
///     continues: None,
///     input: PlanInput {
///         name: None,
///         sha256: String::new(),
///         options: "{}".to_owned(),
///         form: None,
///     },
/// };
/// let mut writer = PlanWriter::open(&path, &header, false)?;
/// writer.add(&[PlanRow {
///     number: writer.last() + 1,
///     profile: ProfileId::partner("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04"),
///     outcome: Outcome::Unplanned(Cause::default()),
///     findings: Vec::new(),
///     source: Source::default(),
/// }])?;
/// let plan = writer.finish()?;
/// assert_eq!(plan.counts()?.unplanned, 1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct PlanWriter {
    connection: Connection,
    path: PathBuf,
    last: u64,
}

impl PlanWriter {
    /// Creates a plan, or opens an unfinished plan of the same input, options and connections,
    /// which keeps its times. With `overwrite` any other plan is replaced.
    ///
    /// # Errors
    /// The file is a finished plan, an unfinished plan of something else, or no plan; another
    /// process writes it; the storage failed.
    pub fn open(path: &Path, header: &PlanHeader, overwrite: bool) -> Result<Self, PlanFileError> {
        match Self::open_or_create(path, header) {
            Err(
                PlanFileError::Finished { .. }
                | PlanFileError::OtherInput { .. }
                | PlanFileError::Older { .. }
                | PlanFileError::Newer { .. },
            ) if overwrite => {
                remove(path).map_err(|error| PlanFileError::of(path, error))?;
                Self::open_or_create(path, header)
            }
            opened => opened,
        }
    }

    fn open_or_create(path: &Path, header: &PlanHeader) -> Result<Self, PlanFileError> {
        let connection = open_or_create(path, &FORMAT).map_err(|e| PlanFileError::of(path, e))?;
        let mut writer = Self {
            connection,
            path: path.to_owned(),
            last: 0,
        };
        let plan = || path.display().to_string();
        let stored = writer.with(|connection| {
            // The lock of the first transaction is kept until the file is closed.
            connection.pragma_update_and_check(None, "locking_mode", "EXCLUSIVE", |_| Ok(()))?;
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
            let stored = read_header(&transaction)?;
            if stored.is_none() {
                transaction.execute(
                    "INSERT INTO header VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, NULL, NULL)",
                    params_from_iter(of_header(header)?),
                )?;
            }
            transaction.commit()?;
            Ok(stored)
        })?;
        if let Some(stored) = stored {
            if stored.digest.is_some() {
                return Err(PlanFileError::Finished { plan: plan() });
            }
            let stored = stored.header;
            let differs = [
                (stored.input.sha256 != header.input.sha256, "input"),
                (
                    stored.input.options != header.input.options,
                    "set of options",
                ),
                (stored.bindings != header.bindings, "connection"),
                (stored.continues != header.continues, "journal to continue"),
                (stored.tool != header.tool, "version of the tool"),
            ];
            if let Some((_, what)) = differs.into_iter().find(|(differs, _)| *differs) {
                return Err(PlanFileError::OtherInput { plan: plan(), what });
            }
            writer.last = writer.with(|connection| {
                connection.query_row("SELECT coalesce(max(number), 0) FROM rows", [], |row| {
                    unsigned(row, 0)
                })
            })?;
        }
        Ok(writer)
    }

    /// Computes the digest, which finishes the plan.
    ///
    /// # Errors
    /// The storage failed; the plan is unfinished and can be continued.
    pub fn finish(mut self) -> Result<Plan, PlanFileError> {
        self.with(|connection| {
            let digest = digest(connection)?;
            connection.execute("UPDATE header SET digest = ?1", [digest])
        })?;
        let Self {
            connection, path, ..
        } = self;
        connection
            .close()
            .map_err(|(_, error)| PlanFileError::of(&path, explain(&path, &error)))?;
        Plan::open(&path)
    }

    /// Removes the file.
    ///
    /// # Errors
    /// The storage failed.
    pub fn discard(self) -> Result<(), PlanFileError> {
        let Self {
            connection, path, ..
        } = self;
        connection
            .close()
            .map_err(|(_, error)| PlanFileError::of(&path, explain(&path, &error)))?;
        remove(&path).map_err(|error| PlanFileError::of(&path, error))
    }

    fn with<T>(
        &mut self,
        call: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, PlanFileError> {
        call(&mut self.connection)
            .map_err(|e| PlanFileError::of(&self.path, explain(&self.path, &e)))
    }
}

impl PlanStore for PlanWriter {
    fn last(&self) -> u64 {
        self.last
    }

    fn contains(&self, profile: &ProfileId) -> Result<bool, PlanError> {
        let contains = self
            .connection
            .prepare_cached("SELECT 1 FROM rows WHERE key = ?1")
            .and_then(|mut query| query.exists([profile.key()]));
        Ok(contains.map_err(|error| PlanFileError::of(&self.path, explain(&self.path, &error)))?)
    }

    fn add(&mut self, rows: &[PlanRow]) -> Result<(), PlanError> {
        let mut last = self.last;
        for row in rows {
            if row.number != last + 1 {
                let row = row.number;
                return Err(PlanFileError::Order { row, last }.into());
            }
            last = row.number;
        }
        self.with(|connection| {
            let transaction = connection.transaction()?;
            for row in rows {
                transaction
                    .prepare_cached(
                        "INSERT INTO rows VALUES \
                         (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                    )?
                    .execute(params_from_iter(of_row(row)?))?;
            }
            transaction.commit()
        })?;
        self.last = last;
        Ok(())
    }

    fn rows(&self) -> Result<Box<dyn Iterator<Item = Result<PlanRow, PlanError>> + '_>, PlanError> {
        let rows = PlanRows::new(&self.connection, &self.path);
        Ok(Box::new(rows.map(|row| row.map_err(PlanError::from))))
    }
}
