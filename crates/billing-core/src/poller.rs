//! Long-running operations: accepted now, finished later, and never sent twice.

#[cfg(feature = "__client")]
mod begin;
pub(crate) mod error;
pub(crate) mod link;
pub(crate) mod operation;
pub(crate) mod options;
pub(crate) mod report;
pub(crate) mod running;
pub(crate) mod status;
pub(crate) mod step;
pub(crate) mod stream;
pub(crate) mod token;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::pipeline::raw_response::RawResponse;
use crate::poller::operation::{FinalResponse, Operation};
use crate::poller::options::PollOptions;
use crate::poller::status::PollStatus;
use crate::poller::token::PollToken;
use crate::response::Response;

/// An update or a deletion that the service has accepted and may not have finished yet. The result
/// of an update is the resource, that of a deletion `()`.
///
/// Wait for it with `poller.await`, [`wait`](Self::wait) or [`wait_with`](Self::wait_with); watch
/// its [`statuses`](Self::statuses); poll it [once](Self::poll_once); or store its
/// [`token`](Self::token) and resume it in another process. The write itself is never sent again.
///
/// Await it for the resource as it is at the end:
///
/// ```
/// use billing_core::{Error, Poller, Response};
///
/// async fn finish<T>(poller: Poller<T>) -> Result<Response<T>, Error>
/// where
///     T: serde::de::DeserializeOwned + Send + 'static,
/// {
///     poller.await
/// }
/// ```
///
/// Or store its token and resume it in another process, here with progress and a deadline:
///
/// ```
/// use std::time::Duration;
/// use billing_core::{Error, PollOptions, PollStatus, Poller, Response};
///
/// async fn finish<T>(poller: Poller<T>) -> Result<Response<T>, Error>
/// where
///     T: serde::de::DeserializeOwned,
/// {
///     if let Some(token) = poller.token() {
///         std::fs::write("update.token", token.to_string()).map_err(|source| {
///             Error::invalid_input("the token could not be stored").with_source(source)
///         })?;
///     }
///     let options = PollOptions::default().with_deadline(Duration::from_secs(900));
///     poller
///         .with_options(options)
///         .wait_with(|status| {
///             if let PollStatus::Running { next_poll_in, .. } = status {
///                 println!("still running, next poll in {next_poll_in:?}");
///             }
///         })
///         .await
/// }
/// ```
///
/// Dropping a future or a stream that borrows the poller loses nothing, not even in the middle of a
/// poll. Dropping the poller, or the future of `poller.await`, which owns it, loses the token
/// unless it was taken before, and with it the way to the outcome. The update continues all the
/// same.
///
/// The poller polls the link that the service names (Resource Manager, "Asynchronous API
/// reference", and "Track asynchronous Azure operations"), and the newest one if later responses
/// have another:
///
/// - `Azure-AsyncOperation`, on a 200 too: a report whose `status` is final if it is `Succeeded`,
///   `Failed` or `Canceled`, in any letter case (and as `Cancelled`). Every other status means
///   running.
/// - else `Location`: 202 while it runs, then the resource;
/// - else the resource itself, if it was returned with a `provisioningState` that is not final.
///
/// If an update succeeds without the resource in the body, one more `GET` reads the resource.
/// While that shows the state from before, as a replica may, it is read again as long as
/// [`SendOptions::with_read_back`](crate::SendOptions::with_read_back) says. At the end,
/// [`Response::outcome`] tells whether the resource shows the change.
///
/// After a 404 or 410, the operation is polled again a few times, at growing intervals. Then the
/// resource is read instead: if it shows the change, the update succeeded; if not, the error
/// [says that the operation is lost](Error::is_operation_lost), and nothing is left to poll. A
/// deletion succeeded if the resource is not there, and its last response is that 404 or 410.
#[derive(Debug)]
pub struct Poller<T> {
    /// Everything except the result, so that it is compiled once and not for each `T`.
    operation: Operation,
    /// From the end of the operation until it is returned.
    result: Option<Response<T>>,
    /// What the last response says is left of the service's rate limits.
    remaining: BTreeMap<String, u64>,
    /// The request id and the correlation id of the last response.
    ids: [Option<String>; 2],
    /// Reads the result of the last response.
    read: Read<T>,
    /// Checks the result.
    check: Check<T>,
}

