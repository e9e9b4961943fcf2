//! The body of a write, before it is encoded in a media type.

use std::collections::HashMap;
use std::fmt;

use billing_core::{Error, decode};
use billing_models::Json;
use serde::de::{DeserializeOwned, Deserializer};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A value as JSON, which most requests send unchanged: a copy of the value would cost twice as
/// much.
#[derive(Clone)]
pub(crate) struct Document(Option<Vec<u8>>);

impl Document {
    pub(crate) fn of(value: &impl Serialize) -> Self {
        Self(serde_json::to_vec(value).ok())
    }

    /// Returns a body that is this JSON, byte for byte.
    #[cfg(feature = "__exact")]
    pub(crate) fn of_json(json: &[u8]) -> Self {
        Self(Some(json.to_vec()))
    }

    /// Returns the JSON text.
    ///
    /// # Errors
    /// Invalid input for a value that has no JSON. Nothing was sent.
    pub(super) fn json(&self) -> Result<&[u8], Error> {
        let json = self.0.as_deref();
        json.ok_or_else(|| Error::invalid_input("the body cannot be written as JSON"))
    }

    /// Returns the JSON for a media type that has only text: a number that a [`Value`] would round
    /// becomes text with the same digits.
    ///
    /// # Errors
    /// The same as those of [`read`](Self::read).
    pub(super) fn exact_value(&self) -> Result<Value, Error> {
        self.read().map(|ExactValue(value)| value)
    }

    /// Reads the JSON as a `T`.
    ///
    /// # Errors
    /// Invalid input for a value that has no JSON, or that is nested too deep to be read again.
    /// Nothing was sent.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        decode(self.json()?).map_err(|source| {
            Error::invalid_input("the body cannot be written").with_source(source)
        })
    }
}

/// A value in which numbers that would be rounded are text.
struct ExactValue(Value);

impl<'de> Deserialize<'de> for ExactValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        exact_value(json.as_str())
            .map(Self)
            .map_err(serde::de::Error::custom)
    }
}

fn exact_value(json: &str) -> Result<Value, serde_json::Error> {
    Ok(match json.as_bytes() {
        [b'{', ..] => {
            let members: HashMap<String, ExactValue> = serde_json::from_str(json)?;
            let members = members
                .into_iter()
                .map(|(name, ExactValue(value))| (name, value));
            Value::Object(members.collect())
        }
        [b'[', ..] => {
            let items: Vec<ExactValue> = serde_json::from_str(json)?;
            items.into_iter().map(|ExactValue(item)| item).collect()
        }
        [b'-' | b'0'..=b'9', ..]
            if json
                .parse::<i64>()
                .map_or(true, |number| number.to_string() != json) =>
        {
            json.into()
        }
        _ => serde_json::from_str(json)?,
    })
}

// A profile has personal data.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0.as_ref().map_or(0, Vec::len);
        write!(f, "Document([{bytes} bytes hidden])")
    }
}
