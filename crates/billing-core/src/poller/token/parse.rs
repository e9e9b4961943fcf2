//! A resume token as text and in serde.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::error::Error;
use crate::poller::token::{PollToken, compact, legacy_json};

impl FromStr for PollToken {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        if text.starts_with('{') {
            return legacy_json::read(text);
        }
        compact::read(text)
    }
}

impl fmt::Display for PollToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&compact::write(self))
    }
}

impl Serialize for PollToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads the compact text, or the object of earlier versions.
impl<'de> Deserialize<'de> for PollToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match Value::deserialize(deserializer)? {
            Value::String(text) => text,
            object => object.to_string(),
        };
        text.parse().map_err(serde::de::Error::custom)
    }
}
