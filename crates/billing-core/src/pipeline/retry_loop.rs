//! The retry loop: sends a request until it succeeds or the policy gives up, and tracks whether any
//! attempt may have taken effect.

use std::borrow::Cow;
use std::time::Duration;

use futures_util::TryFutureExt as _;
use http::StatusCode;
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::credential::claims_challenge::ClaimsChallenge;
use crate::credential::token::AccessToken;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::ids::RequestId;
use crate::pipeline::authorize::in_time;
use crate::pipeline::raw_response::RawResponse;
use crate::pipeline::request::{Idempotency, Request};
use crate::pipeline::transport::Transport;

/// The attempts at one request, and what is known of all of them together.
pub(super) struct Attempts<'a> {
    transport: &'a Transport,
    started: Duration,
    count: u32,
    last_status: Option<StatusCode>,
    /// Whether the outcome of an attempt at a write is unknown. A later error response says nothing
    /// about that attempt.
    is_unknown: bool,
    /// The token that was answered with 401.
    refused: Option<AccessToken>,
    /// Whether the credential was asked for another token already.
    is_renewed: bool,
}

/// The result of a write.
pub(crate) enum WriteResult {
    /// The response to the write.
    Answered(RawResponse),
    /// The response to a read of the resource, which shows the change.
    ReadBack(RawResponse),
}

impl<'a> Attempts<'a> {
    pub(super) fn new(transport: &'a Transport) -> Self {
        Self {
            transport,
            started: transport.clock().elapsed(),
            count: 0,
            last_status: None,
            is_unknown: false,
            refused: None,
            is_renewed: false,
        }
    }

    /// Sends the request, retrying as its idempotency and the policy allow, and returns a success.
    ///
    /// # Errors
    /// The error of the last attempt, with what is known of all attempts. A write may have taken
    /// effect if any of them may have.
    pub(super) async fn send(&mut self, request: &Request) -> Result<RawResponse, Error> {
        in_span(span(request), self.run(request)).await
    }

    /// Sends a write that the service does not recognise by its id. If its outcome is unknown, the
    /// [resource is read back](Transport::read_back) as part of the same operation.
    ///
    /// # Errors
    /// Same as [`send`](Self::send).
    pub(super) async fn send_or_read_back(
        &mut self,
        request: &Request,
    ) -> Result<WriteResult, Error> {
        in_span(span(request), async {
            match self.run(request).await {
                Ok(response) => Ok(WriteResult::Answered(response)),
                Err(error) if error.may_have_taken_effect() => {
                    let read = self.transport.read_back(request, error).await;
                    read.map(WriteResult::ReadBack)
                }
                Err(error) => Err(error),
            }
        })
        .await
    }

    /// Waits until `request`, which failed with `error` and was sent `count` times since `started`,
    /// may be sent again. Returns `false` at once if it may not.
    #[cfg(feature = "__client")]
    pub(super) async fn wait_to_follow(
        transport: &'a Transport,
        request: &Request,
        error: &Error,
        count: u32,
        started: Duration,
    ) -> bool {
        let attempts = Self {
            started,
            count,
            ..Self::new(transport)
        };
        let mut request = request.clone();
        request.is_single = false;
        !error.may_have_taken_effect() && attempts.pause_after(&request, error).await
    }

    async fn run(&mut self, request: &Request) -> Result<RawResponse, Error> {
        let outcome = self.try_until_done(request).await;
        Span::current().record("billing.attempts", i64::from(self.count));
        outcome
    }

    async fn try_until_done(&mut self, request: &Request) -> Result<RawResponse, Error> {
        let mut request = Cow::Borrowed(request);
        loop {
            let error = match self.attempt(&request).await {
                Ok(mut response) => {
                    response.exchange.attempts = self.count;
                    response.exchange.elapsed = self.elapsed();
                    return Ok(response);
                }
                Err(error) => error,
            };
            let may_repeat = match request.idempotency {
                Idempotency::Safe | Idempotency::RequestId => true,
                Idempotency::None => !error.may_have_taken_effect(),
            };
            let (is_renewed, error) = match self.renew(&request, error.claims_challenge()).await {
                Ok(is_renewed) => (is_renewed, error),
                Err(cause) => (false, error.with_source(cause)),
            };
            let repeats = may_repeat && (is_renewed || self.pause_after(&request, &error).await);
            if !repeats {
                return Err(self.sum_up(error));
            }
            // "Upon receiving a response, the value should be reset" (Partner Center REST headers);
            // but while the outcome of any attempt is unknown, the id is what makes them one
            // request. A 503 with `Retry-After` keeps the id too: that costs nothing if a gateway
            // answered it.
            let is_client_error = error
                .status()
                .is_some_and(|status| status.is_client_error());
            if is_client_error && !self.is_unknown && !request.is_read() {
                request.to_mut().set_request_id(RequestId::generate());
            }
        }
    }

