//! JSON in: fast first, and only what fails is read again to find where.

use std::fmt;

use serde::de::DeserializeOwned;

use crate::Error;
use crate::error::Kind;

/// Reads `bytes` as JSON; a leading byte order mark, which Partner Center sends, is harmless.
///
/// # Errors
/// A decode error that carries the JSON path of the member at fault, and repeats no value. Deep
/// nesting, wrong kinds, numbers out of range and broken text all end here, never in a panic.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let bytes = strip_bom(bytes);
    serde_json::from_slice(bytes).map_err(|first| {
        let mut json = serde_json::Deserializer::from_slice(bytes);
        match serde_path_to_error::deserialize::<_, T>(&mut json) {
            Err(second) => {
                let path = bounded(second.path().to_string());
                refusal(Some(path), second.inner())
            }
            // The value itself is fine: what follows it is not.
            Ok(_) => refusal(None, &first),
        }
    })
}

pub(crate) fn strip_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

fn refusal(path: Option<String>, error: &serde_json::Error) -> Error {
    // The whole document, or a place without a name: that tells nobody anything.
    let path = path.filter(|path| !matches!(path.as_str(), "." | "?"));
    Error::unreadable("JSON", path).with_source(JsonError::from(error))
}

impl Error {
    /// A body that is not what it should be, with the path of the member at fault. For the client crates.
    #[doc(hidden)]
    pub fn unreadable(form: &str, path: Option<String>) -> Self {
        let message = match &path {
            Some(path) => format!("could not read the {form} at `{path}`"),
            None => format!("could not read the {form}"),
        };
        Self::new(Kind::Decode, message).with_json_path(path)
    }
}

/// Unknown members may have any name; one of a megabyte is of no use in a message.
fn bounded(path: String) -> String {
    const LIMIT: usize = 200;
    match path
        .char_indices()
        .nth(LIMIT)
        .and_then(|(at, _)| path.get(..at))
    {
        Some(start) => format!("{start}…"),
        None => path,
    }
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
            None => text,
        };
        Self(safe)
    }
}

/// These name a member of our own types.
fn is_about_a_member(text: &str) -> bool {
    text.starts_with("missing field ") || text.starts_with("duplicate field ")
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for JsonError {}
