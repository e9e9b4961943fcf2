//! The checks that serde_json leaves out for a text that it returns unread: duplicate names and the
//! nesting depth.

use std::borrow::Cow;
use std::fmt;

use super::parts::{Member, sort, split_string, unescaped};

/// The number of nested arrays and objects that an unknown member may have.
///
/// serde_json reads 127 levels. The services' types need seven, so other programs can read a
/// document that stays within this limit.
pub(super) const DEPTH_LIMIT: usize = 120;

/// Up to this many names are compared pair by pair. More are sorted first, which keeps the work
/// proportional to the size of the document.
pub(super) const FEW: usize = 12;

/// The reason why a text is refused.
#[derive(Debug)]
pub(super) enum ScanError {
    /// A name appears twice in one object.
    Duplicate(String),
    /// The text is nested too deep.
    Depth,
}

/// Uses the messages of serde's derive and of serde_json.
impl fmt::Display for ScanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate(name) => write!(f, "duplicate field `{name}`"),
            Self::Depth => f.write_str("recursion limit exceeded"),
        }
    }
}

/// Checks the text of one JSON value.
#[inline]
pub(super) fn check(text: &str) -> Result<(), ScanError> {
    if text.starts_with(['{', '[']) {
        check_nested(text)
    } else {
        Ok(())
    }
}

fn check_nested(text: &str) -> Result<(), ScanError> {
    // The index of the first name of each open object.
    let mut open = [ARRAY; DEPTH_LIMIT];
    let mut depth = 0_usize;
    let mut names: Vec<&[u8]> = Vec::with_capacity(FEW);
    let mut is_name = false;
    let mut rest = text.as_bytes();
    while let Some((byte, behind)) = rest.split_first() {
        rest = behind;
        match byte {
            b'{' | b'[' => {
                let first = open.get_mut(depth).ok_or(ScanError::Depth)?;
                is_name = *byte == b'{';
                *first = if is_name { names.len() } else { ARRAY };
                depth += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                let first = open.get(depth).copied();
                if let Some(own) = first.and_then(|first| names.get(first..)) {
                    check_unescaped(own)?;
                    names.truncate(first.unwrap_or_default());
                }
                is_name = false;
            }
            b',' => is_name = depth > 0 && open.get(depth - 1) != Some(&ARRAY),
            b'"' => {
                let (inside, behind) = split_string(rest);
                if is_name {
                    names.push(inside);
                }
                is_name = false;
                rest = behind;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Stands for an array, which has no names.
const ARRAY: usize = usize::MAX;

/// Checks the names of one object as they are between their quotes.
fn check_unescaped(names: &[&[u8]]) -> Result<(), ScanError> {
    if names.iter().any(|name| name.contains(&b'\\')) {
        let names: Vec<_> = names.iter().map(|name| unescaped(name)).collect();
        let names: Vec<_> = names.iter().map(|name| &**name).collect();
        return check_names(&names);
    }
    check_names(names)
}

/// Checks that no name appears twice.
pub(super) fn check_names(names: &[&[u8]]) -> Result<(), ScanError> {
    let duplicate = |name: &[u8]| {
        let name = String::from_utf8_lossy(name).into_owned();
        Err(ScanError::Duplicate(name))
    };
    if names.len() <= FEW {
        for (index, name) in names.iter().enumerate() {
            if names.iter().take(index).any(|before| before == name) {
                return duplicate(name);
            }
        }
        return Ok(());
    }
    let members = names.iter().map(|name| (Cow::Borrowed(*name), ""));
    let mut members: Vec<Member<'_>> = members.collect();
    sort(&mut members);
    for ((name, _), (next, _)) in members.iter().zip(members.iter().skip(1)) {
        if name == next {
            return duplicate(name);
        }
    }
    Ok(())
}
