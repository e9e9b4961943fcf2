//! Decides about a row of unknown outcome by its profile, the age of its write, and whether the
//! write may be sent once more.

use std::time::{Duration, SystemTime};

use crate::change::edits;
use crate::document::{Document, Version};
use crate::event::EventKind;
use crate::journal::row::{Entry, Row};
use crate::journal::{JournalError, State, Transition};
use crate::pacing::Class;
use crate::run::apply::{if_match, is_old};
use crate::run::cause::{self, ATTEMPT_CHANGED_NOTHING};
use crate::run::context::Context;
use crate::run::next::{Next, Phase, Progress};
use crate::run::read::{LONGEST_PAUSE, read};
use crate::run::write::{recorded, send};
use crate::target::{Cause, Comparison, FailureKind, Target, Write};

/// Decides about a row in the state `unknown`.
///
/// # Errors
/// The journal's.
pub(crate) async fn reconcile(
    cx: &Context,
    row: &Row,
    progress: Progress,
) -> Result<Next, JournalError> {
    if progress.is_resent {
        return Ok(Next::Settled);
    }
    let (Some(target), Some(attempt)) = (cx.target(row), read(cx, row).await) else {
        return Ok(cx.left(row, progress));
    };
    let now = match &attempt.result {
        Ok(now) => now,
        Err(failure) if failure.kind == FailureKind::NotFound => {
            return match young(cx, row, progress).await? {
                Some(later) => Ok(later),
                None => cx.fail(row, failure.cause.clone()).await,
            };
        }
        Err(failure) => {
            let next = match failure.kind {
                FailureKind::Refused | FailureKind::Forbidden => None,
                kind => cx.again(row, progress, kind, &attempt),
            };
            return match next {
                Some(next) => Ok(next),
                None => still_unknown(cx, row, recorded(failure)).await,
            };
        }
    };
    let comparison = target.compare(&row.before, &edits(&row.changes), now);
    if comparison == Comparison::Applied {
        return cx.done(row, now, &attempt.ids).await;
    }
    if let Some(later) = young(cx, row, progress).await? {
        return Ok(later);
    }
    match comparison {
        Comparison::Unchanged if is_before_image(row, now) || cx.options.rebase => {}
        Comparison::Different(paths) => {
            let cause = cause::changed_since_attempt(&paths).with_ids(&attempt.ids);
            return cx.conflict(row, cause).await;
        }
        _ => {
            let paths = target.changed_paths(&row.before, now);
            let cause = cause::changed_since_plan(&paths).with_ids(&attempt.ids);
            return cx.conflict(row, cause).await;
        }
    }
    if progress.phase != Phase::Resend {
        return Ok(Next::Resendable(row.number));
    }
    resend(cx, row, progress, target, now).await
}

/// Records that a row was looked at and nothing was decided about it.
///
/// # Errors
/// The journal's.
pub(crate) async fn still_unknown(
    cx: &Context,
    row: &Row,
    cause: Cause,
) -> Result<Next, JournalError> {
    cx.record(row, Transition::Lose(cause.clone())).await?;
    cx.tell(row, EventKind::Unknown(cause));
    Ok(Next::Settled)
}

/// Returns when the profile is looked at again, if its last write is so young that an accepted
/// operation may still run, whatever the profile shows.
///
/// # Errors
/// The journal's.
async fn young(cx: &Context, row: &Row, progress: Progress) -> Result<Option<Next>, JournalError> {
    let history = cx.journal.history(row.number).await?;
    let age = age(&history, cx.clock().now()).max(progress.lasted(cx.now()));
    let left = cx.options.settle.saturating_sub(age);
    let pause = progress.pause(LONGEST_PAUSE).min(left);
    Ok((!left.is_zero()).then(|| cx.later(row, progress.after_try(), pause)))
}

/// Sends the write once more, as a further attempt.
///
/// # Errors
/// The journal's.
async fn resend(
    cx: &Context,
    row: &Row,
    progress: Progress,
    target: &dyn Target,
    now: &Document,
) -> Result<Next, JournalError> {
    let body = match target.body(now, &edits(&row.changes)) {
        Ok(body) => body,
        Err(error) => return cx.fail(row, cause::body(&error)).await,
    };
    let read_at = cx.now();
    let Some(pass) = cx.enter(row, Class::Write).await else {
        return Ok(cx.left(row, progress));
    };
    if is_old(cx, row, read_at) {
        // As in `apply`: this read does not wait for the write, and is made once and not again.
        let Some(attempt) = read(cx, row).await else {
            cx.give_back(row, Class::Write, pass);
            return Ok(cx.left(row, progress));
        };
        if !(attempt.result).is_ok_and(|again| again.version() == now.version()) {
            cx.give_back(row, Class::Write, pass);
            return Ok(cx.later(row, progress, Duration::ZERO));
        }
    }
    let write = Write {
        request_id: (cx.options.request_ids)(),
        body,
        if_match: if_match(now),
    };
    // The tries are counted on: the attempt may have to be taken back.
    let progress = Progress {
        is_resent: true,
        phase: Phase::Normal,
        ..progress
    };
    send(cx, row, pass, write, progress).await
}

/// Returns whether a profile is as it was before the last attempt.
fn is_before_image(row: &Row, now: &Document) -> bool {
    let was_sent_for = row.attempt.as_ref().and_then(|sent| sent.if_match.as_ref());
    now.version() == row.before.version()
        || matches!((now.version(), was_sent_for), (Version::Etag(now), Some(then)) if now == then)
}

/// Returns how long ago the last write was sent, except those that are known to have changed
/// nothing; zero with a clock that has gone back.
pub(crate) fn age(history: &[Entry], now: SystemTime) -> Duration {
    let next = history.iter().skip(1).map(Some).chain([None]);
    let sent = history.iter().zip(next).filter(|(entry, next)| {
        let cause = next.and_then(|next| next.cause.as_ref());
        let has_changed_nothing = cause.is_some_and(|it| it.code == ATTEMPT_CHANGED_NOTHING);
        entry.state == State::Sending && entry.attempt.is_some() && !has_changed_nothing
    });
    let last = sent.map(|(entry, _)| entry.time).max();
    let age = last.and_then(|last| now.duration_since(last).ok());
    age.unwrap_or_default()
}
