//! Writes a planned row: reads its profile, compares it with the plan, and sends the write.

use std::time::Duration;

use billing_edit::Service;
use bytes::Bytes;

use crate::change::edits;
use crate::document::{Document, Version};
use crate::journal::JournalError;
use crate::journal::row::Row;
use crate::pacing::Class;
use crate::run::cause;
use crate::run::context::Context;
use crate::run::drift::Drift;
use crate::run::next::{Next, Progress};
use crate::run::read::{read, unread};
use crate::run::write::send;
use crate::target::Write;

/// How old the comparison with the plan may be when the write is sent. While a write waits for the
/// rate limit, somebody else may change the profile, and not every service checks an etag.
const LONGEST_DRIFT: Duration = Duration::from_secs(5);

/// A write that may be sent.
struct Ready {
    body: Bytes,
    if_match: Option<String>,
}

/// What reading the profile led to.
enum Checked {
    Ready(Ready),
    Decided(Next),
}

/// Writes a planned row.
///
/// # Errors
/// The journal's.
pub(crate) async fn apply(
    cx: &Context,
    row: &Row,
    progress: Progress,
) -> Result<Next, JournalError> {
    if row.changes.is_empty() {
        return cx.skip(row, cause::no_change(), None).await;
    }
    if cx.is_held() {
        return Ok(cx.left(row, progress));
    }
    let mut ready = match check(cx, row, progress).await? {
        Checked::Ready(ready) => ready,
        Checked::Decided(next) => return Ok(next),
    };
    let read_at = cx.now();
    let Some(pass) = cx.enter(row, Class::Write).await else {
        return Ok(cx.left(row, progress));
    };
    // Resource Manager has no etag that it could check. It counts reads apart, so this read does
    // not wait for the write that is let through here. Once and not again: a slow limit would turn
    // every wait into another read.
    if is_old(cx, row, read_at) {
        ready = match check(cx, row, progress).await? {
            Checked::Ready(ready) => ready,
            Checked::Decided(next) => {
                cx.give_back(row, Class::Write, pass);
                return Ok(next);
            }
        };
    }
    let write = Write {
        request_id: (cx.options.request_ids)(),
        body: ready.body,
        if_match: ready.if_match,
    };
    send(cx, row, pass, write, progress).await
}

/// Returns whether a profile that was read at this time is compared again before it is written.
pub(crate) fn is_old(cx: &Context, row: &Row, read_at: Duration) -> bool {
    row.profile.service() == Service::Arm && cx.now().saturating_sub(read_at) > LONGEST_DRIFT
}

/// Reads the profile and compares it with the plan.
///
/// # Errors
/// The journal's.
async fn check(cx: &Context, row: &Row, progress: Progress) -> Result<Checked, JournalError> {
    let Some(target) = cx.target(row) else {
        return Ok(Checked::Decided(cx.left(row, progress)));
    };
    let Some(attempt) = read(cx, row).await else {
        return Ok(Checked::Decided(cx.left(row, progress)));
    };
    let Ok(now) = &attempt.result else {
        return unread(cx, row, progress, &attempt)
            .await
            .map(Checked::Decided);
    };
    let edits = edits(&row.changes);
    let next = match Drift::of(target, row, &edits, now, cx.options.rebase) {
        Drift::Write => match target.body(now, &edits) {
            Ok(body) => {
                let if_match = if_match(now);
                return Ok(Checked::Ready(Ready { body, if_match }));
            }
            Err(error) => cx.fail(row, cause::body(&error)).await?,
        },
        Drift::Done => cx.done(row, now, &attempt.ids).await?,
        Drift::Skip(cause) => {
            let cause = cause.with_ids(&attempt.ids);
            cx.skip(row, cause, Some(now.clone())).await?
        }
        Drift::Conflict(cause) => cx.conflict(row, cause.with_ids(&attempt.ids)).await?,
    };
    Ok(Checked::Decided(next))
}

/// Returns the etag that a document's next write requires.
pub(crate) fn if_match(document: &Document) -> Option<String> {
    match document.version() {
        Version::Etag(etag) => Some(etag.clone()),
        Version::Hash(_) => None,
    }
}
