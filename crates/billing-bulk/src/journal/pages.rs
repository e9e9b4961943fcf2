//! The rows of a journal, read page by page.

use std::collections::VecDeque;

use crate::journal::JournalReader;
use crate::journal::error::JournalError;
use crate::journal::row::Row;
use crate::journal::state::State;

/// How many rows are read at once.
const PAGE: usize = 128;

/// The present rows of a journal in some states, in the order of their numbers. A page of them is
/// in memory at a time.
#[derive(Debug)]
pub struct RowPages {
    states: Vec<State>,
    after: u64,
    page: VecDeque<Row>,
}

impl RowPages {
    /// Returns the rows in these states, from the first.
    pub fn of(states: impl Into<Vec<State>>) -> Self {
        Self {
            states: states.into(),
            after: 0,
            page: VecDeque::new(),
        }
    }

    /// Returns the next row; `None` after the last one.
    ///
    /// # Errors
    /// The journal's.
    pub async fn next(&mut self, journal: &dyn JournalReader) -> Result<Option<Row>, JournalError> {
        if self.page.is_empty() {
            let page = journal.rows(&self.states, self.after, PAGE).await?;
            self.page = page.into();
        }
        let row = self.page.pop_front();
        if let Some(row) = &row {
            self.after = row.number;
        }
        Ok(row)
    }
}
