//! A server in the same process, which gets requests instead of a socket: for simulations in which
//! a seed decides everything that happens.

use bytes::Bytes;

use crate::clock::BoxFuture;
use crate::error::Error;
use crate::error::kind::ErrorKind;

/// A server in the same process.
pub trait InProcessServer: Send + Sync {
    /// Responds to a request. It is the same request that a socket would get, with its token.
    ///
    /// # Errors
    /// There is no response, for example because the connection broke.
    fn respond(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, NoResponse>>;
}

/// Why there is no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoResponse {
    /// There was no connection: nothing was sent.
    NotConnected,
    /// The connection broke. A write may have taken effect.
    Broken,
    /// There was no response in time. A write may have taken effect.
    Late,
}

impl NoResponse {
    /// Returns the error that the same failure has over a socket.
    pub(super) fn error(self, origin: &str, of_write: bool) -> Error {
        match self {
            Self::NotConnected => {
                Error::new(ErrorKind::Connect, format!("could not connect to {origin}"))
            }
            Self::Broken => Error::new(
                ErrorKind::Interrupted,
                format!("the connection to {origin} broke"),
            )
            .with_effect(of_write),
            Self::Late => Error::new(
                ErrorKind::Timeout,
                format!("no complete response from {origin} in time"),
            )
            .with_effect(of_write),
        }
    }
}
