//! Writes a planned row: reads its profile, compares it with the plan, and sends the write.

use std::time::Duration;

use billing_edit::Service;

use crate::change::edits;
use crate::journal::row::Row;
use crate::journal::{JournalError, State};
use crate::pacing::Class;
use crate::run::cause;
use crate::run::compared::{Checked, Compared};
use crate::run::context::Context;
use crate::run::drift::Drift;
use crate::run::next::Progress;
use crate::run::read::{read_to_write, unread};
use crate::run::write::{Sent, send};

/// Writes a planned row.
///
/// # Errors
/// The journal's.
pub(crate) async fn apply(
    cx: &Context,
    row: &Row,
    progress: Progress,
) -> Result<Sent, JournalError> {
    if row.changes.is_empty() {
        return cx.skip(row, cause::no_change(), None).await.map(Sent::Next);
    }
    if cx.is_held() {
        return Ok(Sent::Next(cx.left(row, progress)));
    }
    match check(cx, row, progress).await? {
        Checked::Ready(compared) => write(cx, row, progress, compared).await,
        Checked::Decided(next) => Ok(Sent::Next(next)),
    }
}

/// Writes a row whose profile was compared, when the rate limit allows it: a planned one, or one of
/// unknown outcome that is sent once more.
///
/// # Errors
/// The journal's.
pub(crate) async fn write(
    cx: &Context,
    row: &Row,
    mut progress: Progress,
    mut compared: Compared,
) -> Result<Sent, JournalError> {
    let Some(pass) = cx.enter(row, Class::Write, true).await else {
        return Ok(Sent::Next(cx.left(row, progress)));
    };
    if compared.is_old(cx, progress) {
        progress = progress.after_wait();
        // Resource Manager counts reads apart, so its read does not wait for the write that is let
        // through here. Once and not again: a slow limit would turn every wait into another read.
        let checked = if row.profile.service() == Service::Arm && row.state == State::Planned {
            check(cx, row, progress).await?
        } else {
            Checked::Decided(cx.later(row, progress, Duration::ZERO))
        };
        compared = match checked {
            Checked::Ready(compared) => compared,
            Checked::Decided(next) => {
                cx.give_back(row, Class::Write, pass);
                return Ok(Sent::Next(next));
            }
        };
    }
    send(cx, row, pass, compared, progress).await
}

/// Reads the profile and compares it with the plan.
///
/// # Errors
/// The journal's.
async fn check(cx: &Context, row: &Row, progress: Progress) -> Result<Checked, JournalError> {
    let Some(target) = cx.target(row) else {
        return Ok(Checked::Decided(cx.left(row, progress)));
    };
    let Some(attempt) = read_to_write(cx, row).await else {
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
                let compared = Compared::new(cx, target, now, body, edits);
                return Ok(Checked::Ready(compared));
            }
            Err(error) => cx.fail(row, cause::body(&error)).await?,
        },
        Drift::Done => cx.done(row, now, &attempt.ids, None).await?,
        Drift::Skip(cause) => {
            let cause = cause.with_ids(&attempt.ids);
            cx.skip(row, cause, Some(now.clone())).await?
        }
        Drift::Conflict(cause) => cx.conflict(row, cause.with_ids(&attempt.ids)).await?,
    };
    Ok(Checked::Decided(next))
}
