//! Rows that a library writes are read as they were.

use billing_bulk::input::{InputFormat, Newline, RawRow};
use proptest::prelude::*;

use super::setup::{CUSTOMER, check, partner};

fn encode(text: &str, encoding: u8) -> Vec<u8> {
    let marked = format!("\u{feff}{text}");
    match encoding {
        0 => text.as_bytes().to_vec(),
        1 => marked.into_bytes(),
        2 => marked.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        _ => marked.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn csv_is_read_as_it_was_written(
        rows in prop::collection::vec(prop::collection::vec("[^\0\r]{0,12}|\"[\",;\t\n a]{1,9}", 3), 1..8),
        delimiter in prop::sample::select(&b",;\t"[..]),
        is_crlf in any::<bool>(),
        encoding in 0..4_u8,
    ) {
        let (newline, terminator) = if is_crlf {
            (Newline::CrLf, csv::Terminator::CRLF)
        } else {
            (Newline::Lf, csv::Terminator::Any(b'\n'))
        };
        let mut writer = csv::WriterBuilder::new()
            .delimiter(delimiter)
            .terminator(terminator)
            .from_writer(Vec::new());
        writer.write_record(["companyName", "customer_id", "defaultAddress.city", "#1"]).unwrap();
        let mut expected = Vec::new();
        for (number, row) in rows.iter().enumerate() {
            let id = CUSTOMER.replace("04", &format!("{number:02}"));
            // The clear marker is another test.
            let [company, city, comment] = &row[..] else { unreachable!() };
            let cells = vec![company.clone(), id, city.clone(), comment.clone()];
            writer.write_record(&cells).unwrap();
            expected.push(cells);
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let options = partner().without_trim().with_clear_marker("<no marker>");
        let input = check(encode(&text, encoding), options).unwrap();
        let InputFormat::Csv { delimiter: seen, newline: end, .. } = input.form().format else {
            unreachable!()
        };
        prop_assert_eq!(seen.byte(), delimiter);
        prop_assert_eq!(end, newline);
        let mut seen = Vec::new();
        for row in input.rows().unwrap() {
            let row = row.unwrap();
            let RawRow::Cells(cells) = row.raw else { unreachable!() };
            let patch = row.edits.merge_patch();
            let given = |text: &String| (!text.is_empty()).then(|| text.clone());
            let value = |value: Option<&serde_json::Value>| {
                value.and_then(|value| value.as_str()).map(str::to_owned)
            };
            prop_assert_eq!(value(patch.get("companyName")), given(&cells[0]));
            prop_assert_eq!(value(patch.pointer("/defaultAddress/city")), given(&cells[2]));
            seen.push(cells);
        }
        prop_assert_eq!(seen, expected);
    }

    #[test]
    fn noise_ends_with_an_error_or_rows(bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0..60_usize) {
        let mut text = format!("customer_id,email,#\n{CUSTOMER},\"a\nb\",x\n[{{\"a\":1}}]").into_bytes();
        let at = at.min(text.len());
        text.splice(at..at, bytes);
        if let Ok(input) = check(text, partner()) {
            prop_assert!(input.rows().unwrap().all(|row| row.is_ok()));
        }
    }
}
