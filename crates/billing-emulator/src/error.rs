//! The errors of the emulator.

use std::{io, net::SocketAddr};

/// An error of an emulator that cannot start or cannot accept a document.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address can be reached from other machines, and is not
    /// [`exposed`](crate::EmulatorOptions::exposed).
    #[error(
        "{address} is not a loopback address, and the emulator is not exposed to other machines; \
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
        /// The listener: `partner`, `arm`, `control` or `authority`.
        listener: &'static str,
        /// The address that could not be bound.
        address: SocketAddr,
        /// The error of the operating system.
        source: io::Error,
    },

    /// The certificates for TLS could not be generated.
    #[cfg(feature = "tls")]
    #[error("cannot make a certificate for TLS")]
    Certificate {
        /// The error of the cryptography library.
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// A document, an id, the token or another input is invalid.
    #[error("{place}: {reason}")]
    InvalidData {
        /// The input, with the path of the member inside it.
        place: String,
        /// What is wrong with it, and what is valid.
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
