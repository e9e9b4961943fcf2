//! A long-running operation but for its result: where and when to ask, and what the answers mean.

use std::time::Duration;

use http::{Method, StatusCode};

use super::report::Progress;
use super::step::{Asked, Step};
use super::token::Style;
use super::{PollOptions, PollStatus, PollToken};
use crate::decode::strip_bom;
use crate::error::Kind;
use crate::wire::{Answer, Request, Transport};
use crate::{BoxFuture, Error, UpdateOutcome};

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
    heard: Option<Heard>,
    /// How many polls in a row were answered that there is no such operation.
    not_found: u32,
    /// Since when the resource is read to see the change, and how often it was.
    looks: Option<(Duration, u32)>,
}

/// So many 404s or 410s in a row are taken for a replica that does not know the operation yet; with the
/// pauses between them, half a minute.
const NOT_FOUND: u32 = 4;

/// The service's last word on when to ask again.
#[derive(Debug)]
struct Heard {
    at: Duration,
    retry_after: Option<Duration>,
    progress: Progress,
}

/// The answer that ends an operation with success, its body not decoded yet.
pub(super) struct LastAnswer {
    pub(super) answer: Answer,
    /// What is wrong with it if it can be decoded: it is no resource.
    pub(super) refusal: Option<Error>,
}

