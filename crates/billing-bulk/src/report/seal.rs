//! Seals personal values: equal ones stay equal, and none can be read.

use std::fmt;

use billing_edit::Members;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::{Digest as _, Sha256, Sha512};
use uuid::Uuid;

use crate::change::Change;

/// The fewest bytes of a key.
const MIN_KEY: usize = 16;

/// How many bytes of the hash are shown: two of a million different values have the same with a
/// probability below one in ten million.
const SHOWN: usize = 8;

/// Replaces personal values by a keyed hash, such as `sealed:3b5d0f8cc1a97e02`.
///
/// Equal values have equal seals under one key, so that a report still shows what is the same.
/// Without the key, a value cannot be found by trying all that are possible, such as postal codes.
#[derive(Clone)]
pub struct Seal([u8; 64]);

impl Seal {
    /// Creates a seal with a random key, for one report.
    pub fn random() -> Self {
        let parts = [Uuid::new_v4(), Uuid::new_v4()];
        Self(Sha512::digest(parts.map(Uuid::into_bytes).as_flattened()).into())
    }

    /// Creates a seal with this key, so that reports with the same key can be compared; `None` if
    /// the key has fewer than 16 bytes.
    pub fn with_key(key: &[u8]) -> Option<Self> {
        (key.len() >= MIN_KEY).then(|| Self(Sha512::digest(key).into()))
    }

    /// Returns changes of these members with sealed personal values.
    pub(crate) fn changes(&self, members: &Members, changes: &[Change]) -> Vec<Change> {
        let sealed = |path: &[String], value: &Option<Value>| {
            let value = value.as_ref();
            value.map(|value| members.map_personal(path, value, &mut |value| self.value(value)))
        };
        let changes = changes.iter();
        changes
            .map(|change| Change {
                old: sealed(&change.path, &change.old),
                new: sealed(&change.path, &change.new),
                path: change.path.clone(),
            })
            .collect()
    }

    fn value(&self, value: &Value) -> Value {
        let hash = Hmac::<Sha256>::new(&self.0.into()).chain_update(value.to_string());
        let hash = hash.finalize().into_bytes();
        let hash = hash.iter().take(SHOWN).map(|byte| format!("{byte:02x}"));
        Value::String(format!("sealed:{}", hash.collect::<String>()))
    }
}

// The key is a secret.
impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal(***)")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use billing_edit::{Members, Service};

    use super::Seal;
    use crate::change::Change;

    fn change(path: &str, old: &str, new: &str) -> Change {
        Change {
            path: path.split('.').map(str::to_owned).collect(),
            old: Some(json!(old)),
            new: Some(json!(new)),
        }
    }

    #[test]
    fn equal_values_have_equal_seals_under_one_key_only() {
        let members = Members::of(Service::Partner);
        let changes = [
            change("email", "ada@fabrikam.example", "ada@contoso.example"),
            change("defaultAddress.city", "Ada", "ada@fabrikam.example"),
            change("culture", "de-DE", "fr-FR"),
        ];
        let key = b"sixteen bytes or more";
        let seal = Seal::with_key(key).unwrap();
        let sealed = seal.changes(members, &changes);
        assert_eq!(sealed[0].old, sealed[1].new);
        assert_ne!(sealed[0].old, sealed[0].new);
        assert_eq!(sealed[2], changes[2]);
        assert_eq!(
            Seal::with_key(key).unwrap().changes(members, &changes),
            sealed
        );
        assert_ne!(Seal::random().changes(members, &changes), sealed);
        let text = format!("{:?} {seal:?}", sealed[0].new);
        assert!(
            text.contains("sealed:") && !text.contains("contoso"),
            "{text}"
        );
    }

    #[test]
    fn short_keys_are_refused() {
        assert!(Seal::with_key(b"fifteen bytes..").is_none());
        assert!(Seal::with_key(b"sixteen bytes...").is_some());
    }
}