/// Reads the result of the last response.
type Read<T> = fn(RawResponse) -> Result<Response<T>, Error>;

/// Refuses a result that is not that of the operation.
struct Check<T>(Box<CheckFn<T>>);

type CheckFn<T> = dyn Fn(&Response<T>) -> Result<(), Error> + Send + Sync;

impl<T> fmt::Debug for Check<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Check")
    }
}

impl<T> Poller<T> {
    fn new(operation: Operation, read: Read<T>) -> Self {
        Self {
            operation,
            result: None,
            remaining: BTreeMap::new(),
            ids: [None, None],
            read,
            check: Check(Box::new(|_| Ok(()))),
        }
    }
}

impl<T: DeserializeOwned> Poller<T> {
    /// Sets the pace and the deadline.
    #[must_use]
    pub fn with_options(mut self, options: PollOptions) -> Self {
        self.operation.set_options(options);
        self
    }

    /// Returns the token that resumes the operation in another process; `None` once it has
    /// finished.
    pub fn token(&self) -> Option<&PollToken> {
        self.operation.token()
    }

    /// Returns the response of a write that was done at once. For the client crates.
    #[cfg(feature = "__client")]
    #[doc(hidden)]
    pub fn finished(&self) -> Option<&Response<T>> {
        self.result.as_ref()
    }

    /// Returns how long to wait before the next [`poll_once`](Self::poll_once); zero once the
    /// operation has finished.
    pub fn next_poll_in(&self) -> Duration {
        self.operation.next_poll_in()
    }

    /// Returns what the last response says is left of the service's rate limits; see
    /// [`Response::remaining`].
    pub fn remaining(&self) -> &BTreeMap<String, u64> {
        &self.remaining
    }

    /// Returns the request id of the last response; see [`Response::request_id`].
    pub fn request_id(&self) -> Option<&str> {
        let [request_id, _] = &self.ids;
        request_id.as_deref()
    }

    /// Returns the correlation id of the last response; see [`Response::correlation_id`].
    pub fn correlation_id(&self) -> Option<&str> {
        let [_, correlation_id] = &self.ids;
        correlation_id.as_deref()
    }

    /// Returns how many polls in a row did not find the operation or its result. For the client
    /// crates.
    ///
    /// A few of them may come from a replica. A caller that resumes the token for each poll passes
    /// the number on [to the next poller](Self::with_misses).
    #[cfg(feature = "__client")]
    #[doc(hidden)]
    pub fn misses(&mut self) -> u32 {
        let running = self.operation.as_running();
        running.map_or(0, |running| running.misses())
    }

    /// Continues to count from the [`misses`](Self::misses) of an earlier poller. For the client
    /// crates.
    #[cfg(feature = "__client")]
    #[doc(hidden)]
    #[must_use]
    pub fn with_misses(mut self, misses: u32) -> Self {
        if let Some(running) = self.operation.as_running() {
            running.set_misses(misses);
        }
        self
    }

    pub(crate) fn now(&self) -> Duration {
        self.operation.now()
    }

    /// Polls once, now, and returns the result if there is one.
    ///
    /// # Errors
    /// - The [operation failed](Error::is_operation_failed), and the poller is finished: reported
    ///   as `Failed` or `Canceled`, or answered as the write would have been (400, 409, 412 or 422
    ///   from a `Location`, with an error code that is not about the poll's own api-version). The
    ///   write may have taken effect in part: the service does not promise to undo it.
    /// - The [operation is lost](Error::is_operation_lost), and the poller is finished: the write
    ///   may have taken effect.
    /// - An update succeeded, but the resource [does not exist](Error::is_not_found), or the
    ///   response is [about another resource](Error::is_other_resource) or not a resource, several
    ///   times in a row, or it was deleted in the meantime and created again by the update. The
    ///   poller is finished, and the write may have taken effect.
    /// - Every other error leaves the outcome open: it says that the write may have taken effect
    ///   and has the [`poll_token`](Error::poll_token). Poll again later.
    /// - Invalid input if the result or the failure was returned before.
    pub async fn poll_once(&mut self) -> Result<PollStatus<T>, Error> {
        let response = self.operation.poll(None).await?;
        self.advance(response)
    }

