//! A profile as `application/x-www-form-urlencoded`: `defaultAddress[city]=Redmond`.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Map, Value};

use super::member_path::{Unrepresentable, printable};

/// The query percent-encode set of the URL Standard, and what separates names and values. A space
/// is written as `+`.
const ENCODED: &AsciiSet = &CONTROLS
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'%')
    .add(b'+')
    .add(b'[')
    .add(b']')
    .add(b'=')
    .add(b'&');

/// Encodes a document as percent-encoded pairs.
///
/// # Errors
/// A member whose name or value no form can carry.
pub(super) fn write(value: Value) -> Result<String, Unrepresentable> {
    let mut pairs = Vec::new();
    match representable(value)? {
        Some(Value::Object(members)) => {
            for (name, value) in &members {
                add_pairs(encoded(name), value, &mut pairs);
            }
        }
        Some(_) => return Err(Unrepresentable::new("", "it is no list of pairs")),
        None => {}
    }
    Ok(pairs.join("&"))
}

/// Adds the pairs of a member: one, or those of the members or items inside.
fn add_pairs(name: String, value: &Value, pairs: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (member, value) in members {
                add_pairs(format!("{name}[{}]", encoded(member)), value, pairs);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                add_pairs(format!("{name}[{index}]"), item, pairs);
            }
        }
        Value::String(text) => pairs.push(format!("{name}={}", encoded(text))),
        other => pairs.push(format!("{name}={other}")),
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED)
        .to_string()
        .replace(' ', "+")
}

/// Removes what a form cannot express: null, and objects and lists with nothing in them.
///
/// # Errors
/// A member whose name or value no form can carry.
fn representable(value: Value) -> Result<Option<Value>, Unrepresentable> {
    match value {
        Value::Null => Ok(None),
        Value::Object(members) => {
            let mut left = Map::new();
            for (name, value) in members {
                let Some(value) = representable_at(printable(&name), value)? else {
                    continue;
                };
                // The service would read these characters as a path to a member, and a number as
                // the index of an item.
                let is_index = name.bytes().all(|byte| byte.is_ascii_digit());
                if is_index || name.contains(['[', ']', '.']) {
                    return Err(Unrepresentable::new(
                        printable(&name),
                        "a form cannot carry this name; send the profile as JSON",
                    ));
                }
                left.insert(name, value);
            }
            Ok((!left.is_empty()).then_some(Value::Object(left)))
        }
        Value::Array(items) => {
            let mut left = Vec::new();
            for (index, item) in items.into_iter().enumerate() {
                let path = format!("[{index}]");
                match representable_at(&path, item)? {
                    Some(item) => left.push(item),
                    // Without it, the items behind it would move up.
                    None => {
                        let reason = "a form cannot carry an empty item; send the profile as JSON";
                        return Err(Unrepresentable::new(path, reason));
                    }
                }
            }
            Ok((!left.is_empty()).then_some(Value::Array(left)))
        }
        other => Ok(Some(other)),
    }
}

fn representable_at(path: &str, value: Value) -> Result<Option<Value>, Unrepresentable> {
    representable(value).map_err(|error| error.inside(path))
}
