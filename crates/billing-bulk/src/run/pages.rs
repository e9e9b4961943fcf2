//! The rows of a journal in the order in which a run begins them.

use std::collections::VecDeque;

use crate::journal::row::Row;
use crate::journal::{JournalError, State};
use crate::run::context::{Context, Mode};

/// How many rows are read from the journal at once.
const PAGE: usize = 128;

/// The rows of a journal in the order in which a run begins them, read page by page.
pub(crate) struct Pages {
    /// The states of the rows that are left, in groups that follow each other.
    groups: VecDeque<Vec<State>>,
    after: u64,
    page: VecDeque<Row>,
}

impl Pages {
    pub(crate) fn new(mode: Mode) -> Self {
        let groups = match mode {
            // After a lost response our own write may have moved the etag: what was sent is settled
            // first. No row of the first group goes back to `planned`, so none is met twice.
            Mode::Apply => vec![vec![State::Sending, State::Accepted], vec![State::Planned]],
            Mode::Reconcile => vec![vec![State::Sending, State::Accepted, State::Unknown]],
        };
        Self {
            groups: groups.into(),
            after: 0,
            page: VecDeque::new(),
        }
    }

    /// Returns the next row that has not begun.
    ///
    /// # Errors
    /// The journal's.
    pub(crate) async fn peek(&mut self, cx: &Context) -> Result<Option<&Row>, JournalError> {
        while self.page.is_empty() {
            let Some(states) = self.groups.front() else {
                return Ok(None);
            };
            let rows = cx.journal.rows(states, self.after, PAGE).await?;
            if let Some(last) = rows.last() {
                self.after = last.number;
                self.page = rows.into();
            } else {
                self.groups.pop_front();
                self.after = 0;
            }
        }
        Ok(self.page.front())
    }

    /// Takes the row that [`peek`](Self::peek) has returned.
    pub(crate) fn take(&mut self) -> Option<Row> {
        self.page.pop_front()
    }
}
