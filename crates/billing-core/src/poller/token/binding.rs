//! Binds a resume token to the write that it was made for.

use hmac_sha256::Hash as Sha256;

use crate::endpoint::{Endpoint, has_user};
use crate::error::Error;
use crate::identity::is_same_path;
use crate::outcome::change::Change;
use crate::outcome::exact_json;
use crate::outcome::hash::HashKey;
use crate::pipeline::request::Request;
use crate::poller::link::LinkKind;
use crate::poller::token::{PollToken, RequestedUpdate};

/// The most parts of a change that a token holds one by one; it holds one hash of a larger change.
const MAX_PARTS: usize = 64;

impl RequestedUpdate {
    fn of(request: &Request) -> Self {
        if request.is_deletion() {
            return Self::Deletion;
        }
        match request.change().and_then(|change| change()) {
            Some(change) if change.part_count() <= MAX_PARTS => {
                let key = HashKey::generate();
                Self::Change(key, change.hashed(key))
            }
            _ => Self::Body(Sha256::hash(request.patch())),
        }
    }

    fn is_of(&self, body: &[u8]) -> bool {
        match self {
            Self::Deletion => body.is_empty(),
            Self::Body(sha256) => *sha256 == Sha256::hash(body),
            Self::Change(key, change) => exact_json::read(body).is_some_and(|patch| {
                let other = Change::of_patch(None, &patch).hashed(*key);
                let sent = change.members.iter().map(|one| (&one.path, &one.parts));
                let other = other.members.iter().map(|one| (&one.path, &one.parts));
                sent.eq(other)
            }),
        }
    }
}

impl PollToken {
    /// Creates the token of a write, before the service has named a link.
    pub(in crate::poller) fn new(endpoint: &Endpoint, account: &str, request: &Request) -> Self {
        Self {
            origin: endpoint.origin(),
            account: account.to_owned(),
            resource: request.url().clone(),
            kind: LinkKind::Location,
            location: request.url().clone(),
            requested: RequestedUpdate::of(request),
            instance: request.instance().map(str::to_owned),
        }
    }

    /// Returns whether `body`, a merge patch, requests the changes of the update that was sent.
    /// The token of a change of very many members compares byte for byte.
    pub fn is_for_body(&self, body: &[u8]) -> bool {
        self.requested.is_of(body)
    }

    /// Refuses a token of another origin, and one whose URLs were tampered with.
    ///
    /// # Errors
    /// Invalid input. Nothing was sent.
    pub(in crate::poller) fn require_origin(&self, endpoint: &Endpoint) -> Result<(), Error> {
        if self.origin != endpoint.origin() {
            return Err(Error::invalid_input(format!(
                "the resume token is for {}, not for {}: use the endpoint that the update was sent to",
                self.origin,
                endpoint.origin()
            )));
        }
        let is_resource_on_origin =
            endpoint.same_origin(&self.resource) && !has_user(&self.resource);
        let may_be_polled = endpoint.trusts(&self.location) && !has_user(&self.location);
        let is_consistent = is_same_path(&self.location, &self.resource) == self.kind.is_resource();
        if is_resource_on_origin && may_be_polled && is_consistent {
            return Ok(());
        }
        Err(Error::invalid_input(
            "the resume token leads to another origin than its own and those that the endpoint trusts, \
             or elsewhere than it says: use the endpoint that the update was sent to, with the same \
             trust",
        ))
    }

    /// Refuses the token of a deletion for an update, and that of an update for a deletion.
    ///
    /// # Errors
    /// Invalid input. Nothing was sent.
    #[cfg(feature = "__client")]
    pub(in crate::poller) fn require_deletion(&self, is_deletion: bool) -> Result<(), Error> {
        let message = match (self.is_deletion(), is_deletion) {
            (true, false) => "the resume token is for a deletion, not for an update",
            (false, true) => "the resume token is for an update, not for a deletion",
            _ => return Ok(()),
        };
        Err(Error::invalid_input(message))
    }

    /// Refuses a token of another resource than `request` writes, and of another body. For the
    /// client crates.
    ///
    /// # Errors
    /// Invalid input that says what differs. Nothing was sent.
    #[cfg(feature = "__client")]
    #[doc(hidden)]
    pub fn require_write(&self, request: &Request) -> Result<(), Error> {
        if !is_same_path(&self.resource, request.url()) {
            return Err(Error::invalid_input(format!(
                "the resume token is for {}, not for {}",
                self.resource.path(),
                request.url().path()
            )));
        }
        self.require_deletion(request.is_deletion())?;
        if !self.is_for_body(request.patch()) {
            return Err(Error::invalid_input(
                "the resume token is for another update of the same resource: it asked for other changes",
            ));
        }
        Ok(())
    }
}
