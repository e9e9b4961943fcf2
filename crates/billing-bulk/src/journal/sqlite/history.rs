//! The end of the history: the head of the chain, and the process that appends to it.

use rusqlite::{Connection, OptionalExtension, Statement, Transaction, params};

use crate::journal::chain::{Hash, link, start};
use crate::journal::entry::{NewEntry, of_holder};
use crate::journal::holder::{Holder, Recorder};
use crate::sqlite::checksum::is_intact;
use crate::sqlite::column::{invalid, unsigned};
use crate::sqlite::time::from_nanos;

/// Appends an entry.
pub(super) const APPEND: &str = "
INSERT INTO history VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";

/// The end of the history. A copy is moved on in a transaction, and kept once it is committed.
#[derive(Clone, Debug)]
pub(super) struct History {
    pub(super) head: Hash,
    /// This process.
    pub(super) holder: Holder,
    /// Its number and the checksum of its row, once it has recorded something.
    recorder: Option<(i64, Hash)>,
}

impl History {
    /// Reads the head of the chain.
    pub(super) fn read(connection: &Connection, journal_id: &str) -> rusqlite::Result<Self> {
        Ok(Self {
            head: head(connection, journal_id)?,
            holder: Holder::this_process(),
            recorder: None,
        })
    }

    /// Appends an entry.
    pub(super) fn append(
        &mut self,
        transaction: &Transaction<'_>,
        entry: &NewEntry,
    ) -> rusqlite::Result<()> {
        let mut statement = transaction.prepare_cached(APPEND)?;
        self.append_by(&mut statement, transaction, entry)
    }

    /// Appends an entry by the prepared statement [`APPEND`].
    pub(super) fn append_by(
        &mut self,
        statement: &mut Statement<'_>,
        transaction: &Transaction<'_>,
        entry: &NewEntry,
    ) -> rusqlite::Result<()> {
        let (number, recorder) = self.recorder(transaction, entry.time)?;
        let checksum = entry.checksum(number);
        self.head = link(&self.head, &checksum, &recorder);
        statement.execute(params![
            entry.number,
            entry.time,
            entry.state,
            entry.attempt,
            entry.request_id,
            entry.cause,
            number,
            entry.ids.request_id,
            entry.ids.correlation_id,
            entry.commitment,
            checksum,
            self.head,
        ])?;
        Ok(())
    }

    /// Returns the number of this process and the checksum of its row, which is there from its
    /// first entry on.
    fn recorder(
        &mut self,
        transaction: &Transaction<'_>,
        time: i64,
    ) -> rusqlite::Result<(i64, Hash)> {
        if let Some(recorder) = self.recorder {
            return Ok(recorder);
        }
        let Holder {
            process,
            host,
            user,
            tool,
        } = &self.holder;
        let number: i64 =
            transaction.query_row("SELECT coalesce(max(id), 0) + 1 FROM holders", [], |row| {
                row.get(0)
            })?;
        let checksum = of_holder(number, &self.holder, time);
        transaction.execute(
            "INSERT INTO holders VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![number, process, host, user, tool, time, checksum],
        )?;
        Ok(*self.recorder.insert((number, checksum)))
    }
}

/// Returns the head of the chain.
pub(super) fn head(connection: &Connection, journal_id: &str) -> rusqlite::Result<Hash> {
    let last: Option<Hash> = connection
        .query_row(
            "SELECT chain FROM history ORDER BY id DESC LIMIT 1",
            [],
            |row| row.get(0),
        )
        .optional()?;
    Ok(last.unwrap_or_else(|| start(journal_id)))
}

/// Returns the processes that have recorded something.
pub(super) fn recorders(connection: &Connection) -> rusqlite::Result<Vec<Recorder>> {
    connection
        .prepare(
            "SELECT id, process, host, user_name, tool, opened, checksum FROM holders ORDER BY id",
        )?
        .query_map([], |row| {
            if !is_intact(row, 0..6)? {
                return Err(invalid());
            }
            Ok(Recorder {
                number: unsigned(row, 0)?,
                holder: Holder {
                    process: row.get(1)?,
                    host: row.get(2)?,
                    user: row.get(3)?,
                    tool: row.get(4)?,
                },
                opened: from_nanos(row.get(5)?),
            })
        })?
        .collect()
}
