//! Reads rows and their history, verified against their checksums.

use std::time::SystemTime;

use rusqlite::{OptionalExtension, params};

use crate::journal::error::JournalError;
use crate::journal::row::{Entry, Row};
use crate::journal::sqlite::columns::{self, SELECT_ROWS};
use crate::journal::sqlite::store::Store;
use crate::journal::state::{Counts, State};
use crate::profile::ProfileId;
use crate::sqlite::column;
use crate::sqlite::time::from_nanos;

impl Store {
    pub(super) fn rows(
        &self,
        states: &[State],
        after: u64,
        limit: usize,
    ) -> Result<Vec<Row>, JournalError> {
        self.select(states, after, limit, columns::row)
    }

    /// Returns rows as [`rows`](Self::rows) does, and keeps what their next transition needs.
    pub(super) fn rows_to_work_on(
        &mut self,
        states: &[State],
        after: u64,
        limit: usize,
    ) -> Result<Vec<Row>, JournalError> {
        let rows = self.select(states, after, limit, columns::row_and_progress)?;
        let keep = |(row, progress, steps): (Row, _, _)| {
            self.open.keep(row.number, progress, steps);
            row
        };
        Ok(rows.into_iter().map(keep).collect())
    }

    fn select<T>(
        &self,
        states: &[State],
        after: u64,
        limit: usize,
        row: fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, JournalError> {
        self.read(|connection| {
            let names: Vec<_> = states.iter().map(|state| state.as_str()).collect();
            // As a parameter, SQLite would prepare the statement again with each limit.
            let limit = limit.min(i32::MAX as usize);
            connection
                .prepare_cached(&format!(
                    "{SELECT_ROWS} WHERE g.number > ?1 AND g.replaced_by IS NULL AND g.state IN \
                     (SELECT value FROM json_each(?2)) ORDER BY g.number LIMIT {limit}"
                ))?
                .query_map(params![column::number(after)?, column::json(&names)?], row)?
                .collect()
        })
    }

    pub(super) fn find(&self, profile: &ProfileId) -> Result<Option<Row>, JournalError> {
        self.read(|connection| {
            connection
                .prepare_cached(&format!(
                    "{SELECT_ROWS} WHERE p.key = ?1 AND g.replaced_by IS NULL"
                ))?
                .query_row([profile.key()], columns::row)
                .optional()
        })
    }

    pub(super) fn row(&self, number: u64) -> Result<Option<Row>, JournalError> {
        self.read(|connection| {
            connection
                .prepare_cached(&format!("{SELECT_ROWS} WHERE p.number = ?1"))?
                .query_row([column::number(number)?], columns::row)
                .optional()
        })
    }

    pub(super) fn history(&self, row: u64) -> Result<Vec<Entry>, JournalError> {
        self.read(|connection| {
            let number = column::number(row)?;
            let steps = connection
                .prepare_cached(columns::SELECT_PROGRESS)?
                .query_row([number], |row| {
                    columns::progress(row, 0)?;
                    column::unsigned(row, columns::STEPS)
                })
                .optional()?;
            let history = connection
                .prepare_cached(columns::SELECT_HISTORY)?
                .query_map([number], columns::entry)?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            if steps.unwrap_or_default() != history.len() as u64 {
                return Err(column::invalid());
            }
            Ok(history)
        })
    }

    pub(super) fn counts(&self) -> Result<Counts, JournalError> {
        self.read(|connection| {
            let mut counts = Counts::default();
            let mut query = connection.prepare_cached(
                "SELECT state, count(*) FROM progress WHERE replaced_by IS NULL \
                     GROUP BY state",
            )?;
            let mut found = query.query([])?;
            while let Some(row) = found.next()? {
                counts.add(columns::state(row, 0)?, column::unsigned(row, 1)?);
            }
            Ok(counts)
        })
    }

    pub(super) fn last_change(&self) -> Result<Option<SystemTime>, JournalError> {
        self.read(|connection| {
            let time: Option<i64> = connection
                .query_row(
                    "SELECT time FROM history ORDER BY id DESC LIMIT 1",
                    [],
                    |row| row.get(0),
                )
                .optional()?;
            Ok(time.map(from_nanos))
        })
    }
}
