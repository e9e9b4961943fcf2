//! Long-running operations: accepted now, finished later, and never sent twice.

mod error;
mod operation;
mod options;
mod report;
mod step;
mod stream;
mod token;

use std::time::Duration;

use serde::de::DeserializeOwned;
use url::Url;

use crate::pipeline::{RawResponse, Request, Transport, WriteResult};
use crate::response::RequestedChange;
use crate::{Error, Response, decode};
use operation::{FinalResponse, Operation};
pub use options::PollOptions;
pub use stream::PollStream;
pub use token::PollToken;

/// An update that the service has accepted, and may not have finished yet.
///
/// Wait for it, by `poller.await` or [`wait`](Self::wait); watch its [`statuses`](Self::statuses); step it;
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
/// Where the operation succeeds without the resource in the body, one more `GET` reads the resource; while
/// that shows the state from before, which a replica may, it is read again as long as
/// [`SendOptions::with_read_back`](crate::SendOptions::with_read_back) says.
/// [`Response::outcome`] tells whether the resource shows the change at the end.
///
/// A 404 or 410 for the operation is polled again a few times, at growing intervals. After that the resource
/// is read in its stead: if it shows the change, the update succeeded; if not, the error
/// [says that the operation is lost](Error::is_operation_lost), and there is nothing left to poll.
#[derive(Debug)]
pub struct Poller<T> {
    /// All but the result, so that it is compiled once and not for each `T`.
    operation: Operation,
    /// From the end of the operation until it is handed out.
    result: Option<Response<T>>,
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
    /// Sends the write and reads whether it is done or accepted. `is_settled` is whether a resource is the
    /// one at this URL, and says nothing of itself that could mean it is still being changed. For the
    /// client crates.
    ///
    /// After an attempt whose outcome is unknown, the write is not sent again. The resource is read back
    /// instead, as long as the [options](crate::SendOptions::with_read_back) say; if it shows the change,
    /// that is the result.
    ///
    /// # Errors
    /// Those of [`Transport::fetch`], and an error about an answer that names another resource. When the
    /// service accepted the write but named no place to ask that may be followed, the error says so and
    /// the write may have taken effect.
    #[doc(hidden)]
    pub async fn begin(
        transport: Transport,
        request: &Request,
        account: &str,
        is_settled: fn(&T, &Url) -> bool,
    ) -> Result<Self, Error> {
        let begun = |answer| Self::begun(&transport, request, account, is_settled, answer);
        let answer = match transport.send_or_read_back(request).await? {
            WriteResult::ReadBack(answer) => return begun(answer),
            WriteResult::Answered(answer) => answer,
        };
        match begun(answer) {
            // The service's own word that the operation failed is not doubted; whatever else is wrong with
            // a success leaves the outcome unknown as well.
            Err(error) if error.may_have_taken_effect() && !error.is_operation_failed() => {
                begun(transport.read_back(request, error).await?)
            }
            begun => begun,
        }
    }

    /// What the answer to the write began, or ended.
    fn begun(
        transport: &Transport,
        request: &Request,
        account: &str,
        is_settled: fn(&T, &Url) -> bool,
        answer: RawResponse,
    ) -> Result<Self, Error> {
        let asked = request.body.clone().map(|patch| {
            let before = request.before.clone();
            RequestedChange::Patch(patch, before)
        });
        // Most writes are done at once. Their answer is read once, and not a second time for what it says of itself.
        if step::is_result(&answer)
            && let Ok(resource) = decode(&answer.body)
            && is_settled(&resource, request.url())
        {
            let mut response = answer.into_response(resource);
            response.asked = asked;
            return Ok(Self {
                operation: Operation::finished(transport.clone()),
                result: Some(response),
            });
        }
        let (operation, last) = Operation::begin(transport.clone(), request, account, answer)?;
        let mut poller = Self::new(operation);
        if let Some(last) = last {
            // Before the first link there is nothing that could be resumed, and no token on the error.
            let response = last.result().map_err(|error| error.with_effect(true))?;
            poller.result = Some(Response { asked, ..response });
        }
        Ok(poller)
    }

    /// Goes on where the token was taken. For the client crates.
    ///
    /// # Errors
    /// Invalid input for a token of another origin, or that leads to one that the endpoint does not
    /// trust. Nothing was sent.
    #[doc(hidden)]
    pub fn resume(transport: Transport, token: PollToken) -> Result<Self, Error> {
        Operation::resume(transport, token).map(Self::new)
    }

