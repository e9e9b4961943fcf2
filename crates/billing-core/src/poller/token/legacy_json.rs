//! Reads the resume token of earlier versions, one line of JSON. It is no longer written.

use serde::Deserialize;
use url::Url;

use crate::decode::JsonError;
use crate::error::Error;
use crate::poller::link::LinkKind;
use crate::poller::token::compact::require_version;
use crate::poller::token::{PollToken, RequestedUpdate};

#[derive(Deserialize)]
struct TokenJson {
    origin: String,
    account: String,
    resource: Url,
    #[serde(rename = "style")]
    kind: LinkKind,
    location: Url,
    body_sha256: String,
}

/// The version is read first: another version may have other members.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

const VERSION: u32 = 1;

/// # Errors
/// Invalid input for text that is not a token, and for a token of another version.
pub(super) fn read(text: &str) -> Result<PollToken, Error> {
    const MESSAGE: &str =
        "this is not a resume token: give the whole line of JSON that was printed";
    let not_a_token = |source: serde_json::Error| {
        Error::invalid_input(MESSAGE).with_source(JsonError::from(&source))
    };
    let Versioned { version } = serde_json::from_str(text).map_err(not_a_token)?;
    require_version(version, VERSION)?;
    let json: TokenJson = serde_json::from_str(text).map_err(not_a_token)?;
    let sha256 = hex_bytes(&json.body_sha256).ok_or_else(|| Error::invalid_input(MESSAGE))?;
    Ok(PollToken {
        origin: json.origin,
        account: json.account,
        resource: json.resource,
        kind: json.kind,
        location: json.location,
        requested: RequestedUpdate::Body(sha256),
    })
}

/// Returns the bytes of 64 hexadecimal digits.
fn hex_bytes(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let is_whole = digits.len() == 64 && digits.is_ascii();
    for (index, byte) in bytes.iter_mut().enumerate() {
        let pair = digits.get(index * 2..index * 2 + 2)?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    is_whole.then_some(bytes)
}
