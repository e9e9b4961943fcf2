//! Stores the rows of a plan.

use std::time::SystemTime;

use rusqlite::{Connection, OptionalExtension, Transaction, params, params_from_iter};

use crate::journal::PlanInfo;
use crate::journal::chain::new_salts;
use crate::journal::error::JournalError;
use crate::journal::generation::Generation;
use crate::journal::progress::Progress;
use crate::journal::row::NewRow;
use crate::journal::sqlite::columns::{self, SELECT_PROGRESS, STEPS};
use crate::journal::sqlite::history::History;
use crate::journal::sqlite::record::write_progress;
use crate::journal::sqlite::run_table;
use crate::sqlite::column;

/// Removes what an interrupted call left, and adds the plan without rows.
pub(super) fn prepare(
    transaction: &Transaction<'_>,
    generation: &Generation,
) -> rusqlite::Result<()> {
    let after = column::number(generation.after)?;
    for table in ["progress", "profiles"] {
        let query = format!("DELETE FROM {table} WHERE number > ?1");
        transaction.execute(&query, [after])?;
    }
    let query = "DELETE FROM plans WHERE number >= ?1 AND number > 1";
    transaction.execute(query, [generation.number])?;
    run_table::write_plan(transaction, generation.number, &generation.plan)
}

/// Adds rows, which do not count yet.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    generation: &Generation,
    rows: &[NewRow],
) -> rusqlite::Result<()> {
    let mut profiles = transaction.prepare_cached(
        "INSERT INTO profiles VALUES \
         (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?;
    let mut progresses = transaction.prepare_cached(
        "INSERT INTO progress VALUES \
         (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?;
    for (row, salt) in rows.iter().zip(new_salts()) {
        let number = generation.row(row);
        let previous = if generation.is_first() {
            None
        } else {
            find(transaction, &row.profile.key())?
        };
        let profile = columns::of_new_row(row, number, generation.number, previous, &salt)?;
        profiles.execute(params_from_iter(profile))?;
        let progress = Progress {
            replaced_by: (!generation.is_first()).then_some(number),
            ..Progress::planned(salt)
        };
        let progress = columns::of_progress(number, &progress, 0)?;
        progresses.execute(params_from_iter(progress))?;
    }
    Ok(())
}

/// Returns the number of a profile's row that is not replaced.
pub(super) fn find(connection: &Connection, key: &str) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached(
            "SELECT p.number FROM profiles p JOIN progress g ON g.number = p.number \
             WHERE p.key = ?1 AND g.replaced_by IS NULL",
        )?
        .query_row([key], |row| row.get(0))
        .optional()
}

/// Checks that no row is replaced whose write is not settled. The outer result is that of the
/// storage.
pub(super) fn check(
    connection: &Connection,
    generation: &Generation,
) -> rusqlite::Result<Result<(), JournalError>> {
    let unsettled = connection
        .query_row(
            "SELECT g.number, g.state FROM profiles n JOIN progress g ON g.number = n.previous \
             WHERE n.number > ?1 AND g.state IN ('sending', 'accepted') LIMIT 1",
            [column::number(generation.after)?],
            |row| {
                Ok(JournalError::Unsettled {
                    row: column::unsigned(row, 0)?,
                    state: columns::state(row, 1)?,
                })
            },
        )
        .optional()?;
    Ok(unsettled.map_or(Ok(()), Err))
}

/// Makes the rows count, in place of the rows that they replace, and returns the plan with their
/// numbers.
pub(super) fn complete(
    transaction: &Transaction<'_>,
    history: &mut History,
    generation: &Generation,
    time: SystemTime,
) -> rusqlite::Result<PlanInfo> {
    if !generation.is_first() {
        let mut query = transaction
            .prepare("SELECT number, previous FROM profiles WHERE number > ?1 ORDER BY number")?;
        let mut rows = query.query([column::number(generation.after)?])?;
        while let Some(row) = rows.next()? {
            let number = column::unsigned(row, 0)?;
            if row.get::<_, Option<i64>>(1)?.is_some() {
                replace(transaction, column::unsigned(row, 1)?, Some(number))?;
            }
            replace(transaction, number, None)?;
        }
    }
    let (plan, entry) = run_table::complete_plan(transaction, generation, time)?;
    history.append(transaction, &entry)?;
    Ok(plan)
}

/// Sets the row that takes over, by the parameters of [`write_progress`].
const REPLACE: &str = "
UPDATE progress SET replaced_by = ?12, checksum = ?14 WHERE number = ?1 AND state = ?15";

/// Sets the row that takes over from a row.
fn replace(
    transaction: &Transaction<'_>,
    number: u64,
    replaced_by: Option<u64>,
) -> rusqlite::Result<()> {
    let (present, steps) = transaction
        .prepare_cached(SELECT_PROGRESS)?
        .query_row(params![column::number(number)?], |row| {
            Ok((columns::progress(row, 0)?, column::unsigned(row, STEPS)?))
        })?;
    let next = Progress {
        replaced_by,
        ..present
    };
    let mut update = transaction.prepare_cached(REPLACE)?;
    write_progress(&mut update, number, next.state, &next, steps)
}
