//! What survives a process: enough to ask for the result of an accepted write, and no credential.

mod compact;
mod legacy_json;
mod packed_text;

use std::fmt;
use std::str::FromStr;

use hmac_sha256::Hash as Sha256;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use url::Url;

use super::step::PollLink;
use crate::endpoint::has_user;
use crate::identity::is_same_path;
use crate::outcome::{self, Change, HashKey};
use crate::pipeline::Request;
use crate::{Endpoint, Error};

/// Resumes a long-running update in another process.
///
/// It is bound to the origin, the account and the resource that it was made for, says where and how to
/// ask, and carries a hash of each requested value (and of the value before, where it was known), so that
/// the outcome can be told where the update itself is not at hand. As text, and in serde, it is one word
/// of letters, digits, `-` and `_`, under 300 characters for an update of three members; the JSON of
/// earlier versions is still read, and does not know the outcome.
///
/// It holds no credential and no value. Its hashes have a random key, which is in the token as well: they
/// cannot be looked up in a table nor compared with those of another token, but a value that is easily
/// guessed can be guessed by whoever has the token. Its location may open the operation's status to
/// whoever holds a credential too: keep it like a log-in name.
#[derive(Clone, PartialEq, Eq)]
pub struct PollToken {
    origin: String,
    account: String,
    resource: Url,
    link_kind: LinkKind,
    location: Url,
    wanted: RequestedUpdate,
}

/// How the operation is asked after at the token's location.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum LinkKind {
    /// A `Location`: 202 while it runs, then what the write would have answered.
    Location,
    /// An `Azure-AsyncOperation`: a report that has a status.
    AsyncOperation,
    /// The resource, by its own provisioning state.
    Resource,
    /// The resource, once more: the operation has succeeded.
    ReadBack,
    /// The resource, since the service no longer knows the operation.
    #[serde(skip)]
    Lost,
}

/// What the update asked for.
#[derive(Clone, PartialEq, Eq)]
enum RequestedUpdate {
    /// The SHA-256 of its body: a token of an earlier version, or a change of very many members.
    Body([u8; 32]),
    /// Member by member, hashed.
    Change(HashKey, Change),
}

impl RequestedUpdate {
    fn of(request: &Request) -> Self {
        let patch = outcome::read(request.body());
        match patch.map(|patch| Change::of_patch(request.before.as_deref(), &patch)) {
            Some(change) if compact::fits(&change) => {
                let key = HashKey::generate();
                Self::Change(key, change.hashed(key))
            }
            _ => Self::Body(Sha256::hash(request.body())),
        }
    }

    fn is_of(&self, body: &[u8]) -> bool {
        match self {
            Self::Body(sha256) => *sha256 == Sha256::hash(body),
            Self::Change(key, change) => outcome::read(body).is_some_and(|patch| {
                let other = Change::of_patch(None, &patch).hashed(*key);
                let sent = change.members.iter().map(|one| (&one.path, &one.parts));
                let other = other.members.iter().map(|one| (&one.path, &one.parts));
                sent.eq(other)
            }),
        }
    }
}

impl PollToken {
    pub(super) fn new(endpoint: &Endpoint, account: &str, request: &Request) -> Self {
        Self {
            origin: endpoint.origin(),
            account: account.to_owned(),
            resource: request.url().clone(),
            link_kind: LinkKind::Location,
            location: request.url().clone(),
            wanted: RequestedUpdate::of(request),
        }
    }

    /// Scheme, host and port that the write was sent to.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The account that the resource belongs to.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The URL of the resource that is being written.
    pub fn resource(&self) -> &Url {
        &self.resource
    }

    /// The URL that is asked next: where the service says what becomes of the update, or the resource.
    pub fn location(&self) -> &Url {
        &self.location
    }

    /// Whether `body` asks for the same changes as what was sent. A token of an earlier version compares
    /// byte for byte.
    pub fn is_for_body(&self, body: &[u8]) -> bool {
        self.wanted.is_of(body)
    }

