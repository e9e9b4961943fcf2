//! Long-running operations without async.

use std::iter;
use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::blocking::runtime::{Runtime, refuse_in_async};
use crate::error::Error;
use crate::poller::options::PollOptions;
use crate::poller::status::PollStatus;
use crate::poller::token::PollToken;
use crate::response::Response;

/// An update that the service has accepted and may not have finished yet: a
/// [`Poller`](crate::Poller) whose methods block.
///
/// ```
/// use std::time::Duration;
///
/// use billing_core::blocking::Poller;
/// use billing_core::{Error, PollOptions, Response};
/// # use serde::de::DeserializeOwned;
///
/// # fn finish<T: DeserializeOwned>(poller: Poller<T>) -> Result<Response<T>, Error> {
/// let options = PollOptions::default().with_deadline(Duration::from_secs(300));
/// let updated = poller.with_options(options).wait()?;
/// # Ok(updated)
/// # }
/// ```
#[derive(Debug)]
pub struct Poller<T> {
    inner: crate::Poller<T>,
    runtime: Runtime,
}

impl<T: DeserializeOwned> Poller<T> {
    /// Creates a poller that runs on `runtime`. For the client crates.
    #[cfg(feature = "__client")]
    #[doc(hidden)]
    pub fn new(inner: crate::Poller<T>, runtime: Runtime) -> Self {
        Self { inner, runtime }
    }

    /// Sets the pace and the deadline.
    #[must_use]
    pub fn with_options(mut self, options: PollOptions) -> Self {
        self.inner = self.inner.with_options(options);
        self
    }

    /// Returns the token that resumes the operation in another process; `None` once it has
    /// finished.
    pub fn token(&self) -> Option<&PollToken> {
        self.inner.token()
    }

    /// Returns how long to wait before the next [`poll_once`](Self::poll_once); zero once the
    /// operation has finished.
    pub fn next_poll_in(&self) -> Duration {
        self.inner.next_poll_in()
    }

    /// Polls once; see [`Poller::poll_once`](crate::Poller::poll_once).
    ///
    /// # Errors
    /// Same as the async method, and invalid input inside of an async runtime; then nothing was
    /// polled, and the outcome is as open as before.
    pub fn poll_once(&mut self) -> Result<PollStatus<T>, Error> {
        require_sync(&self.inner)?;
        self.runtime.block_on(self.inner.poll_once())
    }

    /// Waits until the operation has finished; see [`Poller::wait`](crate::Poller::wait).
    ///
    /// # Errors
    /// Same as the async method, and invalid input inside of an async runtime; then nothing was
    /// polled, and the outcome is as open as before.
    pub fn wait(&mut self) -> Result<Response<T>, Error> {
        require_sync(&self.inner)?;
        self.runtime.block_on(self.inner.wait())
    }

    /// Waits, and calls `progress` with each status before the last one; see
    /// [`Poller::wait_with`](crate::Poller::wait_with).
    ///
    /// # Errors
    /// Same as [`wait`](Self::wait).
    pub fn wait_with(
        &mut self,
        progress: impl FnMut(&PollStatus<T>),
    ) -> Result<Response<T>, Error> {
        require_sync(&self.inner)?;
        self.runtime.block_on(self.inner.wait_with(progress))
    }

    /// Returns each status as an iterator; see [`Poller::statuses`](crate::Poller::statuses). It
    /// borrows the poller: dropping it loses nothing, and another iterator continues.
    ///
    /// ```
    /// use billing_core::blocking::Poller;
    /// use billing_core::{Error, PollStatus, Response};
    ///
    /// fn watch<T>(poller: &mut Poller<T>) -> Result<Option<Response<T>>, Error>
    /// where
    ///     T: serde::de::DeserializeOwned,
    /// {
    ///     for status in poller.statuses() {
    ///         match status? {
    ///             PollStatus::Running { status, .. } => println!("{status:?}"),
    ///             PollStatus::Succeeded(response) => return Ok(Some(response)),
    ///         }
    ///     }
    ///     Ok(None)
    /// }
    /// ```
    #[must_use = "nothing happens before `next()`"]
    pub fn statuses(&mut self) -> impl Iterator<Item = Result<PollStatus<T>, Error>> {
        let started = self.inner.now();
        let mut has_ended = false;
        iter::from_fn(move || {
            if has_ended {
                return None;
            }
            let status = require_sync(&self.inner)
                .and_then(|()| self.runtime.block_on(self.inner.next_status(started)));
            has_ended = !matches!(status, Ok(PollStatus::Running { .. }));
            Some(status)
        })
    }
}

/// Refuses to block inside of an async runtime, with the token: the outcome is as open as before.
fn require_sync<T: DeserializeOwned>(poller: &crate::Poller<T>) -> Result<(), Error> {
    refuse_in_async().map_err(|error| {
        let token = poller.token().cloned();
        error.with_effect(token.is_some()).with_poll_token(token)
    })
}
