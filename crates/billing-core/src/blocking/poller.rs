//! Long-running operations without async.

use std::time::Duration;

use serde::de::DeserializeOwned;

use super::Runtime;
use super::runtime::refuse_in_async;
use crate::{Error, PollOptions, PollStatus, PollToken, Response};

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
        self.require_sync()?;
        self.runtime.block_on(self.inner.poll_once())
    }

    /// As [`Poller::wait`](crate::Poller::wait).
    ///
    /// # Errors
    /// Those of the async method, and invalid input inside of an async runtime; then nothing was asked, and the
    /// outcome is as open as before.
    pub fn wait(&mut self) -> Result<Response<T>, Error> {
        self.require_sync()?;
        self.runtime.block_on(self.inner.wait())
    }

    fn require_sync(&self) -> Result<(), Error> {
        refuse_in_async().map_err(|error| match self.token() {
            Some(token) => error.with_effect(true).with_poll_token(token.clone()),
            None => error,
        })
    }
}
