//! A transition in a transaction.

use std::path::Path;
use std::time::SystemTime;

use rusqlite::{OptionalExtension, Transaction, params_from_iter};

use crate::journal::error::JournalError;
use crate::journal::sqlite::columns;
use crate::journal::state::Transition;
use crate::sqlite::column;
use crate::sqlite::error::FileError;

/// A transition that is to be recorded.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) row: u64,
    pub(super) time: SystemTime,
    pub(super) transition: Transition,
}

/// Records a transition. The outer result is that of the storage, the inner one of the rules.
pub(super) fn record(
    transaction: &Transaction<'_>,
    path: &Path,
    step: Step,
) -> rusqlite::Result<Result<(), JournalError>> {
    let Step {
        row,
        time,
        transition,
    } = step;
    let number = column::number(row)?;
    let present = transaction
        .prepare_cached(columns::SELECT_PROGRESS)?
        .query_row([number], |row| {
            Ok((
                columns::progress(row, 0)?,
                column::unsigned(row, columns::STEPS)?,
            ))
        })
        .optional()?;
    let Some((present, steps)) = present else {
        let problem = format!("there is no profile number {row}");
        return Ok(Err(JournalError::of(path, FileError::Format(problem))));
    };
    let from = present.state;
    let next = match present.after(row, time, transition) {
        Ok(next) => next,
        Err(error) => return Ok(Err(error)),
    };
    let mut values = columns::of_progress(row, &next, steps + 1)?;
    values.push(from.as_str().to_owned().into());
    let changed = transaction
        .prepare_cached(
            "UPDATE progress SET state = ?2, attempt = ?3, request_id = ?4, sent = ?5, body = ?6, \
             body_sha256 = ?7, if_match = ?8, token = ?9, cause = ?10, steps = ?11, \
             checksum = ?12 WHERE number = ?1 AND state = ?13",
        )?
        .execute(params_from_iter(values))?;
    if changed != 1 {
        return Err(rusqlite::Error::StatementChangedRows(changed));
    }
    transaction
        .prepare_cached("INSERT INTO history VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?
        .execute(params_from_iter(columns::of_entry(row, time, &next)?))?;
    Ok(Ok(()))
}
