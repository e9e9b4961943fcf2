//! JSON values and numbers that keep their text.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error as _, Unexpected};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::parts::{is_same_value, items, members, unescaped};
use super::raw::{Append, Raw};
use super::scan;

/// Any JSON value as its text, for a member whose spec allows any value.
///
/// Digits, escapes and the order of members are unchanged. Values are compared as those of
/// [`AdditionalProperties`](super::AdditionalProperties). `Debug` hides the value, which may be
/// personal.
///
/// ```
/// use billing_models::Json;
///
/// let json: Json = r#"{ "credit": 0.10 }"#.parse()?;
/// assert_eq!(json.as_str(), r#"{ "credit": 0.10 }"#);
/// assert_eq!(json.to_value()?, serde_json::json!({ "credit": 0.1 }));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct Json(Box<str>);

impl Json {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Serializes a value, such as a profile.
    ///
    /// # Errors
    ///
    /// If the value has no JSON form. The types of this crate always have one.
    pub fn of(value: &impl Serialize) -> Result<Self, serde_json::Error> {
        Ok(Self(serde_json::to_string(value)?.into()))
    }

    /// Returns the value for display and comparison: a number beyond 64-bit floats becomes a string
    /// of its digits, and an unpaired surrogate becomes U+FFFD. Use the text to send the value
    /// back.
    pub fn to_value_lossy(&self) -> Value {
        self.to_value().unwrap_or_else(|_| lossy_value(&self.0))
    }

    /// Returns the value, with numbers rounded to 64 bits.
    ///
    /// # Errors
    ///
    /// For a number beyond 64-bit floats and for an unpaired surrogate, which a [`Value`] cannot
    /// represent.
    pub fn to_value(&self) -> Result<Value, serde_json::Error> {
        self.0.parse()
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self(value.to_string().into())
    }
}

impl FromStr for Json {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, serde_json::Error> {
        let text: &RawValue = serde_json::from_str(text)?;
        scan::check(text.get()).map_err(serde_json::Error::custom)?;
        Ok(Self(text.get().into()))
    }
}

/// Returns the value nearest to a text that no [`Value`] can represent exactly.
fn lossy_value(text: &str) -> Value {
    let string = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
    match text.as_bytes() {
        [b'[', ..] => items(text).into_iter().map(lossy_value).collect(),
        [b'{', ..] => {
            let mut object = Map::new();
            for (name, value) in members(text) {
                object.insert(string(&name), lossy_value(value));
            }
            object.into()
        }
        [b'"', inside @ .., b'"'] => string(&unescaped(inside)).into(),
        _ => text.parse().unwrap_or_else(|_| text.into()),
    }
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        is_same_value(&self.0, &other.0)
    }
}

impl Eq for Json {}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::hidden::Hidden.fmt(f)
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Raw(&self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut text = String::new();
        Append(&mut text).deserialize(deserializer)?;
        Ok(Self(text.into()))
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Json {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Json".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        true.into()
    }
}

/// A JSON number as its text: `0.10` stays `0.10`, and no digit is lost.
///
/// Numbers are equal if their digits are: `0.1` and `0.10` differ.
///
/// ```
/// use billing_models::Number;
///
/// let price: Number = "12345678901234567.890".parse()?;
/// assert_eq!(price.as_str(), "12345678901234567.890");
/// assert_eq!(Number::from(7).as_i64(), Some(7));
/// assert!("NaN".parse::<Number>().is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Number(Box<str>);

impl Number {
    /// Returns the digits, for example to parse them as a decimal type of another crate.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the nearest 64-bit float, or `None` for a number beyond their range, such as
    /// `1e400`.
    pub fn as_f64(&self) -> Option<f64> {
        self.0
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
    }

    /// Returns the number, if it is written as a whole number of 64 bits.
    #[inline]
    pub fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    fn new<E: serde::de::Error>(Json(text): Json) -> Result<Self, E> {
        // The error does not quote the value, which may be personal.
        let found = match text.as_bytes().first() {
            Some(b'-' | b'0'..=b'9') => return Ok(Self(text)),
            Some(b'"') => "string",
            Some(b'[') => "sequence",
            Some(b'{') => "map",
            Some(b'n') => "null",
            _ => "boolean",
        };
        Err(E::invalid_type(Unexpected::Other(found), &"a number"))
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self(number.to_string().into())
    }
}

impl From<i32> for Number {
    fn from(number: i32) -> Self {
        i64::from(number).into()
    }
}

impl From<u64> for Number {
    fn from(number: u64) -> Self {
        Self(number.to_string().into())
    }
}

/// Converts a finite number to the fewest digits that are read as the same number.
impl TryFrom<f64> for Number {
    type Error = serde_json::Error;

    fn try_from(number: f64) -> Result<Self, serde_json::Error> {
        match serde_json::Number::from_f64(number) {
            Some(number) => Ok(Self(number.to_string().into())),
            None => Err(serde_json::Error::custom("JSON has no such number")),
        }
    }
}

impl FromStr for Number {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, serde_json::Error> {
        Self::new(text.parse()?)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Raw(&self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Json::deserialize(deserializer)?)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Number {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Number".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "number" })
    }
}
