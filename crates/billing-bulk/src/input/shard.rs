//! Parts of an input, for schedulers that run several.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::profile::ProfileId;

/// One of several equal parts of an input, as in `2/5`.
///
/// A profile is always in the same part, whatever the row, the spelling of its ids and the order of
/// the input: the part follows from the SHA-256 of [`ProfileId::key`].
///
/// ```
/// use billing_bulk::ProfileId;
/// use billing_bulk::input::Shard;
///
/// let profile = ProfileId::arm("account", "profile");
/// let shards = ["1/3", "2/3", "3/3"].map(|text| text.parse::<Shard>().unwrap());
/// assert_eq!(shards.iter().filter(|shard| shard.contains(&profile)).count(), 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Shard {
    number: u32,
    count: u32,
}

impl Shard {
    /// Returns whether a profile is in this part.
    pub fn contains(&self, profile: &ProfileId) -> bool {
        let [a, b, c, d, e, f, g, h, ..] = hash(&profile.key());
        let number = u64::from_be_bytes([a, b, c, d, e, f, g, h]) % u64::from(self.count);
        number.saturating_add(1) == u64::from(self.number)
    }
}

/// Returns the SHA-256 of a profile's key.
pub(super) fn hash(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let (number, count) = text.split_once('/').ok_or(ShardError)?;
        let parse = |text: &str| match text.bytes().all(|byte| byte.is_ascii_digit()) {
            true => text.parse::<u32>().map_err(|_| ShardError),
            false => Err(ShardError),
        };
        let (number, count) = (parse(number)?, parse(count)?);
        if number == 0 || number > count {
            return Err(ShardError);
        }
        Ok(Self { number, count })
    }
}

impl TryFrom<String> for Shard {
    type Error = ShardError;

    fn try_from(text: String) -> Result<Self, ShardError> {
        text.parse()
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> Self {
        shard.to_string()
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.count)
    }
}

/// A text that names no part of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a part is I/N, such as 1/3, 2/3 and 3/3")]
pub struct ShardError;
