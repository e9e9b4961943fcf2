//! The rows of a plan, read from the file in pages.

use std::path::{Path, PathBuf};
use std::vec;

use rusqlite::Connection;

use crate::journal::JournalError;
use crate::journal::row::NewRow;
use crate::plan::file::columns::{self, SELECT_ROWS};
use crate::plan::file::error::PlanFileError;
use crate::plan::row::PlanRow;
use crate::sqlite::column::number;
use crate::sqlite::error::explain;

/// How many rows are in memory at most.
const PAGE: u32 = 128;

/// A place in the rows of a plan.
#[derive(Debug, Default)]
struct Cursor {
    page: vec::IntoIter<PlanRow>,
    last: u64,
    has_ended: bool,
}

impl Cursor {
    fn next(
        &mut self,
        connection: &Connection,
        path: &Path,
    ) -> Option<Result<PlanRow, PlanFileError>> {
        if self.page.len() == 0 && !self.has_ended {
            let page = || {
                connection
                    .prepare_cached(&format!(
                        "{SELECT_ROWS} WHERE number > ?1 ORDER BY number LIMIT {PAGE}"
                    ))?
                    .query_map([number(self.last)?], columns::row)?
                    .collect::<rusqlite::Result<Vec<_>>>()
            };
            match page() {
                Ok(page) => {
                    self.has_ended = page.is_empty();
                    self.page = page.into_iter();
                }
                Err(error) => {
                    self.has_ended = true;
                    return Some(Err(PlanFileError::of(path, explain(path, &error))));
                }
            }
        }
        let row = self.page.next()?;
        self.last = row.number;
        Some(Ok(row))
    }
}

/// The rows of a plan, in order. It ends after an error.
#[derive(Debug)]
pub struct PlanRows<'a> {
    connection: &'a Connection,
    path: &'a Path,
    cursor: Cursor,
}

impl<'a> PlanRows<'a> {
    pub(super) fn new(connection: &'a Connection, path: &'a Path) -> Self {
        Self {
            connection,
            path,
            cursor: Cursor::default(),
        }
    }
}

impl Iterator for PlanRows<'_> {
    type Item = Result<PlanRow, PlanFileError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.cursor.next(self.connection, self.path)
    }
}

/// The rows of a plan that a run takes over, in order. It ends after an error.
#[derive(Debug)]
pub(super) struct NewRows {
    connection: Connection,
    path: PathBuf,
    cursor: Cursor,
}

impl NewRows {
    pub(super) fn new(connection: Connection, path: PathBuf) -> Self {
        Self {
            connection,
            path,
            cursor: Cursor::default(),
        }
    }
}

impl Iterator for NewRows {
    type Item = Result<NewRow, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.cursor.next(&self.connection, &self.path)? {
                Ok(row) => {
                    if let Some(row) = row.into_new_row() {
                        return Some(Ok(row));
                    }
                }
                Err(error) => {
                    return Some(Err(JournalError::Plan {
                        problem: error.to_string(),
                    }));
                }
            }
        }
    }
}
