//! The fingerprint of a document or a page.

use sha2::{Digest, Sha256};

/// Returns the SHA-256 of a text or a file, in hexadecimal.
pub fn sha256(bytes: impl AsRef<[u8]>) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
