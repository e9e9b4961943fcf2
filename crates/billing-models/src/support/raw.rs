//! Reading and writing JSON values as their text, without parsing them.
//!
//! serde_json's `RawValue` does the same, but only for serde_json itself: inside an `untagged` enum
//! it fails to read, and in another format it writes an object with a private name.

use std::any::type_name;
use std::borrow::Cow;
use std::fmt::{self, Write};
use std::ops::Deref;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Unexpected,
    Visitor,
};
use serde::ser::{Error as _, Serialize, SerializeStruct, Serializer};
use serde_json::{Number, Value};

use super::scan;

/// The name that serde_json uses to request and to return a text. A test compares it with
/// `RawValue`.
pub(super) const TEXT: &str = "$serde_json::private::RawValue";

/// The name that serde_json uses for a number if a crate in the build enables
/// `arbitrary_precision`.
const NUMBER: &str = "$serde_json::private::Number";

/// The name of a member, borrowed from the document unless it contains escapes.
pub(crate) struct Name<'de>(Cow<'de, str>);

impl Deref for Name<'_> {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Name<'de> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;

        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a member")
            }

            #[inline]
            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }

            fn visit_string<E>(self, name: String) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(name)))
            }
        }

        deserializer.deserialize_identifier(NameVisitor)
    }
}

/// Appends the text of a value, and refuses duplicate names and values that are nested too deep.
///
/// serde_json returns the text of the document. Other deserializers (an `untagged` enum, another
/// format) have parsed the value already; it is then written as JSON again, with the digits that
/// are left.
pub(super) struct Append<'t>(pub(super) &'t mut String);

impl<'de> DeserializeSeed<'de> for Append<'_> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let transcriber = Transcriber {
            text: self.0,
            depth: 0,
            may_be_text: true,
        };
        deserializer.deserialize_newtype_struct(TEXT, transcriber)
    }
}

struct Transcriber<'t> {
    text: &'t mut String,
    depth: usize,
    /// Whether a map may be serde_json's form of a text.
    may_be_text: bool,
}

impl Transcriber<'_> {
    /// Returns the transcriber for a value inside this one.
    fn inner<E: serde::de::Error>(&mut self) -> Result<Transcriber<'_>, E> {
        if self.depth >= scan::DEPTH_LIMIT {
            return Err(E::custom(scan::ScanError::Depth));
        }
        Ok(Transcriber {
            text: self.text,
            depth: self.depth + 1,
            may_be_text: false,
        })
    }

    fn display<E>(self, value: impl fmt::Display) -> Result<(), E> {
        // Writing to a String cannot fail.
        let _ = write!(self.text, "{value}");
        Ok(())
    }

    fn object<'de, A: MapAccess<'de>>(
        &mut self,
        mut name: Option<Name<'de>>,
        mut map: A,
    ) -> Result<(), A::Error> {
        let start = self.text.len();
        let mut members = 0_usize;
        let mut may_be_number = false;
        while let Some(found) = name {
            may_be_number |= &*found == NUMBER;
            self.text.push(if members == 0 { '{' } else { ',' });
            members += 1;
            self.text.push_str(&Value::from(&*found).to_string());
            self.text.push(':');
            map.next_value_seed(self.inner()?)?;
            name = map.next_key()?;
        }
        self.text.push_str(if members == 0 { "{}" } else { "}" });
        // This crate cannot see whether the feature is enabled, so serde_json decides: without the
        // feature this is an object.
        if members == 1
            && may_be_number
            && let Ok(Value::Number(number)) = self.text[start..].parse()
        {
            self.text.truncate(start);
            self.text.push_str(&number.to_string());
        }
        if self.depth == 0 {
            scan::check(&self.text[start..]).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Transcriber<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Transcriber<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let name: Option<Name<'de>> = map.next_key()?;
        if self.may_be_text && name.as_deref() == Some(TEXT) {
            let start = self.text.len();
            map.next_value_seed(Text(self.text))?;
            return scan::check(&self.text[start..]).map_err(A::Error::custom);
        }
        self.object(name, map)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(Transcriber {
            may_be_text: false,
            ..self
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        let start = self.text.len();
        self.text.push('[');
        while items.next_element_seed(self.inner()?)?.is_some() {
            self.text.push(',');
        }
        if self.text.len() > start + 1 {
            self.text.pop();
        }
        self.text.push(']');
        if self.depth == 0 {
            scan::check(&self.text[start..]).map_err(A::Error::custom)?;
        }
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_none<E>(self) -> Result<(), E> {
        self.display("null")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.display("null")
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.display(value)
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.display(value)
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.display(value)
    }

    fn visit_i128<E>(self, value: i128) -> Result<(), E> {
        self.display(value)
    }

    fn visit_u128<E>(self, value: u128) -> Result<(), E> {
        self.display(value)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<(), E> {
        match Number::from_f64(value) {
            Some(number) => self.display(number),
            None => Err(E::invalid_value(
                Unexpected::Other("a number that JSON does not have"),
                &self,
            )),
        }
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.display(Value::from(value))
    }
}

/// Appends a text that serde_json returns.
struct Text<'t>(&'t mut String);

impl<'de> DeserializeSeed<'de> for Text<'_> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Text<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the text of a JSON value")
    }

    #[inline]
    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.push_str(text);
        Ok(())
    }
}

/// Writes a JSON value: its text unchanged if serde_json writes text, a parsed value for other
/// serializers.
pub(super) struct Raw<'t>(pub(super) &'t str);

impl Serialize for Raw<'_> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if writes_json_text::<S>() {
            let mut raw = serializer.serialize_struct(TEXT, 1)?;
            raw.serialize_field(TEXT, self.0)?;
            return raw.end();
        }
        let value: Value = self.0.parse().map_err(S::Error::custom)?;
        value.serialize(serializer)
    }
}

/// Returns whether a serializer is serde_json's for text, the only one that accepts a raw text.
///
/// The type's name is the only thing that identifies a serializer. If the compiler ever writes it
/// differently, values are written through [`Value`]: digits may be lost, but nothing is
/// corrupted.
#[inline]
fn writes_json_text<S>() -> bool {
    type_name::<S>().starts_with("&mut serde_json::ser::Serializer<")
}
