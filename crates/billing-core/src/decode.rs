//! JSON in: fast first, and only what fails is read again to find where.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::text::strip_bom;

/// Reads `bytes` as JSON; a leading byte order mark, which Partner Center sends, is harmless.
///
/// # Errors
/// A decode error that carries the JSON path of the member at fault, and repeats no value. Deep
/// nesting, wrong kinds, numbers out of range and broken text all end here, never in a panic. So
/// does a document of more than 256 KiB whose objects have less than 40 bytes each: `{}` takes
/// three, and the model that is made of it kilobytes.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let bytes = strip_bom(bytes);
    if has_too_many_objects(bytes) {
        let message =
            "could not read the JSON: it has more objects than a document of its size can have";
        return Err(Error::new(ErrorKind::Decode, message));
    }
    // Looked at as a whole, the text need not be looked at again string by string.
    if let Ok(text) = str::from_utf8(bytes)
        && let Ok(value) = serde_json::from_str(text)
    {
        return Ok(value);
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| refusal(shown(error.path()), error.inner()))?;
    // The value itself is fine: what follows it may not be.
    json.end().map_err(|error| refusal(None, &error))?;
    Ok(value)
}

/// Whether objects are so small and so many that memory would follow their number and not the
/// document's size. The services' own documents have more than 80 bytes for each. A brace in a text
/// counts, too.
fn has_too_many_objects(bytes: &[u8]) -> bool {
    const UNCHECKED: usize = 256 * 1024;
    const BYTES_EACH: usize = 40;
    bytes.len() > UNCHECKED
        && bytes.iter().filter(|byte| **byte == b'{').count() > bytes.len() / BYTES_EACH
}

fn refusal(path: Option<String>, error: &serde_json::Error) -> Error {
    Error::unreadable("JSON", path).with_source(JsonError::from(error))
}

/// The path, such as `properties.sections[1].name`; `None` for the whole document and for a place without a
/// name, which tell nobody anything.
///
/// A member may have any name where the service says something new, somebody's e-mail address for example:
/// what is no word is shown as `…`.
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
    // It may be very deep.
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

/// What serde_json says, less the value that it quotes: that may be somebody's name.
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

/// Hides the name of a member that came twice where it is no word, as [`shown`] does: a service may
/// name a member as it likes, after a person for example.
fn without_odd_name(text: String) -> String {
    let Some((before, rest)) = text.split_once("duplicate field `") else {
        return text;
    };
    match rest.rsplit_once('`') {
        Some((name, behind)) if !is_word(name) => format!("{before}duplicate field `…`{behind}"),
        _ => text,
    }
}

/// These name a member, or say that one is too deep; they repeat no value.
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
