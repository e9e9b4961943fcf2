//! Compares a profile before its write with the profile that was planned.

use billing_edit::Edits;

use crate::document::Document;
use crate::journal::row::Row;
use crate::run::cause;
use crate::target::{Cause, Comparison, Target};

/// What a profile means for its write.
pub(crate) enum Drift {
    /// It is as it was planned, or was changed in other members and may be written all the same.
    Write,
    /// It has the planned values, and an attempt was sent: a copy of the refused request has
    /// arrived later.
    Done,
    /// It was changed and has the planned values already.
    Skip(Cause),
    /// It was changed.
    Conflict(Cause),
}

impl Drift {
    /// Compares the profile `now` with the plan. With `rebases`, a change of members that the plan
    /// does not touch is no conflict.
    pub(crate) fn of(
        target: &dyn Target,
        row: &Row,
        edits: &Edits,
        now: &Document,
        rebases: bool,
    ) -> Self {
        if now.version() == row.before.version() {
            return Self::Write;
        }
        if rebases || row.attempt.is_some() {
            match target.compare(&row.before, edits, now) {
                Comparison::Applied if row.attempt.is_some() => return Self::Done,
                Comparison::Applied => return Self::Skip(cause::already_there()),
                Comparison::Unchanged if rebases => return Self::Write,
                Comparison::Unchanged | Comparison::Different(_) | Comparison::Recreated => {}
            }
        }
        let paths = target.changed_paths(&row.before, now);
        Self::Conflict(cause::changed_since_plan(&paths))
    }
}
