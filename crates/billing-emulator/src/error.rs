use std::{io, net::SocketAddr};

/// Why an emulator could not start, or could not take a document.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address asked for can be reached from other machines, and [`EmulatorBuilder::exposed`](crate::EmulatorBuilder::exposed)
    /// does not say that it may be.
    #[error(
        "{address} is not a loopback address, and nothing says that others may reach the emulator; \
         listen on 127.0.0.1 or [::1]"
    )]
    NotLoopback {
        /// The address that was refused.
        address: SocketAddr,
    },

    /// The address could not be bound.
    #[error(
        "cannot listen on {address} for {listener}; choose another port, or port 0 for any free one"
    )]
    Bind {
        /// What would have listened there: `partner`, `arm`, `control` or `authority`.
        listener: &'static str,
        /// The address that could not be bound.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },

    /// The certificates for TLS could not be made.
    #[cfg(feature = "tls")]
    #[error("cannot make a certificate for TLS")]
    Certificate {
        /// What the cryptography said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// A document, an id or the token is not one that the service could hold.
    #[error("{place}: {reason}")]
    InvalidData {
        /// Which input it was, with the path of the member inside it.
        place: String,
        /// What is wrong with it and what would do.
        reason: String,
    },
}

impl Error {
    pub(crate) fn invalid(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::InvalidData {
            place: place.into(),
            reason: reason.into(),
        }
    }
}
