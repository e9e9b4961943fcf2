//! Reads text from files, standard input and environment variables, with a size limit.
//!
//! A UTF-8 byte order mark is removed, and UTF-16 with its mark is decoded, as PowerShell 5 writes
//! it. Values of one line are also stripped of line ends, spaces and quotes around them.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead as _, Read};
use std::path::{Path, PathBuf};

use billing_edit::is_hidden;

use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// The maximum number of bytes of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit(u64);

impl Limit {
    /// Tokens, secrets and other values of one line. They have a few thousand bytes.
    pub(crate) const VALUE: Self = Self(64 << 10);
    /// Profiles, config files and fault plans. No response that the clients read is larger.
    pub(crate) const DOCUMENT: Self = Self(32 << 20);
    /// The data of an emulator.
    pub(crate) const SNAPSHOT: Self = Self(256 << 20);
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(bytes) = self;
        if *bytes >= 1 << 20 {
            write!(f, "{} MiB", bytes >> 20)
        } else {
            write!(f, "{} KiB", bytes >> 10)
        }
    }
}

/// Why a text cannot be used, to go after its source: `--body FILE` and `is empty`. No part of the
/// text is repeated, as it may be a secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InputError {
    #[error(transparent)]
    Read(#[from] io::Error),
    #[error("is larger than {0}")]
    TooLarge(Limit),
    #[error("is UTF-32")]
    Utf32,
    #[error("is invalid UTF-16 at byte {at}")]
    BrokenUtf16 { at: usize },
    #[error("has a zero byte: it is UTF-16 without a byte order mark, or not text")]
    Zero,
    #[error("is not UTF-8: byte {at} is invalid")]
    NotUtf8 { at: usize },
    #[error("is not text")]
    NotText,
    #[error("is empty")]
    Empty,
    #[error("contains more than one word")]
    SeveralWords,
    #[error("contains the invisible character U+{0:04X}")]
    Invisible(u32),
}

impl InputError {
    /// Returns the next step, unless it depends on the source.
    pub(crate) fn next_step(&self) -> Option<&'static str> {
        match self {
            Self::Read(_) | Self::Empty | Self::SeveralWords => None,
            Self::TooLarge(_) => Some("is it the right file? The expected content is much smaller"),
            Self::Utf32 | Self::BrokenUtf16 { .. } | Self::Zero | Self::NotUtf8 { .. } => {
                Some("save it as UTF-8 and run the command again")
            }
            Self::NotText => Some("set it again, as plain text"),
            Self::Invisible(_) => Some("copy the value again, without the characters around it"),
        }
    }

    /// Returns the usage failure for a source such as `--body FILE`. `hint` is the next step for a
    /// source that cannot be read, or has other content than expected.
    pub(crate) fn refuse(self, source: &str, hint: impl Into<String>) -> Failure {
        let next_step = self.next_step().map(str::to_owned);
        let hint = next_step.unwrap_or_else(|| hint.into());
        match self {
            Self::Read(error) => Failure::new(Exit::Usage, error)
                .during(format!("{source}: could not read it"))
                .hint(hint),
            other => Failure::usage(format!("{source} {other}"), hint),
        }
    }
}

/// Reads a text file on another thread, so that Ctrl-C works meanwhile.
///
/// # Errors
/// A file that cannot be read, is larger than the limit, or is not text.
pub(crate) async fn file(path: &Path, limit: Limit) -> Result<String, InputError> {
    let path = path.to_owned();
    on_another_thread(move || read(File::open(path)?, limit)).await
}

/// Reads standard input to its end, on another thread.
///
/// # Errors
/// See [`file`].
pub(crate) async fn stdin(limit: Limit) -> Result<String, InputError> {
    on_another_thread(move || read(io::stdin().lock(), limit)).await
}

