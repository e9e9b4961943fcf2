//! Long-running operations without async.

use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::blocking::runtime::Runtime;
use crate::blocking::runtime::refuse_in_async;
use crate::error::Error;
use crate::poller::options::PollOptions;
use crate::poller::status::PollStatus;
use crate::poller::token::PollToken;
use crate::response::Response;

/// An update that the service has accepted, and may not have finished yet: the [`Poller`](crate::Poller)
/// whose methods wait.
#[derive(Debug)]
pub struct Poller<T> {
    inner: crate::Poller<T>,
    runtime: Runtime,
}

impl<T: DeserializeOwned> Poller<T> {
    /// The poller with something to run it on. For the client crates.
    #[doc(hidden)]
    pub fn new(inner: crate::Poller<T>, runtime: Runtime) -> Self {
        Self { inner, runtime }
    }

    /// As [`Poller::with_options`](crate::Poller::with_options).
    #[must_use]
    pub fn with_options(mut self, options: PollOptions) -> Self {
        self.inner = self.inner.with_options(options);
        self
    }

    /// As [`Poller::token`](crate::Poller::token).
    pub fn token(&self) -> Option<&PollToken> {
        self.inner.token()
    }

    /// As [`Poller::next_poll_in`](crate::Poller::next_poll_in).
    pub fn next_poll_in(&self) -> Duration {
        self.inner.next_poll_in()
    }

    /// As [`Poller::poll_once`](crate::Poller::poll_once).
    ///
    /// # Errors
    /// Those of the async method, and invalid input inside of an async runtime; then nothing was asked, and the
    /// outcome is as open as before.
    pub fn poll_once(&mut self) -> Result<PollStatus<T>, Error> {
        require_sync(&self.inner)?;
        self.runtime.block_on(self.inner.poll_once())
    }

    /// As [`Poller::wait`](crate::Poller::wait).
    ///
    /// # Errors
    /// Those of the async method, and invalid input inside of an async runtime; then nothing was asked, and the
    /// outcome is as open as before.
    pub fn wait(&mut self) -> Result<Response<T>, Error> {
        require_sync(&self.inner)?;
        self.runtime.block_on(self.inner.wait())
    }

    /// As [`Poller::statuses`](crate::Poller::statuses), as an iterator.
    ///
    /// ```
    /// use billing_core::blocking::Poller;
    /// use billing_core::{Error, PollStatus, Response};
    ///
    /// fn watch<T>(poller: &mut Poller<T>) -> Result<Option<Response<T>>, Error>
    /// where
    ///     T: serde::de::DeserializeOwned,
    /// {
    ///     for state in poller.statuses() {
    ///         match state? {
    ///             PollStatus::Running { percent_complete, .. } => drop(percent_complete), // show it
    ///             PollStatus::Succeeded(response) => return Ok(Some(response)),
    ///         }
    ///     }
    ///     Ok(None)
    /// }
    /// ```
    pub fn statuses(&mut self) -> PollIter<'_, T> {
        let started = self.inner.now();
        PollIter {
            poller: self,
            started,
            has_ended: false,
        }
    }
}

/// The states of a running operation as they become known; made by [`Poller::statuses`].
///
/// It borrows the poller: dropped at any moment, it loses nothing, and another iterator goes on.
#[derive(Debug)]
#[must_use = "nothing happens before it is asked for a state"]
pub struct PollIter<'a, T> {
    poller: &'a mut Poller<T>,
    started: Duration,
    has_ended: bool,
}

impl<T: DeserializeOwned> Iterator for PollIter<'_, T> {
    type Item = Result<PollStatus<T>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_ended {
            return None;
        }
        let Poller { inner, runtime } = &mut *self.poller;
        let state =
            require_sync(inner).and_then(|()| runtime.block_on(inner.next_status(self.started)));
        self.has_ended = !matches!(state, Ok(PollStatus::Running { .. }));
        Some(state)
    }
}

/// A call that is refused leaves the outcome as open as it was.
fn require_sync<T: DeserializeOwned>(poller: &crate::Poller<T>) -> Result<(), Error> {
    refuse_in_async().map_err(|error| match poller.token() {
        Some(token) => error.with_effect(true).with_poll_token(token.clone()),
        None => error,
    })
}
