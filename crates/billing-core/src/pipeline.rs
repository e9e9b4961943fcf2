//! Builds, sends and reads one request; for the client crates.
//!
//! [`Transport`] turns a [`Request`] into what is sent, and checks its destination once more, for
//! sending and for previews alike. A request then passes, from the outside in:
//!
//! 1. a span for the operation;
//! 2. the retry loop (`retry_loop`): attempts, as the request's idempotency and the
//!    [`RetryPolicy`] allow. A write to Resource Manager whose outcome is
//!    unknown is not sent again; its resource is read back (`read_back`, also used by the poller);
//! 3. [`Throttle`]: each attempt waits until the pause of its
//!    [`ThrottleScope`] is over;
//! 4. `authorize`: each attempt asks the credential for a token; after a 401, once, for another
//!    one;
//! 5. `trace`: a span for each attempt and, with the feature `otel`, its context for the service;
//! 6. the HTTP library, which reads the response's body up to its limit.

pub(crate) mod authorize;
pub(crate) mod connect_error;
#[cfg(feature = "__client")]
pub(crate) mod exact;
pub(crate) mod http_client;
#[cfg(feature = "__client")]
pub(crate) mod in_process;
pub(crate) mod options;
#[cfg(feature = "__client")]
pub(crate) mod pager;
pub(crate) mod raw_response;
pub(crate) mod read_back;
pub(crate) mod request;
mod request_builder;
pub(crate) mod retry_loop;
pub(crate) mod retry_policy;
pub(crate) mod send;
pub(crate) mod service_headers;
pub(crate) mod throttle;
pub(crate) mod throttle_scope;
pub(crate) mod tls;
pub(crate) mod trace;
pub(crate) mod transport;
pub(crate) mod vector_counter;

pub use crate::error::{other_resource, unreadable};
pub use crate::identity::{is_about, is_child_of, is_link_to};
pub use crate::outcome::change::Change;
pub use crate::outcome::equivalent::is_equivalent;
pub use crate::outcome::exact_json::read as read_exact;
pub use crate::outcome::merge_patch::is_empty_value;
#[cfg(feature = "__client")]
pub use crate::outcome::merge_patch::patched;
#[cfg(feature = "__client")]
pub use exact::Exact;
pub use futures_core::Stream;
#[cfg(feature = "__client")]
pub use in_process::{InProcessServer, NoResponse};
pub use options::SendOptions;
#[cfg(feature = "__client")]
pub use pager::{Page, PagedList, Pager};
pub use request::Request;
pub use retry_loop::in_operation;
pub use retry_policy::{RetryBudget, RetryPolicy};
pub use service_headers::ServiceHeaders;
pub use throttle::Throttle;
pub use throttle_scope::ThrottleScope;
pub use transport::Transport;
pub use vector_counter::VectorCounter;