    /// Sends the request once, after the service's pauses.
    async fn attempt(&mut self, request: &Request) -> Result<RawResponse, Error> {
        self.wait_for_throttle(request).await?;
        self.count = self.count.saturating_add(1);
        let limit = self.time_for(request);
        let resends = self.count.saturating_sub(1);
        let outcome = self.transport.exchange(request, resends, limit).await;
        let outcome = outcome.and_then(|mut response| {
            let token = response.token.take();
            self.refused = token.filter(|_| response.status == StatusCode::UNAUTHORIZED);
            response.success()
        });
        match &outcome {
            Ok(response) => {
                self.last_status = Some(response.status);
                self.transport.retry_policy().succeeded();
            }
            Err(error) => {
                self.last_status = error.status().or(self.last_status);
                self.is_unknown |= error.may_have_taken_effect();
            }
        }
        outcome
    }

    /// Returns whether the credential has another token after a 401; this is done once. A service
    /// that refuses the token has not looked at the request.
    ///
    /// # Errors
    /// The reason why the credential has no other token.
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

    /// Waits for the next attempt; `false` if there is none.
    async fn pause_after(&self, request: &Request, error: &Error) -> bool {
        let policy = self.transport.retry_policy();
        let mut asked = error.retry_after();
        if error.is_rate_limit() {
            let pause = asked.unwrap_or_else(|| policy.throttle_backoff(self.count));
            // Other requests pause whether or not this one is sent again.
            self.transport.throttle().pause(&request.scope, pause);
            asked = Some(pause);
        }
        if request.is_single {
            return false;
        }
        let pause = policy.pause_after(error, asked, self.count, self.elapsed());
        let Some(pause) = pause.filter(|pause| self.is_in_time(request, *pause)) else {
            return false;
        };
        if !policy.draw_for(error) {
            return false;
        }
        tracing::debug!(
            attempt = i64::from(self.count),
            status = error.status().map(|status| i64::from(status.as_u16())),
            pause_ms = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX),
            "trying again"
        );
        policy.notify(error, pause);
        if !pause.is_zero() {
            self.transport.clock().sleep(pause).await;
        }
        true
    }

    /// Waits until no pause of the service delays the request.
    async fn wait_for_throttle(&self, request: &Request) -> Result<(), Error> {
        let policy = self.transport.retry_policy();
        if policy.is_never() {
            return Ok(());
        }
        // Another request's 429 may prolong the pause during the wait.
        loop {
            let throttle = self.transport.throttle();
            let left = throttle.pause_left(&request.scope);
            if left.is_zero() {
                return Ok(());
            }
            let is_late = !self.is_in_time(request, left);
            if is_late || !policy.allows_pause(left, self.elapsed()) {
                let again = if self.count == 0 { "" } else { " again" };
                let message = format!(
                    "the service wants no request for {} s more; this one was not sent{again}",
                    left.as_secs_f64().ceil()
                );
                let kind = if is_late {
                    ErrorKind::Timeout
                } else {
                    ErrorKind::Throttled
                };
                let mut error = Error::new(kind, message).with_retry_after(Some(left));
                request.fill_ids(error.exchange_mut(), None);
                return Err(self.sum_up(error));
            }
            throttle.wait(&request.scope).await;
        }
    }

    /// Returns how long one attempt at the request may take from now on.
    fn time_for(&self, request: &Request) -> Duration {
        let left = request.limit.unwrap_or(Duration::MAX);
        let left = left.saturating_sub(self.elapsed());
        left.min(self.transport.timeout())
    }

    /// Returns whether there is time left for the request after a pause.
    fn is_in_time(&self, request: &Request, pause: Duration) -> bool {
        let after = self.elapsed().saturating_add(pause);
        request.limit.is_none_or(|limit| after < limit)
    }

    /// Adds to the error of the last attempt what is known of all attempts.
    fn sum_up(&self, mut error: Error) -> Error {
        let is_unknown = self.is_unknown || error.may_have_taken_effect();
        let exchange = error.exchange_mut();
        exchange.attempts = self.count.max(1);
        exchange.elapsed = self.elapsed();
        exchange.last_status = self.last_status;
        error.with_effect(is_unknown)
    }

    fn elapsed(&self) -> Duration {
        let now = self.transport.clock().elapsed();
        now.saturating_sub(self.started)
    }
}

/// Creates the span of all attempts at a request. The ids are random and identify no person.
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

/// Runs `work`, an operation of several requests, in a span of its own. For the client crates.
///
/// # Errors
/// The errors of `work`.
pub fn in_operation<T>(
    name: &'static str,
    work: impl Future<Output = Result<T, Error>>,
) -> impl Future<Output = Result<T, Error>> {
    let span = tracing::info_span!(
        "billing operation",
        otel.name = name,
        otel.kind = "internal",
        otel.status_code = Empty,
        error.r#type = Empty,
    );
    in_span(span, work)
}

/// Runs `work` in `span`, which records an error.
fn in_span<T>(
    span: Span,
    work: impl Future<Output = Result<T, Error>>,
) -> impl Future<Output = Result<T, Error>> {
    // An async function would hold the future twice, as its argument and as what it awaits.
    work.instrument(span.clone()).inspect_err(move |error| {
        span.record("otel.status_code", "ERROR");
        span.record("error.type", error.kind_name());
    })
}
