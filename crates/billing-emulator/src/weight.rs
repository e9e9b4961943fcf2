//! Estimates of the memory that JSON takes once it is read: a hundred times its text if it consists
//! of small objects.
//!
//! The estimates are on the high side, for both kinds of map that `serde_json` may be built with.

use serde_json::{Map, Value};

/// The most members and items of a document in a request.
pub(crate) const NODES_LIMIT: usize = 10_000;

/// The default of the memory that all documents may take: 256 MiB.
pub(crate) const DOCUMENTS_LIMIT: usize = 256 * 1024 * 1024;

/// The size of a node of a map, and the least number of its members unless it is the only one
/// (`BTreeMap`, B = 6).
const MAP_NODE: usize = 640;
const MAP_NODE_MEMBERS: usize = 6;

/// The size of a value, and of an allocation beside its contents.
const VALUE: usize = 32;
const ALLOCATION: usize = 16;

/// Counts the members and items of a JSON text before it is read, and its objects and lists again.
/// In any other text it counts the characters that separate them in JSON, so that TOML is bounded,
/// too.
pub(crate) fn nodes(text: &[u8]) -> usize {
    scan(text).0
}

/// Estimates the bytes that a JSON text takes once it is read.
pub(crate) fn of_json(text: &[u8]) -> usize {
    let (separators, maps) = scan(text);
    let members = separators.saturating_mul(MAP_NODE / MAP_NODE_MEMBERS);
    members.saturating_add(maps * MAP_NODE + text.len())
}

/// Counts the characters before each member and each item, and the objects.
fn scan(text: &[u8]) -> (usize, usize) {
    let (mut separators, mut maps) = (0, 0);
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => {
                while let Some(byte) = bytes.next()
                    && *byte != b'"'
                {
                    if *byte == b'\\' {
                        bytes.next();
                    }
                }
            }
            b',' | b'[' => separators += 1,
            b'{' => {
                separators += 1;
                maps += 1;
            }
            _ => {}
        }
    }
    (separators, maps)
}

/// Estimates the bytes that a document takes: itself, and its text while that is written.
pub(crate) fn of(value: &Value) -> usize {
    let inner = match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => 2 * text.len() + ALLOCATION,
        Value::Array(items) => items.iter().map(|item| VALUE + of(item)).sum(),
        Value::Object(object) => of_object(object),
    };
    VALUE + inner
}

/// Estimates the bytes that the members of an object take.
pub(crate) fn of_object(object: &Map<String, Value>) -> usize {
    let member = |(name, value): (&String, &Value)| 2 * name.len() + ALLOCATION + of(value);
    let members: usize = object.iter().map(member).sum();
    MAP_NODE * object.len().div_ceil(MAP_NODE_MEMBERS) + members
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_counted_outside_of_strings() {
        for (text, expected) in [
            ("1", 0),
            ("{}", 1),
            ("[1,2,3]", 3),
            (r#"{"a":[{},{}],"b":"[,,{\",\\"}"#, 6),
            (r#"{"a":"never closed,,,"#, 1),
            (r#"{"a":"ends in an escape\"#, 1),
        ] {
            assert_eq!(nodes(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn the_estimate_of_a_text_covers_what_is_read_from_it() {
        for text in [
            format!("[{}1]", r#"{"a":1},"#.repeat(1_000)),
            format!("[{}1]", "1,".repeat(1_000)),
            format!("{}1{}", r#"{"a":"#.repeat(100), "}".repeat(100)),
            (0..1_000).fold("{".to_owned(), |text, number| {
                format!("{text}\"m{number}\":0,")
            }) + "\"a\":0}",
        ] {
            let value: Value = serde_json::from_str(&text).unwrap();
            assert!(of_json(text.as_bytes()) * 2 >= of(&value), "{text}");
        }
    }
}
