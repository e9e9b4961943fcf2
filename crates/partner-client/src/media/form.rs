//! A profile as `application/x-www-form-urlencoded`: `defaultAddress[city]=Redmond`.

use serde_json::{Map, Value};

use super::{join, shown};

/// The path of a member, and why a form cannot carry it.
type Fault = (String, &'static str);

/// The pairs of a document, percent-encoded.
pub(super) fn write(value: Value) -> Result<String, Fault> {
    let Some(value) = spoken(value)? else {
        return Ok(String::new());
    };
    serde_qs::to_string(&value).map_err(|_| (String::new(), "it is no list of pairs"))
}

/// The value without what a form has no words for: null, an object or a list with nothing in it.
fn spoken(value: Value) -> Result<Option<Value>, Fault> {
    match value {
        Value::Null => Ok(None),
        Value::Object(members) => {
            let mut left = Map::new();
            for (name, value) in members {
                let Some(value) = spoken_at(shown(&name), value)? else {
                    continue;
                };
                // The service would take these signs for the way to a member inside, and a number for an item's place.
                let is_index = name.bytes().all(|byte| byte.is_ascii_digit());
                if is_index || name.contains(['[', ']', '.']) {
                    return Err((
                        shown(&name).to_owned(),
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
                let place = format!("[{index}]");
                match spoken_at(&place, item)? {
                    Some(item) => left.push(item),
                    // Those behind it would move up.
                    None => {
                        let fault = "a form cannot carry an empty item; send the profile as JSON";
                        return Err((place, fault));
                    }
                }
            }
            Ok((!left.is_empty()).then_some(Value::Array(left)))
        }
        other => Ok(Some(other)),
    }
}

fn spoken_at(place: &str, value: Value) -> Result<Option<Value>, Fault> {
    spoken(value).map_err(|(path, fault)| (join(place, &path), fault))
}
