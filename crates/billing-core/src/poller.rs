//! Long-running operations: accepted now, finished later, and never sent twice.

mod options;
mod report;
mod states;
mod step;
mod token;

use std::time::Duration;

use http::{Method, StatusCode};
use serde::de::DeserializeOwned;

use crate::error::Kind;
use crate::wire::{Answer, Effort, Request, Transport};
use crate::{Error, Response};
pub use options::PollOptions;
use report::Progress;
pub use states::PollStates;
use step::{Asked, Step};
pub use token::PollToken;
use token::Style;

/// An update that the service has accepted, and may not have finished yet.
///
/// Wait for it, by `poller.await` or [`wait`](Self::wait); watch its [`states`](Self::states); step it;
/// or keep its [`token`](Self::token) and resume in another process. The update itself is never sent
/// again. Dropping a future or a stream that borrows the poller loses nothing, not even in the middle of
/// a poll. Dropping the poller, or the future of `poller.await`, which owns it, loses the token, unless it
/// was taken before, and with it the way to the outcome: the update goes on all the same.
///
/// What is polled is what the service names (Resource Manager, "Asynchronous API reference", and "Track
/// asynchronous Azure operations"), and the newest link if later answers carry another:
///
/// - `Azure-AsyncOperation`, on a 200 too: a report whose `status` is final when it is `Succeeded`,
///   `Failed` or `Canceled`, in any letter case (and as `Cancelled`), and means running whatever else it is;
/// - else `Location`: 202 while it runs, then the resource;
/// - else the resource itself, if it was answered with a `provisioningState` that is not final.
///
/// Where the operation succeeds without the resource in the body, one more `GET` reads the resource.
#[derive(Debug)]
pub struct Poller<T> {
    transport: Transport,
    options: PollOptions,
    state: State<T>,
}

#[derive(Debug)]
enum State<T> {
    /// With the result until it is handed out.
    Finished(Option<Response<T>>),
    Running {
        token: PollToken,
        /// `None` when there is nothing to wait for before the next poll.
        heard: Option<Heard>,
    },
}

/// The service's last word on when to ask again.
#[derive(Debug)]
struct Heard {
    at: Duration,
    retry_after: Option<Duration>,
    progress: Progress,
}

/// Where an operation stands.
#[derive(Clone, Debug)]
pub enum PollStatus<T> {
    /// Not finished; the service asks for the next poll after this time.
    #[non_exhaustive]
    Running {
        /// The service's `Retry-After` within the limits of the [`PollOptions`].
        next_poll_in: Duration,
        /// The service's own name for the state, such as `InProgress`, where it sends one. A text that is
        /// not one word of ASCII is left out.
        status: Option<String>,
        /// From 0 to 100, where the service says so.
        percent_complete: Option<f64>,
    },
    /// Finished, with the resource as it is now.
    Succeeded(Response<T>),
}

impl<T: DeserializeOwned> Poller<T> {
    /// Sends the write and reads whether it is done or accepted. For the client crates.
    ///
    /// # Errors
    /// Those of [`Transport::fetch`]. When the service accepted the write but named no place to ask that
    /// may be followed, the error says so and the write may have taken effect.
    #[doc(hidden)]
    pub async fn begin(
        transport: Transport,
        request: &Request,
        account: &str,
    ) -> Result<Self, Error> {
        let answer = Effort::new(&transport).send_or_find_done(request).await?;
        let asked = Asked {
            resource: request.url(),
            location: request.url(),
            style: None,
        };
        // Before the first link there is nothing that could be resumed, and no token on the error.
        let step = Step::read(transport.endpoint(), asked, answer)
            .map_err(|error| error.with_effect(true))?;
        if let Step::Done(response) = step {
            let state = State::Finished(Some(response));
            return Ok(Self::new(transport, state));
        }
        // It has a hash of the body, which a write that is done at once does not need.
        let token = PollToken::new(transport.endpoint(), account, request);
        let mut poller = Self::running(transport, token);
        poller.take(step)?;
        Ok(poller)
    }

