//! Settles rows: records their last state, counts them and tells of it.

use std::sync::atomic::Ordering;
use std::time::Duration;

use billing_edit::Edits;
use bytes::Bytes;

use crate::change::edits;
use crate::document::Document;
use crate::event::EventKind;
use crate::journal::row::Row;
use crate::journal::{JournalError, State, Transition};
use crate::run::cause;
use crate::run::context::{Context, Mode};
use crate::run::next::{Next, Phase, Progress};
use crate::sqlite::checksum::sha256;
use crate::target::{Cause, ResponseIds, Target};

/// Makes the body of the last attempt again from the document that was planned; `None` if that
/// attempt had another one, as after a change that was written over on request.
fn dropped_body(target: &dyn Target, row: &Row, edits: &Edits) -> Option<Bytes> {
    let recorded = &row.attempt.as_ref()?.body_sha256;
    let body = target.body(&row.before, edits).ok()?;
    (sha256(&body) == *recorded).then_some(body)
}

impl Context {
    /// Counts a profile that is settled, and will not be written any more.
    fn close(&self, row: &Row, state: State) {
        self.admission.settle(row, state);
        let fewer = |open: u64| Some(open.saturating_sub(1));
        let _ = (self.open).fetch_update(Ordering::Relaxed, Ordering::Relaxed, fewer);
    }

    /// Settles a row whose planned values are stored, as the document after its write shows. `sent`
    /// is the body of that write, unless it is no longer recorded.
    ///
    /// # Errors
    /// The journal's.
    pub(crate) async fn done(
        &self,
        row: &Row,
        after: &Document,
        ids: &ResponseIds,
        sent: Option<&Bytes>,
    ) -> Result<Next, JournalError> {
        let edits = edits(&row.changes);
        let others = |target: &dyn Target| {
            let sent = sent
                .cloned()
                .or_else(|| dropped_body(target, row, &edits))?;
            Some(target.others_changed(&sent, &edits, after))
        };
        let others = self.target(row).and_then(others).unwrap_or_default();
        let note = (!others.is_empty()).then(|| cause::others_changed(&others));
        let transition = Transition::Finish {
            after: after.clone(),
            ids: ids.clone(),
            note: note.clone(),
        };
        self.record(row, transition).await?;
        self.close(row, State::Done);
        self.streak.succeed();
        self.tell(
            row,
            EventKind::Done {
                is_unchanged: false,
                note,
            },
        );
        Ok(Next::Settled)
    }

    /// Settles a row without a write. `after` is the document as it was read since the plan.
    ///
    /// # Errors
    /// The journal's.
    pub(crate) async fn skip(
        &self,
        row: &Row,
        cause: Cause,
        after: Option<Document>,
    ) -> Result<Next, JournalError> {
        self.record(row, Transition::Skip { cause, after }).await?;
        self.close(row, State::Unchanged);
        let kind = EventKind::Done {
            is_unchanged: true,
            note: None,
        };
        self.tell(row, kind);
        Ok(Next::Settled)
    }

    /// Settles a row that was not changed as planned.
    ///
    /// # Errors
    /// The journal's.
    pub(crate) async fn fail(&self, row: &Row, cause: Cause) -> Result<Next, JournalError> {
        self.record(row, Transition::Fail(cause.clone())).await?;
        self.close(row, State::Failed);
        let hold = self.streak.fail(&cause);
        self.tell(row, EventKind::Failed(cause));
        hold.into_iter().for_each(|hold| self.hold(hold));
        Ok(Next::Settled)
    }

    /// Settles a row that somebody else changed.
    ///
    /// # Errors
    /// The journal's.
    pub(crate) async fn conflict(&self, row: &Row, cause: Cause) -> Result<Next, JournalError> {
        let transition = Transition::Conflict(cause.clone());
        self.record(row, transition).await?;
        self.close(row, State::Conflict);
        self.tell(row, EventKind::Conflict(cause));
        Ok(Next::Settled)
    }

    /// Gives up the search for the outcome of a write. `reconcile` looks at the row once more, in
    /// its new state.
    ///
    /// # Errors
    /// The journal's.
    pub(crate) async fn lose(
        &self,
        row: &Row,
        progress: Progress,
        cause: Cause,
    ) -> Result<Next, JournalError> {
        self.record(row, Transition::Lose(cause.clone())).await?;
        self.close(row, State::Unknown);
        let hold = self.streak.fail(&cause);
        self.tell(row, EventKind::Unknown(cause));
        hold.into_iter().for_each(|hold| self.hold(hold));
        if self.mode == Mode::Apply || progress.is_resent {
            return Ok(Next::Settled);
        }
        let progress = progress.in_phase(self.now(), Phase::Normal);
        Ok(self.later(row, progress, Duration::ZERO))
    }
}
