//! What serde_json does not check of a text that it hands over unread: that no name comes twice,
//! and how deep it goes.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Visitor};

/// How many arrays and objects may stand in each other in an unknown member.
///
/// serde_json reads 127 levels. The services' types need seven, so a document that keeps to this is
/// read by others, too.
pub(super) const DEPTH_LIMIT: usize = 120;

/// Up to this many names each is compared with each; more are sorted first, so that the work stays
/// in proportion.
pub(super) const FEW: usize = 12;

/// Why a text is refused.
#[derive(Debug)]
pub(super) enum Fault {
    /// A name comes twice in one object.
    Duplicate(String),
    /// It is nested too deep.
    Depth,
}

/// In the words of serde's derive and of serde_json.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate(name) => write!(f, "duplicate field `{name}`"),
            Self::Depth => f.write_str("recursion limit exceeded"),
        }
    }
}

/// Checks the text of one JSON value.
#[inline]
pub(super) fn check(text: &str) -> Result<(), Fault> {
    if text.starts_with(['{', '[']) {
        check_nested(text)
    } else {
        Ok(())
    }
}

fn check_nested(text: &str) -> Result<(), Fault> {
    // For each object that is open, where its names begin among all.
    let mut open = [ARRAY; DEPTH_LIMIT];
    let mut depth = 0_usize;
    let mut names: Vec<&[u8]> = Vec::with_capacity(FEW);
    let mut is_name = false;
    let mut rest = text.as_bytes();
    while let Some((byte, behind)) = rest.split_first() {
        rest = behind;
        match byte {
            b'{' | b'[' => {
                let first = open.get_mut(depth).ok_or(Fault::Depth)?;
                is_name = *byte == b'{';
                *first = if is_name { names.len() } else { ARRAY };
                depth += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                let first = open.get(depth).copied();
                if let Some(own) = first.and_then(|first| names.get_mut(first..)) {
                    if let Some(name) = twice_unescaped(own) {
                        return Err(Fault::Duplicate(name));
                    }
                    names.truncate(first.unwrap_or_default());
                }
                is_name = false;
            }
            b',' => is_name = depth > 0 && open.get(depth - 1) != Some(&ARRAY),
            b'"' => {
                let (inside, behind) = string(rest);
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

/// The inside of a string, and what follows its closing quote.
fn string(text: &[u8]) -> (&[u8], &[u8]) {
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

/// The name that comes twice, if one does, whichever way it is spelled.
fn twice_unescaped(names: &mut [&[u8]]) -> Option<String> {
    if names.iter().any(|name| name.contains(&b'\\')) {
        let mut names: Vec<_> = names.iter().map(|name| unescaped(name)).collect();
        return twice(&mut names);
    }
    twice(names)
}

/// The name that comes twice, if one does; puts many names in order to find it.
pub(super) fn twice<N: AsRef<[u8]>>(names: &mut [N]) -> Option<String> {
    let found = if names.len() <= FEW {
        let mut rest = &*names;
        loop {
            let (name, others) = rest.split_first()?;
            if others.iter().any(|other| other.as_ref() == name.as_ref()) {
                break name.as_ref();
            }
            rest = others;
        }
    } else {
        names.sort_unstable_by(|one, other| one.as_ref().cmp(other.as_ref()));
        let mut neighbours = names.iter().zip(names.iter().skip(1));
        let is_twice = |(one, other): &(&N, &N)| one.as_ref() == other.as_ref();
        neighbours.find(is_twice)?.0.as_ref()
    };
    Some(String::from_utf8_lossy(found).into_owned())
}

/// What the inside of a string means: UTF-8, and half a surrogate pair as three bytes of its own.
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
    match serde_json::from_slice(&quoted) {
        Ok(Bytes(bytes)) => Cow::Owned(bytes),
        Err(_) => Cow::Borrowed(inside),
    }
}
