//! Sends a write that is recorded, and decides by its response.

use std::time::Duration;

use crate::event::EventKind;
use crate::gate::Pass;
use crate::journal::row::Row;
use crate::journal::{JournalError, State, Transition};
use crate::pacing::Class;
use crate::run::cause;
use crate::run::context::Context;
use crate::run::forbidden::forbidden;
use crate::run::next::{Next, Phase, Progress};
use crate::run::outcome::{finish, operation_failed};
use crate::target::{Attempt, Cause, Failure, FailureKind, ResponseIds, Write, Written};

/// Records a write as the row's next attempt, and sends it once it is durable.
///
/// # Errors
/// The journal's. Then nothing was sent, or the response is not recorded.
pub(crate) async fn send(
    cx: &Context,
    row: &Row,
    pass: Pass,
    write: Write,
    progress: Progress,
) -> Result<Next, JournalError> {
    let before = row.attempt.as_ref().map_or(0, |sent| sent.attempt);
    let number = before.saturating_add(1);
    let Some(attempt) = transmit(cx, row, pass, &write, number).await? else {
        return Ok(cx.left(row, unsent(row, progress)));
    };
    let failure = match attempt.result {
        Ok(written) => return accept_or_finish(cx, row, written, attempt.ids, progress).await,
        Err(ref failure) => failure,
    };
    match failure.kind {
        FailureKind::Refused | FailureKind::NotFound => cx.fail(row, failure.cause.clone()).await,
        FailureKind::Forbidden if row.state != State::Unknown => {
            let cause = failure.cause.clone();
            cx.record(row, Transition::Return(cause.clone())).await?;
            forbidden(cx, row, Class::Write, cause).await
        }
        kind @ (FailureKind::Throttled
        | FailureKind::Locked
        | FailureKind::NotSent
        | FailureKind::SignIn
        | FailureKind::Forbidden
        | FailureKind::StaleEtag) => {
            if row.state == State::Unknown {
                return return_to_unknown(cx, row, progress, kind, &attempt).await;
            }
            // The attempt changed nothing, and nothing else was sent: the row is as before. After a
            // stale etag, the next comparison with the plan finds the conflict.
            let Some(next) = cx.again(row, progress, kind, &attempt) else {
                return cx.fail(row, failure.cause.clone()).await;
            };
            cx.record(row, Transition::Return(recorded(failure)))
                .await?;
            Ok(next)
        }
        FailureKind::OperationFailed => {
            operation_failed(cx, row, progress, failure.cause.clone()).await
        }
        FailureKind::Unknown | FailureKind::OperationLost => {
            cx.record(row, Transition::NoResponse(recorded(failure)))
                .await?;
            let progress = progress.in_phase(cx.now(), Phase::Normal);
            Ok(cx.later(row, progress, Duration::from_secs(1)))
        }
    }
}

/// Returns what is recorded of a failure that changed nothing. The hint about a sign-in may have
/// the claims of a challenge, which are for the operator alone.
pub(crate) fn recorded(failure: &Failure) -> Cause {
    Cause {
        hint: None,
        ..failure.cause.clone()
    }
}

/// Takes back a further attempt that is known to have changed nothing. The outcome of the earlier
/// one is still unknown, so the row is not as it was planned.
///
/// # Errors
/// The journal's.
async fn return_to_unknown(
    cx: &Context,
    row: &Row,
    progress: Progress,
    kind: FailureKind,
    attempt: &Attempt<Written>,
) -> Result<Next, JournalError> {
    let cause = cause::attempt_changed_nothing();
    cx.record(row, Transition::Lose(cause.clone())).await?;
    let progress = unsent(row, progress);
    Ok(cx.again(row, progress, kind, attempt).unwrap_or_else(|| {
        cx.tell(row, EventKind::Unknown(cause));
        Next::Settled
    }))
}

/// Returns the progress of a row whose attempt was not sent, or is known to have changed nothing.
fn unsent(row: &Row, progress: Progress) -> Progress {
    match row.state {
        State::Unknown => Progress {
            is_resent: false,
            phase: Phase::Resend,
            ..progress
        },
        _ => progress,
    }
}

/// Records a write and sends it; `None` if the run stops before, or has a hold.
///
/// # Errors
/// The journal's. Nothing was sent.
pub(crate) async fn transmit(
    cx: &Context,
    row: &Row,
    pass: Pass,
    write: &Write,
    number: u32,
) -> Result<Option<Attempt<Written>>, JournalError> {
    let is_let_through = !cx.stop.is_requested() && !cx.is_held();
    let Some(target) = cx.target(row).filter(|_| is_let_through) else {
        cx.give_back(row, Class::Write, pass);
        return Ok(None);
    };
    let transition = Transition::Send {
        attempt: number,
        request_id: write.request_id,
        body: write.body.clone(),
        if_match: write.if_match.clone(),
    };
    cx.record(row, transition).await?;
    let slot = cx.request_slot().await;
    cx.tell(
        row,
        EventKind::Sent {
            attempt: number,
            request_id: write.request_id.to_string(),
        },
    );
    let attempt = target.write(&row.profile, write).await;
    drop(slot);
    cx.leave(row, Class::Write, pass, &attempt);
    Ok(Some(attempt))
}

/// Decides about a row whose write the service did not refuse.
///
/// # Errors
/// The journal's.
pub(crate) async fn accept_or_finish(
    cx: &Context,
    row: &Row,
    written: Written,
    ids: ResponseIds,
    progress: Progress,
) -> Result<Next, JournalError> {
    match written {
        Written::Finished(document) => finish(cx, row, progress, &document, &ids).await,
        Written::Accepted { token, poll_in } => {
            cx.record(row, Transition::Accept { token, ids }).await?;
            cx.tell(row, EventKind::Accepted);
            let progress = progress.in_phase(cx.now(), Phase::Normal);
            Ok(cx.later(row, progress, poll_in))
        }
    }
}
