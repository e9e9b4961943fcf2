//! Decides about a row of unknown outcome by its profile, the age of its write, and whether the
//! write may be sent once more.

use std::time::{Duration, SystemTime};

use crate::change::edits;
use crate::document::{Document, Version};
use crate::event::EventKind;
use crate::journal::row::{Entry, Row};
use crate::journal::{JournalError, State};
use crate::pacing::Class;
use crate::run::apply::if_match;
use crate::run::cause;
use crate::run::context::Context;
use crate::run::next::{Next, Phase, Progress};
use crate::run::read::{LONGEST_PAUSE, read};
use crate::run::write::send;
use crate::target::{Comparison, FailureKind, Target, Write};

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
        return Ok(Next::Left);
    };
    let now = match &attempt.result {
        Ok(now) => now,
        Err(failure) if failure.kind == FailureKind::NotFound => {
            return cx.fail(row, failure.cause.clone()).await;
        }
        Err(failure) => {
            let next = match failure.kind {
                FailureKind::Refused => None,
                kind => cx.again(row, progress, kind, &attempt),
            };
            return Ok(next.unwrap_or_else(|| {
                cx.tell(row, EventKind::Unknown(failure.cause.clone()));
                Next::Settled
            }));
        }
    };
    let comparison = target.compare(&row.before, &edits(&row.changes), now);
    if comparison == Comparison::Applied {
        return cx.done(row).await;
    }
    // An accepted operation may still run, whatever the profile shows.
    let history = cx.journal.history(row.number).await?;
    let age = age(&history, cx.clock().now()).max(progress.lasted(cx.now()));
    let left = cx.options.settle.saturating_sub(age);
    if !left.is_zero() {
        let pause = progress.pause(LONGEST_PAUSE).min(left);
        return Ok(cx.later(row, progress.after_try(), pause));
    }
    match comparison {
        Comparison::Unchanged if is_before_image(row, now) || cx.options.rebase => {}
        Comparison::Different(paths) => {
            return cx.conflict(row, cause::changed_since_attempt(&paths)).await;
        }
        _ => {
            let paths = target.changed_paths(&row.before, now);
            return cx.conflict(row, cause::changed_since_plan(&paths)).await;
        }
    }
    if progress.phase != Phase::Resend {
        return Ok(Next::Resendable(row.number));
    }
    resend(cx, row, progress, target, now).await
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
    let Some(pass) = cx.enter(row, Class::Write).await else {
        return Ok(Next::Left);
    };
    let write = Write {
        request_id: (cx.options.request_ids)(),
        body,
        if_match: if_match(now),
    };
    let progress = Progress {
        is_resent: true,
        ..progress.in_phase(cx.now(), Phase::Normal)
    };
    send(cx, row, pass, write, progress).await
}

/// Returns whether a profile is as it was before the last attempt.
fn is_before_image(row: &Row, now: &Document) -> bool {
    let was_sent_for = row.attempt.as_ref().and_then(|sent| sent.if_match.as_ref());
    now.version() == row.before.version()
        || matches!((now.version(), was_sent_for), (Version::Etag(now), Some(then)) if now == then)
}

/// Returns how long ago the last write was sent; zero with a clock that has gone back.
fn age(history: &[Entry], now: SystemTime) -> Duration {
    let sent = history.iter().filter(|entry| entry.state == State::Sending);
    let last = sent.map(|entry| entry.time).max();
    let age = last.and_then(|last| now.duration_since(last).ok());
    age.unwrap_or_default()
}
