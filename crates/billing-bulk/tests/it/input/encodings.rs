//! Encodings of text.

use billing_bulk::input::{Encoding, InputFormat};

use super::setup::{CUSTOMER, check, one_line, partner, read, rows};

fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let units = [0xFEFF].into_iter().chain(text.encode_utf16());
    units.flat_map(bytes).collect()
}

#[test]
fn text_in_each_encoding_reads_the_same() {
    let csv = format!("customer_id,defaultAddress.city\r\n{CUSTOMER},Zürich 東京 🏢\r\n");
    let json = format!("{{\"customer_id\":\"{CUSTOMER}\",\"companyName\":\"Zürich 東京 🏢\"}}\n");
    for text in [csv, json] {
        let expected = rows(&check(&text, partner()).unwrap());
        for (bytes, encoding) in [
            (text.as_bytes().to_vec(), Encoding::Utf8),
            (format!("\u{feff}{text}").into_bytes(), Encoding::Utf8Bom),
            (utf_16(&text, u16::to_le_bytes), Encoding::Utf16Le),
            (utf_16(&text, u16::to_be_bytes), Encoding::Utf16Be),
        ] {
            let input = check(bytes, partner()).unwrap();
            assert_eq!(rows(&input), expected);
            let (InputFormat::Csv { encoding: seen, .. }
            | InputFormat::JsonLines { encoding: seen, .. }) = input.form().format
            else {
                unreachable!()
            };
            assert_eq!(seen, encoding);
        }
    }
}

#[test]
fn other_encodings_are_refused_by_name() {
    let text = format!("customer_id,defaultAddress.city\n{CUSTOMER},Zürich\n");
    let (western, ..) = encoding_rs::WINDOWS_1252.encode(&text);
    let (cyrillic, ..) = encoding_rs::WINDOWS_1251.encode("customer_id,companyName\n1,Москва\n");
    let bare: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut cut = utf_16(&text, u16::to_le_bytes);
    cut.pop();
    let hint = "hint: save it as UTF-8 (in Excel: \"CSV UTF-8\")";
    for (bytes, expected) in [
        (
            &*western,
            format!("input:2: it is not UTF-8; it looks like windows-1252 / {hint}"),
        ),
        (
            &cyrillic,
            format!("input:2: it is not UTF-8; it looks like windows-1251 / {hint}"),
        ),
        (
            &bare,
            format!("input: it looks like UTF-16 without a byte order mark / {hint}"),
        ),
        (
            b"\xFF\xFE\0\0c\0\0\0",
            format!("input: it is UTF-32, which is not read / {hint}"),
        ),
        (
            &[text.as_bytes(), b"\0"].concat(),
            "input:3: it has a zero byte, so it is not text / hint: give a CSV, XLSX or JSON file"
                .to_owned(),
        ),
        (
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            "input: it is not UTF-8: byte 1 is invalid / ".to_owned() + hint,
        ),
        (
            &cut,
            format!(
                "input:2: it is invalid UTF-16 before byte {} / {hint}",
                cut.len()
            ),
        ),
    ] {
        assert_eq!(one_line(&read(bytes, partner())), expected);
    }
}

#[test]
fn broken_text_far_from_the_start_has_its_line() {
    let mut text = "customer_id,# note\n".to_owned();
    for number in 0..5_000 {
        text.push_str(&format!("4d3cf487-70f4-4e1e-9ff1-{number:012},\"ä\nü\"\n"));
    }
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(b"\xE4,\n");
    let seen = one_line(&read(bytes, partner()));
    assert!(seen.starts_with("input:10002: it is not UTF-8"), "{seen}");
}