    fn new(operation: Operation) -> Self {
        Self {
            operation,
            result: None,
        }
    }

    /// The same poller with another pace or a deadline.
    #[must_use]
    pub fn with_options(mut self, options: PollOptions) -> Self {
        self.operation.set_options(options);
        self
    }

    /// What resumes the operation in another process; `None` once it has finished.
    pub fn token(&self) -> Option<&PollToken> {
        self.operation.token()
    }

    /// How long to wait before the next [`poll_once`](Self::poll_once); zero once it has finished.
    pub fn next_poll_in(&self) -> Duration {
        self.operation.next_poll_in()
    }

    pub(crate) fn now(&self) -> Duration {
        self.operation.now()
    }

    /// Asks the service once, now, and gives the result when there is one.
    ///
    /// # Errors
    /// - The [operation failed](Error::is_operation_failed), and the poller is finished: reported as `Failed`
    ///   or `Canceled`, or answered as the write would have been (400, 409, 412 or 422 from a `Location`,
    ///   with an error code that is not about the poll's own api-version). The write may have taken effect
    ///   in part: nobody promises that it was undone.
    /// - The [operation is lost](Error::is_operation_lost), and the poller is finished: the write may have
    ///   taken effect.
    /// - The operation succeeded, but the resource [is not there](Error::is_not_found), or what comes is
    ///   [another resource](Error::is_other_resource) or none, several times in a row. The poller is
    ///   finished, and the write may have taken effect.
    /// - Everything else leaves the outcome open: the error says that the write may have taken effect
    ///   and carries the [`poll_token`](Error::poll_token); poll again later.
    /// - Invalid input when the result or the failure was handed out before.
    pub async fn poll_once(&mut self) -> Result<PollStatus<T>, Error> {
        let answer = self.operation.ask(None).await?;
        self.take_in(answer)
    }

    /// Waits until the operation has finished and gives the resource as it is then.
    ///
    /// The pace is the service's `Retry-After` within the limits of the [`PollOptions`].
    ///
    /// # Errors
    /// - Still running, with the [`poll_token`](Error::poll_token), as soon as the next poll would
    ///   come after the deadline: a deadline never makes us ask sooner than the service wants. A poll
    ///   that is not answered by then is given up. If the operation has succeeded already and only the
    ///   resource does not show the change yet, the error says so and has the
    ///   [outcome](Error::outcome).
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
    ///     let mut statuses = poller.statuses();
    ///     while let Some(state) = statuses.next().await {
    ///         match state? {
    ///             PollStatus::Running { percent_complete, .. } => drop(percent_complete), // show it
    ///             PollStatus::Succeeded(response) => return Ok(Some(response)),
    ///         }
    ///     }
    ///     Ok(None)
    /// }
    /// ```
    pub fn statuses(&mut self) -> PollStream<'_, T> {
        let started = self.now();
        PollStream::new(self, started)
    }

    /// Sleeps until the next poll is due, and polls, in so far as the deadline allows.
    pub(crate) async fn next_state(&mut self, started: Duration) -> Result<PollStatus<T>, Error> {
        let answer = self.operation.ask_when_due(started).await?;
        self.take_in(answer)
    }

    /// Takes in an answer of the service to a poll; `None` if there was nothing to ask.
    fn take_in(&mut self, answer: Option<RawResponse>) -> Result<PollStatus<T>, Error> {
        if let Some(answer) = answer
            && let Some(last) = self.operation.advance(answer)?
        {
            let change = self.operation.token().and_then(PollToken::change);
            let asked = change.map(|change| RequestedChange::Change(Box::new(change.clone())));
            match last.result() {
                Ok(response) => {
                    self.result = Some(Response { asked, ..response });
                    self.operation.finish();
                }
                Err(error) => self.operation.misread(error)?,
            }
        }
        if let Some(running) = self.operation.status() {
            return Ok(running);
        }
        match self.result.take() {
            Some(response) => Ok(PollStatus::Succeeded(response)),
            None => Err(Error::invalid_input(
                "the operation has ended, and its outcome was handed out before",
            )),
        }
    }
}

impl FinalResponse {
    /// The resource that the operation ended with.
    ///
    /// # Errors
    /// A decode error; a protocol error for a success that is something else.
    fn result<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        let response = self.answer.decode()?;
        match self.refusal {
            None => Ok(response),
            Some(refusal) => Err(refusal),
        }
    }
}
