//! Sends a write that is recorded, and decides by its response.

use std::time::Duration;

use bytes::Bytes;

use crate::event::EventKind;
use crate::gate::Pass;
use crate::journal::row::Row;
use crate::journal::{JournalError, State, Transition};
use crate::pacing::Class;
use crate::run::cause;
use crate::run::compared::Compared;
use crate::run::context::Context;
use crate::run::forbidden::forbidden;
use crate::run::next::{Next, Phase, Progress};
use crate::run::outcome::{finish, operation_failed};
use crate::target::{Attempt, Cause, Failure, FailureKind, ResponseIds, Write, Written};

/// What became of a write.
pub(crate) enum Sent {
    /// The rate limit refused it. The row is as before, and its next request is this write: a read
    /// before it would take its place under a limit that counts both.
    Throttled(Compared, Progress),
    /// What happens to the row.
    Next(Next),
}

/// Records a write as the row's next attempt, and sends it once it is durable.
///
/// # Errors
/// The journal's. Then nothing was sent, or the response is not recorded.
pub(crate) async fn send(
    cx: &Context,
    row: &Row,
    pass: Pass,
    compared: Compared,
    progress: Progress,
) -> Result<Sent, JournalError> {
    let before = row.attempt.as_ref().map_or(0, |sent| sent.attempt);
    let number = before.saturating_add(1);
    let write = compared.attempt(cx);
    let Some(attempt) = transmit(cx, row, pass, &write, number).await? else {
        return Ok(Sent::Next(cx.left(row, progress)));
    };
    if let Err(failure) = &attempt.result
        && failure.kind == FailureKind::Throttled
    {
        take_back(cx, row, failure).await?;
        return Ok(Sent::Throttled(compared, progress));
    }
    // The tries are counted on: the attempt may have to be taken back.
    let progress = match row.state {
        State::Unknown => Progress {
            is_resent: true,
            phase: Phase::Normal,
            ..progress
        },
        _ => progress,
    };
    let next = decide(cx, row, progress, &write.body, attempt);
    next.await.map(Sent::Next)
}

/// Decides about a row by the response to its write, which had this body.
///
/// # Errors
/// The journal's.
async fn decide(
    cx: &Context,
    row: &Row,
    progress: Progress,
    body: &Bytes,
    attempt: Attempt<Written>,
) -> Result<Next, JournalError> {
    let failure = match attempt.result {
        Ok(written) => {
            let body = Some(body);
            return accept_or_finish(cx, row, written, attempt.ids, progress, body).await;
        }
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
                take_back(cx, row, failure).await?;
                return Ok(again_unknown(cx, row, progress, kind, &attempt));
            }
            // After a stale etag, the next comparison with the plan finds the conflict.
            let Some(next) = cx.again(row, progress, kind, &attempt) else {
                return cx.fail(row, failure.cause.clone()).await;
            };
            take_back(cx, row, failure).await?;
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

/// Takes back an attempt that is known to have changed nothing: the row is as before. One that was
/// sent once more is still of unknown outcome.
///
/// # Errors
/// The journal's.
async fn take_back(cx: &Context, row: &Row, failure: &Failure) -> Result<(), JournalError> {
    let transition = match row.state {
        State::Unknown => Transition::Lose(cause::attempt_changed_nothing()),
        _ => Transition::Return(recorded(failure)),
    };
    cx.record(row, transition).await
}

/// Returns what happens to a row of unknown outcome whose further attempt was taken back.
fn again_unknown(
    cx: &Context,
    row: &Row,
    progress: Progress,
    kind: FailureKind,
    attempt: &Attempt<Written>,
) -> Next {
    let progress = Progress {
        is_resent: false,
        phase: Phase::Resend,
        ..progress
    };
    cx.again(row, progress, kind, attempt).unwrap_or_else(|| {
        cx.tell(row, EventKind::Unknown(cause::attempt_changed_nothing()));
        Next::Settled
    })
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
    let is_let_through = !cx.stop.is_finishing() && !cx.is_held();
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

/// Decides about a row whose write, with this body, the service did not refuse.
///
/// # Errors
/// The journal's.
pub(crate) async fn accept_or_finish(
    cx: &Context,
    row: &Row,
    written: Written,
    ids: ResponseIds,
    progress: Progress,
    body: Option<&Bytes>,
) -> Result<Next, JournalError> {
    match written {
        Written::Finished(document) => finish(cx, row, progress, &document, &ids, body).await,
        Written::Accepted { token, poll_in } => {
            cx.record(row, Transition::Accept { token, ids }).await?;
            cx.tell(row, EventKind::Accepted);
            let progress = progress.in_phase(cx.now(), Phase::Normal);
            Ok(cx.later(row, progress, poll_in))
        }
    }
}
