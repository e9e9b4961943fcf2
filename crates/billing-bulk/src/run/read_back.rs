//! Reads a profile back until it shows its planned values, or the time for that is over.

use crate::change::{Change, edits};
use crate::journal::JournalError;
use crate::journal::row::Row;
use crate::run::cause;
use crate::run::context::Context;
use crate::run::next::{Next, Phase, Progress};
use crate::run::read::{LONGEST_PAUSE, read};
use crate::target::{Comparison, FailureKind};

/// Reads the profile once. Planned values that are there settle the row. If they are not, it is
/// read again later; after the time for that, a write that the service reported as a success was
/// not stored, and the outcome of any other stays unknown.
///
/// # Errors
/// The journal's.
pub(crate) async fn read_back(
    cx: &Context,
    row: &Row,
    progress: Progress,
) -> Result<Next, JournalError> {
    let (Some(target), Some(attempt)) = (cx.target(row), read(cx, row).await) else {
        return Ok(cx.left(row, progress));
    };
    let is_over = progress.lasted(cx.now()) >= cx.options.read_back;
    let pause = progress.pause(LONGEST_PAUSE);
    let left = cx
        .options
        .read_back
        .saturating_sub(progress.lasted(cx.now()));
    let now = match &attempt.result {
        Ok(now) => now,
        Err(failure) => {
            let is_passing = matches!(
                failure.kind,
                FailureKind::Throttled | FailureKind::NotSent | FailureKind::SignIn
            );
            if is_passing && let Some(next) = cx.again(row, progress, failure.kind, &attempt) {
                return Ok(next);
            }
            if !is_over {
                return Ok(cx.later(row, progress.after_try(), pause.min(left)));
            }
            let mut cause = cause::outcome_unknown("the profile could not be read back");
            cause.status = failure.cause.status;
            let cause = cause.with_ids(&attempt.ids);
            return cx.lose(row, progress, cause).await;
        }
    };
    let missing = match target.compare(&row.before, &edits(&row.changes), now) {
        Comparison::Applied => return cx.done(row, now, &attempt.ids, row.body()).await,
        Comparison::Recreated if progress.phase == Phase::Confirm => {
            let cause = cause::recreated().with_ids(&attempt.ids);
            return cx.fail(row, cause).await;
        }
        // By this write or by someone else, whose profile this write may still change.
        Comparison::Recreated => Vec::new(),
        Comparison::Unchanged if !is_over => {
            return Ok(cx.later(row, progress.after_try(), pause.min(left)));
        }
        Comparison::Unchanged => row.changes.iter().map(Change::name).collect(),
        // Waiting does not help: the values are neither the old nor the planned ones.
        Comparison::Different(paths) => paths,
    };
    if progress.phase == Phase::Confirm {
        let cause = cause::not_stored(&missing).with_ids(&attempt.ids);
        return cx.fail(row, cause).await;
    }
    let seen = "the profile does not show the planned values";
    let cause = cause::outcome_unknown(seen).with_ids(&attempt.ids);
    cx.lose(row, progress, cause).await
}
