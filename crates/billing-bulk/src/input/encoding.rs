//! The encodings of text: which are read, and which are refused by name.

use std::fmt;

use encoding_rs::{BIG5, EUC_KR, GB18030, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};
use serde::{Deserialize, Serialize};

/// The encoding of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// UTF-8 without a byte order mark.
    Utf8,
    /// UTF-8 with a byte order mark, as Excel writes "CSV UTF-8".
    Utf8Bom,
    /// UTF-16 with a byte order mark, little-endian, as Excel writes "Unicode text".
    Utf16Le,
    /// UTF-16 with a byte order mark, big-endian.
    Utf16Be,
}

impl Encoding {
    /// Returns the encoding of a text that begins with these bytes, and the length of its mark.
    pub(super) fn detect(head: &[u8]) -> (Self, usize) {
        match head {
            [0xEF, 0xBB, 0xBF, ..] => (Self::Utf8Bom, 3),
            [0xFF, 0xFE, ..] => (Self::Utf16Le, 2),
            [0xFE, 0xFF, ..] => (Self::Utf16Be, 2),
            _ => (Self::Utf8, 0),
        }
    }

    pub(super) fn decoder(self) -> encoding_rs::Decoder {
        let encoding = match self {
            Self::Utf8 | Self::Utf8Bom => encoding_rs::UTF_8,
            Self::Utf16Le => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
        };
        encoding.new_decoder_without_bom_handling()
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8Bom => "UTF-8 with a byte order mark",
            Self::Utf16Le => "UTF-16 (little-endian)",
            Self::Utf16Be => "UTF-16 (big-endian)",
        })
    }
}

/// Returns the name of an encoding whose text begins with these bytes and that is not read.
pub(super) fn unsupported(head: &[u8]) -> Option<&'static str> {
    match head {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => Some("UTF-32"),
        [b'+', b'/', b'v', b'8' | b'9' | b'+' | b'/', ..] => Some("UTF-7"),
        _ => None,
    }
}

/// Guesses the encoding of bytes that are not UTF-8, for an error only.
pub(super) fn guess(bytes: &[u8]) -> Option<&'static str> {
    if bytes.contains(&0) {
        // Half of the bytes of ASCII text.
        let zeros = |odd: usize| {
            let places = bytes.iter().skip(odd).step_by(2);
            places.filter(|byte| **byte == 0).count()
        };
        let (most, least) = (zeros(0).max(zeros(1)), zeros(0).min(zeros(1)));
        let is_utf_16 = most * 5 >= bytes.len() && least * 4 <= most;
        return is_utf_16.then_some("UTF-16 without a byte order mark");
    }
    let high: Vec<_> = (0..bytes.len())
        .filter(|at| bytes.get(*at).is_some_and(|byte| !byte.is_ascii()))
        .collect();
    // European letters stand among ASCII letters; other scripts have runs of high bytes.
    let is_alone = |at: &&usize| {
        let is_ascii = |at: Option<usize>| {
            at.and_then(|at| bytes.get(at))
                .is_none_or(|byte| byte.is_ascii())
        };
        is_ascii(at.checked_sub(1)) && is_ascii(at.checked_add(1))
    };
    if high.iter().filter(is_alone).count() * 3 >= high.len() * 2 {
        // Of 256 bytes, these five have no meaning.
        let is_unused = |byte: &u8| matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D);
        return (!bytes.iter().any(is_unused)).then_some(WINDOWS_1252.name());
    }
    // Each with the blocks in which most of its text is.
    let candidates: [(&'static encoding_rs::Encoding, &[(char, char)]); 5] = [
        (WINDOWS_1251, &[('\u{0410}', '\u{044F}')]),
        (
            SHIFT_JIS,
            &[('\u{3040}', '\u{30FF}'), ('\u{4E00}', '\u{9FFF}')],
        ),
        (EUC_KR, &[('\u{AC00}', '\u{D7A3}')]),
        (GB18030, &[('\u{4E00}', '\u{9FFF}')]),
        (BIG5, &[('\u{4E00}', '\u{9FFF}')]),
    ];
    let fits = |(encoding, blocks): &(&'static encoding_rs::Encoding, &[(char, char)])| {
        // The sample may end within a character.
        let sample = bytes.len().saturating_sub(1);
        let text = [bytes.len(), sample].into_iter().find_map(|length| {
            encoding.decode_without_bom_handling_and_without_replacement(bytes.get(..length)?)
        });
        text.is_some_and(|text| {
            let other: Vec<_> = text.chars().filter(|one| !one.is_ascii()).collect();
            let is_common = |one: &&char| blocks.iter().any(|(from, to)| (from..=to).contains(one));
            other.iter().filter(is_common).count() * 10 >= other.len() * 9
        })
    };
    let found = candidates.iter().find(|candidate| fits(candidate));
    found.map(|(encoding, _)| encoding.name())
}

#[cfg(test)]
mod tests {
    use encoding_rs::{BIG5, EUC_KR, GB18030, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};

    use super::guess;

    #[test]
    fn other_encodings_are_named() {
        for (text, encoding) in [
            ("city\nZürich\nGenève\n", WINDOWS_1252),
            ("city\n“Münster”\nKöln, Straße 5\n", WINDOWS_1252),
            ("city\nМосква, улица Ленина\n", WINDOWS_1251),
            ("city\nとうきょう東京タワー\n", SHIFT_JIS),
            ("city\n서울특별시 강남구\n", EUC_KR),
            ("city\n北京市朝阳区\n", GB18030),
        ] {
            let (bytes, ..) = encoding.encode(text);
            assert_eq!(guess(&bytes), Some(encoding.name()), "{text}");
        }
        // Some texts are valid in several encodings; the guess is one of them.
        let (bytes, ..) = BIG5.encode("臺北市");
        assert!(guess(&bytes).is_some());
    }

    #[test]
    fn utf_16_without_a_mark_is_named_and_noise_is_not() {
        let text = "customer_id,email\n1,a@example.com\n";
        for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            let bytes: Vec<u8> = text.encode_utf16().flat_map(bytes).collect();
            assert_eq!(guess(&bytes), Some("UTF-16 without a byte order mark"));
        }
        assert_eq!(guess(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"), None);
    }
}
