//! A row, compared with what the history says of it.

use crate::journal::State;
use crate::journal::chain::commit;
use crate::journal::stored::Stored;
use crate::receipt::altered::{Altered, Place, check};
use crate::receipt::history::RowHistory;
use crate::sqlite::checksum::sha256;

/// Columns of [`Table::Profiles`](crate::journal::Table::Profiles).
pub(super) const GENERATION: usize = 1;
pub(super) const PREVIOUS: usize = 2;
const KEY: usize = 3;
const ERASED: usize = 11;

/// Columns of [`Table::Progress`](crate::journal::Table::Progress).
const STATE: usize = 1;
const ATTEMPT: usize = 2;
const REQUEST_ID: usize = 3;
const SENT: usize = 4;
const BODY: usize = 5;
const BODY_SHA256: usize = 6;
const CAUSE: usize = 9;
const STEPS: usize = 10;
pub(super) const REPLACED_BY: usize = 11;
const SALT: usize = 12;

/// The parts of a row.
pub(super) struct Parts<'a> {
    pub(super) profile: &'a Stored,
    pub(super) progress: &'a Stored,
    pub(super) outcome: Option<&'a Stored>,
}

impl Parts<'_> {
    pub(super) fn place(&self) -> Place {
        let key = self.profile.text(KEY);
        Place::Row(self.profile.key(), key.map(str::to_owned))
    }

    /// Checks the parts against each other and against the history.
    ///
    /// # Errors
    /// Something is not as it was recorded.
    pub(super) fn check(&self, history: &RowHistory) -> Result<(), Altered> {
        let at = || self.place();
        let parts = [Some(self.profile), Some(self.progress), self.outcome];
        for part in parts.into_iter().flatten() {
            let stored = part.checksum.as_deref();
            let is_intact = stored.is_none_or(|stored| stored == part.computed(0));
            check(is_intact, at, "its checksum is wrong")?;
        }
        match self.profile.integer(ERASED) {
            Some(time) => self.check_erased(time, history)?,
            None => self.check_content(history)?,
        }
        self.check_progress(history)
    }

    /// Checks that nothing of an erased row is left, and that the history tells of the erasure.
    fn check_erased(&self, time: i64, history: &RowHistory) -> Result<(), Altered> {
        let at = || self.place();
        let entry = Some((time, self.profile.computed(0)));
        check(
            history.erased == entry,
            at,
            "it was erased or changed without an entry in the history",
        )?;
        let has_nothing = self.outcome.is_none() && self.progress.hash(SALT).is_none();
        check(has_nothing, at, "it is erased, and has data")
    }

    /// Checks what the plan, the last write and the service say against their commitments.
    fn check_content(&self, history: &RowHistory) -> Result<(), Altered> {
        let at = || self.place();
        check(history.erased.is_none(), at, "it was erased, and has data")?;
        let Some(salt) = self.progress.hash(SALT) else {
            return check(false, at, "the key of its commitments is missing");
        };
        let planned = commit(&salt, &self.profile.computed(0));
        let is_planned = self.profile.binding.as_deref() == Some(&planned[..]);
        check(is_planned, at, "it is not as the plan says")?;
        let outcome = self.outcome.map(|it| commit(&salt, &it.computed(0)));
        check(
            outcome == history.outcome,
            at,
            "its document is not the one that the service stored",
        )?;
        let body = self.progress.text(BODY_SHA256);
        let body = body.map(|hash| commit(&salt, hash.as_bytes()));
        let sent = history.sent.as_ref().and_then(|sent| sent.body);
        check(body == sent, at, "its body is not the one that was sent")?;
        if let Some(rusqlite::types::Value::Blob(body)) = self.progress.values.get(BODY) {
            let is_body = self.progress.text(BODY_SHA256) == Some(&sha256(body));
            check(is_body, at, "its body is not the one that was sent")?;
        }
        Ok(())
    }

    /// Checks the present state against the last entry.
    fn check_progress(&self, history: &RowHistory) -> Result<(), Altered> {
        let progress = self.progress;
        let steps = progress.integer(STEPS);
        let sent = history.sent.as_ref();
        let is_last = progress.text(STATE).and_then(State::from_name) == Some(history.state)
            && steps.is_none_or(|steps| steps == history.steps)
            && progress.text(CAUSE) == history.cause.as_deref()
            && progress.integer(ATTEMPT) == sent.and_then(|sent| sent.attempt)
            && progress.integer(SENT) == sent.map(|sent| sent.time)
            && progress.text(REQUEST_ID) == sent.and_then(|sent| sent.request_id.as_deref());
        check(
            is_last,
            || self.place(),
            "its state is not the one of its last entry: an entry is missing, or the state was \
             changed",
        )
    }
}
