//! The resume token: enough to poll for the result of an accepted write, and no credential.

pub(crate) mod binding;
mod packed_text;
mod word;

use std::fmt;

use url::Url;

use crate::outcome::change::Change;
use crate::outcome::hash::HashKey;
use crate::poller::link::{LinkKind, PollLink};

/// Resumes a long-running update or deletion in another process.
///
/// It is bound to the origin, the account and the resource that it was made for. It says where and
/// how to poll, and holds a hash of each requested value (and of the value before, if that was
/// known), so that the outcome can be told without the update, and the id that the service gave the
/// resource once, if it has one. As text, and in serde, it is one
/// word of letters, digits, `-` and `_`, under 300 characters for an update of three members.
///
/// ```
/// use billing_core::{Error, PollToken};
///
/// fn restore(stored: &str) -> Result<PollToken, Error> {
///     stored.parse()
/// }
/// assert!(restore("not a token").is_err_and(|error| error.is_invalid_input()));
/// ```
///
/// It holds no credential and no value. Its hashes have a random key, which is in the token as
/// well: they cannot be looked up in a table nor compared with those of another token, but a value
/// that is easily guessed can be guessed by anyone who has the token. Together with a credential,
/// its location may also show the operation's status. Store it as you would store a log-in name.
#[derive(Clone, PartialEq, Eq)]
pub struct PollToken {
    origin: String,
    account: String,
    resource: Url,
    kind: LinkKind,
    location: Url,
    requested: RequestedUpdate,
    /// The id that the service gave the resource once, unlike its name.
    instance: Option<String>,
}

/// What the write requested.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum RequestedUpdate {
    /// That the resource is deleted.
    Deletion,
    /// The SHA-256 of its body, for a change of very many members.
    Body([u8; 32]),
    /// Each member, hashed.
    Change(HashKey, Change),
}

impl PollToken {
    /// Returns the scheme, host and port that the write was sent to.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns the account that the resource belongs to.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// Returns the URL of the resource that is being written.
    pub fn resource(&self) -> &Url {
        &self.resource
    }

    /// Returns the URL that is polled next: the service's link to the operation, or the resource.
    pub fn location(&self) -> &Url {
        &self.location
    }

    /// Returns the id that the service gave the resource once, unlike its name, if the resource has
    /// one and was read before the update. For the client crates.
    #[cfg(feature = "__client")]
    #[doc(hidden)]
    pub fn instance(&self) -> Option<&str> {
        self.instance.as_deref()
    }

    /// Returns whether the operation is a deletion.
    pub fn is_deletion(&self) -> bool {
        self.requested == RequestedUpdate::Deletion
    }

    /// Returns what a poll requests.
    pub(super) fn link(&self) -> PollLink<'_> {
        PollLink {
            resource: &self.resource,
            location: &self.location,
            kind: Some(self.kind),
            is_deletion: self.is_deletion(),
        }
    }

    /// Returns how the response to a poll is read.
    pub(super) fn kind(&self) -> LinkKind {
        self.kind
    }

    pub(super) fn follow(&mut self, kind: LinkKind, location: Url) {
        self.kind = kind;
        self.location = location;
    }

    /// Polls the resource itself from now on: the operation has succeeded, or is no longer known.
    pub(super) fn follow_resource(&mut self, kind: LinkKind) {
        self.follow(kind, self.resource.clone());
    }

    /// Returns the requested change, if its members are known.
    pub(super) fn change(&self) -> Option<&Change> {
        match &self.requested {
            RequestedUpdate::Deletion | RequestedUpdate::Body(_) => None,
            RequestedUpdate::Change(_, change) => Some(change),
        }
    }
}

// The location's query may hold the service's own signature.
impl fmt::Debug for PollToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PollToken")
            .field("account", &self.account)
            .field("resource", &self.resource.as_str())
            .field("link_kind", &self.kind)
            .finish_non_exhaustive()
    }
}