/// Reads one line from the terminal. Invalid UTF-8 becomes `U+FFFD`.
///
/// # Errors
/// An error of the terminal.
pub(crate) fn line() -> io::Result<String> {
    let Limit(bytes) = Limit::VALUE;
    let mut line = Vec::new();
    let mut stdin = io::stdin().lock().take(bytes);
    stdin.read_until(b'\n', &mut line)?;
    Ok(String::from_utf8_lossy(&line).into_owned())
}

/// Returns the text of an environment variable, as [`value_of`] does; `None` if it is empty or not
/// set.
///
/// # Errors
/// A variable that is not text, or exceeds the limit of a value.
pub(crate) fn variable(name: &str) -> Result<Option<String>, InputError> {
    let Some(value) = std::env::var_os(name) else {
        return Ok(None);
    };
    if u64::try_from(value.len()).is_ok_and(|length| length > Limit::VALUE.0) {
        return Err(InputError::TooLarge(Limit::VALUE));
    }
    let text = value.into_string().map_err(|_| InputError::NotText)?;
    let text = value_of(&text);
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// Returns an environment variable; an empty one counts as not set.
///
/// # Errors
/// A usage failure for a variable that is not text.
pub(crate) fn environment_variable(name: &str) -> Result<Option<String>> {
    let refuse = |error: InputError| error.refuse(&format!("the environment variable {name}"), "");
    variable(name).map_err(refuse)
}

/// Returns the path in an environment variable, which need not be text.
pub(crate) fn path_variable(name: &str) -> Option<PathBuf> {
    let value = std::env::var_os(name)?;
    let path = match value.to_str() {
        Some(text) => PathBuf::from(value_of(text)),
        None => PathBuf::from(value),
    };
    (!path.as_os_str().is_empty()).then_some(path)
}

/// Returns a value of one line without byte order marks, line ends, spaces and quotes around it.
pub(crate) fn value_of(text: &str) -> &str {
    const QUOTES: [(char, char); 4] = [('"', '"'), ('\'', '\''), ('“', '”'), ('‘', '’')];
    let bare = |text| {
        str::trim_matches(text, |one: char| {
            one.is_whitespace() || one == BYTE_ORDER_MARK
        })
    };
    let text = bare(text);
    let quoted = QUOTES
        .iter()
        .find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close));
    quoted.map_or(text, bare)
}

/// Returns the [`value_of`] a token or a secret, which is one word.
///
/// # Errors
/// An empty text, several words, an invisible character.
pub(crate) fn word_of(text: &str) -> Result<&str, InputError> {
    let word = value_of(text);
    if word.is_empty() {
        return Err(InputError::Empty);
    }
    if word.contains(char::is_whitespace) {
        return Err(InputError::SeveralWords);
    }
    match word.chars().find(|&one| is_hidden(one)) {
        Some(hidden) => Err(InputError::Invisible(hidden.into())),
        None => Ok(word),
    }
}

const BYTE_ORDER_MARK: char = '\u{feff}';

async fn on_another_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, InputError> + Send + 'static,
) -> Result<T, InputError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(io::Error::other)?
}

/// Reads a text to its end.
///
/// # Errors
/// See [`file`].
pub(crate) fn read(source: impl Read, limit: Limit) -> Result<String, InputError> {
    let Limit(most) = limit;
    let mut bytes = Vec::new();
    source
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > most) {
        return Err(InputError::TooLarge(limit));
    }
    decode(bytes)
}

