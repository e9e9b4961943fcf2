//! The parts of a valid JSON text: the items of an array, the members of an object and the
//! characters of a string, each as it was written.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Visitor};

/// A member of an object: its unescaped name and the text of its value.
pub(super) type Member<'t> = (Cow<'t, [u8]>, &'t str);

/// Sorts members by name, so that the order in which they were written does not matter.
///
/// Every sort of this crate goes through this function: the standard library's sort is 2,500 lines
/// for the compiler, once for each type.
pub(super) fn sort(members: &mut [Member<'_>]) {
    members.sort_unstable();
}

/// Returns whether two texts are the same value: strings by their characters, numbers by their
/// digits, objects by their members in any order. White space between values is ignored.
///
/// Numbers are not compared as numbers: a change of digits that a float cannot represent would go
/// unnoticed.
pub(super) fn is_same_value(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    match (one.as_bytes(), other.as_bytes()) {
        ([b'[', ..], [b'[', ..]) => {
            let (one, other) = (items(one), items(other));
            let mut pairs = one.iter().zip(&other);
            one.len() == other.len() && pairs.all(|(one, other)| is_same_value(one, other))
        }
        ([b'{', ..], [b'{', ..]) => {
            let (mut one, mut other) = (members(one), members(other));
            are_same_members(&mut one, &mut other)
        }
        ([b'"', one @ .., b'"'], [b'"', other @ .., b'"']) => unescaped(one) == unescaped(other),
        _ => false,
    }
}

/// Returns whether two objects have the same members with the same values, in any order.
pub(super) fn are_same_members(one: &mut [Member<'_>], other: &mut [Member<'_>]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    sort(one);
    sort(other);
    let mut pairs = one.iter().zip(other.iter());
    pairs.all(|((name, value), (other_name, other))| {
        name == other_name && is_same_value(value, other)
    })
}

/// Returns the texts of an array's items.
pub(super) fn items(array: &str) -> Vec<&str> {
    let mut items = Vec::new();
    let mut rest = inside(array);
    while !rest.is_empty() {
        let (item, behind) = split_value(rest);
        items.push(item);
        rest = after(',', behind);
    }
    items
}

/// Returns the members of an object, in the order in which they were written.
pub(super) fn members(object: &str) -> Vec<Member<'_>> {
    let mut members = Vec::new();
    let mut rest = inside(object);
    while !rest.is_empty() {
        let (name, behind) = split_value(rest);
        let (value, behind) = split_value(after(':', behind));
        let name = name.get(1..name.len() - 1).unwrap_or_default();
        members.push((unescaped(name.as_bytes()), value));
        rest = after(',', behind);
    }
    members
}

/// Returns what is between the brackets of an array or object.
fn inside(nested: &str) -> &str {
    let inside = nested.get(1..nested.len() - 1);
    inside.unwrap_or_default().trim_ascii()
}

/// Removes a separator and the white space around it.
fn after(separator: char, text: &str) -> &str {
    let text = text.trim_ascii_start();
    text.strip_prefix(separator)
        .unwrap_or(text)
        .trim_ascii_start()
}

/// Splits a text behind its first value.
fn split_value(text: &str) -> (&str, &str) {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut end = 0;
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                let (string, _) = split_string(bytes.get(end + 1..).unwrap_or_default());
                end += string.len() + 1;
            }
            b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' if depth == 0 => break,
            _ => {}
        }
        end += 1;
    }
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Splits a text that begins behind the opening quote of a string into the inside of that string
/// and what follows its closing quote.
pub(super) fn split_string(text: &[u8]) -> (&[u8], &[u8]) {
    let mut end = 0;
    while let Some(found) = text.get(end) {
        match found {
            b'"' => break,
            b'\\' => end += 2,
            _ => end += 1,
        }
    }
    let (inside, behind) = text.split_at_checked(end).unwrap_or((text, &[]));
    (inside, behind.get(1..).unwrap_or_default())
}

/// Returns the characters of a string from what is between its quotes: UTF-8, and an unpaired
/// surrogate as the three bytes of its code point.
pub(super) fn unescaped(inside: &[u8]) -> Cow<'_, [u8]> {
    struct Bytes(Vec<u8>);

    impl<'de> Deserialize<'de> for Bytes {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct BytesVisitor;

            impl Visitor<'_> for BytesVisitor {
                type Value = Bytes;

                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("a string")
                }

                fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                    Ok(Bytes(bytes.to_owned()))
                }
            }

            deserializer.deserialize_bytes(BytesVisitor)
        }
    }

    if !inside.contains(&b'\\') {
        return Cow::Borrowed(inside);
    }
    let quoted = [b"\"", inside, b"\""].concat();
    let text = str::from_utf8(&quoted).unwrap_or_default();
    match serde_json::from_str(text) {
        Ok(Bytes(bytes)) => Cow::Owned(bytes),
        Err(_) => Cow::Borrowed(inside),
    }
}
