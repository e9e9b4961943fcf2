//! Rows that are written are read back as they were.

use std::path::Path;

use billing_bulk::input::{
    Delimiter, Encoding, Input, InputForm, InputFormat, InputOptions, Newline, RawRow,
};
use billing_bulk::output::OutputFile;
use billing_bulk::{Edits, Service};
use proptest::prelude::*;
use serde_json::{Value, json};

const COLUMNS: [&str; 7] = [
    "service",
    "customer_id",
    "companyName",
    "defaultAddress.city",
    "email",
    "defaultAddress.postalCode",
    "# a, note; of\tmine",
];

fn formats() -> impl Strategy<Value = InputFormat> {
    let delimiter =
        prop::sample::select(vec![Delimiter::Comma, Delimiter::Semicolon, Delimiter::Tab]);
    let newline = prop::sample::select(vec![Newline::Lf, Newline::CrLf]);
    let encoding = prop::sample::select(vec![
        Encoding::Utf8,
        Encoding::Utf8Bom,
        Encoding::Utf16Le,
        Encoding::Utf16Be,
    ]);
    (0..4, delimiter, newline, encoding).prop_map(|(kind, delimiter, newline, encoding)| match kind
    {
        0 => InputFormat::Csv {
            delimiter,
            newline,
            encoding,
        },
        1 => InputFormat::Xlsx {
            sheet: "Ünïcode & <sheet>".to_owned(),
        },
        2 => InputFormat::JsonLines { newline, encoding },
        _ => InputFormat::JsonArray { newline, encoding },
    })
}

/// Texts that formats like to change.
fn text() -> impl Strategy<Value = String> {
    let hard = vec![
        "=1+1",
        "+49 30 1",
        "-1",
        "@A1",
        "01067",
        "1e5",
        "2026-11-30",
        "TRUE",
        " a ",
        "\u{a0}a",
        "a\nb",
        "a\r\nb",
        "\r",
        "\n",
        "\t",
        "\"",
        "a\"b",
        ";",
        ",",
        "_x000D_",
        "_x005F_x000D_",
        "'1",
        "\u{feff}a",
        "\u{85}",
        "\u{2028}",
        "\u{1}",
        "\u{7f}",
        "\u{fffe}",
        "𝒳",
        "<a>&amp;",
        "{\"a\":1}",
        "]]>",
    ];
    prop_oneof![
        "[^\0]{0,12}",
        prop::sample::select(hard).prop_map(str::to_owned),
    ]
}

fn options() -> InputOptions {
    InputOptions::default()
        .without_trim()
        .with_clear_marker("<no marker>")
}

fn id(number: usize) -> String {
    format!("4d3cf487-70f4-4e1e-9ff1-{number:012}")
}

