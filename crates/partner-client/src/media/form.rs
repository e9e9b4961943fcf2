//! A profile as `application/x-www-form-urlencoded`: `defaultAddress[city]=Redmond`.

use form_urlencoded::Serializer;
use serde_json::{Map, Value};

use super::member_path::{Unrepresentable, printable};

/// Encodes a document as pairs; brackets in names are percent-encoded.
///
/// # Errors
/// A member whose name or value no form can carry.
pub(super) fn write(value: Value) -> Result<String, Unrepresentable> {
    let mut pairs = Serializer::new(String::new());
    match representable(value)? {
        Some(Value::Object(members)) => {
            for (name, value) in &members {
                add_pairs(name, value, &mut pairs);
            }
        }
        Some(_) => return Err(Unrepresentable::new("", "it is no list of pairs")),
        None => {}
    }
    Ok(pairs.finish())
}

/// Adds the pairs of a member: one, or those of the members or items inside.
fn add_pairs(name: &str, value: &Value, pairs: &mut Serializer<'_, String>) {
    match value {
        Value::Object(members) => {
            for (member, value) in members {
                add_pairs(&format!("{name}[{member}]"), value, pairs);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                add_pairs(&format!("{name}[{index}]"), item, pairs);
            }
        }
        Value::String(text) => {
            pairs.append_pair(name, text);
        }
        other => {
            pairs.append_pair(name, &other.to_string());
        }
    }
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
