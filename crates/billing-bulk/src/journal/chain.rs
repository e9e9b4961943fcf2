//! What binds the entries of a journal to each other, and to the content that they are about.
//!
//! The chain of an entry is a hash of the chain before it and of the entry, so that a changed,
//! removed, inserted or moved entry shows in every later one. Content that can be erased is not
//! hashed into an entry: its commitment is, a hash under the random salt of the row. Without the
//! salt, a commitment tells nothing about the content.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// A SHA-256.
pub type Hash = [u8; 32];

/// The key of a row's commitments.
pub(crate) type Salt = [u8; 32];

/// Returns new salts. They are hashes of a random key that is kept nowhere, so that one tells
/// nothing about another: a call of the system for each would cost more.
pub(crate) fn new_salts() -> impl Iterator<Item = Salt> {
    let mut key = [0; 32];
    for part in key.chunks_exact_mut(16) {
        part.copy_from_slice(Uuid::new_v4().as_bytes());
    }
    (0_u64..).map(move |number| {
        let mut hash = Sha256::new();
        hash.update(key);
        hash.update(number.to_be_bytes());
        hash.finalize().into()
    })
}

/// Returns the chain before the first entry of a journal.
pub(crate) fn start(journal_id: &str) -> Hash {
    let mut hash = Sha256::new();
    hash.update(b"billing-bulk journal 2 ");
    hash.update(journal_id.as_bytes());
    hash.finalize().into()
}

/// Returns the chain of an entry: `entry` is the checksum of its columns, and `holder` that of the
/// process that recorded it.
pub(crate) fn link(previous: &Hash, entry: &Hash, holder: &Hash) -> Hash {
    let mut hash = Sha256::new();
    hash.update(previous);
    hash.update(entry);
    hash.update(holder);
    hash.finalize().into()
}

/// Returns the commitment to content with this hash.
pub(crate) fn commit(salt: &Salt, content: &[u8]) -> Hash {
    // A key is filled up with zeros to the size of a block.
    let mut key = [0; 64];
    let (start, _) = key.split_at_mut(salt.len());
    start.copy_from_slice(salt);
    let mac = Hmac::<Sha256>::new(&key.into()).chain_update(content);
    mac.finalize().into_bytes().into()
}
