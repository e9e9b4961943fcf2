//! What a journal is about, in its table of one row.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params_from_iter};

use crate::journal::RunInfo;
use crate::journal::sqlite::columns;
use crate::sqlite::{checksum, column};

/// Returns what the journal is about; `None` if it is empty.
pub(super) fn read(connection: &Connection) -> rusqlite::Result<Option<RunInfo>> {
    connection
        .query_row(
            "SELECT id, journal_id, plan_digest, bindings, has_begun, checksum FROM run",
            [],
            |row| {
                if !checksum::is_intact(row, 0..5)? {
                    return Err(column::invalid());
                }
                Ok(RunInfo {
                    id: row.get(1)?,
                    plan_digest: row.get(2)?,
                    bindings: column::parse(row, 3)?,
                    has_begun: row.get(4)?,
                })
            },
        )
        .optional()
}

/// Stores what a new journal is about.
pub(super) fn create(connection: &mut Connection, new: &RunInfo) -> rusqlite::Result<RunInfo> {
    let info = RunInfo {
        has_begun: false,
        ..new.clone()
    };
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    write(&transaction, &info)?;
    transaction.commit()?;
    Ok(info)
}

/// Stores what the journal is about.
pub(super) fn write(transaction: &Transaction<'_>, info: &RunInfo) -> rusqlite::Result<()> {
    let values = columns::with_checksum(vec![
        1.into(),
        info.id.clone().into(),
        info.plan_digest.clone().into(),
        column::json(&info.bindings)?.into(),
        info.has_begun.into(),
    ]);
    transaction
        .execute(
            "INSERT OR REPLACE INTO run VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params_from_iter(values),
        )
        .map(drop)
}