/// Decodes UTF-8 or UTF-16.
fn decode(bytes: Vec<u8>) -> Result<String, InputError> {
    match bytes.as_slice() {
        // Before UTF-16, whose byte order mark is a prefix of this one.
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => return Err(InputError::Utf32),
        [0xFF, 0xFE, rest @ ..] => return utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => return utf16(rest, u16::from_be_bytes),
        _ => {}
    }
    let mut text = String::from_utf8(bytes).map_err(|error| InputError::NotUtf8 {
        at: error.utf8_error().valid_up_to(),
    })?;
    if text.contains('\0') {
        return Err(InputError::Zero);
    }
    if text.starts_with(BYTE_ORDER_MARK) {
        text.drain(..BYTE_ORDER_MARK.len_utf8());
    }
    Ok(text)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, InputError> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let broken = |at: usize| InputError::BrokenUtf16 { at };
    if !odd.is_empty() {
        return Err(broken(bytes.len().saturating_add(1)));
    }
    let mut text = String::with_capacity(bytes.len());
    // The byte order mark has two bytes.
    let mut at = 2_usize;
    for one in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let one = one.map_err(|_| broken(at))?;
        at = at.saturating_add(2 * one.len_utf16());
        text.push(one);
    }
    if text.contains('\0') {
        return Err(InputError::Zero);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::{InputError, Limit, decode, read, value_of, word_of};

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        let units = [0xFEFF].into_iter().chain(text.encode_utf16());
        units.flat_map(bytes).collect()
    }

    #[test]
    fn all_encodings_with_a_mark_give_the_same_text() {
        let text = "{\"city\":\"Zürich 東京 🏢\"}\r\n";
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            utf16(text, u16::to_le_bytes),
            utf16(text, u16::to_be_bytes),
        ] {
            assert_eq!(decode(bytes).unwrap(), text);
        }
    }

    #[test]
    fn bytes_that_are_not_text_are_refused() {
        let unmarked: Vec<u8> = "{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, expected) in [
            (&b"\xFF\xFE{\0\0"[..], "is invalid UTF-16 at byte 4"),
            (b"\xFF\xFE{\0\x00\xD8", "is invalid UTF-16 at byte 4"),
            (b"\xFF\xFE\0\0{\0\0\0", "is UTF-32"),
            (b"\0\0\xFE\xFF\0\0\0{", "is UTF-32"),
            (
                &unmarked,
                "has a zero byte: it is UTF-16 without a byte order mark, or not text",
            ),
            (b"Z\xFCrich", "is not UTF-8: byte 1 is invalid"),
            (
                b"PK\x03\x04\0",
                "has a zero byte: it is UTF-16 without a byte order mark, or not text",
            ),
        ] {
            let refused = decode(bytes.to_vec()).unwrap_err();
            assert_eq!(refused.to_string(), expected);
            assert!(refused.next_step().is_some(), "{refused}");
        }
    }

    #[test]
    fn endless_source_is_refused_at_the_limit() {
        let read = |bytes| {
            read(
                std::io::Read::take(std::io::repeat(b'a'), bytes),
                Limit::VALUE,
            )
        };
        assert_eq!(read(64 << 10).unwrap().len(), 64 << 10);
        let refused = read(u64::MAX).unwrap_err();
        assert_eq!(refused.to_string(), "is larger than 64 KiB");
        assert_eq!(Limit::DOCUMENT.to_string(), "32 MiB");
    }

    #[test]
    fn value_is_stripped_of_quotes_and_spaces() {
        for (text, expected) in [
            ("abc", "abc"),
            ("\u{feff}abc\r\n", "abc"),
            (" \"abc\" \n", "abc"),
            ("'abc'", "abc"),
            ("“abc”", "abc"),
            ("\"\u{feff} a c \"", "a c"),
            ("\"abc", "\"abc"),
            ("\"abc'", "\"abc'"),
            ("\"\"abc\"\"", "\"abc\""),
            ("\"", "\""),
            ("\"\"", ""),
            ("", ""),
        ] {
            assert_eq!(value_of(text), expected, "{text:?}");
        }
    }

    #[test]
    fn token_is_one_visible_word() {
        assert_eq!(word_of("\u{feff}'abc'\n").unwrap(), "abc");
        let refused = |text| word_of(text).map_err(|error: InputError| error.to_string());
        for (text, expected) in [
            (" \n", "is empty"),
            ("a b", "contains more than one word"),
            ("a\u{200b}b", "contains the invisible character U+200B"),
            ("a\u{1b}b", "contains the invisible character U+001B"),
        ] {
            assert_eq!(refused(text), Err(expected.to_owned()), "{text:?}");
        }
    }
}