impl Operation {
    /// What the answer to a write began, and its end if it is one.
    pub(super) fn begin(
        transport: Transport,
        request: &Request,
        account: &str,
        answer: Answer,
    ) -> Result<(Self, Option<LastAnswer>), Error> {
        let asked = Asked {
            resource: request.url(),
            location: request.url(),
            style: None,
        };
        // Before the first link there is nothing that could be resumed, and no token on the error.
        let step = Step::read(transport.endpoint(), asked, &answer)
            .map_err(|error| error.with_effect(true))?;
        if let Step::Done { refusal } = step {
            let last = LastAnswer { answer, refusal };
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
            heard: None,
            not_found: 0,
            looks: None,
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
        let heard = self.running.as_ref().and_then(|it| it.heard.as_ref());
        heard.map_or(Duration::ZERO, |heard| {
            let passed = self.now().saturating_sub(heard.at);
            let interval = self.options.interval(heard.retry_after);
            interval.saturating_sub(passed)
        })
    }

    pub(super) fn now(&self) -> Duration {
        self.transport.clock().elapsed()
    }

    /// What there is to say while it is running.
    pub(super) fn status<T>(&self) -> Option<PollStatus<T>> {
        let running = self.running.as_ref()?;
        let progress = running.heard.as_ref().map(|heard| heard.progress.clone());
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
    ) -> BoxFuture<'_, Result<Option<Answer>, Error>> {
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
    ) -> BoxFuture<'_, Result<Option<Answer>, Error>> {
        Box::pin(async move {
            let Some(token) = self.token() else {
                return Ok(None);
            };
            let pause = self.next_poll_in();
            let waited = self.now().saturating_sub(started);
            let left = self.options.left_after(waited.saturating_add(pause));
            if left.is_some_and(|left| left.is_zero()) {
                return Err(still_running(token, waited, pause));
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
        match self.token() {
            Some(token) if is_late => {
                still_running(token, waited, pause.unwrap_or_default()).with_source(error)
            }
            _ => error,
        }
    }

    /// Takes in an answer of the service to a poll, and gives it back if it is the last.
    pub(super) fn advance(&mut self, answer: Answer) -> Result<Option<LastAnswer>, Error> {
        let Some(token) = self.token() else {
            return Ok(None);
        };
        let step = Step::read(self.transport.endpoint(), token.asked(), &answer);
        let step = step.map_err(|error| self.unread(error))?;
        self.take(step, answer)
    }

    /// The error of an answer that tells nothing about the operation: it may be running as before.
    pub(super) fn unread(&mut self, error: Error) -> Error {
        self.open(error, None)
    }

    /// The operation has ended.
    pub(super) fn finish(&mut self) {
        self.running = None;
    }

    /// Goes on from what an answer means.
    fn take(&mut self, step: Step, answer: Answer) -> Result<Option<LastAnswer>, Error> {
        let at = self.now();
        let Some(running) = &mut self.running else {
            return Ok(None);
        };
        running.not_found = 0;
        match step {
            Step::Done { refusal: None } if running.token.reads_back() => {
                return self.take_resource(answer);
            }
            Step::Done { refusal } => return Ok(Some(LastAnswer { answer, refusal })),
            Step::Failed(error) => {
                self.finish();
                return Err(error);
            }
            Step::Poll {
                style,
                url,
                progress,
            } => {
                running.token.follow(style, url);
                running.heard = Some(Heard {
                    at,
                    retry_after: answer.retry_after,
                    progress,
                });
            }
            Step::ReadBack => {
                running.token.read_resource(Style::ReadBack);
                running.heard = None;
            }
        }
        Ok(None)
    }

    /// Takes in the resource at the end of an operation. A replica may still have the old one, so it is
    /// read again as long as the options say.
    fn take_resource(&mut self, answer: Answer) -> Result<Option<LastAnswer>, Error> {
        let (at, time) = (self.now(), self.transport.read_back_time());
        let Some(running) = &mut self.running else {
            return Ok(None);
        };
        let outcome = running.token.change().and_then(|change| {
            let stored = serde_json::from_slice(strip_bom(&answer.body)).ok()?;
            Some(change.outcome(&stored))
        });
        let is_lost = running.token.style() == Style::Lost;
        let may_come = outcome.as_ref().is_some_and(|outcome| {
            // A third value is not the old one.
            !outcome.is_applied() && !outcome.has_other_form()
        });
        let (since, looks) = running.looks.unwrap_or((at, 0));
        if may_come && at.saturating_sub(since) < time {
            running.looks = Some((since, looks.saturating_add(1)));
            running.heard = Some(Heard {
                at,
                retry_after: Some(self.options.growing(looks)),
                progress: Progress::default(),
            });
            return Ok(None);
        }
        let is_applied = outcome.as_ref().is_some_and(UpdateOutcome::is_applied);
        if is_lost && !is_applied {
            self.finish();
            return Err(lost(&answer, outcome));
        }
        Ok(Some(LastAnswer {
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
        let style = running.token.style();
        // Of these, only a Location stands for the write; an error of another says that it could not be
        // read ("Asynchronous API reference", "Azure-AsyncOperation Resource format").
        if style == Style::Location && is_final(&error) {
            self.finish();
            return Err(error.of_operation());
        }
        let retry_after = error.retry_after();
        let is_gone = matches!(
            error.status(),
            Some(StatusCode::NOT_FOUND | StatusCode::GONE)
        );
        match style {
            Style::Location | Style::AsyncOperation if is_gone => {
                running.not_found = running.not_found.saturating_add(1);
                if running.not_found < NOT_FOUND {
                    let pause = self.options.growing(running.not_found);
                    running.heard = Some(Heard {
                        at,
                        retry_after: Some(pause.max(retry_after.unwrap_or_default())),
                        progress: Progress::default(),
                    });
                } else {
                    running.token.read_resource(Style::Lost);
                    running.heard = None;
                }
                Ok(())
            }
            Style::Lost if is_gone => {
                self.finish();
                Err(no_longer_known("and the resource is not there").with_source(error))
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
        running.heard = Some(Heard {
            at,
            retry_after,
            progress: Progress::default(),
        });
        let token = running.token.clone();
        error.with_effect(true).with_poll_token(token)
    }
}

/// At its end, an operation answers what the write itself would have answered (Resource Manager, "Asynchronous API
/// reference"), with a code. Only these statuses can be that; every other speaks of the poll, the caller or the
/// moment, and so do these when the front door refuses the Location's api-version or something in between answers.
fn is_final(error: &Error) -> bool {
    const OF_THE_FRONT_DOOR: [&str; 4] = [
        "InvalidApiVersionParameter",
        "InvalidResourceType",
        "MissingApiVersionParameter",
        "NoRegisteredProviderFound",
    ];
    let code = error.service_error().and_then(|service| service.code());
    let is_of_the_operation = matches!(
        error.status(),
        Some(
            StatusCode::BAD_REQUEST
                | StatusCode::CONFLICT
                | StatusCode::PRECONDITION_FAILED
                | StatusCode::UNPROCESSABLE_ENTITY
        )
    );
    is_of_the_operation && code.is_some_and(|code| !OF_THE_FRONT_DOOR.contains(&code))
}

/// The error of an operation that the service forgot, after a look at the resource.
fn lost(answer: &Answer, outcome: Option<UpdateOutcome>) -> Error {
    let seen = match &outcome {
        None => "and what the update asked for is not known any more",
        Some(outcome) if outcome.has_other_form() => {
            "and the resource shows neither the change nor what was there before"
        }
        Some(_) => "and the resource does not show the change",
    };
    let ids = (answer.request_id.clone(), answer.correlation_id.clone());
    let error = no_longer_known(seen).with_ids(ids.0, ids.1);
    match outcome {
        Some(outcome) => error.with_outcome(outcome),
        None => error,
    }
}

fn no_longer_known(seen: &str) -> Error {
    let message = format!("the service no longer knows the operation, {seen}");
    Error::new(Kind::OperationLost, message).with_effect(true)
}

fn still_running(token: &PollToken, waited: Duration, pause: Duration) -> Error {
    let mut message = format!(
        "the operation is still running after {} s",
        waited.as_secs()
    );
    if !pause.is_zero() {
        let more = format!(", and the next poll is due in {} s", pause.as_secs());
        message.push_str(&more);
    }
    Error::new(Kind::StillRunning, message)
        .with_effort(1, waited, None)
        .with_effect(true)
        .with_retry_after(Some(pause).filter(|pause| !pause.is_zero()))
        .with_poll_token(token.clone())
}
