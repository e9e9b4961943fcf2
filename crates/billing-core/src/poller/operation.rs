//! A long-running operation but for its result: where and when to ask, and what the answers mean.

use std::time::Duration;

use http::{Method, StatusCode};

use super::error::{is_final, lost, no_longer_known, not_in_time, not_there};
use super::report::Progress;
use super::step::{PollLink, PollStep};
use super::token::LinkKind;
use super::{PollOptions, PollStatus, PollToken};
use crate::decode::strip_bom;
use crate::pipeline::{RawResponse, Request, Transport};
use crate::{BoxFuture, Error, UpdateOutcome, outcome};

#[derive(Debug)]
pub(super) struct Operation {
    transport: Transport,
    options: PollOptions,
    /// `None` once it has finished.
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    token: PollToken,
    /// `None` when there is nothing to wait for before the next poll.
    last_poll: Option<LastPoll>,
    /// How many polls in a row were answered that there is no such operation.
    not_found: u32,
    /// How many looks for the result were answered without it: 404, 410, another resource, or none.
    misread: u32,
    /// `None` until the resource is read to see the change.
    read_backs: Option<ReadBacks>,
}

/// The looks at the resource so far, of which none showed the change.
#[derive(Debug)]
struct ReadBacks {
    since: Duration,
    count: u32,
    last: UpdateOutcome,
}

/// So many 404s or 410s in a row are taken for a replica that does not know the operation yet; with the
/// pauses between them, half a minute. So are as many looks for the result that do not find it.
const NOT_FOUND: u32 = 4;

/// The service's last word on when to ask again.
#[derive(Debug)]
struct LastPoll {
    at: Duration,
    retry_after: Option<Duration>,
    progress: Progress,
}

/// The answer that ends an operation with success, its body not decoded yet.
pub(super) struct FinalResponse {
    pub(super) answer: RawResponse,
    /// What is wrong with it if it can be decoded: it is no resource.
    pub(super) refusal: Option<Error>,
}

impl Operation {
    /// What the answer to a write began, and its end if it is one.
    pub(super) fn begin(
        transport: Transport,
        request: &Request,
        account: &str,
        answer: RawResponse,
    ) -> Result<(Self, Option<FinalResponse>), Error> {
        let asked = PollLink {
            resource: request.url(),
            location: request.url(),
            link_kind: None,
        };
        // Before the first link there is nothing that could be resumed, and no token on the error.
        let step = PollStep::read(transport.endpoint(), asked, &answer)
            .map_err(|error| error.with_effect(true))?;
        if let PollStep::Done { refusal } = step {
            let last = FinalResponse { answer, refusal };
            return Ok((Self::finished(transport), Some(last)));
        }
        // It has a hash of the body, which a write that is done at once does not need.
        let token = PollToken::new(transport.endpoint(), account, request);
        let mut operation = Self::running(transport, token);
        let last = operation.take(step, answer)?;
        Ok((operation, last))
    }

    pub(super) fn resume(transport: Transport, token: PollToken) -> Result<Self, Error> {
        token.require_origin(transport.endpoint())?;
        Ok(Self::running(transport, token))
    }

    pub(super) fn finished(transport: Transport) -> Self {
        Self::new(transport, None)
    }

    fn running(transport: Transport, token: PollToken) -> Self {
        let running = Running {
            token,
            last_poll: None,
            not_found: 0,
            misread: 0,
            read_backs: None,
        };
        Self::new(transport, Some(running))
    }

    fn new(transport: Transport, running: Option<Running>) -> Self {
        Self {
            transport,
            options: PollOptions::default(),
            running,
        }
    }

    pub(super) fn set_options(&mut self, options: PollOptions) {
        self.options = options;
    }

