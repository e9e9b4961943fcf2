//! Decodes the text of a request's body.

use std::borrow::Cow;

/// Decodes a body as ASP.NET does: a byte order mark decides, or else the charset `utf-16`; any
/// other body is UTF-8.
///
/// # Errors
///
/// The encoding that the bytes do not have.
pub(crate) fn decode<'a>(
    body: &'a [u8],
    charset: Option<&str>,
) -> Result<Cow<'a, str>, &'static str> {
    let is_utf_16 = charset.is_some_and(|charset| charset == "utf-16" || charset == "utf-16le");
    match body {
        [0xEF, 0xBB, 0xBF, text @ ..] => utf_8(text),
        [0xFF, 0xFE, text @ ..] => utf_16(text, u16::from_le_bytes),
        [0xFE, 0xFF, text @ ..] => utf_16(text, u16::from_be_bytes),
        text if is_utf_16 => utf_16(text, u16::from_le_bytes),
        text => utf_8(text),
    }
}

fn utf_8(text: &[u8]) -> Result<Cow<'_, str>, &'static str> {
    let text = str::from_utf8(text).map_err(|_| "the body is not UTF-8")?;
    Ok(text.into())
}

fn utf_16(text: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'static, str>, &'static str> {
    let (units, rest) = text.as_chunks::<2>();
    let text = char::decode_utf16(units.iter().map(|bytes| unit(*bytes)));
    let text = text.collect::<Result<String, _>>();
    match text {
        Ok(text) if rest.is_empty() => Ok(text.into()),
        _ => Err("the body is not UTF-16"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_decides_before_the_charset() {
        let little: Vec<u8> = "{ä}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "{ä}".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let with = |mark: &[u8], text: &[u8]| [mark, text].concat();
        let utf_16 = Some("utf-16");
        for (body, charset, expected) in [
            ("{ä}".into(), None, Ok("{ä}")),
            ("{ä}".into(), Some("utf-8"), Ok("{ä}")),
            ("{ä}".into(), Some("iso-8859-1"), Ok("{ä}")),
            (with(b"\xEF\xBB\xBF", "{ä}".as_bytes()), utf_16, Ok("{ä}")),
            (with(b"\xFF\xFE", &little), Some("utf-8"), Ok("{ä}")),
            (with(b"\xFE\xFF", &big), None, Ok("{ä}")),
            (little.clone(), utf_16, Ok("{ä}")),
            (little.clone(), None, Err("the body is not UTF-8")),
            (b"{\xE4}".to_vec(), None, Err("the body is not UTF-8")),
            (with(b"\xFF\xFE", b"{"), None, Err("the body is not UTF-16")),
            (
                with(b"\xFF\xFE", b"\x00\xD8"),
                None,
                Err("the body is not UTF-16"),
            ),
            (Vec::new(), None, Ok("")),
        ] {
            let decoded = decode(&body, charset);
            assert_eq!(
                decoded.as_deref().map_err(|error| *error),
                expected,
                "{body:?}"
            );
        }
    }
}
