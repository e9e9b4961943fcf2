//! Reads a profile, and decides about a row whose profile cannot be read.

use std::time::Duration;

use crate::document::Document;
use crate::journal::JournalError;
use crate::journal::row::Row;
use crate::pacing::Class;
use crate::run::context::Context;
use crate::run::forbidden::forbidden;
use crate::run::next::{Next, Progress};
use crate::target::{Attempt, FailureKind};

/// The longest pause between two tries at one profile.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The most tries at one profile that is answered with passing errors: about three minutes.
pub(crate) const MAX_TRIES: u16 = 9;

/// Reads a profile once; `None` if the run stops before.
pub(crate) async fn read(cx: &Context, row: &Row) -> Option<Attempt<Document>> {
    request(cx, row, false).await
}

/// Reads a profile once, to write it; `None` if the run stops before, or finishes what it has sent.
pub(crate) async fn read_to_write(cx: &Context, row: &Row) -> Option<Attempt<Document>> {
    request(cx, row, true).await
}

async fn request(cx: &Context, row: &Row, is_for_a_write: bool) -> Option<Attempt<Document>> {
    let target = cx.target(row)?;
    let pass = cx.enter(row, Class::Read, is_for_a_write).await?;
    let slot = cx.request_slot().await;
    let attempt = target.read(&row.profile).await;
    drop(slot);
    cx.leave(row, Class::Read, pass, &attempt);
    Some(attempt)
}

/// Decides about a row of which nothing was sent and whose profile cannot be read.
///
/// # Errors
/// The journal's.
pub(crate) async fn unread(
    cx: &Context,
    row: &Row,
    progress: Progress,
    attempt: &Attempt<Document>,
) -> Result<Next, JournalError> {
    let Err(failure) = &attempt.result else {
        return Ok(cx.later(row, progress, Duration::ZERO));
    };
    match failure.kind {
        FailureKind::Refused | FailureKind::NotFound => cx.fail(row, failure.cause.clone()).await,
        FailureKind::Forbidden => forbidden(cx, row, Class::Read, failure.cause.clone()).await,
        kind => match cx.again(row, progress, kind, attempt) {
            Some(next) => Ok(next),
            None => cx.fail(row, failure.cause.clone()).await,
        },
    }
}

impl Context {
    /// Returns when a request that is known to have changed nothing is made again; `None` if the
    /// tries are used up.
    ///
    /// What is about the service does not count as a try: the gate waits for rate limits, for
    /// connections and for a token that is accepted.
    pub(crate) fn again<T>(
        &self,
        row: &Row,
        progress: Progress,
        kind: FailureKind,
        attempt: &Attempt<T>,
    ) -> Option<Next> {
        let cause = attempt.result.as_ref().err().map(|failure| &failure.cause);
        let is_unreachable =
            kind == FailureKind::NotSent && cause.is_some_and(|cause| cause.status.is_none());
        if kind == FailureKind::Throttled || is_unreachable {
            return Some(self.later(row, progress, Duration::ZERO));
        }
        if kind == FailureKind::SignIn {
            return Some(self.left(row, progress));
        }
        if progress.tries >= MAX_TRIES {
            return None;
        }
        let asked = attempt.signal.retry_after.unwrap_or_default();
        let pause = progress.pause(LONGEST_PAUSE).max(asked);
        Some(self.later(row, progress.after_try(), pause))
    }
}
