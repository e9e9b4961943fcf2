//! For the client crates: building, sending and reading one request.
//!
//! One function, `Transport::prepare`, turns a [`Request`] into what leaves, and looks once more at
//! where it goes, for sending and for
//! previews alike. From there its way is, from the outside in:
//!
//! 1. a span for the operation;
//! 2. `Effort`: the attempts, as the request's contract and the [`RetryPolicy`] allow; a write to Resource Manager whose
//!    outcome is unknown is not sent again, but its resource is read back (`read_back`, from the poller);
//! 3. [`Throttle`]: each attempt waits until the pause of its [`ThrottleScope`] is over;
//! 4. `authorize`: the token, asked for at each attempt; after a 401 the credential is asked for another
//!    one, once;
//! 5. `trace`: a span for each request that leaves, and with the feature `otel` its context for the service;
//! 6. the HTTP library, and the answer's body within its limit.

mod answer;
mod authorize;
mod client;
mod connect_fault;
mod effort;
mod in_place;
mod options;
mod pages;
mod read_back;
mod request;
mod retry;
mod retry_after;
mod throttle;
mod tls;
mod trace;
mod transport;
mod vector_counter;
mod www_authenticate;

pub use crate::identity::{is_about, is_child_of, is_link_to};
pub use crate::outcome::Change;
pub(crate) use answer::Answer;
#[cfg(any(feature = "azure-identity", feature = "oauth"))]
pub(crate) use client::http_client;
#[cfg(any(feature = "azure-identity", feature = "oauth"))]
pub(crate) use connect_fault::connect_fault;
use effort::Effort;
pub(crate) use effort::Sent;
pub use effort::in_operation;
pub use in_place::is_same;
pub use options::SendOptions;
pub use pages::PageGuard;
pub(crate) use read_back::pause_before;
pub use request::{Request, Service};
pub use retry::{RetryBudget, RetryPolicy};
pub(crate) use retry_after::in_words;
#[cfg(feature = "oauth")]
pub(crate) use retry_after::retry_after;
pub(crate) use throttle::remaining;
pub use throttle::{Throttle, ThrottleScope};
pub use transport::Transport;
pub use vector_counter::VectorCounter;
pub(crate) use www_authenticate::challenges;
