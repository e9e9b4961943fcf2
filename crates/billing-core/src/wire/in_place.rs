//! Whether a change is there already.

use serde::Serialize;
use serde_json::Value;

use crate::decode::strip_bom;

/// Whether the document `current` is as the JSON `written` wanted it; `false` if either is no JSON.
pub(crate) fn is_in_place(written: &[u8], current: &[u8]) -> bool {
    let read = |bytes| serde_json::from_slice::<Value>(bytes).ok();
    match (read(written), read(strip_bom(current))) {
        (Some(written), Some(current)) => contains(&current, &written),
        _ => false,
    }
}

/// Whether everything that `written` says is so in `current`, both written as JSON.
pub fn is_within(written: &impl Serialize, current: &impl Serialize) -> bool {
    match (serde_json::to_value(written), serde_json::to_value(current)) {
        (Ok(written), Ok(current)) => contains(&current, &written),
        _ => false,
    }
}

/// Whether `whole` has every member of `part`, at every depth, with the same value; `null` in `part`
/// asks for a member that is `null` or absent, and lists are compared item by item.
fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => part.iter().all(|(name, part)| {
            let own = whole.get(name);
            own.map_or(part.is_null(), |own| contains(own, part))
        }),
        (Value::Array(whole), Value::Array(part)) => {
            whole.len() == part.len()
                && whole
                    .iter()
                    .zip(part)
                    .all(|(own, part)| contains(own, part))
        }
        (whole, part) => whole == part,
    }
}
