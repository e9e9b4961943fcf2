//! What is to be written, before its media type is known.

use std::fmt;

use billing_core::{Error, decode};
use serde::Serialize;
use serde::de::DeserializeOwned;

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

// A profile is about a person.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0.as_ref().map_or(0, Vec::len);
        write!(f, "Document([{bytes} bytes hidden])")
    }
}
