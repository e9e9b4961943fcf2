//! Sends a request with retries, and decodes the response.

#[cfg(feature = "__client")]
use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::clock::BoxFuture;
use crate::error::Error;
use crate::pipeline::raw_response::RawResponse;
use crate::pipeline::request::Request;
use crate::pipeline::retry_loop::{Attempts, WriteResult};
use crate::pipeline::transport::Transport;
use crate::response::Response;

impl Transport {
    /// Sends the request, retrying as its idempotency and the policy allow, and decodes a success.
    ///
    /// # Errors
    /// - The credential has no token, or one that a header cannot carry: nothing was sent.
    /// - No connection was made, for example because a certificate is not trusted: nothing was
    ///   sent.
    /// - The server at a plain `http` endpoint does not speak HTTP: a write may have taken effect.
    /// - A time limit passed, or the connection broke: a write may have taken effect.
    /// - The service's error response: a write answered in the 400s that HTTP defines, except 408,
    ///   or by a 503 with `Retry-After`, has not taken effect; any other may have.
    /// - A success that is larger than allowed, or is not a `T`: a write may have taken effect.
    ///
    /// A write that was sent several times may have taken effect if one of its attempts may have.
    pub async fn fetch<T: DeserializeOwned>(
        &self,
        request: &Request,
    ) -> Result<Response<T>, Error> {
        self.send(request).await?.decode()
    }

    /// Does the same for a body in one of several media types: `read` gets its `Content-Type`, if
    /// the response has one, and the body.
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch).
    pub async fn fetch_with<T>(
        &self,
        request: &Request,
        read: impl FnOnce(Option<&str>, &[u8]) -> Result<T, Error>,
    ) -> Result<Response<T>, Error> {
        self.send(request).await?.decode_with(read)
    }

    /// Sends the request with retries, and returns a success. It is boxed so that everything below
    /// is compiled here and not in each crate that awaits it.
    pub(crate) fn send<'a>(
        &'a self,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<RawResponse, Error>> {
        Box::pin(async move { Attempts::new(self).send(request).await })
    }

    /// Sends a write that the service does not recognise by its id: see
    /// [`Attempts::send_or_read_back`].
    pub(crate) fn send_or_read_back<'a>(
        &'a self,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<WriteResult, Error>> {
        Box::pin(async move { Attempts::new(self).send_or_read_back(request).await })
    }

    /// Waits, as the retry policy says, until a write that failed with `error` may be attempted
    /// again by a caller that [repeats it itself](Request::set_single_attempt). Returns `false` at
    /// once if it may not, for example because it may have taken effect. `attempts` were made since
    /// `started`, a time of the clock.
    #[cfg(feature = "__client")]
    pub async fn wait_to_retry(
        &self,
        request: &Request,
        error: &Error,
        attempts: u32,
        started: Duration,
    ) -> bool {
        Attempts::wait_to_follow(self, request, error, attempts, started).await
    }
}
