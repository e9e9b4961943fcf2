//! The resume token of earlier versions, one line of JSON; it is read, and no longer written.

use serde::Deserialize;
use url::Url;

use super::{LinkKind, PollToken, RequestedUpdate, require_version};
use crate::Error;
use crate::decode::JsonError;

#[derive(Deserialize)]
struct TokenJson {
    origin: String,
    account: String,
    resource: Url,
    #[serde(rename = "style")]
    link_kind: LinkKind,
    location: Url,
    body_sha256: String,
}

/// The version first: another one may have other members.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

const VERSION: u32 = 1;

/// # Errors
/// Invalid input for what is no token, and for one of another version.
pub(super) fn read(text: &str) -> Result<PollToken, Error> {
    const MESSAGE: &str =
        "this is not a resume token: give the whole line of JSON that was printed";
    let not_a_token = |source: serde_json::Error| {
        Error::invalid_input(MESSAGE).with_source(JsonError::from(&source))
    };
    let Versioned { version } = serde_json::from_str(text).map_err(not_a_token)?;
    require_version(version, VERSION).map_err(Error::invalid_input)?;
    let json: TokenJson = serde_json::from_str(text).map_err(not_a_token)?;
    let sha256 = bytes(&json.body_sha256).ok_or_else(|| Error::invalid_input(MESSAGE))?;
    Ok(PollToken {
        origin: json.origin,
        account: json.account,
        resource: json.resource,
        link_kind: json.link_kind,
        location: json.location,
        wanted: RequestedUpdate::Body(sha256),
    })
}

/// The bytes that 64 hexadecimal digits stand for.
fn bytes(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let is_whole = digits.len() == 64 && digits.is_ascii();
    for (index, byte) in bytes.iter_mut().enumerate() {
        let pair = digits.get(index * 2..index * 2 + 2)?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    is_whole.then_some(bytes)
}
