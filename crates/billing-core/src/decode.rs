//! Decodes JSON: fast first, and once more for the path of an error.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

use crate::error::kind::ErrorKind;
use crate::error::{Error, unreadable};
use crate::text::strip_bom;

/// Decodes `bytes` as JSON. A leading byte order mark, which Partner Center sends, is skipped.
///
/// ```
/// use billing_core::decode;
///
/// let numbers: Vec<u8> = decode(b"[1, 2, 3]")?;
/// assert_eq!(numbers, [1, 2, 3]);
/// let error = decode::<Vec<u8>>(b"[1, 2, 300]").unwrap_err();
/// assert_eq!(error.json_path(), Some("[2]"));
/// # Ok::<(), billing_core::Error>(())
/// ```
///
/// # Errors
/// A decode error with the JSON path of the member that does not match its type, and no value. Deep
/// nesting, wrong types, numbers out of range and broken text all cause errors, never a panic. So
/// does a document of more than 256 KiB whose objects have less than 40 bytes each: `{}` takes
/// three bytes, and its model kilobytes.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let bytes = strip_bom(bytes);
    if has_too_many_objects(bytes) {
        let message =
            "could not read the JSON: it has more objects than a document of its size can have";
        return Err(Error::new(ErrorKind::Decode, message));
    }
    // Checking the text as a whole is faster than string by string.
    if let Ok(text) = str::from_utf8(bytes)
        && let Ok(value) = serde_json::from_str(text)
    {
        return Ok(value);
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| decode_error(shown(error.path()), error.inner()))?;
    // The value itself is valid; the text after it may not be.
    json.end().map_err(|error| decode_error(None, &error))?;
    Ok(value)
}

/// Returns whether objects are so small and so many that memory would depend on their number and
/// not on the document's size. The services' own documents have more than 80 bytes per object. A
/// brace in a text counts, too.
fn has_too_many_objects(bytes: &[u8]) -> bool {
    const UNCHECKED: usize = 256 * 1024;
    const BYTES_EACH: usize = 40;
    bytes.len() > UNCHECKED
        && bytes.iter().filter(|byte| **byte == b'{').count() > bytes.len() / BYTES_EACH
}

fn decode_error(path: Option<String>, error: &serde_json::Error) -> Error {
    unreadable("JSON", path).with_source(JsonError::from(error))
}

/// Returns the path, such as `properties.sections[1].name`; `None` for the whole document and for a
/// member without a name.
///
/// An unknown member may have any name, for example an e-mail address: a name that is not a word is
/// shown as `…`.
pub(crate) fn shown(path: &Path) -> Option<String> {
    const LIMIT: usize = 200;
    let mut text = String::new();
    for segment in path.iter() {
        let name = match segment {
            Segment::Seq { index } => {
                text.push_str(&format!("[{index}]"));
                continue;
            }
            Segment::Map { key: name } | Segment::Enum { variant: name } => name,
            Segment::Unknown => "?",
        };
        if !text.is_empty() {
            text.push('.');
        }
        text.push_str(if name == "?" || is_word(name) {
            name
        } else {
            "…"
        });
    }
    // The document may be very deep.
    if let Some((at, _)) = text.char_indices().nth(LIMIT) {
        text.truncate(at);
        text.push('…');
    }
    Some(text).filter(|text| !matches!(text.as_str(), "" | "?"))
}

fn is_word(name: &str) -> bool {
    let may_be_in_it = |byte: u8| byte.is_ascii_alphanumeric() || b"_-$".contains(&byte);
    (1..=64).contains(&name.len()) && name.bytes().all(may_be_in_it)
}

/// The error of serde_json without the value that it quotes, which may be a person's name.
#[derive(Debug)]
pub(crate) struct JsonError(String);

impl From<&serde_json::Error> for JsonError {
    fn from(error: &serde_json::Error) -> Self {
        let text = error.to_string();
        let quotes_a_value = ["invalid type: ", "invalid value: ", "invalid length "]
            .iter()
            .find(|prefix| text.starts_with(**prefix));
        let safe = match quotes_a_value {
            Some(prefix) => {
                let kind = text
                    .strip_prefix(prefix)
                    .and_then(|rest| rest.split(['"', '`', ',']).next())
                    .unwrap_or_default();
                let expected = text.rfind(", expected ").and_then(|at| text.get(at..));
                format!(
                    "{prefix}{}{}",
                    kind.trim_end(),
                    expected.unwrap_or_default()
                )
            }
            None if error.is_data() && !is_about_a_member(&text) => format!(
                "a value is not accepted at line {} column {}",
                error.line(),
                error.column()
            ),
            None => without_odd_name(text),
        };
        Self(safe)
    }
}

/// Hides the name of a duplicate member if it is not a word, as [`shown`] does: the name may be
/// about a person.
fn without_odd_name(text: String) -> String {
    let Some((before, rest)) = text.split_once("duplicate field `") else {
        return text;
    };
    match rest.rsplit_once('`') {
        Some((name, behind)) if !is_word(name) => format!("{before}duplicate field `…`{behind}"),
        _ => text,
    }
}

/// Returns whether the error names a member or the depth, and repeats no value.
fn is_about_a_member(text: &str) -> bool {
    let known = [
        "missing field ",
        "duplicate field ",
        "recursion limit exceeded",
    ];
    known.iter().any(|known| text.starts_with(known))
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for JsonError {}
