//! Settles a row whose write the service has accepted: polls its operation to the end.

use std::time::Duration;

use crate::journal::row::Row;
use crate::journal::{JournalError, Transition};
use crate::pacing::Class;
use crate::run::context::Context;
use crate::run::next::{Next, Phase, Progress};
use crate::run::outcome::{finish, operation_failed};
use crate::run::read::MAX_TRIES;
use crate::run::read_back::read_back;
use crate::target::{FailureKind, Polled};

/// The longest pause between two polls that fail.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Settles a row in the state `accepted`.
///
/// # Errors
/// The journal's.
pub(crate) async fn settle(
    cx: &Context,
    row: &Row,
    progress: Progress,
) -> Result<Next, JournalError> {
    if matches!(progress.phase, Phase::Confirm | Phase::ReadBack) {
        return read_back(cx, row, progress).await;
    }
    let Some(token) = &row.token else {
        return read_back(cx, row, progress.in_phase(cx.now(), Phase::ReadBack)).await;
    };
    let (Some(target), Some(pass)) = (cx.target(row), cx.enter(row, Class::Read, false).await)
    else {
        return Ok(cx.left(row, progress));
    };
    let misses = u32::from(progress.misses);
    let slot = cx.request_slot().await;
    let attempt = target.poll(&row.profile, token, misses).await;
    drop(slot);
    cx.leave(row, Class::Read, pass, &attempt);
    let failure = match &attempt.result {
        Ok(Polled::Finished(document)) => {
            return finish(cx, row, progress, document, &attempt.ids, row.body()).await;
        }
        Ok(Polled::Running {
            poll_in,
            token: next,
            misses,
        }) => {
            if next != token {
                let (token, ids) = (next.clone(), attempt.ids.clone());
                cx.record(row, Transition::Accept { token, ids }).await?;
            }
            let progress = Progress {
                misses: u8::try_from(*misses).unwrap_or(u8::MAX),
                tries: 0,
                ..progress
            };
            return Ok(unless_too_long(cx, row, progress, *poll_in));
        }
        Err(failure) => failure,
    };
    match failure.kind {
        FailureKind::OperationFailed => {
            operation_failed(cx, row, progress, failure.cause.clone()).await
        }
        FailureKind::OperationLost => {
            read_back(cx, row, progress.in_phase(cx.now(), Phase::ReadBack)).await
        }
        // About the service: the gate waits for it.
        FailureKind::Throttled | FailureKind::NotSent | FailureKind::SignIn => {
            let next = cx.again(row, progress, failure.kind, &attempt);
            Ok(next.unwrap_or_else(|| unless_too_long(cx, row, progress, LONGEST_PAUSE)))
        }
        // The token polls nothing, or is refused again and again: only the profile can tell.
        FailureKind::Refused | FailureKind::NotFound
            if failure.cause.status.is_none() || progress.tries >= MAX_TRIES =>
        {
            read_back(cx, row, progress.in_phase(cx.now(), Phase::ReadBack)).await
        }
        // About this poll: the operation continues.
        _ => {
            let asked = attempt.signal.retry_after.unwrap_or_default();
            let pause = progress.pause(LONGEST_PAUSE).max(asked);
            Ok(unless_too_long(cx, row, progress.after_try(), pause))
        }
    }
}

/// Returns when the operation is polled again, unless it has been polled for too long.
fn unless_too_long(cx: &Context, row: &Row, progress: Progress, pause: Duration) -> Next {
    if progress.lasted(cx.now()) >= cx.options.poll_time {
        return Next::Unfinished;
    }
    cx.later(row, progress, pause)
}