/// Reads a file back: its form, and the raw rows and edits.
fn read(path: &Path) -> (InputForm, Vec<(RawRow, Edits)>) {
    let input = Input::check(path, options()).unwrap();
    let rows = input.rows().unwrap().map(|row| {
        let row = row.unwrap();
        (row.raw, row.edits)
    });
    (input.form().clone(), rows.collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn written_rows_are_read_as_they_were(
        format in formats(),
        rows in prop::collection::vec(prop::collection::vec(prop::option::of(text()), 5), 1..6),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let columns: Vec<_> = COLUMNS.iter().map(|name| (*name).to_owned()).collect();
        let form = InputForm { columns, format };
        let mut file = OutputFile::create(&path, &form, false).unwrap();
        for (number, row) in rows.iter().enumerate() {
            let identity = [Some(json!("partner")), Some(json!(id(number)))];
            let members = row.iter().map(|text| text.clone().map(Value::from));
            let cells: Vec<_> = identity.into_iter().chain(members).collect();
            file.write(&cells).unwrap();
        }
        file.finish().unwrap();

        let (seen, read_rows) = read(&path);
        prop_assert_eq!(&seen.format, &form.format);
        prop_assert_eq!(read_rows.len(), rows.len());
        let is_json = matches!(
            form.format,
            InputFormat::JsonLines { .. } | InputFormat::JsonArray { .. }
        );
        for ((number, row), (raw, edits)) in rows.iter().enumerate().zip(&read_rows) {
            // An empty cell of a table is no value.
            let given = |at: usize| row[at].clone().filter(|text| is_json || !text.is_empty());
            let patch = edits.merge_patch();
            let set = |path: &str| patch.pointer(path).map(|it| it.as_str().unwrap().to_owned());
            prop_assert_eq!(set("/companyName"), given(0));
            prop_assert_eq!(set("/defaultAddress/city"), given(1));
            prop_assert_eq!(set("/email"), given(2));
            prop_assert_eq!(set("/defaultAddress/postalCode"), given(3));
            match raw {
                RawRow::Cells(cells) => {
                    prop_assert_eq!(&cells[1], &id(number));
                    prop_assert_eq!(&cells[6], &row[4].clone().unwrap_or_default());
                }
                RawRow::Json(object) => {
                    let object: Value = serde_json::from_str(object).unwrap();
                    prop_assert_eq!(&object["customer_id"], &json!(id(number)));
                    let note = object.get(COLUMNS[6]).map(|note| note.as_str().unwrap().to_owned());
                    prop_assert_eq!(note, row[4].clone());
                }
            }
        }

        // The raw rows make the same file again, with a new comment.
        let copy = folder.path().join("copy");
        let more = seen.clone().with_columns(["#code"]);
        let mut file = OutputFile::create(&copy, &more, false).unwrap();
        for (raw, _) in &read_rows {
            file.write_raw(raw, &[("#code", "InvalidAddress")]).unwrap();
        }
        file.finish().unwrap();
        let (again, copied) = read(&copy);
        prop_assert_eq!(&again.format, &form.format);
        for ((raw, edits), (copied, same)) in read_rows.iter().zip(&copied) {
            prop_assert_eq!(edits, same);
            match (raw, copied) {
                (RawRow::Cells(cells), RawRow::Cells(copied)) => {
                    let (code, kept) = copied.split_last().unwrap();
                    prop_assert_eq!(kept, &cells[..]);
                    prop_assert_eq!(code, "InvalidAddress");
                }
                (RawRow::Json(object), RawRow::Json(copied)) => {
                    let mut object: Value = serde_json::from_str(object).unwrap();
                    object["#code"] = json!("InvalidAddress");
                    prop_assert_eq!(&object, &serde_json::from_str::<Value>(copied).unwrap());
                }
                _ => prop_assert!(false, "another form"),
            }
        }
    }
}

#[test]
fn values_of_every_kind_are_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let columns = [
        "billing_account",
        "billing_profile",
        "invoiceEmailOptIn",
        "enabledAzurePlans",
        "poNumber",
        "displayName",
    ];
    let newline = Newline::Lf;
    let encoding = Encoding::Utf8;
    let delimiter = Delimiter::Comma;
    for (name, format) in [
        (
            "a.csv",
            InputFormat::Csv {
                delimiter,
                newline,
                encoding,
            },
        ),
        (
            "a.xlsx",
            InputFormat::Xlsx {
                sheet: "Profiles".to_owned(),
            },
        ),
        ("a.jsonl", InputFormat::JsonLines { newline, encoding }),
        ("a.json", InputFormat::JsonArray { newline, encoding }),
    ] {
        let path = folder.path().join(name);
        let form = InputForm {
            columns: columns.map(str::to_owned).to_vec(),
            format,
        };
        let mut file = OutputFile::create(&path, &form, false).unwrap();
        let plans = json!([{ "skuId": "0001" }]);
        let cells = ["7001", "p-1"].map(|name| Some(json!(name)));
        let values = [
            Some(json!(true)),
            Some(plans.clone()),
            Some(json!(null)),
            None,
        ];
        file.write(&cells.into_iter().chain(values).collect::<Vec<_>>())
            .unwrap();
        file.finish().unwrap();
        let input = Input::check(&*path, InputOptions::default().with_service(Service::Arm));
        let input = input.unwrap();
        let row = input.rows().unwrap().next().unwrap().unwrap();
        assert_eq!(
            row.edits.merge_patch(),
            json!({ "properties": {
                "invoiceEmailOptIn": true,
                "enabledAzurePlans": plans,
                "poNumber": null,
            } }),
            "{name}"
        );
    }
}
