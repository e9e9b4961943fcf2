//! JSON as specs need it: a member that comes twice is an error, where serde_json would silently keep the last.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::problem::Problem;

/// Parses the text of `file`.
pub fn parse(file: &str, text: &str) -> Result<Value, Problem> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let parsed =
        serde_path_to_error::deserialize::<_, Strict>(&mut deserializer).map_err(|error| {
            let inner = error.inner();
            let what = inner.to_string();
            let duplicate = what.starts_with("duplicate member");
            Problem {
                file: file.to_owned(),
                place: if duplicate {
                    to_pointer(error.path())
                } else {
                    format!(":{}:{}", inner.line(), inner.column())
                },
                what: match what.split_once(" at line ") {
                    Some((message, _)) => message.to_owned(),
                    None => what,
                },
                hint: if duplicate {
                    "keep one of them"
                } else {
                    "a spec is one JSON document; mend it there"
                }
                .to_owned(),
            }
        })?;
    deserializer.end().map_err(|error| Problem {
        file: file.to_owned(),
        place: format!(":{}:{}", error.line(), error.column()),
        what: "something follows the JSON document".to_owned(),
        hint: "a spec is one JSON document; remove the rest".to_owned(),
    })?;
    Ok(parsed.0)
}

/// Writes one more step of a JSON pointer.
pub fn step(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn to_pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .fold("#".to_owned(), |pointer, segment| match segment {
            Segment::Map { key } => step(&pointer, key),
            Segment::Seq { index } => step(&pointer, &index.to_string()),
            Segment::Enum { .. } | Segment::Unknown => pointer,
        })
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Node;

        impl<'de> Visitor<'de> for Node {
            type Value = Strict;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_unit<E>(self) -> Result<Strict, E> {
                Ok(Strict(Value::Null))
            }

            fn visit_bool<E>(self, value: bool) -> Result<Strict, E> {
                Ok(Strict(value.into()))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Strict, E> {
                Ok(Strict(value.into()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Strict, E> {
                Ok(Strict(value.into()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Strict, E> {
                Ok(Strict(value.into()))
            }

            fn visit_str<E>(self, value: &str) -> Result<Strict, E> {
                Ok(Strict(value.into()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Strict, A::Error> {
                let mut elements = Vec::new();
                while let Some(Strict(element)) = access.next_element()? {
                    elements.push(element);
                }
                Ok(Strict(Value::Array(elements)))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Strict, A::Error> {
                let mut members = Map::new();
                while let Some((name, Strict(value))) = access.next_entry::<String, Strict>()? {
                    if members.contains_key(&name) {
                        return Err(A::Error::custom(format_args!("duplicate member `{name}`")));
                    }
                    members.insert(name, value);
                }
                Ok(Strict(Value::Object(members)))
            }
        }

        deserializer.deserialize_any(Node)
    }
}
