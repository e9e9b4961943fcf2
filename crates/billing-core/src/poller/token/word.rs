//! The resume token as one word: a version, a checksum and its fields as packed JSON, in base64url.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac_sha256::Hash as Sha256;
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::Url;

use crate::error::Error;
use crate::outcome::change::{Change, Expected, Prior, RequestedMember};
use crate::outcome::hash::{Hash, HashKey};
use crate::outcome::member_path::PathStep;
use crate::poller::link::LinkKind;
use crate::poller::token::packed_text::{pack, unpack};
use crate::poller::token::{PollToken, RequestedUpdate};

const VERSION: u8 = 3;
const CHECKSUM: usize = 4;
/// The longest text that is read, far longer than any token.
const LONGEST: usize = 64 * 1024;

/// The fields of a token, by letters to be short. Hashes and keys are in base64url.
#[derive(Serialize, Deserialize)]
struct Fields {
    #[serde(rename = "k")]
    kind: LinkKind,
    #[serde(rename = "o")]
    origin: String,
    /// The path and query on the origin, or a whole URL.
    #[serde(rename = "r")]
    resource: String,
    /// How many bytes the location's URL has in common with the resource's, and the rest.
    #[serde(rename = "l")]
    location: (usize, String),
    #[serde(rename = "a")]
    account: Account,
    #[serde(rename = "u")]
    requested: Requested,
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
}

/// The account by its position in the resource's path, or as text.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Account {
    Segment(usize),
    Text(String),
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Requested {
    Deletion(()),
    Body(String),
    Change(String, Vec<Member>),
}

/// The names that lead to a member, the hash of each expected value, and that of the value before.
/// A change in a token has only hashes, and `null` for an expected empty value.
type Member = (
    Vec<String>,
    Vec<(Vec<PathStep>, Option<String>)>,
    Option<String>,
);

impl Fields {
    fn of(token: &PollToken) -> Self {
        let (resource, location) = (token.resource.as_str(), token.location.as_str());
        let path = resource.strip_prefix(&token.origin);
        let path = path.filter(|path| path.starts_with('/'));
        let pairs = resource.bytes().zip(location.bytes());
        let shared = pairs.take_while(|(one, other)| one == other).count();
        let rest = location.get(shared..).unwrap_or_default();
        let segment = names(&token.resource).position(|name| name == token.account);
        Self {
            kind: token.kind,
            origin: token.origin.clone(),
            resource: path.unwrap_or(resource).to_owned(),
            location: (shared, rest.to_owned()),
            account: match segment {
                Some(segment) => Account::Segment(segment),
                None => Account::Text(token.account.clone()),
            },
            requested: match &token.requested {
                RequestedUpdate::Deletion => Requested::Deletion(()),
                RequestedUpdate::Body(sha256) => Requested::Body(encode(sha256)),
                RequestedUpdate::Change(key, change) => {
                    let members = change.members.iter().map(member_fields);
                    Requested::Change(encode(&key.0), members.collect())
                }
            },
            instance: token.instance.clone(),
        }
    }

    fn token(self) -> Option<PollToken> {
        let resource = if self.resource.starts_with('/') {
            self.origin.clone() + &self.resource
        } else {
            self.resource
        };
        let resource = Url::parse(&resource).ok()?;
        let (shared, rest) = self.location;
        let location = resource.as_str().get(..shared)?.to_owned() + &rest;
        let location = Url::parse(&location).ok()?;
        let account = match self.account {
            Account::Segment(segment) => names(&resource).nth(segment)?,
            Account::Text(account) => account,
        };
        let requested = match self.requested {
            Requested::Deletion(()) => RequestedUpdate::Deletion,
            Requested::Body(sha256) => RequestedUpdate::Body(decode(&sha256)?),
            Requested::Change(key, members) => {
                let key = HashKey(decode(&key)?);
                let members = members.into_iter().map(|fields| member(key, fields));
                let members = members.collect::<Option<_>>()?;
                RequestedUpdate::Change(key, Change { members })
            }
        };
        Some(PollToken {
            origin: self.origin,
            account,
            resource,
            kind: self.kind,
            location,
            requested,
            instance: self.instance,
        })
    }
}

fn member_fields(member: &RequestedMember) -> Member {
    let parts = member.parts.iter().map(|(steps, expected)| {
        let hash = match expected {
            Expected::Hash(hash) => Some(encode(&hash.value)),
            _ => None,
        };
        (steps.clone(), hash)
    });
    let before = match &member.before {
        Prior::Hash(hash) => Some(encode(&hash.value)),
        _ => None,
    };
    (member.path.segments().to_vec(), parts.collect(), before)
}

fn member(key: HashKey, (names, parts, before): Member) -> Option<RequestedMember> {
    let hash = |text: String| {
        Some(Hash {
            key,
            value: decode(&text)?,
        })
    };
    let parts = parts.into_iter().map(|(steps, expected)| {
        let expected = match expected {
            Some(text) => Expected::Hash(hash(text)?),
            None => Expected::Nothing,
        };
        Some((steps, expected))
    });
    Some(RequestedMember {
        path: names.into_iter().collect(),
        parts: parts.collect::<Option<_>>()?,
        before: match before {
            Some(text) => Prior::Hash(hash(text)?),
            None => Prior::Unknown,
        },
    })
}

/// Returns the names in the URL's path, decoded.
fn names(url: &Url) -> impl Iterator<Item = String> {
    let decode = |name| percent_decode_str(name).decode_utf8_lossy().into_owned();
    url.path().split('/').map(decode)
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

fn checksum(bytes: &[u8]) -> impl Iterator<Item = u8> {
    Sha256::hash(bytes).into_iter().take(CHECKSUM)
}

impl fmt::Display for PollToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields = serde_json::to_string(&Fields::of(self)).map_err(|_| fmt::Error)?;
        let packed = pack(&fields);
        // The version comes first, so that no token begins with a `-`, which commands take for an
        // option.
        let mut bytes = vec![VERSION];
        bytes.extend(checksum(&packed));
        bytes.extend(packed);
        f.write_str(&encode(&bytes))
    }
}

impl FromStr for PollToken {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let not_a_token = || {
            Error::invalid_input(
                "not a complete resume token: pass the whole word that was printed",
            )
        };
        let text = text.trim();
        if text.len() > LONGEST {
            return Err(not_a_token());
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| not_a_token())?;
        let (version, bytes) = bytes.split_first().ok_or_else(not_a_token)?;
        let (sum, packed) = bytes.split_at_checked(CHECKSUM).ok_or_else(not_a_token)?;
        if !checksum(packed).eq(sum.iter().copied()) {
            return Err(not_a_token());
        }
        if *version != VERSION {
            return Err(Error::invalid_input(format!(
                "the resume token has version {version}, which this program does not read: use the \
                 program that printed it, or a newer one"
            )));
        }
        let fields = unpack(packed).and_then(|text| serde_json::from_str(&text).ok());
        fields.and_then(Fields::token).ok_or_else(not_a_token)
    }
}

impl Serialize for PollToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PollToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
