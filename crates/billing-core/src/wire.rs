//! For the client crates: building, sending and reading one request.
//!
//! One function, `Transport::prepare`, turns a [`Request`] into what leaves, for sending and for
//! previews alike. A request is sent once; retrying is for whoever knows the contract.

mod answer;
mod client;
mod options;
mod request;
mod retry_after;
mod transport;

pub(crate) use answer::Answer;
#[cfg(feature = "oauth")]
pub(crate) use client::build as http_client;
pub use options::SendOptions;
pub use request::{Request, Service};
pub use transport::Transport;