    /// Goes on where the token was taken. For the client crates.
    ///
    /// # Errors
    /// Invalid input for a token of another origin, or that leads to one that the endpoint does not
    /// trust. Nothing was sent.
    #[doc(hidden)]
    pub fn resume(transport: Transport, token: PollToken) -> Result<Self, Error> {
        token.require_origin(transport.endpoint())?;
        Ok(Self::running(transport, token))
    }

    fn running(transport: Transport, token: PollToken) -> Self {
        Self::new(transport, State::Running { token, heard: None })
    }

    fn new(transport: Transport, state: State<T>) -> Self {
        Self {
            transport,
            options: PollOptions::default(),
            state,
        }
    }

    /// The same poller with another pace or a deadline.
    #[must_use]
    pub fn with_options(mut self, options: PollOptions) -> Self {
        self.options = options;
        self
    }

    /// What resumes the operation in another process; `None` once it has finished.
    pub fn token(&self) -> Option<&PollToken> {
        match &self.state {
            State::Running { token, .. } => Some(token),
            State::Finished(_) => None,
        }
    }

    /// How long to wait before the next [`poll_once`](Self::poll_once); zero once it has finished.
    pub fn next_poll_in(&self) -> Duration {
        match &self.state {
            State::Running {
                heard: Some(heard), ..
            } => {
                let passed = self.now().saturating_sub(heard.at);
                self.options
                    .interval(heard.retry_after)
                    .saturating_sub(passed)
            }
            State::Running { heard: None, .. } | State::Finished(_) => Duration::ZERO,
        }
    }

    pub(crate) fn now(&self) -> Duration {
        self.transport.clock().elapsed()
    }

    /// Asks the service once, now, and gives the result when there is one.
    ///
    /// # Errors
    /// - The [operation failed](Error::is_operation_failed), and the poller is finished. Answered as the
    ///   write would have been (400, 409, 412 or 422 from a `Location`, with an error code that is not
    ///   about the poll's own api-version), the write has not taken effect. Reported as `Failed` or
    ///   `Canceled`, it may have, in part: nobody promises that it was undone.
    /// - Everything else leaves the outcome open: the error says that the write may have taken effect
    ///   and carries the [`poll_token`](Error::poll_token); poll again later.
    /// - Invalid input when the result or the failure was handed out before.
    pub async fn poll_once(&mut self) -> Result<PollStatus<T>, Error> {
        self.poll_within(None).await
    }

    /// Asks once, and waits for the answer as long as requests may take, or `limit` if that is shorter.
    async fn poll_within(&mut self, limit: Option<Duration>) -> Result<PollStatus<T>, Error> {
        if let State::Running { token, .. } = &self.state {
            let mut request = self
                .transport
                .request(Method::GET, token.location().clone());
            request.set_operation("PollOperation");
            if let Some(limit) = limit {
                request.set_limit(limit);
            }
            match self.transport.send(&request).await {
                Ok(answer) => self.advance(answer)?,
                Err(error) => return Err(self.failed(error)),
            }
        }
        match &mut self.state {
            State::Running { heard, .. } => {
                let heard = heard.as_ref();
                let progress = heard
                    .map(|heard| heard.progress.clone())
                    .unwrap_or_default();
                Ok(PollStatus::Running {
                    next_poll_in: self.next_poll_in(),
                    status: progress.status,
                    percent_complete: progress.percent_complete,
                })
            }
            State::Finished(result) => match result.take() {
                Some(response) => Ok(PollStatus::Succeeded(response)),
                None => Err(Error::invalid_input(
                    "the operation has ended, and its outcome was handed out before",
                )),
            },
        }
    }

    /// Waits until the operation has finished and gives the resource as it is then.
    ///
    /// The pace is the service's `Retry-After` within the limits of the [`PollOptions`].
    ///
    /// # Errors
    /// - Still running, with the [`poll_token`](Error::poll_token), as soon as the next poll would
    ///   come after the deadline: a deadline never makes us ask sooner than the service wants. A poll
    ///   that is not answered by then is given up.
    /// - Those of [`poll_once`](Self::poll_once).
    pub async fn wait(&mut self) -> Result<Response<T>, Error> {
        let started = self.now();
        loop {
            if let PollStatus::Succeeded(response) = self.next_state(started).await? {
                return Ok(response);
            }
        }
    }

