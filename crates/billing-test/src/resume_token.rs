//! Resume tokens with chosen fields, which no client would make.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac_sha256::Hash;
use serde_json::{Value, json};

/// The version that `PollToken` reads.
pub const TOKEN_VERSION: u8 = 3;

/// Returns the word of a token with the members `kind`, `origin`, `resource`, `location` and
/// `account` of `fields`, for an update with the body `body`. The text of a token need not be
/// packed.
pub fn token_word(fields: &Value) -> String {
    let body = fields["body"].as_str().unwrap_or_default();
    let text = json!({
        "k": fields["kind"],
        "o": fields["origin"],
        "r": fields["resource"],
        "l": [0, fields["location"]],
        "a": fields["account"],
        "u": URL_SAFE_NO_PAD.encode(Hash::hash(body.as_bytes())),
    });
    token_of_text(TOKEN_VERSION, &text.to_string())
}

/// Returns the word of a token with this version and text, and a valid checksum.
pub fn token_of_text(version: u8, text: &str) -> String {
    let sum = Hash::hash(text.as_bytes());
    URL_SAFE_NO_PAD.encode([&[version], &sum[..4], text.as_bytes()].concat())
}
