//! What JSON texts say: whether two say the same, and what a [`Value`] can hold of one.

use serde_json::Value;
use serde_json::value::RawValue;

use super::scan::unescaped;

/// Whether two values are the same: strings by their characters, numbers by their digits, objects
/// by their members in any order. Space between them means nothing.
///
/// Numbers are not compared as numbers, or a change of digits that a float does not have would be
/// none.
pub(super) fn same(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    match (one.as_bytes(), other.as_bytes()) {
        ([b'[', ..], [b'[', ..]) => {
            let (Some(one), Some(other)) = (items(one), items(other)) else {
                return false;
            };
            let pairs = || one.iter().zip(&other);
            one.len() == other.len() && pairs().all(|(one, other)| same(one.get(), other.get()))
        }
        ([b'{', ..], [b'{', ..]) => {
            let (Some(one), Some(other)) = (members(one), members(other)) else {
                return false;
            };
            let pairs = || one.iter().zip(&other);
            let are_same = |((name, value), (other_name, other)): (&Pair<'_>, &Pair<'_>)| {
                name == other_name && same(value, other)
            };
            one.len() == other.len() && pairs().all(are_same)
        }
        ([b'"', one @ .., b'"'], [b'"', other @ .., b'"']) => unescaped(one) == unescaped(other),
        _ => false,
    }
}

/// The value that is nearest to a text which no [`Value`] can hold.
pub(super) fn lossy_value(text: &str) -> Value {
    let string = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
    let nearest = match text.as_bytes() {
        [b'[', ..] => {
            items(text).map(|items| items.iter().map(|item| lossy_value(item.get())).collect())
        }
        [b'{', ..] => members(text).map(|members| {
            let members = members.into_iter();
            Value::Object(
                members
                    .map(|(name, value)| (string(&name), lossy_value(value)))
                    .collect(),
            )
        }),
        [b'"', inside @ .., b'"'] => Some(string(&unescaped(inside)).into()),
        _ => serde_json::from_str(text).ok(),
    };
    nearest.unwrap_or_else(|| text.into())
}

type Pair<'t> = (Vec<u8>, &'t str);

fn items(text: &str) -> Option<Vec<&RawValue>> {
    serde_json::from_str(text).ok()
}

/// The members of an object, by name.
fn members(text: &str) -> Option<Vec<Pair<'_>>> {
    // The text of an object is that of its names and values in turn, with other signs between them.
    let mut members = Vec::new();
    let mut rest = text.strip_prefix('{')?.trim_start();
    while !rest.starts_with('}') {
        let (name, behind) = value(rest)?;
        let name = name.strip_prefix('"')?.strip_suffix('"')?;
        let (value, behind) = value(behind.trim_start().strip_prefix(':')?.trim_start())?;
        members.push((unescaped(name.as_bytes()).into_owned(), value));
        let behind = behind.trim_start();
        rest = behind.strip_prefix(',').unwrap_or(behind).trim_start();
    }
    members.sort();
    Some(members)
}

/// The value at the beginning of a text, and what follows it.
fn value(text: &str) -> Option<(&str, &str)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    let value = values.next()?.ok()?.get();
    Some((value, text.get(value.len()..)?))
}
