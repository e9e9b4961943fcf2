//! The names of a service's headers.

use http::{HeaderName, HeaderValue};

/// How one service names the ids in its headers, and the headers that every request has.
#[derive(Clone, Debug)]
pub struct ServiceHeaders {
    /// The client's name in `User-Agent`.
    pub user_agent: &'static str,
    /// The header of the request id.
    pub request_id: HeaderName,
    /// The header of the correlation id, if the caller may choose it.
    pub correlation_id: Option<HeaderName>,
    /// The header of the correlation vector, if the service has one.
    pub correlation_vector: Option<HeaderName>,
    /// The header in which the service returns its request id.
    pub returned_request_id: HeaderName,
    /// The header in which the service returns the correlation id.
    pub returned_correlation_id: HeaderName,
    /// The headers that every request has besides.
    pub fixed: Vec<(HeaderName, HeaderValue)>,
}