    pub(super) fn token(&self) -> Option<&PollToken> {
        self.running.as_ref().map(|running| &running.token)
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

    /// What there is to say while it is running.
    pub(super) fn status<T>(&self) -> Option<PollStatus<T>> {
        let running = self.running.as_ref()?;
        let progress = running
            .last_poll
            .as_ref()
            .map(|last_poll| last_poll.progress.clone());
        let progress = progress.unwrap_or_default();
        Some(PollStatus::Running {
            next_poll_in: self.next_poll_in(),
            status: progress.status,
            percent_complete: progress.percent_complete,
        })
    }

    /// Asks once, and waits for the answer as long as requests may take, or `limit` if that is shorter. `None` when
    /// there is nothing left to ask, and for an answer that says no more than to ask again.
    pub(super) fn ask(
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
                Ok(answer) => Ok(Some(answer)),
                Err(error) => self.failed(error).map(|()| None),
            }
        })
    }

    /// Sleeps until the next poll is due, and asks, in so far as the deadline allows.
    pub(super) fn ask_when_due(
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
            let answer = self.ask(left).await;
            answer.map_err(|error| self.in_time(error, left, started))
        })
    }

    /// A poll that the deadline cut short says nothing about the operation but that it is running. It may
    /// have been cut in its first attempt or in a later one.
    fn in_time(&self, error: Error, left: Option<Duration>, started: Duration) -> Error {
        let waited = self.now().saturating_sub(started);
        let is_over = self
            .options
            .left_after(waited)
            .is_some_and(|left| left.is_zero());
        let cut_short = is_over || left.is_some_and(|left| left < self.transport.timeout());
        // There is a time to come back if it was the throttle that had no room for it.
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

    /// Takes in an answer of the service to a poll, and gives it back if it is the last.
    pub(super) fn advance(&mut self, answer: RawResponse) -> Result<Option<FinalResponse>, Error> {
        let Some(token) = self.token() else {
            return Ok(None);
        };
        let step = PollStep::read(self.transport.endpoint(), token.asked(), &answer);
        let step = step.map_err(|error| self.unread(error))?;
        self.take(step, answer)
    }

    /// The error of an answer that tells nothing about the operation: it may be running as before.
    fn unread(&mut self, error: Error) -> Error {
        self.open(error, None)
    }

    /// Takes in a last answer that is not the result. A replica may be behind, so it is asked again a few
    /// times. After that there is nothing left to wait for.
    pub(super) fn misread(&mut self, error: Error) -> Result<(), Error> {
        let reads_back = self.token().is_some_and(PollToken::reads_back);
        if !reads_back && !error.is_other_resource() {
            return Err(self.unread(error));
        }
        if self.looks_again(None) {
            return Ok(());
        }
        self.finish();
        Err(error.with_effect(true))
    }

    /// Whether there is another look for the result after one that did not find it.
    fn looks_again(&mut self, retry_after: Option<Duration>) -> bool {
        let at = self.now();
        let Some(running) = &mut self.running else {
            return false;
        };
        running.misread = running.misread.saturating_add(1);
        let pause = self.options.growing(running.misread);
        running.pause(at, Some(pause.max(retry_after.unwrap_or_default())));
        running.misread < NOT_FOUND
    }

    /// The operation has ended.
    pub(super) fn finish(&mut self) {
        self.running = None;
    }

    /// Goes on from what an answer means.
    fn take(
        &mut self,
        step: PollStep,
        answer: RawResponse,
    ) -> Result<Option<FinalResponse>, Error> {
        let at = self.now();
        let Some(running) = &mut self.running else {
            return Ok(None);
        };
        running.not_found = 0;
        match step {
            PollStep::Done { refusal: None } if running.token.reads_back() => {
                return self.take_resource(answer);
            }
            PollStep::Done { refusal } => return Ok(Some(FinalResponse { answer, refusal })),
            PollStep::Failed(error) => {
                self.finish();
                return Err(error);
            }
            PollStep::Poll {
                link_kind,
                url,
                progress,
            } => {
                running.misread = 0;
                running.token.follow(link_kind, url);
                running.last_poll = Some(LastPoll {
                    at,
                    retry_after: answer.retry_after,
                    progress,
                });
            }
            PollStep::ReadBack => {
                running.misread = 0;
                running.token.read_resource(LinkKind::ReadBack);
                running.last_poll = None;
            }
        }
        Ok(None)
    }

    /// Takes in the resource at the end of an operation. A replica may still have the old one, so it is
    /// read again as long as the options say.
    fn take_resource(&mut self, answer: RawResponse) -> Result<Option<FinalResponse>, Error> {
        let (at, time) = (self.now(), self.transport.read_back_time());
        let Some(running) = &mut self.running else {
            return Ok(None);
        };
        let outcome = running.token.change().and_then(|change| {
            let stored = outcome::read(strip_bom(&answer.body))?;
            Some(change.outcome(&stored))
        });
        let is_lost = running.token.link_kind() == LinkKind::Lost;
        let read_backs = running.read_backs.as_ref();
        let (since, count) =
            read_backs.map_or((at, 0), |read_backs| (read_backs.since, read_backs.count));
        let is_time_left = at.saturating_sub(since) < time;
        match &outcome {
            // A third value is not the old one, which is all that may still change.
            Some(last) if is_time_left && !last.is_applied() && !last.has_other_form() => {
                running.read_backs = Some(ReadBacks {
                    since,
                    count: count.saturating_add(1),
                    last: last.clone(),
                });
                running.pause(at, Some(self.options.growing(count)));
                return Ok(None);
            }
            _ => {}
        }
        let is_applied = outcome.as_ref().is_some_and(UpdateOutcome::is_applied);
        if is_lost && !is_applied {
            self.finish();
            return Err(lost(&answer, outcome));
        }
        Ok(Some(FinalResponse {
            answer,
            refusal: None,
        }))
    }

    /// Sorts a poll that failed from an operation that failed, and from one that is not known (yet).
    fn failed(&mut self, error: Error) -> Result<(), Error> {
        let at = self.now();
        let Some(running) = &mut self.running else {
            return Err(error);
        };
        let link_kind = running.token.link_kind();
        // Of these, only a Location stands for the write; an error of another says that it could not be
        // read ("Asynchronous API reference", "Azure-AsyncOperation Resource format").
        if link_kind == LinkKind::Location && is_final(&error) {
            self.finish();
            return Err(error.of_operation().with_effect(true));
        }
        let retry_after = error.retry_after();
        let is_gone = matches!(
            error.status(),
            Some(StatusCode::NOT_FOUND | StatusCode::GONE)
        );
        match link_kind {
            LinkKind::Location | LinkKind::AsyncOperation if is_gone => {
                running.not_found = running.not_found.saturating_add(1);
                if running.not_found < NOT_FOUND {
                    let pause = self.options.growing(running.not_found);
                    running.pause(at, Some(pause.max(retry_after.unwrap_or_default())));
                } else {
                    running.token.read_resource(LinkKind::Lost);
                    running.last_poll = None;
                }
                Ok(())
            }
            LinkKind::Lost if is_gone => {
                self.finish();
                Err(no_longer_known("and the resource is not there").with_source(error))
            }
            LinkKind::ReadBack if is_gone => {
                if self.looks_again(retry_after) {
                    return Ok(());
                }
                self.finish();
                Err(not_there(error))
            }
            _ => Err(self.open(error, retry_after)),
        }
    }

    /// An error that leaves the outcome open.
    fn open(&mut self, error: Error, retry_after: Option<Duration>) -> Error {
        let at = self.now();
        let Some(running) = &mut self.running else {
            return error;
        };
        running.pause(at, retry_after);
        let token = running.token.clone();
        error.with_effect(true).with_poll_token(token)
    }
}

impl Running {
    /// An answer that says no more than to ask again.
    fn pause(&mut self, at: Duration, retry_after: Option<Duration>) {
        self.last_poll = Some(LastPoll {
            at,
            retry_after,
            progress: Progress::default(),
        });
    }

    /// The error of a deadline.
    fn not_in_time(&self, waited: Duration, pause: Duration) -> Error {
        let last = self.read_backs.as_ref().map(|read_backs| &read_backs.last);
        not_in_time(&self.token, last, waited, pause)
    }
}
