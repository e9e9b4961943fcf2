//! Members that are not stored as requested, in messages.

use billing_core::{StoredValue, UnappliedMember, UpdateOutcome};
use billing_edit::{Path, value_text};
use serde_json::Value;

/// At most this many members are named in an error.
const MAX_NAMED: usize = 5;

/// At most this many characters of a value are shown in an error.
const MAX_VALUE: usize = 60;

/// Returns how much of the change was stored, to go before the members that were not.
pub(crate) fn extent(outcome: &UpdateOutcome) -> &'static str {
    match outcome {
        UpdateOutcome::NotApplied { .. } => "not changed",
        _ => "changed in part",
    }
}

/// Names members that are not stored as requested, with the stored values as far as they are known:
/// all from `stored`, or unchanged ones from `before`.
pub(crate) fn named(
    members: &[&UnappliedMember],
    stored: Option<&Value>,
    before: Option<&Value>,
    shorten: fn(&Path) -> String,
) -> String {
    let named = members.iter().take(MAX_NAMED).map(|member| {
        let names = member.path().segments();
        let path = shorten(&Path::of_members(names));
        let is_unchanged = member.stored() == StoredValue::Unchanged;
        match (stored.or(before.filter(|_| is_unchanged)), member.stored()) {
            (Some(document), StoredValue::Unchanged) => {
                format!("{path} is still {}", value_at(document, names))
            }
            (Some(document), _) => format!("{path} is {}", value_at(document, names)),
            (None, StoredValue::Unchanged) => format!("{path} is as it was before"),
            (None, StoredValue::OtherForm) => {
                format!("{path} is neither as it was before nor as requested")
            }
            (None, _) => format!("{path} is not as requested"),
        }
    });
    let mut named: Vec<_> = named.collect();
    if members.len() > MAX_NAMED {
        named.push(format!("and {} more", members.len() - MAX_NAMED));
    }
    named.join(", ")
}

fn value_at(document: &Value, names: &[String]) -> String {
    let value = (names.iter()).try_fold(document, |value, name| value.get(name));
    match value {
        None | Some(Value::Null) => "not set".to_owned(),
        Some(value) => shortened(&value_text(value)),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_VALUE) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
