//! A transition in a transaction.

use std::path::Path;
use std::time::SystemTime;

use rusqlite::types::ToSqlOutput;
use rusqlite::{OptionalExtension, Transaction, params, params_from_iter};

use crate::journal::entry::of_document;
use crate::journal::error::JournalError;
use crate::journal::sqlite::columns;
use crate::journal::sqlite::history::History;
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
    history: &mut History,
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
    let moved = match present.after(number, time, transition) {
        Ok(moved) => moved,
        Err(error) => return Ok(Err(error)),
    };
    let mut values = columns::of_progress(row, &moved.progress, steps + 1)?;
    values.push(from.as_str().to_owned().into());
    let changed = transaction
        .prepare_cached(
            "UPDATE progress SET state = ?2, attempt = ?3, request_id = ?4, sent = ?5, body = ?6, \
             body_sha256 = ?7, if_match = ?8, token = ?9, cause = ?10, steps = ?11, \
             replaced_by = ?12, salt = ?13, checksum = ?14 WHERE number = ?1 AND state = ?15",
        )?
        .execute(params_from_iter(values))?;
    if changed != 1 {
        return Err(rusqlite::Error::StatementChangedRows(changed));
    }
    if let Some(outcome) = &moved.outcome {
        let [document, etag, hash] = of_document(&outcome.document).map(ToSqlOutput::Borrowed);
        transaction
            .prepare_cached("INSERT INTO outcomes VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![number, document, etag, hash, outcome.checksum])?;
    }
    history.append(transaction, &moved.entry)?;
    Ok(Ok(()))
}
