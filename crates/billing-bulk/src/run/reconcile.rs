//! Decides about a row of unknown outcome by its profile, the age of its write, and whether the
//! write may be sent once more.

use std::time::{Duration, SystemTime};

use crate::change::edits;
use crate::document::{Document, Version};
use crate::event::EventKind;
use crate::journal::row::{Entry, Row};
use crate::journal::{JournalError, State, Transition};
use crate::run::apply::write;
use crate::run::cause::{self, ATTEMPT_CHANGED_NOTHING};
use crate::run::compared::{Checked, Compared};
use crate::run::context::Context;
use crate::run::next::{Next, Phase, Progress};
use crate::run::read::{LONGEST_PAUSE, read};
use crate::run::write::{Sent, recorded};
use crate::target::{Attempt, Cause, Comparison, Failure, FailureKind, Target};

/// Decides about a row in the state `unknown`.
///
/// # Errors
/// The journal's.
pub(crate) async fn reconcile(
    cx: &Context,
    row: &Row,
    progress: Progress,
) -> Result<Sent, JournalError> {
    if progress.is_resent {
        return Ok(Sent::Next(Next::Settled));
    }
    match check(cx, row, progress).await? {
        Checked::Ready(compared) => write(cx, row, progress, compared).await,
        Checked::Decided(next) => Ok(Sent::Next(next)),
    }
}

/// Reads the profile, and decides by it whether the write is sent once more.
///
/// # Errors
/// The journal's.
async fn check(cx: &Context, row: &Row, progress: Progress) -> Result<Checked, JournalError> {
    let (Some(target), Some(attempt)) = (cx.target(row), read(cx, row).await) else {
        return Ok(Checked::Decided(cx.left(row, progress)));
    };
    let now = match &attempt.result {
        Ok(now) => now,
        Err(failure) => {
            let next = unread(cx, row, progress, &attempt, failure).await?;
            return Ok(Checked::Decided(next));
        }
    };
    let edits = edits(&row.changes);
    let comparison = target.compare(&row.before, &edits, now);
    let next = if comparison == Comparison::Applied {
        cx.done(row, now, &attempt.ids, None).await?
    } else if let Some(later) = young(cx, row, progress).await? {
        later
    } else if comparison == Comparison::Recreated {
        let cause = cause::recreated().with_ids(&attempt.ids);
        cx.fail(row, cause).await?
    } else if let Some(cause) = changed(cx, row, target, now, &comparison) {
        cx.conflict(row, cause.with_ids(&attempt.ids)).await?
    } else if progress.phase != Phase::Resend {
        Next::Resendable(row.number)
    } else {
        match target.body(now, &edits) {
            Ok(body) => {
                let compared = Compared::new(cx, target, now, body, edits);
                return Ok(Checked::Ready(compared));
            }
            Err(error) => cx.fail(row, cause::body(&error)).await?,
        }
    };
    Ok(Checked::Decided(next))
}

/// Decides about a row whose profile cannot be read.
///
/// # Errors
/// The journal's.
async fn unread(
    cx: &Context,
    row: &Row,
    progress: Progress,
    attempt: &Attempt<Document>,
    failure: &Failure,
) -> Result<Next, JournalError> {
    let next = match failure.kind {
        FailureKind::NotFound => {
            return match young(cx, row, progress).await? {
                Some(later) => Ok(later),
                None => cx.fail(row, failure.cause.clone()).await,
            };
        }
        FailureKind::Refused | FailureKind::Forbidden => None,
        kind => cx.again(row, progress, kind, attempt),
    };
    match next {
        Some(next) => Ok(next),
        None => still_unknown(cx, row, recorded(failure)).await,
    }
}

/// Returns the cause of a conflict if somebody else has changed the profile.
fn changed(
    cx: &Context,
    row: &Row,
    target: &dyn Target,
    now: &Document,
    comparison: &Comparison,
) -> Option<Cause> {
    match comparison {
        Comparison::Unchanged if is_before_image(row, now) || cx.options.rebase => None,
        Comparison::Different(paths) => Some(cause::changed_since_attempt(paths)),
        _ => {
            let paths = target.changed_paths(&row.before, now);
            Some(cause::changed_since_plan(&paths))
        }
    }
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
