//! Keyed hashes of values, so that a resume token can compare values that it does not hold.

use hmac_sha256::HMAC;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::outcome::member_path::{MemberPath, PathStep};
use crate::outcome::merge_patch::is_empty_value;

/// A random key. It is stored beside the hashes, so anyone who has both can still guess a value. It
/// prevents looking hashes up in a table, and recognising equal values of two tokens.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct HashKey(pub(crate) [u8; HashKey::LENGTH]);

/// The hash of one value at one path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hash {
    pub(crate) key: HashKey,
    pub(crate) value: [u8; Hash::LENGTH],
}

/// The content that is hashed.
#[derive(Clone, Copy)]
pub(crate) enum Content<'a> {
    Value(&'a Value),
    Length(usize),
    /// The value from before the write, list or not.
    Before(&'a Value),
}

impl HashKey {
    pub(crate) const LENGTH: usize = 12;

    /// Generates a key from the random bits of a UUID of version 4: this crate has no other use for
    /// a random generator.
    pub(crate) fn generate() -> Self {
        let mut key = [0; Self::LENGTH];
        let random = Uuid::new_v4().into_bytes();
        // Bytes 6 and 8 have the bits that are the same in every UUID of this version.
        let random = random.into_iter().enumerate();
        let random = random.filter(|(index, _)| !matches!(index, 6 | 8));
        for (to, (_, from)) in key.iter_mut().zip(random) {
            *to = from;
        }
        Self(key)
    }
}

impl Hash {
    /// 48 bits: enough to tell any two values of one member apart, and few enough for a token that
    /// is copied by hand.
    pub(crate) const LENGTH: usize = 6;

    pub(crate) fn of(
        key: HashKey,
        path: &MemberPath,
        steps: &[PathStep],
        content: Content<'_>,
    ) -> Self {
        let content = match content {
            Content::Value(value) => json!({ "value": sorted(value) }),
            Content::Length(length) => json!({ "length": length }),
            Content::Before(value) if is_empty_value(value) => json!("nothing before"),
            Content::Before(value) => json!({ "before": sorted(value) }),
        };
        let text = json!([path.segments(), steps, content]).to_string();
        let mac = HMAC::mac(text, key.0);
        let mut value = [0; Self::LENGTH];
        for (to, from) in value.iter_mut().zip(mac) {
            *to = from;
        }
        Self { key, value }
    }

    pub(crate) fn is_of(
        &self,
        path: &MemberPath,
        steps: &[PathStep],
        content: Content<'_>,
    ) -> bool {
        *self == Self::of(self.key, path, steps, content)
    }
}

/// Returns the value with its members sorted by name.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut pairs: Vec<_> = members.iter().collect();
            pairs.sort_by_key(|(name, _)| *name);
            // A list of pairs: a JSON object may keep its own order.
            let pairs = pairs
                .into_iter()
                .map(|(name, value)| json!([name, sorted(value)]));
            json!({ "members": pairs.collect::<Vec<_>>() })
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}
