//! One undertaking: its attempts, and what they say together.

use std::borrow::Cow;
use std::time::Duration;

use http::StatusCode;
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use super::authorize::in_time;
use super::request::Idempotency;
use super::{RawResponse, Request, Transport};
use crate::error::ErrorKind;
use crate::{AccessToken, ClaimsChallenge, Error, RequestId};

/// The attempts of one undertaking, which may be more than one request.
pub(super) struct Attempts<'a> {
    transport: &'a Transport,
    started: Duration,
    attempts: u32,
    last_status: Option<StatusCode>,
    /// Whether an attempt at a write ended without telling what became of it. A later refusal says
    /// nothing about that one.
    is_unknown: bool,
    /// The token that was answered with 401.
    refused: Option<AccessToken>,
    /// Whether the credential was asked for another one already.
    is_renewed: bool,
}

/// What came of a write.
pub(crate) enum WriteResult {
    /// The answer to it.
    Answered(RawResponse),
    /// The answer to a look at the resource, which shows the change.
    ReadBack(RawResponse),
}

impl<'a> Attempts<'a> {
    pub(crate) fn new(transport: &'a Transport) -> Self {
        Self {
            transport,
            started: transport.clock().elapsed(),
            attempts: 0,
            last_status: None,
            is_unknown: false,
            refused: None,
            is_renewed: false,
        }
    }

    /// Sends the request, and again as its contract and the policy allow; gives a success.
    ///
    /// # Errors
    /// Those of the last attempt, with what is known of all. A write may have taken effect if it may
    /// have in any of them.
    pub(crate) async fn send(&mut self, request: &Request) -> Result<RawResponse, Error> {
        let span = span(request);
        let outcome = self.try_and_again(request).instrument(span.clone()).await;
        self.close(&span, outcome.as_ref().err());
        outcome
    }

    /// Sends a write that the service does not recognise by its id, and if its outcome is unknown then,
    /// [reads the resource back](Transport::read_back) as part of the same operation.
    ///
    /// # Errors
    /// Those of [`send`](Self::send).
    pub(crate) async fn send_or_read_back(
        &mut self,
        request: &Request,
    ) -> Result<WriteResult, Error> {
        let span = span(request);
        let work = async {
            match self.try_and_again(request).await {
                Ok(answer) => Ok(WriteResult::Answered(answer)),
                Err(error) if error.may_have_taken_effect() => {
                    let read = self.transport.read_back(request, error).await;
                    read.map(WriteResult::ReadBack)
                }
                Err(error) => Err(error),
            }
        };
        let outcome = work.instrument(span.clone()).await;
        self.close(&span, outcome.as_ref().err());
        outcome
    }

    fn close(&self, span: &Span, error: Option<&Error>) {
        span.record("billing.attempts", i64::from(self.attempts));
        if let Some(error) = error {
            fail(span, error);
        }
    }

    async fn try_and_again(&mut self, request: &Request) -> Result<RawResponse, Error> {
        let mut request = Cow::Borrowed(request);
        loop {
            let error = match self.attempt(&request).await {
                Ok(answer) => return Ok(self.sum_up_success(answer)),
                Err(error) => error,
            };
            let is_open = error.may_have_taken_effect();
            let may_repeat = match request.idempotency {
                Idempotency::Safe | Idempotency::RequestId => true,
                Idempotency::None => !is_open,
            };
            let (is_renewed, error) = match self.renew(&request, error.claims_challenge()).await {
                Ok(is_renewed) => (is_renewed, error),
                Err(cause) => (false, error.with_source(cause)),
            };
            let repeats = may_repeat && (is_renewed || self.pause_after(&request, &error).await);
            if !repeats {
                return Err(self.sum_up(error));
            }
            // "Upon receiving a response, the value should be reset" (Partner Center REST headers); but
            // as long as the outcome of any attempt is unknown, the id is what tells them to be one. A 503
            // with `Retry-After` keeps the id too: it costs nothing, should a gateway have answered it.
            let is_refused = error
                .status()
                .is_some_and(|status| status.is_client_error());
            if is_refused && !self.is_unknown && !request.is_read() {
                request.to_mut().set_request_id(RequestId::generate());
            }
        }
    }

    /// Sends the request once, when the service's pauses are over.
    async fn attempt(&mut self, request: &Request) -> Result<RawResponse, Error> {
        self.let_pass(request).await?;
        self.attempts = self.attempts.saturating_add(1);
        let limit = self.time_for(request);
        let resends = self.attempts.saturating_sub(1);
        let outcome = self.transport.exchange(request, resends, limit).await;
        let outcome = outcome.and_then(|mut answer| {
            let token = answer.token.take();
            self.refused = token.filter(|_| answer.status == StatusCode::UNAUTHORIZED);
            answer.success()
        });
        let status = match &outcome {
            Ok(answer) => Some(answer.status),
            Err(error) => error.status(),
        };
        self.last_status = status.or(self.last_status);
        match &outcome {
            Ok(_) => self.transport.retry_policy().succeeded(),
            Err(error) => self.is_unknown |= error.may_have_taken_effect(),
        }
        outcome
    }

