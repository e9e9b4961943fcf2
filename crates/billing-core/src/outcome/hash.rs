//! Keyed hashes of values, so that a resume token can compare what it does not hold.

use hmac_sha256::HMAC;
use serde_json::{Value, json};
use uuid::Uuid;

use super::MemberPath;
use super::change::PathStep;

/// A random key. It is kept beside the hashes, so it does not keep a value from being guessed by
/// somebody who has both; it keeps hashes from being looked up in a table, and equal values of two
/// tokens from being recognised as equal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct HashKey(pub(crate) [u8; HashKey::LENGTH]);

/// A hash of one value at one place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hash {
    pub(crate) key: HashKey,
    pub(crate) value: [u8; Hash::LENGTH],
}

/// What is hashed.
#[derive(Clone, Copy)]
pub(crate) enum Content<'a> {
    Value(&'a Value),
    Length(usize),
    /// The value from before the write, list or not.
    Before(&'a Value),
}

impl HashKey {
    pub(crate) const LENGTH: usize = 12;

    /// Takes the random bits of a UUID of version 4: this crate has no other use for a generator.
    pub(crate) fn generate() -> Self {
        let mut key = [0; Self::LENGTH];
        let random = Uuid::new_v4().into_bytes();
        // Bytes 6 and 8 have the bits that are the same in all of them.
        let random = random.into_iter().enumerate();
        let random = random.filter(|(index, _)| !matches!(index, 6 | 8));
        for (to, (_, from)) in key.iter_mut().zip(random) {
            *to = from;
        }
        Self(key)
    }
}

impl Hash {
    /// 48 bits: enough that no two values of one member are taken for each other, and few enough for a
    /// token that is copied by hand.
    pub(crate) const LENGTH: usize = 6;

    pub(crate) fn of(
        key: HashKey,
        path: &MemberPath,
        steps: &[PathStep],
        content: Content<'_>,
    ) -> Self {
        let steps: Vec<Value> = steps
            .iter()
            .map(|step| match step {
                PathStep::Name(name) => json!(name),
                PathStep::Index(index) => json!(index),
            })
            .collect();
        let content = match content {
            Content::Value(value) => json!({ "value": sorted(value) }),
            Content::Length(length) => json!({ "length": length }),
            Content::Before(value) if super::is_nothing(value) => json!("nothing before"),
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

/// The value with its members in one order, whatever order they came in.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut pairs: Vec<_> = members.iter().collect();
            pairs.sort_by_key(|(name, _)| *name);
            // Pairs, since an object may keep an order of its own.
            let pairs = pairs
                .into_iter()
                .map(|(name, value)| json!([name, sorted(value)]));
            json!({ "members": pairs.collect::<Vec<_>>() })
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}
