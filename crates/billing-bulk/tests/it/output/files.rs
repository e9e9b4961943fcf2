//! How a file comes to be: whole, private, and with values that its format can hold.

use std::io::Read as _;
use std::path::Path;

use billing_bulk::input::{
    Delimiter, Encoding, Input, InputForm, InputFormat, InputOptions, Newline, RawRow,
};
use billing_bulk::output::{OutputError, OutputFile};
use serde_json::{Value, json};

const ID: &str = "4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04";

fn form(columns: &[&str], format: InputFormat) -> InputForm {
    InputForm {
        columns: columns.iter().map(|name| (*name).to_owned()).collect(),
        format,
    }
}

fn csv() -> InputFormat {
    InputFormat::Csv {
        delimiter: Delimiter::Comma,
        newline: Newline::Lf,
        encoding: Encoding::Utf8,
    }
}

fn json_lines() -> InputFormat {
    InputFormat::JsonLines {
        newline: Newline::Lf,
        encoding: Encoding::Utf8,
    }
}

fn xlsx() -> InputFormat {
    InputFormat::Xlsx {
        sheet: "Profiles".to_owned(),
    }
}

fn files(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    names.collect()
}

#[test]
fn file_appears_when_it_is_complete() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    let form = form(&["customer_id", "email"], csv());
    let row = [Some(json!(ID)), Some(json!("=HYPERLINK(1)"))];

    let mut dropped = OutputFile::create(&path, &form, false).unwrap();
    dropped.write(&row).unwrap();
    assert!(!path.exists());
    drop(dropped);
    assert_eq!(files(folder.path()), [""; 0]);

    let mut file = OutputFile::create(&path, &form, false).unwrap();
    let mut late = OutputFile::create(&path, &form, false).unwrap();
    file.write(&row).unwrap();
    late.write(&row).unwrap();
    file.finish().unwrap();
    let text = format!("customer_id,email\n{ID},=HYPERLINK(1)\n");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    // Neither a file that is there nor one that came meanwhile is replaced.
    assert!(matches!(late.finish(), Err(OutputError::Exists { .. })));
    let again = OutputFile::create(&path, &form, false).unwrap_err();
    assert!(matches!(again, OutputError::Exists { .. }));
    assert!(
        again
            .to_string()
            .ends_with("a.csv exists already; name another file, or overwrite it")
    );
    OutputFile::create(&path, &form, true)
        .unwrap()
        .finish()
        .unwrap();
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        "customer_id,email\n"
    );
    assert_eq!(files(folder.path()), ["a.csv"]);
}

#[test]
fn value_that_the_format_cannot_hold_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let long = |length: usize| Some(Value::from("x".repeat(length)));
    let row = |value: Option<Value>| vec![Some(json!(ID)), value];
    for (name, format, refused, held) in [
        (
            "a.csv",
            csv(),
            vec![Some(json!("a\0b")), long(65_536)],
            long(65_535),
        ),
        ("a.xlsx", xlsx(), vec![long(32_768)], long(32_767)),
        (
            "a.jsonl",
            json_lines(),
            vec![long(65_536)],
            Some(json!("a\0b")),
        ),
    ] {
        let path = folder.path().join(name);
        let form = form(&["customer_id", "email"], format);
        let mut file = OutputFile::create(&path, &form, false).unwrap();
        for value in refused {
            match file.write(&row(value)).unwrap_err() {
                OutputError::Value { column, problem } => {
                    assert_eq!(column, "email");
                    assert!(!problem.contains('x') || problem.len() < 80, "{problem}");
                }
                error => panic!("{error:?}"),
            }
        }
        file.write(&row(held)).unwrap();
        file.finish().unwrap();
        let options = InputOptions::default().with_service(billing_bulk::Service::Partner);
        let input = Input::check(&*path, options).unwrap();
        assert_eq!(input.counts().rows, 1, "{name}");
    }
}

#[test]
fn columns_and_rows_of_another_form_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    for (columns, expected) in [
        (&["email", "email"][..], "two columns have the name email"),
        (&["email", " "], "a column has no name"),
        (&[], "there are no columns"),
    ] {
        let error = OutputFile::create(&path, &form(columns, csv()), false).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    let columns = ["customer_id", "email"];
    let object = RawRow::Json("{}".to_owned());
    let cells = |count| RawRow::Cells(vec![String::new(); count]);
    let mut table = OutputFile::create(&path, &form(&columns, csv()), false).unwrap();
    let mut lines = OutputFile::create(&path, &form(&columns, json_lines()), false).unwrap();
    assert!(matches!(
        table.write_raw(&object, &[]),
        Err(OutputError::OtherForm)
    ));
    assert!(matches!(
        table.write_raw(&cells(3), &[]),
        Err(OutputError::OtherForm)
    ));
    assert!(matches!(
        lines.write_raw(&cells(2), &[]),
        Err(OutputError::OtherForm)
    ));
    let unknown = table.write_raw(&cells(2), &[("#code", "1")]);
    assert!(matches!(unknown, Err(OutputError::Columns(_))));
    let elsewhere = folder.path().join("no").join("a.csv");
    let error = OutputFile::create(&elsewhere, &form(&columns, csv()), false).unwrap_err();
    assert!(matches!(error, OutputError::Write { .. }));
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(!source.contains("tmp"), "{source}");
}

#[test]
fn raw_row_keeps_its_text_and_takes_new_comments() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    let form = form(&["customer_id", "#code", "#cause"], json_lines());
    let mut file = OutputFile::create(&path, &form, false).unwrap();
    let raw = "{\"#code\": \"old\",\n \"customer_id\": \"1\", \"rate\": 0.10, \"#x\": {\"a\":1}}";
    file.write_raw(
        &RawRow::Json(raw.to_owned()),
        &[("#code", "new"), ("#cause", "a \"b\"")],
    )
    .unwrap();
    file.finish().unwrap();
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        "{\"customer_id\":\"1\",\"rate\":0.10,\"#x\":{\"a\":1},\"#code\":\"new\",\
         \"#cause\":\"a \\\"b\\\"\"}\n"
    );
}

#[test]
fn workbook_has_a_frozen_header_and_text_cells() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.xlsx");
    let form = form(&["customer_id", "email"], xlsx());
    let mut file = OutputFile::create(&path, &form, false).unwrap();
    file.write(&[Some(json!(ID)), Some(json!("=1+1"))]).unwrap();
    file.finish().unwrap();
    let mut archive = zip::ZipArchive::new(std::fs::File::open(&path).unwrap()).unwrap();
    let mut part = |name: &str| {
        let mut text = String::new();
        archive
            .by_name(name)
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        text
    };
    let sheet = part("xl/worksheets/sheet1.xml");
    assert!(
        sheet.contains(
            r#"<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>"#
        )
    );
    assert!(!sheet.contains("<f>") && !sheet.contains("<v>"), "{sheet}");
    // Excel's format 49 is `@`, for cells and for those that are added below them.
    let styles = part("xl/styles.xml");
    assert!(styles.contains(r#"numFmtId="49""#), "{styles}");
    let widths: Vec<_> = sheet.split("<col ").skip(1).collect();
    assert!(
        widths[0].contains(r#"width="37"#) && widths[0].contains("style="),
        "{sheet}"
    );
}