    /// Whether the credential has another token after a 401; it is asked once. A service that refuses
    /// the token has not looked at the request.
    ///
    /// # Errors
    /// Why the credential has no other.
    async fn renew(
        &mut self,
        request: &Request,
        challenge: Option<&ClaimsChallenge>,
    ) -> Result<bool, Error> {
        let Some(refused) = self.refused.take() else {
            return Ok(false);
        };
        if self.is_renewed {
            return Ok(false);
        }
        self.is_renewed = true;
        let renewed = self.transport.credential().renew(&refused, challenge);
        let renewed = in_time(self.time_for(request), renewed).await?;
        Ok(renewed.is_some() && !self.transport.retry_policy().is_never())
    }

    /// Waits for the next attempt; `false` when there is to be none.
    async fn pause_after(&self, request: &Request, error: &Error) -> bool {
        let policy = self.transport.retry_policy();
        let asked = error.retry_after();
        let asked = if error.is_rate_limit() {
            let pause = asked.unwrap_or_else(|| policy.throttle_backoff(self.attempts));
            // Others pause whether or not this request is sent again.
            self.transport.throttle().pause(&request.scope, pause);
            Some(pause)
        } else {
            asked
        };
        if request.is_single {
            return false;
        }
        let pause = policy.pause_after(error, asked, self.attempts, self.elapsed());
        let Some(pause) = pause.filter(|pause| self.is_in_time(request, *pause)) else {
            return false;
        };
        if !policy.draw_for(error) {
            return false;
        }
        tracing::debug!(
            attempt = i64::from(self.attempts),
            status = error.status().map(|status| i64::from(status.as_u16())),
            pause_ms = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX),
            "trying again"
        );
        policy.tell(error, pause);
        if !pause.is_zero() {
            self.transport.clock().sleep(pause).await;
        }
        true
    }

    /// Waits until no pause of the service holds the request up.
    async fn let_pass(&self, request: &Request) -> Result<(), Error> {
        let policy = self.transport.retry_policy();
        if policy.is_never() {
            return Ok(());
        }
        // Somebody else's 429 may prolong the pause while it is waited for.
        loop {
            let throttle = self.transport.throttle();
            let left = throttle.pause_left(&request.scope);
            if left.is_zero() {
                return Ok(());
            }
            let is_late = !self.is_in_time(request, left);
            if is_late || !policy.allows_pause(left, self.elapsed()) {
                let again = if self.attempts == 0 { "" } else { " again" };
                let message = format!(
                    "the service wants no request for {} s more; this one was not sent{again}",
                    left.as_secs_f64().ceil()
                );
                let kind = if is_late {
                    ErrorKind::Timeout
                } else {
                    ErrorKind::Throttled
                };
                let error = Error::new(kind, message).with_retry_after(Some(left));
                return Err(self.sum_up(request.put_ids_on(error)));
            }
            throttle.wait(&request.scope).await;
        }
    }

    /// How long one attempt at the request may take from now on.
    fn time_for(&self, request: &Request) -> Duration {
        let left = request.limit.unwrap_or(Duration::MAX);
        let left = left.saturating_sub(self.elapsed());
        left.min(self.transport.timeout())
    }

    /// Whether there is time left for the request after a pause.
    fn is_in_time(&self, request: &Request, pause: Duration) -> bool {
        let after = self.elapsed().saturating_add(pause);
        request.limit.is_none_or(|limit| after < limit)
    }

    /// The error of the last attempt, with what all of them say.
    fn sum_up(&self, error: Error) -> Error {
        let is_unknown = self.is_unknown || error.may_have_taken_effect();
        error
            .with_effort(self.attempts.max(1), self.elapsed(), self.last_status)
            .with_effect(is_unknown)
    }

    /// The answer, with what an error about it has to say.
    fn sum_up_success(&self, mut answer: RawResponse) -> RawResponse {
        answer.attempts = self.attempts;
        answer.elapsed = self.elapsed();
        answer
    }

    fn elapsed(&self) -> Duration {
        let now = self.transport.clock().elapsed();
        now.saturating_sub(self.started)
    }
}

/// One for all the attempts at a request. The ids are random and name nobody.
fn span(request: &Request) -> Span {
    let (request_id, correlation_id) = request.sent_ids();
    tracing::info_span!(
        "billing operation",
        otel.name = request.operation,
        otel.kind = "internal",
        billing.request_id = request_id,
        billing.correlation_id = correlation_id,
        billing.attempts = Empty,
        otel.status_code = Empty,
        error.r#type = Empty,
    )
}

/// Does `work`, an operation of several requests, in a span of its own. For the client crates.
#[doc(hidden)]
pub async fn in_operation<T>(
    name: &'static str,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let span = tracing::info_span!(
        "billing operation",
        otel.name = name,
        otel.kind = "internal",
        otel.status_code = Empty,
        error.r#type = Empty,
    );
    let outcome = work.instrument(span.clone()).await;
    if let Err(error) = &outcome {
        fail(&span, error);
    }
    outcome
}

/// Writes down that a span ended with an error.
fn fail(span: &Span, error: &Error) {
    span.record("otel.status_code", "ERROR");
    span.record("error.type", error.kind_name());
}
