//! The resume token as one word: a version, a checksum and the fields, in base64url.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac_sha256::Hash as Sha256;
use percent_encoding::percent_decode_str;
use url::Url;

use crate::error::Error;
use crate::outcome::change::{Change, Expected, Prior, RequestedMember};
use crate::outcome::hash::{Hash, HashKey};
use crate::outcome::member_path::{MemberPath, PathStep};
use crate::poller::link::LinkKind;
use crate::poller::token::packed_text::{pack, unpack};
use crate::poller::token::{PollToken, RequestedUpdate};

const VERSION: u8 = 2;
const CHECKSUM: usize = 4;
/// The longest text that is read, far longer than any token.
const LONGEST: usize = 64 * 1024;

const LINK_KINDS: [LinkKind; 5] = [
    LinkKind::Location,
    LinkKind::AsyncOperation,
    LinkKind::Resource,
    LinkKind::ReadBack,
    LinkKind::Lost,
];

const NOT_A_TOKEN: &str =
    "this is not a resume token, or only a part of one: give the whole word that was printed";

pub(super) fn write(token: &PollToken) -> String {
    let mut out = Writer(Vec::new());
    let kind = LINK_KINDS
        .iter()
        .zip(0..)
        .find(|(kind, _)| **kind == token.kind);
    out.byte(kind.map_or(0, |(_, code)| code));
    out.text(&token.origin);
    out.text_after(&token.origin, token.resource.as_str());
    out.text_after(token.resource.as_str(), token.location.as_str());
    out.account(token);
    match &token.requested {
        RequestedUpdate::Body(sha256) => {
            out.byte(0);
            out.0.extend_from_slice(sha256);
        }
        RequestedUpdate::Change(key, change) => {
            out.byte(1);
            out.0.extend_from_slice(&key.0);
            out.number(change.members.len());
            change.members.iter().for_each(|member| out.member(member));
        }
    }
    // The version comes first, so that no token begins with a `-`, which commands take for an
    // option.
    let mut bytes = vec![VERSION];
    bytes.extend(checksum(&out.0));
    bytes.extend(out.0);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// # Errors
/// Invalid input that says what is wrong with the text.
pub(super) fn read(text: &str) -> Result<PollToken, Error> {
    let not_a_token = || Error::invalid_input(NOT_A_TOKEN);
    if text.len() > LONGEST {
        return Err(not_a_token());
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| not_a_token())?;
    let (version, bytes) = bytes.split_first().ok_or_else(not_a_token)?;
    let (sum, bytes) = bytes
        .split_first_chunk::<CHECKSUM>()
        .ok_or_else(not_a_token)?;
    if *sum != checksum(bytes) {
        return Err(not_a_token());
    }
    require_version((*version).into(), VERSION.into())?;
    read_token(&mut Reader(bytes)).ok_or_else(not_a_token)
}

/// Refuses a token of another version.
///
/// # Errors
/// Invalid input that names the version.
pub(super) fn require_version(version: u32, readable: u32) -> Result<(), Error> {
    if version == readable {
        return Ok(());
    }
    Err(Error::invalid_input(format!(
        "the resume token has version {version}, which this program does not read: use the program \
         that printed it, or a newer one"
    )))
}

fn read_token(from: &mut Reader<'_>) -> Option<PollToken> {
    let kind = *LINK_KINDS.get(usize::from(from.byte()?))?;
    let origin = from.text()?;
    let resource = Url::parse(&from.text_after(&origin)?).ok()?;
    let location = Url::parse(&from.text_after(resource.as_str())?).ok()?;
    let account = from.account(&resource)?;
    let requested = match from.byte()? {
        0 => RequestedUpdate::Body(from.chunk()?),
        1 => {
            let key = HashKey(from.chunk()?);
            let mut change = Change::default();
            for _ in 0..from.number()? {
                change.members.push(from.member(key)?);
            }
            RequestedUpdate::Change(key, change)
        }
        _ => return None,
    };
    from.0.is_empty().then_some(PollToken {
        origin,
        account,
        resource,
        kind,
        location,
        requested,
    })
}

/// Returns the names in the URL's path, decoded.
fn names(url: &Url) -> Vec<String> {
    let decode = |name: &str| percent_decode_str(name).decode_utf8_lossy().into_owned();
    url.path().split('/').map(decode).collect()
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM] {
    let mut sum = [0; CHECKSUM];
    for (to, from) in sum.iter_mut().zip(Sha256::hash(bytes)) {
        *to = from;
    }
    sum
}

/// The flag of a member that has a hash of its value from before.
const HAS_BEFORE: u8 = 1;
/// The flag of a member with one part, which is the value itself.
const IS_PLAIN: u8 = 2;

struct Writer(Vec<u8>);

impl Writer {
    fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    /// Writes seven bits per byte, the lowest first (LEB128).
    fn number(&mut self, mut number: usize) {
        while number > 0x7f {
            self.byte(0x80 | u8::try_from(number & 0x7f).unwrap_or_default());
            number >>= 7;
        }
        self.byte(u8::try_from(number).unwrap_or_default());
    }

    fn text(&mut self, text: &str) {
        let packed = pack(text);
        self.number(packed.len() << 1 | usize::from(!text.is_ascii()));
        self.0.extend(packed);
    }

    /// Writes the text without the start that it shares with `known`.
    fn text_after(&mut self, known: &str, text: &str) {
        let mut shared = 0;
        for (one, other) in known.chars().zip(text.chars()) {
            if one != other {
                break;
            }
            shared += one.len_utf8();
        }
        self.number(shared);
        self.text(text.get(shared..).unwrap_or_default());
    }

    /// Writes the account by its number in the resource's path, from 1, or 0 and its text.
    fn account(&mut self, token: &PollToken) {
        let mut names = names(&token.resource).into_iter().zip(1..);
        match names.find(|(name, _)| *name == token.account) {
            Some((_, number)) => self.number(number),
            None => {
                self.number(0);
                self.text(&token.account);
            }
        }
    }

    fn member(&mut self, member: &RequestedMember) {
        let has_before = matches!(member.before, Prior::Hash(_));
        let is_plain = matches!(&member.parts[..], [(steps, _)] if steps.is_empty());
        self.byte(if has_before { HAS_BEFORE } else { 0 } | if is_plain { IS_PLAIN } else { 0 });
        let names = member.path.segments();
        self.number(names.len());
        names.iter().for_each(|name| self.text(name));
        if let Prior::Hash(hash) = &member.before {
            self.0.extend_from_slice(&hash.value);
        }
        if !is_plain {
            self.number(member.parts.len());
        }
        for (steps, expected) in &member.parts {
            if !is_plain {
                self.number(steps.len());
                steps.iter().for_each(|step| self.step(step));
            }
            match expected {
                Expected::Hash(hash) => {
                    self.byte(1);
                    self.0.extend_from_slice(&hash.value);
                }
                // Apart from `Nothing`, a change in a token has only hashes.
                _ => self.byte(0),
            }
        }
    }

    fn step(&mut self, step: &PathStep) {
        match step {
            PathStep::Index(index) => {
                self.byte(0);
                self.number(*index);
            }
            PathStep::Name(name) => {
                self.byte(1);
                self.text(name);
            }
        }
    }
}

/// Reads the fields from the bytes that are left.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        self.chunk::<1>().map(|[byte]| byte)
    }

    fn chunk<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (chunk, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*chunk)
    }

    fn number(&mut self) -> Option<usize> {
        let mut number = 0_usize;
        // Four bytes hold any number in a token.
        for shift in [0, 7, 14, 21] {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn text(&mut self) -> Option<String> {
        let number = self.number()?;
        let (bytes, rest) = self.0.split_at_checked(number >> 1)?;
        self.0 = rest;
        unpack(bytes, number & 1 == 0)
    }

    fn text_after(&mut self, known: &str) -> Option<String> {
        let shared = self.number()?;
        let start = known.get(..shared)?;
        Some([start, &self.text()?].concat())
    }

    fn account(&mut self, resource: &Url) -> Option<String> {
        match self.number()?.checked_sub(1) {
            Some(index) => names(resource).into_iter().nth(index),
            None => self.text(),
        }
    }

    fn member(&mut self, key: HashKey) -> Option<RequestedMember> {
        let flags = self.byte()?;
        let mut names = Vec::new();
        for _ in 0..self.number()? {
            names.push(self.text()?);
        }
        let before = match flags & HAS_BEFORE {
            0 => Prior::Unknown,
            _ => Prior::Hash(self.hash(key)?),
        };
        let is_plain = flags & IS_PLAIN != 0;
        let count = if is_plain { 1 } else { self.number()? };
        let mut parts = Vec::new();
        for _ in 0..count {
            let mut steps = Vec::new();
            let depth = if is_plain { 0 } else { self.number()? };
            for _ in 0..depth {
                steps.push(self.step()?);
            }
            let expected = match self.byte()? {
                0 => Expected::Nothing,
                1 => Expected::Hash(self.hash(key)?),
                _ => return None,
            };
            parts.push((steps, expected));
        }
        let path: MemberPath = names.into_iter().collect();
        Some(RequestedMember {
            path,
            parts,
            before,
        })
    }

    fn hash(&mut self, key: HashKey) -> Option<Hash> {
        let value = self.chunk()?;
        Some(Hash { key, value })
    }

    fn step(&mut self) -> Option<PathStep> {
        match self.byte()? {
            0 => self.number().map(PathStep::Index),
            1 => self.text().map(PathStep::Name),
            _ => None,
        }
    }
}
