//! A transition in a transaction.

use std::path::Path;
use std::time::SystemTime;

use rusqlite::{OptionalExtension, Transaction, params, params_from_iter};

use crate::journal::error::JournalError;
use crate::journal::sqlite::columns;
use crate::journal::state::{State, Transition};
use crate::sqlite::column;
use crate::sqlite::error::FileError;
use crate::sqlite::time::to_nanos;

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
        .query_row([number], |row| columns::progress(row, 0))
        .optional()?;
    let Some(present) = present else {
        let problem = format!("there is no profile number {row}");
        return Ok(Err(JournalError::of(path, FileError::Format(problem))));
    };
    let from = present.state;
    let next = match present.after(row, time, transition) {
        Ok(next) => next,
        Err(error) => return Ok(Err(error)),
    };
    let mut values = columns::of_progress(row, &next)?;
    values.push(from.as_str().to_owned().into());
    let changed = transaction
        .prepare_cached(
            "UPDATE progress SET state = ?2, attempt = ?3, request_id = ?4, sent = ?5, body = ?6, \
             body_sha256 = ?7, if_match = ?8, token = ?9, cause = ?10, checksum = ?11 \
             WHERE number = ?1 AND state = ?12",
        )?
        .execute(params_from_iter(values))?;
    if changed != 1 {
        return Err(rusqlite::Error::StatementChangedRows(changed));
    }
    let write = next
        .attempt
        .as_ref()
        .filter(|_| next.state == State::Sending);
    transaction
        .prepare_cached(
            "INSERT INTO history (number, time, state, attempt, request_id, body_sha256, cause) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            number,
            to_nanos(time),
            next.state.as_str(),
            write.map(|write| write.attempt),
            write.map(|write| write.request_id.to_string()),
            write.map(|write| &write.body_sha256),
            next.cause.as_ref().map(column::json).transpose()?,
        ])?;
    Ok(Ok(()))
}
