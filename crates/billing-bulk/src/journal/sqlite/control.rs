//! The orders of other processes, and what a run tells them.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use serde::de::DeserializeOwned;

use crate::control::{Activity, By, Control, Order, ProcessId};
use crate::journal::error::JournalError;
use crate::journal::lock;
use crate::journal::sqlite::schema::FORMAT;
use crate::sqlite::error::{FileError, explain, explain_io};
use crate::sqlite::{column, open};

/// Gives an order to the run of a journal, whose process may have it open. Returns all orders that
/// are in force then.
///
/// # Errors
/// There is no such file; it is no journal, damaged, or one of another version; the disk failed.
pub fn give_order(path: &Path, order: &Order, by: &By) -> Result<Control, JournalError> {
    let at = |error: FileError| JournalError::of(path, error);
    let mut connection = open(path, &FORMAT).map_err(at)?;
    let holder = lock::holder(path).map_err(|error| at(explain_io(path, &error)))?;
    let process = holder.map(|holder| ProcessId {
        process: holder.process,
        host: holder.host,
    });
    let mut write = || {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let apply = |control: &mut Control| control.apply(order, by, process.as_ref());
        let control = change(&transaction, apply)?;
        transaction.commit()?;
        Ok(control)
    };
    write().map_err(|error| at(explain(path, &error)))
}

/// Changes the orders, and returns them.
pub(super) fn change(
    transaction: &Transaction<'_>,
    change: impl FnOnce(&mut Control),
) -> rusqlite::Result<Control> {
    let mut control = read(transaction)?;
    change(&mut control);
    transaction.execute(
        "INSERT OR REPLACE INTO control VALUES (1, ?1)",
        [column::json(&control)?],
    )?;
    Ok(control)
}

/// Returns the orders.
pub(super) fn read(connection: &Connection) -> rusqlite::Result<Control> {
    one(connection, "SELECT control FROM control").map(Option::unwrap_or_default)
}

/// Returns what the run told last.
pub(super) fn read_activity(connection: &Connection) -> rusqlite::Result<Option<Activity>> {
    one(connection, "SELECT activity FROM activity")
}

/// Stores what the run tells.
pub(super) fn write_activity(
    transaction: &Transaction<'_>,
    activity: &Activity,
) -> rusqlite::Result<()> {
    let text = column::json(activity)?;
    let insert = "INSERT OR REPLACE INTO activity VALUES (1, ?1)";
    transaction
        .prepare_cached(insert)?
        .execute([text])
        .map(drop)
}

fn one<T: DeserializeOwned>(connection: &Connection, query: &str) -> rusqlite::Result<Option<T>> {
    connection
        .prepare_cached(query)?
        .query_row([], |row| column::parse(row, 0))
        .optional()
}
