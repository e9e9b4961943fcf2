//! A long-running operation without its result: where and when to poll, and what the responses
//! mean.

use std::time::Duration;

use http::Method;

use crate::clock::BoxFuture;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::outcome::exact_json;
use crate::outcome::update_outcome::UpdateOutcome;
use crate::pipeline::raw_response::RawResponse;
use crate::pipeline::request::Request;
use crate::pipeline::transport::Transport;
use crate::poller::error::{gone, is_final, lost, no_longer_known, not_there};
use crate::poller::link::{LinkKind, PollLink};
use crate::poller::options::PollOptions;
use crate::poller::running::{LastPoll, ReadBacks, Running};
use crate::poller::status::PollStatus;
use crate::poller::step::PollStep;
use crate::poller::token::PollToken;
use crate::text::strip_bom;

#[derive(Debug)]
pub(super) struct Operation {
    transport: Transport,
    options: PollOptions,
    /// `None` once it has finished.
    running: Option<Running>,
}

/// The number of 404s or 410s in a row after which an operation is lost. Fewer may come from a
/// replica that does not know the operation yet; with the pauses between them, they take half a
/// minute. The result is read as often before it counts as missing.
const NOT_FOUND: u32 = 4;

/// The response that ends an operation with success. Its body is not decoded yet.
pub(super) struct FinalResponse {
    pub(super) response: RawResponse,
    /// The error if the body can be decoded but is not the resource.
    pub(super) refusal: Option<Error>,
}

impl Operation {
    /// Reads what the response to a write began, and its end if it has ended.
    ///
    /// # Errors
    /// Same as [`PollStep::read`], and the error of an operation that failed.
    pub(super) fn begin(
        transport: Transport,
        request: &Request,
        account: &str,
        response: RawResponse,
    ) -> Result<(Self, Option<FinalResponse>), Error> {
        let write = PollLink {
            resource: request.url(),
            location: request.url(),
            kind: None,
            is_deletion: request.is_deletion(),
        };
        // Before the first link there is nothing to resume, and no token for the error.
        let step = PollStep::read(transport.endpoint(), write, &response)
            .map_err(|error| error.with_effect(true))?;
        if let PollStep::Done { refusal } = step {
            let last = FinalResponse { response, refusal };
            return Ok((Self::finished(transport), Some(last)));
        }
        // A token has a hash of the body, which a write that is done at once does not need.
        let token = PollToken::new(transport.endpoint(), account, request);
        let mut operation = Self::running(transport, token);
        let last = operation.take(step, response)?;
        Ok((operation, last))
    }

    /// # Errors
    /// Same as [`PollToken::require_origin`].
    pub(super) fn resume(transport: Transport, token: PollToken) -> Result<Self, Error> {
        token.require_origin(transport.endpoint())?;
        Ok(Self::running(transport, token))
    }

    /// Creates an operation that has finished.
    pub(super) fn finished(transport: Transport) -> Self {
        Self {
            transport,
            options: PollOptions::default(),
            running: None,
        }
    }

    fn running(transport: Transport, token: PollToken) -> Self {
        let running = Some(Running::new(token));
        Self {
            running,
            ..Self::finished(transport)
        }
    }

    pub(super) fn set_options(&mut self, options: PollOptions) {
        self.options = options;
    }

    pub(super) fn token(&self) -> Option<&PollToken> {
        self.running.as_ref().map(|running| &running.token)
    }

    /// Returns what is known of the operation while it is running.
    #[cfg(feature = "__client")]
    pub(super) fn as_running(&mut self) -> Option<&mut Running> {
        self.running.as_mut()
    }

    pub(super) fn next_poll_in(&self) -> Duration {
        let last_poll = self.running.as_ref().and_then(|it| it.last_poll.as_ref());
        last_poll.map_or(Duration::ZERO, |last_poll| {
            let passed = self.now().saturating_sub(last_poll.at);
            let interval = self.options.interval(last_poll.retry_after);
            interval.saturating_sub(passed)
        })
    }

    pub(super) fn now(&self) -> Duration {
        self.transport.clock().elapsed()
    }

    /// Returns the status while the operation is running.
    pub(super) fn status<T>(&self) -> Option<PollStatus<T>> {
        let running = self.running.as_ref()?;
        let progress = running.last_poll.as_ref().map(|it| it.progress.clone());
        let progress = progress.unwrap_or_default();
        Some(PollStatus::Running {
            next_poll_in: self.next_poll_in(),
            status: progress.status,
            percent_complete: progress.percent_complete,
        })
    }

