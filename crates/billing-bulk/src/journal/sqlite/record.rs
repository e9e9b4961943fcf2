//! Transitions in a transaction.

use std::collections::HashMap;
use std::path::Path;
use std::time::SystemTime;

use rusqlite::types::ToSqlOutput;
use rusqlite::{
    CachedStatement, Connection, OptionalExtension, Statement, Transaction, params,
    params_from_iter,
};

use crate::journal::entry::of_document;
use crate::journal::error::JournalError;
use crate::journal::progress::Progress;
use crate::journal::sqlite::columns;
use crate::journal::sqlite::history::{APPEND, History};
use crate::journal::state::{State, Transition};
use crate::sqlite::column;
use crate::sqlite::error::FileError;

/// A transition that is to be recorded.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) row: u64,
    pub(super) time: SystemTime,
    pub(super) transition: Transition,
}

/// The rows that are about to be sent or being sent, as this process has read or stored them: their
/// next transition reads nothing.
#[derive(Debug, Default)]
pub(super) struct Open(HashMap<u64, Present>);

/// More than a run works on and reads ahead. Rows that are open for longer are read again.
const MAX_OPEN: usize = 512;

/// The progress of a row, and its number of transitions.
#[derive(Debug)]
struct Present {
    progress: Progress,
    steps: u64,
}

impl Open {
    /// Removes the progress of a row that is kept, or else reads the row.
    fn take(&mut self, connection: &Connection, row: u64) -> rusqlite::Result<Option<Present>> {
        if let Some(present) = self.0.remove(&row) {
            return Ok(Some(present));
        }
        connection
            .prepare_cached(columns::SELECT_PROGRESS)?
            .query_row([column::number(row)?], |row| {
                Ok(Present {
                    progress: columns::progress(row, 0)?,
                    steps: column::unsigned(row, columns::STEPS)?,
                })
            })
            .optional()
    }

    /// Keeps the progress of a row and its number of transitions if it is about to be sent or being
    /// sent.
    pub(super) fn keep(&mut self, row: u64, progress: Progress, steps: u64) {
        if matches!(progress.state, State::Planned | State::Sending) {
            if self.0.len() >= MAX_OPEN {
                self.0.clear();
            }
            self.0.insert(row, Present { progress, steps });
        }
    }
}

/// The statements that record transitions, prepared once for all of a transaction.
pub(super) struct Statements<'t> {
    transaction: &'t Transaction<'t>,
    update: CachedStatement<'t>,
    outcome: CachedStatement<'t>,
    append: CachedStatement<'t>,
}

impl<'t> Statements<'t> {
    pub(super) fn prepare(transaction: &'t Transaction<'t>) -> rusqlite::Result<Self> {
        Ok(Self {
            transaction,
            update: transaction.prepare_cached(MOVE)?,
            outcome: transaction
                .prepare_cached("INSERT INTO outcomes VALUES (?1, ?2, ?3, ?4, ?5)")?,
            append: transaction.prepare_cached(APPEND)?,
        })
    }

    /// Records a transition. The outer result is that of the storage, the inner one of the rules.
    pub(super) fn record(
        &mut self,
        open: &mut Open,
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
        let Some(Present { progress, steps }) = open.take(self.transaction, row)? else {
            let problem = format!("there is no profile number {row}");
            return Ok(Err(JournalError::of(path, FileError::Format(problem))));
        };
        let from = progress.state;
        let steps = steps.saturating_add(1);
        let moved = match progress.after(number, time, transition) {
            Ok(moved) => moved,
            Err(error) => return Ok(Err(error)),
        };
        write_progress(&mut self.update, row, from, &moved.progress, steps)?;
        if let Some(outcome) = &moved.outcome {
            let [document, etag, hash] = of_document(&outcome.document).map(ToSqlOutput::Borrowed);
            self.outcome
                .execute(params![number, document, etag, hash, outcome.checksum])?;
        }
        history.append_by(&mut self.append, self.transaction, &moved.entry)?;
        open.keep(row, moved.progress, steps);
        Ok(Ok(()))
    }
}

/// Moves a row to another state. What a transition does not change is not set: for a reference that
/// is set, SQLite copies each page before it writes it, to undo a violation.
const MOVE: &str = "
UPDATE progress
SET state = ?2, attempt = ?3, request_id = ?4, sent = ?5, body = ?6, body_sha256 = ?7,
    if_match = ?8, token = ?9, cause = ?10, steps = ?11, checksum = ?14
WHERE number = ?1 AND state = ?15 AND replaced_by IS ?12 AND salt IS ?13";

/// Writes the progress of a row that is still in the state `from`, by an `update` with the columns
/// of the progress, in their order, and that state as its parameters.
pub(super) fn write_progress(
    update: &mut Statement<'_>,
    row: u64,
    from: State,
    next: &Progress,
    steps: u64,
) -> rusqlite::Result<()> {
    let mut values = columns::of_progress(row, next, steps)?;
    values.push(from.as_str().into());
    let changed = update.execute(params_from_iter(values))?;
    if changed != 1 {
        return Err(rusqlite::Error::StatementChangedRows(changed));
    }
    Ok(())
}