    /// Each answer of the service as it comes, at the pace and with the errors of [`wait`](Self::wait);
    /// the stream ends after a success or an error. The deadline counts from this call.
    ///
    /// ```
    /// use billing_core::{Error, PollStatus, Poller, Response};
    /// use futures_util::StreamExt;
    ///
    /// async fn watch<T>(poller: &mut Poller<T>) -> Result<Option<Response<T>>, Error>
    /// where
    ///     T: serde::de::DeserializeOwned + Send + 'static,
    /// {
    ///     let mut states = poller.states();
    ///     while let Some(state) = states.next().await {
    ///         match state? {
    ///             PollStatus::Running { percent_complete, .. } => drop(percent_complete), // show it
    ///             PollStatus::Succeeded(response) => return Ok(Some(response)),
    ///         }
    ///     }
    ///     Ok(None)
    /// }
    /// ```
    pub fn states(&mut self) -> PollStates<'_, T> {
        let started = self.now();
        PollStates::new(self, started)
    }

    /// Sleeps until the next poll is due, and polls, in so far as the deadline allows.
    pub(crate) async fn next_state(&mut self, started: Duration) -> Result<PollStatus<T>, Error> {
        let pause = self.next_poll_in();
        let mut left = None;
        if let State::Running { token, .. } = &self.state {
            let waited = self.now().saturating_sub(started);
            left = match self.options.left_after(waited.saturating_add(pause)) {
                Some(left) if left.is_zero() => {
                    return Err(still_running(token, waited, pause));
                }
                left => left,
            };
            if !pause.is_zero() {
                self.transport.clock().sleep(pause).await;
            }
        }
        let polled = self.poll_within(left).await;
        polled.map_err(|error| self.in_time(error, left, started))
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
        match &self.state {
            State::Running { token, .. } if is_late => {
                still_running(token, waited, pause.unwrap_or_default()).with_source(error)
            }
            _ => error,
        }
    }

    /// Takes in an answer of the service to a poll.
    fn advance(&mut self, answer: Answer) -> Result<(), Error> {
        let at = self.now();
        let State::Running { token, heard } = &mut self.state else {
            return Ok(());
        };
        let step = Step::read(self.transport.endpoint(), token.asked(), answer);
        let step = step.map_err(|error| {
            *heard = Some(Heard {
                at,
                retry_after: None,
                progress: Progress::default(),
            });
            error.with_effect(true).with_poll_token(token.clone())
        })?;
        self.take(step)
    }

    /// Goes on from what an answer means.
    fn take(&mut self, step: Step<T>) -> Result<(), Error> {
        let at = self.now();
        let State::Running { token, heard } = &mut self.state else {
            return Ok(());
        };
        match step {
            Step::Done(response) => self.state = State::Finished(Some(response)),
            Step::Failed(error) => {
                self.state = State::Finished(None);
                return Err(error);
            }
            Step::Poll {
                style,
                url,
                retry_after,
                progress,
            } => {
                token.follow(style, url);
                *heard = Some(Heard {
                    at,
                    retry_after,
                    progress,
                });
            }
            Step::ReadBack => {
                token.read_back();
                *heard = None;
            }
        }
        Ok(())
    }

    /// Sorts a poll that failed from an operation that failed.
    fn failed(&mut self, error: Error) -> Error {
        let at = self.now();
        let State::Running { token, heard } = &mut self.state else {
            return error;
        };
        // Of these, only a Location stands for the write; an error of another says that it could not be
        // read ("Asynchronous API reference", "Azure-AsyncOperation Resource format").
        if token.style() == Style::Location && is_final(&error) {
            self.state = State::Finished(None);
            return error.of_operation();
        }
        *heard = Some(Heard {
            at,
            retry_after: error.retry_after(),
            progress: Progress::default(),
        });
        error.with_effect(true).with_poll_token(token.clone())
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
