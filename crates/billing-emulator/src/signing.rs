//! Tokens signed with a key generated at each start: contents in base64, which anyone can read, and
//! a MAC. With the head [`JWT`] a token is a JSON Web Token.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac_sha256::HMAC;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

/// `{"alg":"HS256","typ":"JWT"}`
pub(crate) const JWT: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

/// A key that is never derived from the emulator's seed, so that it cannot be guessed.
pub(crate) struct Signer([[u8; 16]; 2]);

impl Signer {
    pub(crate) fn random() -> Self {
        Self([Uuid::new_v4(), Uuid::new_v4()].map(Uuid::into_bytes))
    }

    /// Signs the contents. The `head` is the purpose: [`verify`](Self::verify) accepts a token only
    /// with the same head.
    pub(crate) fn sign(&self, head: &str, contents: &impl Serialize) -> String {
        // Structs of texts and numbers always serialize.
        let contents = serde_json::to_vec(contents).unwrap_or_default();
        let text = format!("{head}.{}", URL_SAFE_NO_PAD.encode(contents));
        let mac = URL_SAFE_NO_PAD.encode(HMAC::mac(&text, self.0.as_flattened()));
        format!("{text}.{mac}")
    }

    pub(crate) fn verify<T: DeserializeOwned>(&self, head: &str, token: &str) -> Option<T> {
        let (text, mac) = token.rsplit_once('.')?;
        let contents = text.strip_prefix(head)?.strip_prefix('.')?;
        let mac = URL_SAFE_NO_PAD.decode(mac).ok()?.try_into().ok()?;
        if !HMAC::verify(text, self.0.as_flattened(), &mac) {
            return None;
        }
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(contents).ok()?).ok()
    }
}
