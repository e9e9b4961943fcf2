//! Documents as JSON, in the order in which a service writes their members.

use std::convert::Infallible;

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value};

use super::{MOST_MEMBERS, Shape};

/// Compact JSON: the members of the shape in its order, then the others by name. An empty shape
/// writes everything by name, as Azure Resource Manager's recorded answers do.
pub(crate) fn write(out: &mut Vec<u8>, document: &Value, shape: &Shape) {
    match document {
        Value::Object(object) => {
            out.push(b'{');
            let _ = each(object, shape, |name, value, shape| {
                if out.last() != Some(&b'{') {
                    out.push(b',');
                }
                write_text(out, name);
                out.push(b':');
                write(out, value, shape);
                Ok::<_, Infallible>(())
            });
            out.push(b'}');
        }
        Value::Array(values) => {
            out.push(b'[');
            for value in values {
                if out.last() != Some(&b'[') {
                    out.push(b',');
                }
                write(out, value, shape);
            }
            out.push(b']');
        }
        Value::String(text) => write_text(out, text),
        // Numbers, flags and null always serialize.
        scalar => {
            let _ = serde_json::to_writer(out, scalar);
        }
    }
}

/// Most texts have nothing to escape, which is found out here eight bytes at a time; serde_json looks at each.
fn write_text(out: &mut Vec<u8>, text: &str) {
    let is_plain = |byte: &u8| *byte >= b' ' && *byte != b'"' && *byte != b'\\';
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    // Without an early end, so that one step does for all eight.
    let are_plain = |word: &[u8; 8]| word.iter().fold(true, |all, byte| all & is_plain(byte));
    if words.iter().all(are_plain) && rest.iter().all(is_plain) {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        // Text always serializes.
        let _ = serde_json::to_writer(out, text);
    }
}

/// A document to be written in the same order into another one.
pub(crate) fn ordered<'a>(value: &'a Value, shape: &'a Shape) -> impl Serialize + 'a {
    Ordered { value, shape }
}

struct Ordered<'a> {
    value: &'a Value,
    shape: &'a Shape,
}

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Value::Object(object) => {
                let mut map = serializer.serialize_map(Some(object.len()))?;
                each(object, self.shape, |name, value, shape| {
                    map.serialize_entry(name, &Ordered { value, shape })
                })?;
                map.end()
            }
            Value::Array(values) => serializer.collect_seq(values.iter().map(|value| Ordered {
                value,
                shape: self.shape,
            })),
            scalar => scalar.serialize(serializer),
        }
    }
}

/// Visits the members of an object in the order in which they are written, each with the shape of what it holds.
fn each<E>(
    object: &Map<String, Value>,
    shape: &Shape,
    mut visit: impl FnMut(&str, &Value, &Shape) -> Result<(), E>,
) -> Result<(), E> {
    debug_assert!(shape.len() <= MOST_MEMBERS);
    let mut known = [None; MOST_MEMBERS];
    let mut others = object.len();
    if !shape.is_empty() {
        for (name, value) in object {
            let mut places = shape.iter().zip(&mut known);
            if let Some((_, place)) = places.find(|(member, _)| member.name == name) {
                *place = Some(value);
                others -= 1;
            }
        }
    }
    for (member, value) in shape.iter().zip(known) {
        if let Some(value) = value {
            visit(member.name, value, member.kind.shape())?;
        }
    }
    if others == 0 {
        return Ok(());
    }
    let mut others = object
        .iter()
        .filter(|(name, _)| !shape.iter().any(|member| member.name == *name));
    let visit = |(name, value): (&String, &Value)| visit(name, value, &[]);
    // The map's own order depends on a feature that any crate may switch on.
    if object.keys().is_sorted() {
        others.try_for_each(visit)
    } else {
        let mut sorted: Vec<_> = others.collect();
        sorted.sort_unstable_by_key(|(name, _)| *name);
        sorted.into_iter().try_for_each(visit)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::contract::CUSTOMER_BILLING_PROFILE;

    #[test]
    fn a_text_is_written_as_serde_json_writes_it_wherever_it_has_something_to_escape() {
        let plain = "0123456789 é~\u{7f}0123456789";
        for escaped in ["", "\"", "\\", "\n", "\0", "\u{1f}", "\"\\"] {
            for (at, _) in plain.char_indices() {
                let (start, end) = plain.split_at(at);
                let document =
                    json!({ format!("{start}{escaped}"): [format!("{start}{escaped}{end}")] });
                let mut written = Vec::new();
                write(&mut written, &document, &[]);
                let written = String::from_utf8(written);
                assert_eq!(written.ok(), Some(document.to_string()));
            }
        }
    }

    #[test]
    fn what_is_written_has_the_members_of_the_shape_in_its_order_and_then_the_others_by_name() {
        let document = json!({
            "attributes": { "b": 1, "objectType": "A", "a": null, "etag": "1" },
            "zebra": true, "ant": [], "defaultAddress": { "city": "Redmond", "country": "US" },
            "links": { "self": { "headers": [{ "value": "1", "key": "a" }, {}], "uri": "/" } }, "id": "1",
        });
        let expected = r#"{"id":"1","defaultAddress":{"country":"US","city":"Redmond"},"links":{"self":{"uri":"/","headers":[{"key":"a","value":"1"},{}]}},"attributes":{"etag":"1","objectType":"A","a":null,"b":1},"ant":[],"zebra":true}"#;
        let mut written = Vec::new();
        write(&mut written, &document, CUSTOMER_BILLING_PROFILE);
        assert_eq!(str::from_utf8(&written), Ok(expected));
        let ordered = serde_json::to_string(&ordered(&document, CUSTOMER_BILLING_PROFILE));
        assert_eq!(ordered.ok().as_deref(), Some(expected));
    }
}
