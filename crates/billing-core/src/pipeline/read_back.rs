//! Reads a resource back after a write whose outcome is unknown.
//!
//! A change that is not visible yet proves nothing: the service may have accepted the write and
//! still be working on it. So the write is never sent again; see
//! `docs/adr/0001-no-automatic-resend.md`.

use std::time::Duration;

use http::Method;
use serde_json::Value;

use crate::clock::BoxFuture;
use crate::error::Error;
use crate::identity::is_about;
use crate::outcome::change::Change;
use crate::outcome::exact_json;
use crate::outcome::update_outcome::UpdateOutcome;
use crate::pipeline::raw_response::RawResponse;
use crate::pipeline::request::Request;
use crate::pipeline::transport::Transport;
use crate::text::strip_bom;

/// The pause before the first read, and the longest pause between two reads.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The time for the last read, which begins when the total time is over.
const LAST_READ: Duration = Duration::from_secs(10);

/// Returns the pause before the read of this number, counted from zero.
pub(crate) fn pause_before(read: u32) -> Duration {
    let doubled = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(read));
    doubled.min(LONGEST_PAUSE)
}

/// What one read of the resource showed.
enum ReadBack {
    Applied(Box<RawResponse>),
    /// A requested member has neither the requested value nor the value from before.
    OtherForm(UpdateOutcome),
    NotYet(UpdateOutcome),
    /// It could not be read; the service may have asked to wait.
    Failed(Option<Duration>),
    /// It cannot be read later either.
    Refused,
}

impl Transport {
    /// Reads the resource that `request` writes until it shows the change, and returns the response
    /// that does.
    ///
    /// `error` left the outcome unknown. It is returned, with what the resource showed last, when
    /// the time in the options is over, and before that when a requested member has a third value:
    /// it was stored in another form, or somebody else changed it. Neither tells whether the write
    /// was accepted.
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
            let Some(change) = request.change().and_then(|change| change()) else {
                return Err(error);
            };
            if time.is_zero() {
                return Err(error);
            }
            // Without a resource from before, the first one that was read stands for it.
            let mut reference = None;
            let started = self.clock().elapsed();
            let elapsed = || self.clock().elapsed().saturating_sub(started);
            let (mut last, mut asked) = (None, Duration::ZERO);
            for read in 0_u32.. {
                let left = time.saturating_sub(elapsed());
                // It is read at least once, however slow the machine is.
                if read > 0 && left.is_zero() {
                    break;
                }
                let pause = pause_before(read).max(asked).min(left);
                self.clock().sleep(pause).await;
                asked = Duration::ZERO;
                let left = time.saturating_sub(elapsed());
                match self
                    .read_once(request, &change, &mut reference, left.max(LAST_READ))
                    .await
                {
                    ReadBack::Applied(mut response) => {
                        response.of_write = true;
                        response.exchange.attempts = error.attempts();
                        response.exchange.elapsed = error.elapsed().saturating_add(elapsed());
                        return Ok(*response);
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

    async fn read_once(
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
        let response = match self.send(&read).await {
            Ok(response) => response,
            Err(error)
                if error.is_credential() || error.is_unauthorized() || error.is_forbidden() =>
            {
                return ReadBack::Refused;
            }
            Err(error) => return ReadBack::Failed(error.retry_after()),
        };
        let Some(stored) = resource(&response, request) else {
            return ReadBack::Failed(None);
        };
        let outcome = change.outcome(&stored);
        if outcome.is_applied() {
            return ReadBack::Applied(Box::new(response));
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

/// Returns the document of a response that names a resource, and not another one than `request`
/// writes: a gateway's page proves nothing.
fn resource(response: &RawResponse, request: &Request) -> Option<Value> {
    let document = exact_json::read(strip_bom(&response.body))?;
    let text = |name: &str| document.get(name).and_then(Value::as_str);
    let is_named = ["id", "name", "type"]
        .into_iter()
        .any(|name| text(name).is_some());
    let is_requested = is_about(request.url(), text("id"), text("name"));
    (is_named && is_requested).then_some(document)
}

/// Adds to the error of the write what the resource showed.
fn unknown(error: Error, last: Option<UpdateOutcome>, time: Duration) -> Error {
    let seen = match &last {
        None => "the resource could not be read back".to_owned(),
        Some(outcome) if outcome.has_other_form() => {
            "the resource has neither the old values nor the requested ones".to_owned()
        }
        Some(_) => format!(
            "the resource does not show the change after {} s",
            time.as_secs()
        ),
    };
    let mut error = error.suffixed(&format!("; {seen}, so the outcome is unknown"));
    let exchange = error.exchange_mut();
    exchange.elapsed = exchange.elapsed.saturating_add(time);
    error.with_effect(true).with_outcome(last)
}
