//! What is to be written, before its media type is known.

use std::collections::HashMap;
use std::fmt;

use billing_core::{Error, decode};
use billing_models::Json;
use serde::de::{DeserializeOwned, Deserializer};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A value as JSON, which most calls send as it is: a copy of the value would cost twice as much.
#[derive(Clone)]
pub(crate) struct Document(Option<Vec<u8>>);

impl Document {
    pub(crate) fn of(value: &impl Serialize) -> Self {
        Self(serde_json::to_vec(value).ok())
    }

    /// Its text.
    ///
    /// # Errors
    /// Invalid input for a value that has no JSON.
    pub(super) fn json(&self) -> Result<&[u8], Error> {
        let json = self.0.as_deref();
        json.ok_or_else(|| Error::invalid_input("the body cannot be written as JSON"))
    }

    /// Its JSON for a medium that knows texts only: a number that a [`Value`] would round is its
    /// digits as a text.
    ///
    /// # Errors
    /// Those of [`read`](Self::read).
    pub(super) fn texts(&self) -> Result<Value, Error> {
        self.read().map(|Texts(value)| value)
    }

    /// The value again, or the same as any JSON.
    ///
    /// # Errors
    /// Invalid input for a value that has no JSON, or that is nested too deep to be read again.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        decode(self.json()?).map_err(|source| {
            Error::invalid_input("the body cannot be written").with_source(source)
        })
    }
}

struct Texts(Value);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        texts(json.as_str())
            .map(Self)
            .map_err(serde::de::Error::custom)
    }
}

fn texts(json: &str) -> Result<Value, serde_json::Error> {
    Ok(match json.as_bytes() {
        [b'{', ..] => {
            let members: HashMap<String, Texts> = serde_json::from_str(json)?;
            let members = members
                .into_iter()
                .map(|(name, Texts(value))| (name, value));
            Value::Object(members.collect())
        }
        [b'[', ..] => {
            let items: Vec<Texts> = serde_json::from_str(json)?;
            items.into_iter().map(|Texts(item)| item).collect()
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

// A profile is about a person.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0.as_ref().map_or(0, Vec::len);
        write!(f, "Document([{bytes} bytes hidden])")
    }
}
