//! Erases the personal data of a profile, also from free pages and from the log.

use std::time::SystemTime;

use rusqlite::types::Value;
use rusqlite::{Connection, Transaction, params, params_from_iter};

use crate::change::Change;
use crate::journal::entry::{ERASED, NewEntry};
use crate::journal::error::JournalError;
use crate::journal::sqlite::columns;
use crate::journal::sqlite::history::History;
use crate::journal::sqlite::store::Store;
use crate::profile::ProfileId;
use crate::sqlite::checksum::of_values;
use crate::sqlite::column;
use crate::sqlite::error::FileError;
use crate::sqlite::time::to_nanos;

impl Store {
    /// Erases the personal data of a profile.
    pub(super) fn erase(
        &mut self,
        profile: &ProfileId,
        time: SystemTime,
    ) -> Result<(), JournalError> {
        self.read(begin)?;
        let mut history = self.history.clone();
        self.write(|transaction| erase(transaction, &mut history, profile, time))??;
        self.history = history;
        if self.read(purge)? {
            return Ok(());
        }
        Err(self.at(FileError::Storage(
            "the data are erased, and its log still has them: another program reads the journal; \
             close that program, then erase again"
                .to_owned(),
        )))
    }
}

/// Makes SQLite overwrite what is deleted with zeros, and use no files for temporary data.
fn begin(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
    connection.pragma_update(None, "temp_store", "MEMORY")
}

/// Erases all rows of a profile that are not erased. The outer result is that of the storage.
fn erase(
    transaction: &Transaction<'_>,
    history: &mut History,
    profile: &ProfileId,
    time: SystemTime,
) -> rusqlite::Result<Result<(), JournalError>> {
    let numbers = transaction
        .prepare("SELECT number FROM profiles WHERE key = ?1 ORDER BY number")?
        .query_map([profile.key()], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<i64>>>()?;
    if numbers.is_empty() {
        return Ok(Err(JournalError::NoProfile {
            profile: profile.to_string(),
        }));
    }
    for number in &numbers {
        let progress = transaction.query_row(columns::SELECT_PROGRESS, [number], |row| {
            columns::progress(row, 0)
        })?;
        // The rows of a plan that is being taken over are replaced by themselves.
        let is_replaced = progress
            .replaced_by
            .is_some_and(|by| by != number.unsigned_abs());
        if !progress.state.may_be_erased() && !is_replaced {
            return Ok(Err(JournalError::Open {
                row: number.unsigned_abs(),
                state: progress.state,
            }));
        }
    }
    for number in numbers {
        erase_row(transaction, history, number, time)?;
    }
    Ok(Ok(()))
}

fn erase_row(
    transaction: &Transaction<'_>,
    history: &mut History,
    number: i64,
    time: SystemTime,
) -> rusqlite::Result<()> {
    let query = format!("{} WHERE g.number = ?1", columns::SELECT_ROWS);
    let row = transaction.query_row(&query, [number], columns::row)?;
    if row.erased.is_some() {
        return Ok(());
    }
    let changes = row.changes.into_iter().map(|change| Change {
        old: None,
        new: None,
        ..change
    });
    let changes = column::json(&changes.collect::<Vec<_>>())?;
    // The hash of a document that can be guessed tells the document.
    transaction.execute(
        "UPDATE profiles SET document = x'', hash = iif(hash IS NULL, NULL, zeroblob(32)), \
         changes = ?2, raw = NULL, erased = ?3 WHERE number = ?1",
        params![number, changes, to_nanos(time)],
    )?;
    let checksum = transaction.query_row(
        "SELECT number, generation, previous, key, profile, document, etag, hash, changes, \
         location, raw, erased FROM profiles WHERE number = ?1",
        [number],
        |row| {
            let values = (0..12).map(|column| row.get::<_, Value>(column));
            Ok(of_values(&values.collect::<rusqlite::Result<Vec<_>>>()?))
        },
    )?;
    transaction.execute(
        "UPDATE profiles SET checksum = ?2 WHERE number = ?1",
        params![number, checksum],
    )?;
    let (mut progress, steps) =
        transaction.query_row(columns::SELECT_PROGRESS, [number], |row| {
            Ok((
                columns::progress(row, 0)?,
                column::unsigned(row, columns::STEPS)?,
            ))
        })?;
    progress.erase();
    transaction.execute(
        "UPDATE progress SET state = ?2, attempt = ?3, request_id = ?4, sent = ?5, body = ?6, \
         body_sha256 = ?7, if_match = ?8, token = ?9, cause = ?10, steps = ?11, \
         replaced_by = ?12, salt = ?13, checksum = ?14 WHERE number = ?1",
        params_from_iter(columns::of_progress(row.number, &progress, steps)?),
    )?;
    transaction.execute("DELETE FROM outcomes WHERE number = ?1", [number])?;
    let mut entry = NewEntry::new(Some(number), time, ERASED);
    entry.commitment = Some(checksum);
    history.append(transaction, &entry)
}

/// Rewrites the file without free pages, and empties the log. Returns false if another program
/// reads the log, which then keeps what was erased.
fn purge(connection: &Connection) -> rusqlite::Result<bool> {
    let is_empty = |connection: &Connection| {
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
            row.get::<_, i64>(0).map(|is_busy| is_busy == 0)
        })
    };
    if !is_empty(connection)? {
        return Ok(false);
    }
    connection.execute_batch("VACUUM")?;
    is_empty(connection)
}
