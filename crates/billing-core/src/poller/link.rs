//! Where the status of a long-running operation is polled, and how.

use serde::{Deserialize, Serialize};
use url::Url;

/// How an operation is polled at a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum LinkKind {
    /// A `Location`: 202 while the operation runs, then what the write would have answered.
    Location,
    /// An `Azure-AsyncOperation`: a report that has a status.
    AsyncOperation,
    /// The resource, by its own provisioning state.
    Resource,
    /// The resource once more, after the operation has succeeded.
    ReadBack,
    /// The resource, because the service no longer knows the operation.
    Lost,
}

impl LinkKind {
    /// Returns whether the link is the resource itself.
    pub(super) fn is_resource(self) -> bool {
        matches!(self, Self::Resource | Self::ReadBack | Self::Lost)
    }

    /// Returns whether the resource is read to see the change.
    pub(super) fn reads_back(self) -> bool {
        matches!(self, Self::ReadBack | Self::Lost)
    }
}

/// The request that a response answers: a poll, or the write itself.
pub(super) struct PollLink<'a> {
    /// The resource that is written.
    pub(super) resource: &'a Url,
    /// Where the request was sent.
    pub(super) location: &'a Url,
    /// `None` if the request was the write itself.
    pub(super) kind: Option<LinkKind>,
    /// Whether the write was a deletion, which ends without a resource.
    pub(super) is_deletion: bool,
}
