//! A resource with the exact text from which it was read.

use std::fmt;

use bytes::Bytes;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A resource with the exact JSON text from which it was read, for callers that keep or change the
/// text itself.
#[derive(Clone)]
pub struct Exact<T> {
    /// The resource.
    pub value: T,
    /// Its text, without a byte order mark and without spaces around it.
    pub text: Bytes,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Exact<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&RawValue>::deserialize(deserializer)?.get();
        let value = serde_json::from_str(text).map_err(D::Error::custom)?;
        let text = Bytes::copy_from_slice(text.as_bytes());
        Ok(Self { value, text })
    }
}

// A resource has personal data.
impl<T> fmt::Debug for Exact<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exact([{} bytes hidden])", self.text.len())
    }
}