    /// Polls once. The response may take as long as requests may, or `limit` if that is shorter.
    /// `None` if nothing is left to poll, and for a response that only says to poll again.
    ///
    /// # Errors
    /// That of a failed poll, or of a failed operation.
    pub(super) fn poll(
        &mut self,
        limit: Option<Duration>,
    ) -> BoxFuture<'_, Result<Option<RawResponse>, Error>> {
        Box::pin(async move {
            let Some(token) = self.token() else {
                return Ok(None);
            };
            let location = token.location().clone();
            let mut request = self.transport.request(Method::GET, location);
            request.set_operation("PollOperation");
            if let Some(limit) = limit {
                request.set_limit(limit);
            }
            match self.transport.send(&request).await {
                Ok(response) => Ok(Some(response)),
                Err(error) => self.poll_failed(error),
            }
        })
    }

    /// Sleeps until the next poll is due, and polls if the deadline allows it.
    ///
    /// # Errors
    /// Same as [`poll`](Self::poll), and still running after the deadline.
    pub(super) fn poll_when_due(
        &mut self,
        started: Duration,
    ) -> BoxFuture<'_, Result<Option<RawResponse>, Error>> {
        Box::pin(async move {
            let Some(running) = &self.running else {
                return Ok(None);
            };
            let pause = self.next_poll_in();
            let waited = self.now().saturating_sub(started);
            let left = self.options.left_after(waited.saturating_add(pause));
            if left.is_some_and(|left| left.is_zero()) {
                return Err(running.not_in_time(waited, pause));
            }
            if !pause.is_zero() {
                self.transport.clock().sleep(pause).await;
            }
            let response = self.poll(left).await;
            response.map_err(|error| self.deadline_error(error, left, started))
        })
    }

    /// Returns the error of a failed poll, which is "still running" if the deadline cut the poll
    /// short, in its first attempt or in a later one.
    fn deadline_error(&self, error: Error, left: Option<Duration>, started: Duration) -> Error {
        let waited = self.now().saturating_sub(started);
        let left_now = self.options.left_after(waited);
        let is_over = left_now.is_some_and(|left| left.is_zero());
        let cut_short = is_over || left.is_some_and(|left| left < self.transport.timeout());
        // If the throttle had no time for the poll, the error has a time to come back.
        let pause = error.retry_after();
        let is_late = error.is_our_timeout() && (cut_short || pause.is_some());
        match &self.running {
            Some(running) if is_late => {
                let late = running.not_in_time(waited, pause.unwrap_or_default());
                late.with_source(error)
            }
            _ => error,
        }
    }

    /// Reads the response to a poll, and returns it if it is the last.
    ///
    /// # Errors
    /// The error of an operation that failed, or of a response that says nothing about it.
    pub(super) fn advance(
        &mut self,
        response: RawResponse,
    ) -> Result<Option<FinalResponse>, Error> {
        let Some(token) = self.token() else {
            return Ok(None);
        };
        let step = PollStep::read(self.transport.endpoint(), token.link(), &response);
        // The response says nothing about the operation, which may be running as before.
        let step = step.map_err(|error| self.open_error(error, None))?;
        self.take(step, response)
    }

    /// Handles a final response that is not the result. A replica may be behind, so the result is
    /// read again a few times. After that there is nothing left to wait for.
    ///
    /// # Errors
    /// `error`, if the result is not read again.
    pub(super) fn misread(&mut self, error: Error) -> Result<(), Error> {
        let reads_back = self.token().is_some_and(|token| token.kind().reads_back());
        if !reads_back && !error.is_other_resource() {
            return Err(self.open_error(error, None));
        }
        if self.reads_again(None) {
            return Ok(());
        }
        self.finish();
        Err(error.with_effect(true))
    }

    /// Returns whether the result is read again after a read that did not find it.
    fn reads_again(&mut self, retry_after: Option<Duration>) -> bool {
        let at = self.now();
        let Some(running) = &mut self.running else {
            return false;
        };
        running.misread = running.misread.saturating_add(1);
        let pause = self.options.growing(running.misread);
        running.pause(at, Some(pause.max(retry_after.unwrap_or_default())));
        running.misread < NOT_FOUND
    }

    /// Ends the operation.
    pub(super) fn finish(&mut self) {
        self.running = None;
    }

    /// Takes a step, and returns the response if it is the last.
    fn take(
        &mut self,
        step: PollStep,
        response: RawResponse,
    ) -> Result<Option<FinalResponse>, Error> {
        let at = self.now();
        let Some(running) = &mut self.running else {
            return Ok(None);
        };
        running.not_found = 0;
        match step {
            PollStep::Done { refusal: None } if running.token.kind().reads_back() => {
                return self.take_resource(response);
            }
            PollStep::Done { refusal } => return Ok(Some(FinalResponse { response, refusal })),
            PollStep::Failed(error) => {
                self.finish();
                return Err(error);
            }
            PollStep::Poll {
                kind,
                url,
                progress,
            } => {
                running.misread = 0;
                running.token.follow(kind, url);
                running.last_poll = Some(LastPoll {
                    at,
                    retry_after: response.retry_after,
                    progress,
                });
            }
            PollStep::ReadBack => {
                running.misread = 0;
                running.read_resource(LinkKind::ReadBack);
            }
        }
        Ok(None)
    }

    /// Reads the resource at the end of an operation. A replica may still have the old one, so it
    /// is read again as long as the options say.
    fn take_resource(&mut self, response: RawResponse) -> Result<Option<FinalResponse>, Error> {
        let (at, time) = (self.now(), self.transport.read_back_time());
        let Some(running) = &mut self.running else {
            return Ok(None);
        };
        let outcome = running.token.change().and_then(|change| {
            let stored = exact_json::read(strip_bom(&response.body))?;
            Some(change.outcome(&stored))
        });
        let read_backs = running.read_backs.as_ref();
        let (since, count) = read_backs.map_or((at, 0), |reads| (reads.since, reads.count));
        let is_time_left = at.saturating_sub(since) < time;
        // A third value is not the old one, which is all that may still change.
        let is_old = |outcome: &UpdateOutcome| !outcome.is_applied() && !outcome.has_other_form();
        if let Some(last) = outcome.clone().filter(is_old)
            && is_time_left
        {
            running.read_backs = Some(ReadBacks {
                since,
                count: count.saturating_add(1),
                last,
            });
            running.pause(at, Some(self.options.growing(count)));
            return Ok(None);
        }
        let is_applied = outcome.as_ref().is_some_and(UpdateOutcome::is_applied);
        let is_gone = !response.status.is_success();
        if running.token.kind() == LinkKind::Lost && !is_applied && !is_gone {
            let is_deletion = running.token.is_deletion();
            self.finish();
            return Err(lost(&response, is_deletion, outcome));
        }
        Ok(Some(FinalResponse {
            response,
            refusal: None,
        }))
    }

    /// Tells a failed poll from a failed operation, from an operation that is not known (yet), and
    /// from a resource that is gone after its deletion: that response is the last.
    fn poll_failed(&mut self, error: Error) -> Result<Option<RawResponse>, Error> {
        let at = self.now();
        let Some(running) = &mut self.running else {
            return Err(error);
        };
        let kind = running.token.kind();
        let is_deletion = running.token.is_deletion();
        // Only a Location stands for the write. An error of another link says that the link could
        // not be read ("Asynchronous API reference", "Azure-AsyncOperation Resource format").
        if kind == LinkKind::Location && is_final(&error) {
            self.finish();
            let error = error.with_kind(ErrorKind::OperationFailed);
            return Err(error.with_effect(true));
        }
        let retry_after = error.retry_after();
        let gone = gone(&error);
        let is_gone = gone.is_some();
        match kind {
            LinkKind::Location | LinkKind::AsyncOperation if is_gone => {
                running.not_found = running.not_found.saturating_add(1);
                if running.not_found < NOT_FOUND {
                    let pause = self.options.growing(running.not_found);
                    running.pause(at, Some(pause.max(retry_after.unwrap_or_default())));
                } else {
                    running.read_resource(LinkKind::Lost);
                }
                Ok(None)
            }
            LinkKind::Lost if is_deletion && let Some(status) = gone => {
                Ok(Some(RawResponse::of_error(status, &error)))
            }
            LinkKind::Lost if is_gone => {
                self.finish();
                Err(no_longer_known("and the resource is not there").with_source(error))
            }
            LinkKind::ReadBack if is_gone => {
                if self.reads_again(retry_after) {
                    return Ok(None);
                }
                self.finish();
                Err(not_there(error))
            }
            _ => Err(self.open_error(error, retry_after)),
        }
    }

    /// Adds the token to an error that leaves the outcome open.
    fn open_error(&mut self, error: Error, retry_after: Option<Duration>) -> Error {
        let at = self.now();
        let Some(running) = &mut self.running else {
            return error;
        };
        running.pause(at, retry_after);
        let token = running.token.clone();
        error.with_effect(true).with_poll_token(Some(token))
    }
}
