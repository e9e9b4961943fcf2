//! Reads a resource back after a write whose outcome is unknown.
//!
//! A change that is not there yet proves nothing: the service may have accepted the write and still be
//! at work on it. So the write is never sent again; see `docs/adr/0001-no-automatic-resend.md`.

use std::time::Duration;

use http::Method;
use serde_json::Value;

use super::{RawResponse, Request, Transport};
use crate::decode::strip_bom;
use crate::identity::is_about;
use crate::outcome::{self, Change};
use crate::{BoxFuture, Error, UpdateOutcome};

/// The pause before the first look, and the longest one between two.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// What the last look may take, which begins at the end of the time.
const LAST_LOOK: Duration = Duration::from_secs(10);

/// The pause before the look of this number, counted from zero.
pub(crate) fn pause_before(look: u32) -> Duration {
    let doubled = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(look));
    doubled.min(LONGEST_PAUSE)
}

/// What one look at the resource showed.
enum ReadBack {
    Applied(Box<RawResponse>),
    /// A requested member has neither the requested value nor the one from before.
    OtherForm(UpdateOutcome),
    NotYet(UpdateOutcome),
    /// It could not be read; the service may have said when to come back.
    Failed(Option<Duration>),
    /// It will not be readable later either.
    Refused,
}

impl Transport {
    /// Reads the resource that `request` writes until it shows the change, and gives the answer that does.
    ///
    /// `error` is what left the outcome unknown. It comes back, with what the resource showed last, when the time of the
    /// options is over, and before that when a requested member has a third value: it was stored in another form, or
    /// somebody else was there. Neither tells whether the write was accepted.
    ///
    /// # Errors
    /// `error`: the write may have taken effect.
    pub(crate) fn read_back<'a>(
        &'a self,
        request: &'a Request,
        error: Error,
    ) -> BoxFuture<'a, Result<RawResponse, Error>> {
        Box::pin(async move {
            let time = self.read_back_time();
            let Some(patch) = outcome::read(request.body()) else {
                return Err(error);
            };
            if time.is_zero() {
                return Err(error);
            }
            let change = Change::of_patch(request.before.as_deref(), &patch);
            // Without a resource from before, the one that is read first stands for it.
            let mut reference = None;
            let started = self.clock().elapsed();
            let elapsed = || self.clock().elapsed().saturating_sub(started);
            let (mut last, mut asked) = (None, Duration::ZERO);
            for look in 0_u32.. {
                let left = time.saturating_sub(elapsed());
                if left.is_zero() {
                    break;
                }
                let pause = pause_before(look).max(asked).min(left);
                self.clock().sleep(pause).await;
                asked = Duration::ZERO;
                let left = time.saturating_sub(elapsed());
                match self
                    .look(request, &change, &mut reference, left.max(LAST_LOOK))
                    .await
                {
                    ReadBack::Applied(mut answer) => {
                        answer.of_write = true;
                        answer.attempts = error.attempts();
                        answer.elapsed = error.elapsed().saturating_add(elapsed());
                        return Ok(*answer);
                    }
                    ReadBack::OtherForm(outcome) => {
                        last = Some(outcome);
                        break;
                    }
                    ReadBack::NotYet(outcome) => last = Some(outcome),
                    ReadBack::Failed(retry_after) => asked = retry_after.unwrap_or_default(),
                    ReadBack::Refused => break,
                }
            }
            Err(unknown(error, last, elapsed()))
        })
    }

    async fn look(
        &self,
        request: &Request,
        change: &Change,
        reference: &mut Option<Change>,
        limit: Duration,
    ) -> ReadBack {
        let mut read = self.request(Method::GET, request.url().clone());
        read.set_operation("ReadBack");
        read.set_limit(limit);
        read.is_single = true;
        let answer = match self.send(&read).await {
            Ok(answer) => answer,
            Err(error)
                if error.is_credential() || error.is_unauthorized() || error.is_forbidden() =>
            {
                return ReadBack::Refused;
            }
            Err(error) => return ReadBack::Failed(error.retry_after()),
        };
        let Some(stored) = resource(&answer, request) else {
            return ReadBack::Failed(None);
        };
        let outcome = change.outcome(&stored);
        if outcome.is_applied() {
            return ReadBack::Applied(Box::new(answer));
        }
        let reference = reference.get_or_insert_with(|| change.with_before(&stored));
        let since = reference.outcome(&stored);
        if since.has_other_form() {
            ReadBack::OtherForm(since)
        } else {
            ReadBack::NotYet(outcome)
        }
    }
}

/// The document of an answer that names a resource, and not another one than `request` writes: a page of
/// something in between proves nothing.
fn resource(answer: &RawResponse, request: &Request) -> Option<Value> {
    let document = outcome::read(strip_bom(&answer.body))?;
    let text = |name: &str| document.get(name).and_then(Value::as_str);
    let is_named = ["id", "name", "type"]
        .into_iter()
        .any(|name| text(name).is_some());
    let is_asked = is_about(request.url(), text("id"), text("name"));
    (is_named && is_asked).then_some(document)
}

fn unknown(error: Error, last: Option<UpdateOutcome>, time: Duration) -> Error {
    let (attempts, last_status) = (error.attempts(), error.last_status());
    let elapsed = error.elapsed().saturating_add(time);
    let seen = match &last {
        None => "the resource could not be read back".to_owned(),
        Some(outcome) if outcome.has_other_form() => {
            "the resource shows neither the change nor what was there before".to_owned()
        }
        Some(_) => format!(
            "the resource does not show the change after {} s",
            time.as_secs()
        ),
    };
    let error = error
        .suffixed(&format!("; {seen}, so the outcome is unknown"))
        .with_effort(attempts, elapsed, last_status)
        .with_effect(true);
    match last {
        Some(outcome) => error.with_outcome(outcome),
        None => error,
    }
}
