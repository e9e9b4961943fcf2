//! Builds, sends and reads one request; for the client crates.
//!
//! [`Transport::prepare`] turns a [`Request`] into what is sent, and checks its destination once more, for
//! sending and for previews alike. A request then passes, from the outside in:
//!
//! 1. a span for the operation;
//! 2. the retry loop: attempts, as the request's idempotency and the [`RetryPolicy`] allow. A write to
//!    Resource Manager whose outcome is unknown is not sent again; its resource is read back
//!    (`read_back`, also used by the poller);
//! 3. [`Throttle`]: each attempt waits until the pause of its [`ThrottleScope`] is over;
//! 4. `authorize`: each attempt asks the credential for a token; after a 401, once, for another one;
//! 5. `trace`: a span for each attempt and, with the feature `otel`, its context for the service;
//! 6. the HTTP library, which reads the response's body up to its limit.

mod authorize;
mod connect_error;
mod http_client;
mod options;
mod pager;
mod pages;
mod raw_response;
mod read_back;
mod request;
mod retry_loop;
mod retry_policy;
mod throttle;
mod throttle_scope;
mod tls;
mod trace;
mod transport;
mod vector_counter;

pub use crate::identity::{is_about, is_child_of, is_link_to};
pub use crate::outcome::Change;
pub use crate::outcome::is_equivalent;
#[cfg(any(feature = "azure-identity", feature = "oauth"))]
pub(crate) use connect_error::connect_error;
pub use futures_core::Stream;
#[cfg(any(feature = "azure-identity", feature = "oauth"))]
pub(crate) use http_client::http_client;
pub use options::SendOptions;
pub use pager::{Page, PagedList, Pager};
pub use pages::PageGuard;
pub(crate) use raw_response::RawResponse;
pub(crate) use read_back::pause_before;
pub use request::{Request, ServiceHeaders};
use retry_loop::Attempts;
pub(crate) use retry_loop::WriteResult;
pub use retry_loop::in_operation;
pub use retry_policy::{RetryBudget, RetryPolicy};
pub use throttle::Throttle;
pub use throttle_scope::ThrottleScope;
pub use transport::Transport;
pub use vector_counter::VectorCounter;