    /// Refuses a token of another origin, and one whose URLs were tampered with.
    pub(super) fn require_origin(&self, endpoint: &Endpoint) -> Result<(), Error> {
        if self.origin != endpoint.origin() {
            return Err(Error::invalid_input(format!(
                "the resume token is for {}, not for {}: use the endpoint that the update was sent to",
                self.origin,
                endpoint.origin()
            )));
        }
        let resource_is_at_home = endpoint.same_origin(&self.resource) && !has_user(&self.resource);
        let may_be_asked = endpoint.trusts(&self.location) && !has_user(&self.location);
        let asks_as_it_says = is_same_path(&self.location, &self.resource)
            == matches!(
                self.link_kind,
                LinkKind::Resource | LinkKind::ReadBack | LinkKind::Lost
            );
        if resource_is_at_home && may_be_asked && asks_as_it_says {
            return Ok(());
        }
        Err(Error::invalid_input(
            "the resume token leads to another origin than its own and those that the endpoint trusts, or elsewhere than it says: use the endpoint that the update was sent to, with the same trust",
        ))
    }

    /// Refuses a token of another resource than `request` writes, and of another body.
    ///
    /// # Errors
    /// Invalid input that says what differs. Nothing was sent.
    #[doc(hidden)]
    pub fn require_write(&self, request: &Request) -> Result<(), Error> {
        if !is_same_path(&self.resource, request.url()) {
            return Err(Error::invalid_input(format!(
                "the resume token is for {}, not for {}",
                self.resource.path(),
                request.url().path()
            )));
        }
        if !self.is_for_body(request.body()) {
            return Err(Error::invalid_input(
                "the resume token is for another update of the same resource: it asked for other changes",
            ));
        }
        Ok(())
    }

    /// What a poll asks.
    pub(super) fn asked(&self) -> PollLink<'_> {
        PollLink {
            resource: &self.resource,
            location: &self.location,
            link_kind: Some(self.link_kind),
        }
    }

    /// How to read what it answers.
    pub(super) fn link_kind(&self) -> LinkKind {
        self.link_kind
    }

    /// Whether the resource is read to see the change.
    pub(super) fn reads_back(&self) -> bool {
        matches!(self.link_kind, LinkKind::ReadBack | LinkKind::Lost)
    }

    pub(super) fn follow(&mut self, link_kind: LinkKind, location: Url) {
        self.link_kind = link_kind;
        self.location = location;
    }

    /// Reads the resource itself from now on: the operation has succeeded, or is no longer known.
    pub(super) fn read_resource(&mut self, link_kind: LinkKind) {
        self.follow(link_kind, self.resource.clone());
    }

    /// What the update asked for, if it is known member by member.
    pub(super) fn change(&self) -> Option<&Change> {
        match &self.wanted {
            RequestedUpdate::Body(_) => None,
            RequestedUpdate::Change(_, change) => Some(change),
        }
    }
}

fn require_version(version: u32, readable: u32) -> Result<(), String> {
    if version == readable {
        return Ok(());
    }
    Err(format!(
        "the resume token has version {version}, which this program does not read: use the program \
         that printed it, or a newer one"
    ))
}

impl FromStr for PollToken {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        if text.starts_with('{') {
            return legacy_json::read(text);
        }
        compact::read(text).map_err(Error::invalid_input)
    }
}

impl fmt::Display for PollToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&compact::write(self))
    }
}

impl Serialize for PollToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// From its word, or from the object of earlier versions.
impl<'de> Deserialize<'de> for PollToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match Value::deserialize(deserializer)? {
            Value::String(word) => word,
            object => object.to_string(),
        };
        text.parse().map_err(serde::de::Error::custom)
    }
}

// The location's query may hold the service's own signature.
impl fmt::Debug for PollToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PollToken")
            .field("account", &self.account)
            .field("resource", &self.resource.as_str())
            .field("link_kind", &self.link_kind)
            .finish_non_exhaustive()
    }
}
