//! The rows of a table in order, read page by page.

use std::collections::VecDeque;

use crate::journal::{JournalError, JournalReader, Stored, Table};

/// How many rows are read at once.
const PAGE: usize = 256;

/// The rows of a table in the order of their keys.
pub(super) struct Pages<'a> {
    journal: &'a dyn JournalReader,
    table: Table,
    after: i64,
    page: VecDeque<Stored>,
}

impl<'a> Pages<'a> {
    pub(super) fn of(journal: &'a dyn JournalReader, table: Table) -> Self {
        Self {
            journal,
            table,
            after: i64::MIN,
            page: VecDeque::new(),
        }
    }

    /// Returns the next row.
    ///
    /// # Errors
    /// The journal's.
    pub(super) async fn next(&mut self) -> Result<Option<Stored>, JournalError> {
        if self.page.is_empty() {
            let page = self.journal.stored(self.table, self.after, PAGE).await?;
            self.page = page.into();
        }
        let row = self.page.pop_front();
        if let Some(row) = &row {
            self.after = row.key();
        }
        Ok(row)
    }

    /// Returns all rows of a table that is small.
    ///
    /// # Errors
    /// The journal's.
    pub(super) async fn all(mut self) -> Result<Vec<Stored>, JournalError> {
        let mut rows = Vec::new();
        while let Some(row) = self.next().await? {
            rows.push(row);
        }
        Ok(rows)
    }
}
