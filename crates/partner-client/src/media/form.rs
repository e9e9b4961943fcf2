//! A profile as `application/x-www-form-urlencoded`: `defaultAddress[city]=Redmond`.

use serde_json::{Map, Value};

use super::member_path::{Unrepresentable, printable};

/// Encodes a document as percent-encoded pairs.
///
/// # Errors
/// A member whose name or value no form can carry.
pub(super) fn write(value: Value) -> Result<String, Unrepresentable> {
    let Some(value) = representable(value)? else {
        return Ok(String::new());
    };
    serde_qs::to_string(&value).map_err(|_| Unrepresentable::new("", "it is no list of pairs"))
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
