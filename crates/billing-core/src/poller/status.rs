//! The status of a long-running operation.

use std::time::Duration;

use crate::response::Response;

/// The status of an operation.
#[derive(Clone, Debug)]
pub enum PollStatus<T> {
    /// Not finished; the service asks for the next poll after this time.
    #[non_exhaustive]
    Running {
        /// The service's `Retry-After` within the limits of the
        /// [`PollOptions`](crate::PollOptions).
        next_poll_in: Duration,
        /// The service's own name of the status, such as `InProgress`, if it sends one. A text that
        /// is not one word of ASCII is left out.
        status: Option<String>,
        /// From 0 to 100, if the service sends it.
        percent_complete: Option<f64>,
    },
    /// Finished, with the resource as it is now.
    Succeeded(Response<T>),
}
