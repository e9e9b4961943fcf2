//! Decides about a row whose write has ended, as the service reports it.

use std::time::Duration;

use bytes::Bytes;

use crate::change::edits;
use crate::document::Document;
use crate::gate::Waited;
use crate::journal::JournalError;
use crate::journal::row::Row;
use crate::run::cause;
use crate::run::context::Context;
use crate::run::next::{Next, Phase, Progress};
use crate::run::read::{LONGEST_PAUSE, read};
use crate::target::{Cause, Comparison, FailureKind, ResponseIds};

/// How often the profile of a failed operation is read before its state counts as unknown.
const MAX_READS: u16 = 5;

/// Decides about a row whose write, with this body, has ended with success: its planned values are
/// there, will be looked for a while longer, or were not stored.
///
/// # Errors
/// The journal's.
pub(crate) async fn finish(
    cx: &Context,
    row: &Row,
    progress: Progress,
    document: &Document,
    ids: &ResponseIds,
    body: Option<&Bytes>,
) -> Result<Next, JournalError> {
    let Some(target) = cx.target(row) else {
        return Ok(Next::Left);
    };
    match target.compare(&row.before, &edits(&row.changes), document) {
        Comparison::Applied => cx.done(row, document, ids, body).await,
        Comparison::Recreated => cx.fail(row, cause::recreated().with_ids(ids)).await,
        Comparison::Different(paths) => {
            let cause = cause::not_stored(&paths).with_ids(ids);
            cx.fail(row, cause).await
        }
        // A replica may be behind.
        Comparison::Unchanged => {
            let progress = progress.in_phase(cx.now(), Phase::Confirm);
            Ok(cx.later(row, progress, Duration::from_secs(1)))
        }
    }
}

/// Decides about a row whose operation has failed. The service does not promise to undo what it has
/// begun, so the profile is read.
///
/// # Errors
/// The journal's.
pub(crate) async fn operation_failed(
    cx: &Context,
    row: &Row,
    progress: Progress,
    failed: Cause,
) -> Result<Next, JournalError> {
    let mut reads = progress.in_phase(cx.now(), Phase::Normal);
    loop {
        let (Some(target), Some(attempt)) = (cx.target(row), read(cx, row).await) else {
            return Ok(cx.left(row, progress));
        };
        if let Ok(now) = &attempt.result {
            return match target.compare(&row.before, &edits(&row.changes), now) {
                Comparison::Applied => cx.done(row, now, &attempt.ids, row.body()).await,
                Comparison::Recreated => {
                    cx.fail(row, cause::recreated().with_ids(&attempt.ids))
                        .await
                }
                Comparison::Unchanged => cx.fail(row, failed).await,
                Comparison::Different(paths) => {
                    cx.fail(row, cause::failed_in_part(failed, &paths)).await
                }
            };
        }
        let failed_kind = attempt.result.as_ref().err().map(|failure| failure.kind);
        if failed_kind == Some(FailureKind::SignIn) {
            return Ok(cx.left(row, progress));
        }
        if reads.tries >= MAX_READS {
            return cx.lose(row, progress, failed).await;
        }
        if cx.sleep(reads.pause(LONGEST_PAUSE)).await == Waited::Stopped {
            return Ok(Next::Left);
        }
        reads = reads.after_try();
    }
}
