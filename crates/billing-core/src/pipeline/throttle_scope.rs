//! The scope of a rate limit.

use http::Method;

/// The scope of a rate limit: the requests that pause together after a 429.
///
/// Resource Manager counts reads, writes and deletes separately for each principal ("Understand how
/// Azure Resource Manager throttles requests"). Partner Center limits some operations per partner,
/// others per partner and customer, and does not say which ("API throttling guidance"): a 429 to a
/// request for a customer pauses the requests for this customer. If the partner is throttled, each
/// customer's next request gets a 429 of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ThrottleScope {
    /// Resource Manager's requests that read: GET and HEAD.
    Reads,
    /// Resource Manager's requests that create or change: PUT, PATCH and POST.
    Writes,
    /// Resource Manager's requests that delete.
    Deletes,
    /// Partner Center's requests that are not about one customer.
    Partner,
    /// Partner Center's requests for this customer's tenant id, in either letter case.
    Customer(String),
}

impl ThrottleScope {
    /// Returns Resource Manager's scope of a request with this method.
    pub(crate) fn of(method: &Method) -> Self {
        if method.is_safe() {
            Self::Reads
        } else if method == Method::DELETE {
            Self::Deletes
        } else {
            Self::Writes
        }
    }

    /// Returns the scope for comparison: the services compare ids without regard to case.
    pub(super) fn key(&self) -> Self {
        match self {
            Self::Customer(id) => Self::Customer(id.to_ascii_lowercase()),
            other => other.clone(),
        }
    }
}