    /// Waits until the operation has finished, and returns the resource as it is then.
    ///
    /// The pace is the service's `Retry-After` within the limits of the [`PollOptions`].
    ///
    /// # Errors
    /// - Still running, with the [`poll_token`](Error::poll_token), as soon as the next poll would
    ///   come after the deadline: a deadline never causes a poll sooner than the service wants. A
    ///   poll that is not answered by then is given up. If the operation has succeeded already and
    ///   only the resource does not show the change yet, the error says so and has the
    ///   [outcome](Error::outcome).
    /// - Those of [`poll_once`](Self::poll_once).
    pub async fn wait(&mut self) -> Result<Response<T>, Error> {
        self.wait_with(|_| {}).await
    }

    /// Waits as [`wait`](Self::wait) does, and calls `progress` with each status before the last
    /// one.
    ///
    /// ```
    /// use billing_core::{Error, PollStatus, Poller, Response};
    ///
    /// async fn finish<T>(mut poller: Poller<T>) -> Result<Response<T>, Error>
    /// where
    ///     T: serde::de::DeserializeOwned,
    /// {
    ///     let show = |status: &PollStatus<T>| {
    ///         if let PollStatus::Running { percent_complete: Some(percent), .. } = status {
    ///             println!("{percent} %");
    ///         }
    ///     };
    ///     poller.wait_with(show).await
    /// }
    /// ```
    ///
    /// # Errors
    /// Same as [`wait`](Self::wait).
    pub async fn wait_with(
        &mut self,
        mut progress: impl FnMut(&PollStatus<T>),
    ) -> Result<Response<T>, Error> {
        let started = self.now();
        loop {
            match self.next_status(started).await? {
                PollStatus::Succeeded(response) => return Ok(response),
                running => progress(&running),
            }
        }
    }

    /// Sleeps until the next poll is due, and polls if the deadline allows it.
    pub(crate) async fn next_status(&mut self, started: Duration) -> Result<PollStatus<T>, Error> {
        let response = self.operation.poll_when_due(started).await?;
        self.advance(response)
    }

    /// Reads the response to a poll; `None` if nothing was polled.
    fn advance(&mut self, response: Option<RawResponse>) -> Result<PollStatus<T>, Error> {
        self.remaining = match &response {
            Some(response) => response.exchange.remaining(),
            None => BTreeMap::new(),
        };
        if let Some(response) = &response {
            self.ids = ids(response);
        }
        if let Some(response) = response
            && let Some(last) = self.operation.advance(response)?
        {
            let change = self.operation.token().and_then(PollToken::change).cloned();
            match last.result(self.read) {
                Ok(mut response) => {
                    self.operation.finish();
                    (self.check.0)(&response)?;
                    response.change =
                        change.map(|change| Arc::new(move || Some(change.clone())) as _);
                    self.result = Some(response);
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
                "the operation has finished and its result was already returned",
            )),
        }
    }
}

impl FinalResponse {
    /// Returns the resource at the end of the operation.
    ///
    /// # Errors
    /// A decode error, and a protocol error for a success that is not a resource.
    fn result<T>(self, read: Read<T>) -> Result<Response<T>, Error> {
        let response = read(self.response)?;
        match self.refusal {
            None => Ok(response),
            Some(refusal) => Err(refusal),
        }
    }
}

/// Returns the request id and the correlation id of a response.
fn ids(response: &RawResponse) -> [Option<String>; 2] {
    let exchange = &response.exchange;
    [exchange.request_id.clone(), exchange.correlation_id.clone()]
}
