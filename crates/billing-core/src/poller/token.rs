//! What survives a process: enough to ask for the result of an accepted write, and no credential.

use std::fmt;
use std::str::FromStr;

use hmac_sha256::Hash;
use serde::{Deserialize, Serialize};
use url::Url;

use super::step::{Asked, is_same_path};
use crate::decode::JsonError;
use crate::endpoint::has_user;
use crate::wire::Request;
use crate::{Endpoint, Error};

/// Resumes a long-running update in another process.
///
/// It is bound to the origin, the account and the resource that it was made for, carries the SHA-256 of
/// the body that was sent, and says where and how to ask. As text it is one line of JSON. It holds no credential, but its
/// location may open the operation's status to whoever holds a token too: keep it like a log-in name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub struct PollToken {
    origin: String,
    account: String,
    resource: Url,
    style: Style,
    location: Url,
    body_sha256: String,
}

/// How the operation is asked after at the token's location.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Style {
    /// A `Location`: 202 while it runs, then what the write would have answered.
    Location,
    /// An `Azure-AsyncOperation`: a report that has a status.
    AsyncOperation,
    /// The resource, by its own provisioning state.
    Resource,
    /// The resource, once more: the operation has succeeded.
    ReadBack,
}

/// The token's JSON.
#[derive(Serialize, Deserialize)]
struct Wire {
    version: u32,
    origin: String,
    account: String,
    resource: Url,
    style: Style,
    location: Url,
    body_sha256: String,
}

const VERSION: u32 = 1;

impl PollToken {
    pub(super) fn new(endpoint: &Endpoint, account: &str, request: &Request) -> Self {
        Self {
            origin: endpoint.origin(),
            account: account.to_owned(),
            resource: request.url().clone(),
            style: Style::Location,
            location: request.url().clone(),
            body_sha256: sha256(request.body()),
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

    /// Whether `body` is, byte for byte, what was sent.
    pub fn is_for_body(&self, body: &[u8]) -> bool {
        self.body_sha256 == sha256(body)
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
            == matches!(self.style, Style::Resource | Style::ReadBack);
        if resource_is_at_home && may_be_asked && asks_as_it_says {
            return Ok(());
        }
        Err(Error::invalid_input(
            "the resume token leads to another origin than its own and those that the endpoint trusts, or              elsewhere than it says: use the endpoint that the update was sent to, with the same trust",
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
                "the resume token is for another update of the same resource: its body was not this one",
            ));
        }
        Ok(())
    }

    /// What a poll asks.
    pub(super) fn asked(&self) -> Asked<'_> {
        Asked {
            resource: &self.resource,
            location: &self.location,
            style: Some(self.style),
        }
    }

    /// What to poll next.
    pub(super) fn location(&self) -> &Url {
        &self.location
    }

    /// How to read what it answers.
    pub(super) fn style(&self) -> Style {
        self.style
    }

    pub(super) fn follow(&mut self, style: Style, location: Url) {
        self.style = style;
        self.location = location;
    }

    /// Reads the resource itself from now on: the operation has succeeded.
    pub(super) fn read_back(&mut self) {
        self.follow(Style::ReadBack, self.resource.clone());
    }
}

fn require_version(version: u32) -> Result<(), String> {
    if version == VERSION {
        return Ok(());
    }
    Err(format!(
        "the resume token has version {version}, this program reads version {VERSION}"
    ))
}

fn sha256(body: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Hash::hash(body) {
        for half in [byte >> 4, byte & 0xf] {
            text.extend(char::from_digit(half.into(), 16));
        }
    }
    text
}

impl TryFrom<Wire> for PollToken {
    type Error = String;

    fn try_from(wire: Wire) -> Result<Self, String> {
        require_version(wire.version)?;
        let Wire {
            version: _,
            origin,
            account,
            resource,
            style,
            location,
            body_sha256,
        } = wire;
        Ok(Self {
            origin,
            account,
            resource,
            style,
            location,
            body_sha256,
        })
    }
}

impl From<PollToken> for Wire {
    fn from(token: PollToken) -> Self {
        let PollToken {
            origin,
            account,
            resource,
            style,
            location,
            body_sha256,
        } = token;
        Self {
            version: VERSION,
            origin,
            account,
            resource,
            style,
            location,
            body_sha256,
        }
    }
}

impl FromStr for PollToken {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        // The version first: another one may have other members.
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        if let Ok(Versioned { version }) = serde_json::from_str(text) {
            require_version(version).map_err(Error::invalid_input)?;
        }
        serde_json::from_str(text).map_err(|source| {
            Error::invalid_input(
                "this is not a resume token: give the whole line of JSON that was printed",
            )
            .with_source(JsonError::from(&source))
        })
    }
}

impl fmt::Display for PollToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = serde_json::to_string(self).map_err(|_| fmt::Error)?;
        f.write_str(&json)
    }
}

// The location's query may hold the service's own signature.
impl fmt::Debug for PollToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PollToken")
            .field("account", &self.account)
            .field("resource", &self.resource.as_str())
            .field("style", &self.style)
            .finish_non_exhaustive()
    }
}
