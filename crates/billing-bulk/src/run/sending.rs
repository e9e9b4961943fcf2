//! Settles a row whose write may have been sent: by the same write under the same request id where
//! the service takes it for one write, else by reading the profile back.

use std::time::{Duration, SystemTime};

use billing_core::RequestId;

use crate::change::edits;
use crate::journal::row::{Entry, Row};
use crate::journal::{JournalError, State, Transition};
use crate::pacing::Class;
use crate::run::cause;
use crate::run::context::Context;
use crate::run::next::{Next, Phase, Progress};
use crate::run::read::LONGEST_PAUSE;
use crate::run::read_back::read_back;
use crate::run::write::{accept_or_finish, recorded, transmit};
use crate::target::{FailureKind, Write};

/// The most repetitions in one run: with the pauses between them about a minute.
const MAX_REPEATS: u16 = 6;

/// Settles a row in the state `sending`.
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
    match repeatable(cx, row, progress).await? {
        Some((number, write)) => repeat(cx, row, progress, number, write).await,
        None => read_back(cx, row, progress.in_phase(cx.now(), Phase::ReadBack)).await,
    }
}

/// Returns the recorded write if it may be sent again.
///
/// # Errors
/// The journal's.
async fn repeatable(
    cx: &Context,
    row: &Row,
    progress: Progress,
) -> Result<Option<(u32, Write)>, JournalError> {
    let replays = cx.target(row).is_some_and(|target| target.replays());
    let Some(sent) = row.attempt.as_ref().filter(|_| replays) else {
        return Ok(None);
    };
    let Some(body) = &sent.body else {
        return Ok(None);
    };
    if progress.tries >= MAX_REPEATS {
        return Ok(None);
    }
    let history = cx.journal.history(row.number).await?;
    let now = cx.clock().now();
    let is_back = cx.last_change.get().is_some_and(|last| *last > now);
    if is_back || !is_within_window(&history, sent.request_id, now, cx.options.replay_window) {
        return Ok(None);
    }
    let write = Write {
        request_id: sent.request_id,
        body: body.clone(),
        edits: edits(&row.changes),
        if_match: sent.if_match.clone(),
    };
    Ok(Some((sent.attempt, write)))
}

/// Returns whether the first attempt under a request id is younger than the window. With a clock
/// that has gone back, its age is not known.
fn is_within_window(history: &[Entry], id: RequestId, now: SystemTime, window: Duration) -> bool {
    let is_back = history.iter().any(|entry| entry.time > now);
    let first = history
        .iter()
        .find(|entry| entry.state == State::Sending && entry.request_id == Some(id));
    let age = first.and_then(|entry| now.duration_since(entry.time).ok());
    !is_back && age.is_some_and(|age| age < window)
}

/// Sends a write again under its request id, as the same attempt.
///
/// # Errors
/// The journal's.
async fn repeat(
    cx: &Context,
    row: &Row,
    progress: Progress,
    number: u32,
    write: Write,
) -> Result<Next, JournalError> {
    let Some(pass) = cx.enter(row, Class::Write, true).await else {
        return Ok(cx.left(row, progress));
    };
    // It may have waited for longer than the service knows the request id.
    if repeatable(cx, row, progress).await?.is_none() {
        cx.give_back(row, Class::Write, pass);
        return read_back(cx, row, progress.in_phase(cx.now(), Phase::ReadBack)).await;
    }
    let Some(attempt) = transmit(cx, row, pass, &write, number).await? else {
        return Ok(cx.left(row, progress));
    };
    let failure = match attempt.result {
        Ok(written) => {
            let body = Some(&write.body);
            return accept_or_finish(cx, row, written, attempt.ids, progress, body).await;
        }
        Err(ref failure) => failure,
    };
    match failure.kind {
        // It says nothing about the first attempt, whose own write may have moved the etag.
        FailureKind::StaleEtag
        | FailureKind::Refused
        | FailureKind::Forbidden
        | FailureKind::NotFound
        | FailureKind::OperationFailed
        | FailureKind::OperationLost => {
            read_back(cx, row, progress.in_phase(cx.now(), Phase::ReadBack)).await
        }
        FailureKind::Unknown => {
            cx.record(row, Transition::NoResponse(recorded(failure)))
                .await?;
            let pause = progress.pause(LONGEST_PAUSE);
            Ok(cx.later(row, progress.after_try(), pause))
        }
        kind => match cx.again(row, progress, kind, &attempt) {
            Some(next) => Ok(next),
            None => {
                cx.lose(row, progress, cause::outcome_unknown("no response came"))
                    .await
            }
        },
    }
}
