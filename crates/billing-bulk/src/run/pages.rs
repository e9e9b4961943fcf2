//! The rows of a journal in the order in which a run begins them.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;

use billing_core::BoxFuture;
use futures_util::future::{MaybeDone, maybe_done, poll_immediate};

use crate::journal::row::Row;
use crate::journal::{JournalError, State};
use crate::run::context::{Context, Mode};

/// How many rows are read from the journal at once.
const PAGE: usize = 64;

/// A page that is being read.
type Reading = MaybeDone<BoxFuture<'static, Result<Vec<Row>, JournalError>>>;

/// The rows of a journal in the order in which a run begins them, read page by page.
pub(crate) struct Pages {
    /// The states of the rows that are left, in groups that follow each other.
    groups: VecDeque<Vec<State>>,
    after: u64,
    page: VecDeque<Row>,
    /// The page after it, which is read while the rows before it are worked on.
    next: Option<Reading>,
    /// How many rows were left to a start with their own plan.
    pub(crate) left: u64,
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
            next: None,
            left: 0,
        }
    }

    /// Returns the next row that has not begun.
    ///
    /// # Errors
    /// The journal's.
    pub(crate) async fn peek(&mut self, cx: &Context) -> Result<Option<&Row>, JournalError> {
        loop {
            // What waits for a service that cannot be reached is left to the next run.
            while let Some(row) = self.page.front() {
                let is_left = cx.admission.leaves_to_its_plan(row);
                if !is_left && !cx.is_given_up(row) {
                    break;
                }
                self.left = self.left.saturating_add(u64::from(is_left));
                self.page.pop_front();
            }
            if !self.page.is_empty() {
                return Ok(self.page.front());
            }
            let Some(mut reading) = self.next.take().or_else(|| self.read(cx)) else {
                return Ok(None);
            };
            (&mut reading).await;
            let rows = Pin::new(&mut reading)
                .take_output()
                .transpose()?
                .unwrap_or_default();
            if let Some(last) = rows.last() {
                self.after = last.number;
                self.page = rows.into();
                self.next = self.read(cx);
                // The journal begins to read when the call is polled.
                if let Some(next) = &mut self.next {
                    poll_immediate(next).await;
                }
            } else {
                self.groups.pop_front();
                self.after = 0;
            }
        }
    }

    /// Returns the call that reads the page after the present one; `None` without a group.
    fn read(&self, cx: &Context) -> Option<Reading> {
        let states = self.groups.front()?.clone();
        let (journal, after) = (Arc::clone(&cx.journal), self.after);
        Some(maybe_done(Box::pin(async move {
            journal.rows(&states, after, PAGE).await
        })))
    }

    /// Takes the row that [`peek`](Self::peek) has returned.
    pub(crate) fn take(&mut self) -> Option<Row> {
        self.page.pop_front()
    }
}
