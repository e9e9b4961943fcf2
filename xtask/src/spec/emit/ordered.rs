//! JSON whose objects keep the order of their members, whatever the features of serde_json.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

/// Any JSON.
#[derive(Clone, Debug, PartialEq)]
pub enum Ordered {
    /// A string, a number, a boolean or null.
    Scalar(Value),
    /// An array.
    Array(Vec<Ordered>),
    /// An object.
    Object(Vec<(String, Ordered)>),
}

/// The members of an object, in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Members(pub Vec<(String, Ordered)>);

impl Members {
    /// Creates an object without members.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a member.
    pub fn add(&mut self, name: &str, value: impl Into<Ordered>) {
        self.0.push((name.to_owned(), value.into()));
    }

    /// Appends a member if there is a value.
    pub fn add_some(&mut self, name: &str, value: Option<impl Into<Ordered>>) {
        if let Some(value) = value {
            self.add(name, value);
        }
    }

    /// Appends a member if it is true.
    pub fn add_flag(&mut self, name: &str, value: bool) {
        if value {
            self.add(name, Value::Bool(true));
        }
    }

    /// Appends a member if the array has elements.
    pub fn add_list<T: Into<Ordered>>(&mut self, name: &str, values: Vec<T>) {
        if !values.is_empty() {
            self.add(name, list(values));
        }
    }
}

/// Returns an array.
pub(super) fn list<T: Into<Ordered>>(values: Vec<T>) -> Ordered {
    Ordered::Array(values.into_iter().map(Into::into).collect())
}

impl Ordered {
    /// Parses a JSON document; a member that occurs twice is an error.
    ///
    /// # Errors
    ///
    /// If the text is not one JSON document.
    pub fn parse(text: &str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }
}

impl From<Members> for Ordered {
    fn from(members: Members) -> Self {
        Self::Object(members.0)
    }
}

impl From<Value> for Ordered {
    fn from(value: Value) -> Self {
        match value {
            Value::Array(values) => list(values),
            Value::Object(members) => {
                let mut members: Vec<_> = members
                    .into_iter()
                    .map(|(name, value)| (name, value.into()))
                    .collect();
                // The order of a map depends on a feature of serde_json.
                members.sort_by(|(a, _), (b, _)| a.cmp(b));
                Self::Object(members)
            }
            scalar => Self::Scalar(scalar),
        }
    }
}

impl From<&str> for Ordered {
    fn from(text: &str) -> Self {
        Self::Scalar(text.into())
    }
}

impl From<&String> for Ordered {
    fn from(text: &String) -> Self {
        Self::Scalar(text.as_str().into())
    }
}

impl From<String> for Ordered {
    fn from(text: String) -> Self {
        Self::Scalar(text.into())
    }
}

impl Serialize for Ordered {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Scalar(value) => value.serialize(serializer),
            Self::Array(values) => values.serialize(serializer),
            Self::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Ordered {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Ordered;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Ordered, E> {
        Ok(Ordered::Scalar(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Ordered, E> {
        Ok(Ordered::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Ordered, E> {
        Ok(Ordered::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Ordered, E> {
        Ok(Ordered::Scalar(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Ordered, E> {
        Ok(Ordered::Scalar(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Ordered, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Ordered, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = access.next_element()? {
            values.push(value);
        }
        Ok(Ordered::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Ordered, A::Error> {
        let mut members: Vec<(String, Ordered)> = Vec::new();
        while let Some((name, value)) = access.next_entry::<String, Ordered>()? {
            if members.iter().any(|(other, _)| *other == name) {
                return Err(A::Error::custom(format_args!("duplicate field `{name}`")));
            }
            members.push((name, value));
        }
        Ok(number(&members).unwrap_or(Ordered::Object(members)))
    }
}

/// Returns the number that an object with one member of a private name stands for, if serde_json's
/// feature `arbitrary_precision` is on, as in `codegen::json::strict`.
fn number(members: &[(String, Ordered)]) -> Option<Ordered> {
    let [(name, Ordered::Scalar(text))] = members else {
        return None;
    };
    if name != "$serde_json::private::Number" || !text.is_string() {
        return None;
    }
    let object = Value::Object(Map::from_iter([(name.clone(), text.clone())]));
    match Value::deserialize(object) {
        Ok(value @ Value::Number(_)) => Some(Ordered::Scalar(value)),
        _ => None,
    }
}
