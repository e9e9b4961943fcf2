//! What the billing clients share: errors, credentials, sending, decoding, long-running operations.
//!
//! Users meet these types through `partner-client` and `arm-client`; only this crate names the HTTP
//! library. The way of a request: an operation of a client builds a [`wire::Request`],
//! [`wire::Transport`] adds ids and credential and sends it, the answer is decoded into a
//! [`Response`]. What goes wrong anywhere on that way is one [`Error`].
//!
//! ```
//! use billing_core::{Endpoint, Secret};
//!
//! let endpoint: Endpoint = "http://127.0.0.1:8080".parse()?;
//! assert_eq!(endpoint.origin(), "http://127.0.0.1:8080");
//! assert_eq!(format!("{:?}", Secret::new("hush")), "Secret(***)");
//! # Ok::<(), billing_core::Error>(())
//! ```
//!
//! # Features
//!
//! - `rustls-ring` (default): TLS by rustls with ring, trusting what the platform trusts. Without it
//!   only plain `http` endpoints on loopback can be used.

mod clock;
mod credential;
mod decode;
mod endpoint;
mod error;
mod id;
mod poller;
mod preview;
mod response;
pub mod wire;

pub use clock::{BoxFuture, Clock, SystemClock};
pub use credential::{AccessToken, Credential, Secret, StaticToken, TokenCredential};
pub use decode::decode;
pub use endpoint::{Endpoint, require_segment};
pub use error::{Error, ServiceError, ServiceErrorDetail};
pub use http;
pub use id::{CorrelationId, CorrelationVector, RequestId};
pub use poller::{PollOptions, PollStates, PollStatus, PollToken, Poller};
pub use preview::RequestPreview;
pub use response::Response;
pub use url::Url;
pub use wire::{RetryBudget, RetryPolicy, SendOptions, Throttle};
