//! What survives a process: enough to ask for the result of an accepted write, and no credential.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::Url;

use crate::decode::JsonError;
use crate::endpoint::has_user;
use crate::wire::Request;
use crate::{Endpoint, Error};

/// Resumes a long-running update in another process.
///
/// It is bound to the origin, the account and the resource that it was made for, and carries the
/// SHA-256 of the body that was sent. As text it is one line of JSON. It holds no credential, but its
/// location may open the operation's status to whoever holds a token too: keep it like a log-in name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub struct PollToken {
    origin: String,
    account: String,
    resource: Url,
    location: Url,
    body_sha256: String,
}

/// The token's JSON.
#[derive(Serialize, Deserialize)]
struct Wire {
    version: u32,
    origin: String,
    account: String,
    resource: Url,
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
        let at_home = |url| endpoint.same_origin(url) && !has_user(url);
        if at_home(&self.resource) && at_home(&self.location) {
            return Ok(());
        }
        Err(Error::invalid_input(
            "the resume token leads to another origin than its own: it was changed after it was made",
        ))
    }

    /// What to poll next.
    pub(super) fn location(&self) -> &Url {
        &self.location
    }

    pub(super) fn follow(&mut self, location: Url) {
        self.location = location;
    }

    /// Polls the resource itself from now on.
    pub(super) fn read_back(&mut self) {
        self.location = self.resource.clone();
    }

    pub(super) fn is_read_back(&self) -> bool {
        self.location == self.resource
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
    Sha256::digest(body)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
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
            location,
            body_sha256,
        } = wire;
        Ok(Self {
            origin,
            account,
            resource,
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
            location,
            body_sha256,
        } = token;
        Self {
            version: VERSION,
            origin,
            account,
            resource,
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
            .finish_non_exhaustive()
    }
}
