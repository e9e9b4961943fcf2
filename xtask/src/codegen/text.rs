//! Reading of text files: UTF-8 without a byte order mark, up to 16 MiB.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::problem::Problem;

/// The size limit of a file in bytes; the largest spec has 25,000.
const SIZE_LIMIT: u64 = 16 * 1024 * 1024;

/// Reads a file that problems name as `shown`.
///
/// Lines end with line feeds alone, whatever they end with in the file. A byte order mark is
/// refused, since the hash of the file would not be that of its text.
///
/// # Errors
///
/// If the file cannot be read, is too large or has another encoding.
pub fn read(path: &Path, shown: &str) -> Result<String, Problem> {
    let problem = |place: &str, what: String, hint: &str| Problem::new(shown, place, what, hint);
    let mut bytes = Vec::new();
    let file = File::open(path);
    file.and_then(|file| file.take(SIZE_LIMIT + 1).read_to_end(&mut bytes))
        .map_err(|error| {
            problem(
                "",
                format!("it cannot be read: {error}"),
                "check that it exists and can be read",
            )
        })?;
    if bytes.len() as u64 > SIZE_LIMIT {
        let what = format!("the file is larger than {} MiB", SIZE_LIMIT >> 20);
        return Err(problem(
            "",
            what,
            "a spec describes one page; write it by hand",
        ));
    }
    if let Some(encoding) = other_encoding(&bytes) {
        let what = format!("the file is {encoding}");
        return Err(problem(
            ":1:1",
            what,
            "save it as UTF-8 without a byte order mark",
        ));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..valid).unwrap_or_default();
        let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
        problem(
            &format!(":{line}"),
            "the line is not UTF-8".to_owned(),
            "save it as UTF-8",
        )
    })?;
    Ok(with_line_feeds(text))
}

/// Returns a text whose lines end with line feeds alone, as in the repository: a checkout on
/// Windows can have carriage returns before them.
pub fn with_line_feeds(text: String) -> String {
    if text.contains('\r') {
        text.replace("\r\n", "\n")
    } else {
        text
    }
}

/// Returns the encoding of a text that is not plain UTF-8, by its first bytes. UTF-16 without a
/// byte order mark is recognized by the zero in each ASCII character.
fn other_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => Some("UTF-8 with a byte order mark"),
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => Some("UTF-32"),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, 1..=255, ..] | [1..=255, 0, ..] => Some("UTF-16"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(bytes: &[u8]) -> String {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        match read(file.path(), "specs/thing.json") {
            Ok(text) => text,
            Err(problem) => problem.to_string().replace('\n', ""),
        }
    }

    #[test]
    fn utf_8_is_read_and_each_other_encoding_is_named() {
        assert_eq!(
            told("{\"é\":\"\u{FEFF}\"}".as_bytes()),
            "{\"é\":\"\u{FEFF}\"}"
        );
        assert_eq!(told(b""), "");
        assert_eq!(told(b"a\r\nb\rc\n"), "a\nb\rc\n");
        let utf_16 = |text: &str, unit: fn(u16) -> [u8; 2]| {
            text.encode_utf16().flat_map(unit).collect::<Vec<_>>()
        };
        let named = [
            told(b"\xEF\xBB\xBF{}"),
            told(&utf_16("\u{FEFF}{}", u16::to_le_bytes)),
            told(&utf_16("\u{FEFF}{}", u16::to_be_bytes)),
            told(&utf_16("{}", u16::to_le_bytes)),
            told(&utf_16("{}", u16::to_be_bytes)),
            told(b"\xFF\xFE\0\0{\0\0\0"),
            told(b"{\n\"a\":\"\xE4\"}"),
        ];
        insta::assert_snapshot!(named.join("\n"), @"
        specs/thing.json:1:1: the file is UTF-8 with a byte order mark  hint: save it as UTF-8 without a byte order mark
        specs/thing.json:1:1: the file is UTF-16  hint: save it as UTF-8 without a byte order mark
        specs/thing.json:1:1: the file is UTF-16  hint: save it as UTF-8 without a byte order mark
        specs/thing.json:1:1: the file is UTF-16  hint: save it as UTF-8 without a byte order mark
        specs/thing.json:1:1: the file is UTF-16  hint: save it as UTF-8 without a byte order mark
        specs/thing.json:1:1: the file is UTF-32  hint: save it as UTF-8 without a byte order mark
        specs/thing.json:2: the line is not UTF-8  hint: save it as UTF-8
        ");
    }

    #[test]
    fn a_file_is_read_up_to_the_limit_and_named_if_it_is_not_there() {
        let limit = usize::try_from(SIZE_LIMIT).unwrap();
        assert_eq!(told(&vec![b' '; limit]).len(), limit);
        insta::assert_snapshot!(told(&vec![b' '; limit + 1]), @"specs/thing.json: the file is larger than 16 MiB  hint: a spec describes one page; write it by hand");
        let missing = read(Path::new("/nowhere/at/all"), "specs/thing.json").unwrap_err();
        assert!(
            missing
                .to_string()
                .starts_with("specs/thing.json: it cannot be read: "),
            "{missing}"
        );
    }
}
