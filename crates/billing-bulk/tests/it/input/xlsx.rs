//! Workbooks of Excel.

use std::io::{Cursor, Read as _, Write as _};

use billing_bulk::Service;
use billing_bulk::input::{Input, InputFormat, InputOptions, RawRow};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};

use zip::write::SimpleFileOptions;

use super::setup::{CUSTOMER, arm, check, one_line, partner, read, rows, source};

/// Makes a workbook with one sheet.
fn workbook(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet());
    book.save_to_buffer().unwrap()
}

fn row(sheet: &mut Worksheet, row: u32, cells: &[&str]) {
    for (column, cell) in cells.iter().enumerate() {
        sheet
            .write_string(row, u16::try_from(column).unwrap(), *cell)
            .unwrap();
    }
}

#[test]
fn sheet_reads_like_csv() {
    let bytes = workbook(|sheet| {
        row(
            sheet,
            1,
            &["customer_id", "email", "", "companyName", "# date"],
        );
        row(sheet, 4, &[CUSTOMER, " a@example.com\u{a0}", "", "<clear>"]);
        let date = ExcelDateTime::from_ymd(2026, 11, 30).unwrap();
        let format = Format::new().set_num_format("yyyy-mm-dd");
        sheet
            .write_datetime_with_format(4, 4, &date, &format)
            .unwrap();
        row(sheet, 6, &["", "", " "]);
    });
    let input = check(bytes, partner()).unwrap();
    assert_eq!(
        rows(&input),
        [format!(
            "partner/{CUSTOMER}: {{\"companyName\":null,\"email\":\"a@example.com\"}}"
        )]
    );
    assert_eq!(input.counts().trimmed, 1);
    let sheet = "Sheet1".to_owned();
    assert_eq!(input.form().format, InputFormat::Xlsx { sheet });
    assert_eq!(
        input.form().columns,
        ["customer_id", "email", "companyName", "# date"]
    );
    let row = input.rows().unwrap().next().unwrap().unwrap();
    assert_eq!(row.location.to_string(), "Sheet1!5");
    let cells = [CUSTOMER, " a@example.com\u{a0}", "<clear>", "2026-11-30"];
    assert_eq!(row.raw, RawRow::Cells(cells.map(str::to_owned).to_vec()));
}

#[test]
fn cells_that_are_not_text_are_refused_where_text_is_needed() {
    let bytes = workbook(|sheet| {
        row(
            sheet,
            0,
            &[
                "customer_id",
                "defaultAddress.postalCode",
                "email",
                "culture",
                "language",
            ],
        );
        row(sheet, 1, &[CUSTOMER]);
        sheet.write_number(1, 1, 1234).unwrap();
        let date = ExcelDateTime::from_ymd(2026, 11, 30).unwrap();
        let format = Format::new().set_num_format("dd.mm.yyyy");
        sheet
            .write_datetime_with_format(1, 2, &date, &format)
            .unwrap();
        sheet.write_boolean(1, 3, true).unwrap();
        let error = Formula::new("=NA()").set_result("#N/A");
        sheet.write_formula(1, 4, error).unwrap();
        sheet.write_number(2, 0, 5).unwrap();
        sheet.write_number(2, 1, 5).unwrap();
        row(
            sheet,
            3,
            &[CUSTOMER, "01234", "a@example.com", "en-US", "en", "beside"],
        );
    });
    let seen = check(bytes, partner()).unwrap_err().to_string();
    insta::assert_snapshot!(seen);
}

#[test]
fn header_cell_without_a_name_is_named_by_its_place() {
    let bytes = workbook(|sheet| {
        row(sheet, 0, &["customer_id"]);
        sheet.write_string(0, 3, " ").unwrap();
        row(sheet, 1, &[CUSTOMER]);
    });
    assert_eq!(
        one_line(&read(bytes, partner())),
        "input: Sheet1!D1: the column has no name / hint: name it, begin its name with `#`, or \
         delete it"
    );
}

#[test]
fn other_members_take_cells_of_their_type() {
    let columns = ["billing_account", "billing_profile", "invoiceEmailOptIn"];
    let flag = workbook(|sheet| {
        row(sheet, 0, &columns);
        row(sheet, 1, &["a", "p"]);
        sheet.write_boolean(1, 2, true).unwrap();
        row(sheet, 2, &["a", "q", "false"]);
    });
    assert_eq!(
        read(flag, arm()),
        "arm/a/p: {\"properties\":{\"invoiceEmailOptIn\":true}}\n\
         arm/a/q: {\"properties\":{\"invoiceEmailOptIn\":false}}"
    );
    let number = workbook(|sheet| {
        row(sheet, 0, &columns);
        row(sheet, 1, &["a", "p"]);
        sheet.write_number(1, 2, 1).unwrap();
    });
    assert_eq!(
        one_line(&read(number, arm())),
        "input: Sheet1!C2: invoiceEmailOptIn: the value must be true or false"
    );
}

#[test]
fn formulas_have_their_results() {
    let bytes = workbook(|sheet| {
        row(sheet, 0, &["customer_id", "companyName"]);
        row(sheet, 1, &[CUSTOMER]);
        let formula = Formula::new("=\"Con\"&\"toso\"").set_result("Contoso");
        sheet.write_formula(1, 1, formula).unwrap();
    });
    assert_eq!(
        read(bytes, partner()),
        format!("partner/{CUSTOMER}: {{\"companyName\":\"Contoso\"}}")
    );
}

/// Replaces a part of a sheet's XML.
fn edited(workbook: &[u8], from: &str, to: &str) -> Vec<u8> {
    let mut old = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut new = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..old.len() {
        let mut part = old.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        if name == "xl/worksheets/sheet1.xml" {
            assert!(text.contains(from), "{text}");
            text = text.replace(from, to);
        }
        new.start_file(name, SimpleFileOptions::default()).unwrap();
        new.write_all(text.as_bytes()).unwrap();
    }
    new.finish().unwrap().into_inner()
}

#[test]
fn formula_without_a_result_is_refused() {
    let bytes = workbook(|sheet| {
        row(sheet, 0, &["customer_id", "companyName"]);
        row(sheet, 1, &[CUSTOMER]);
        sheet.write_formula(1, 1, Formula::new("A1")).unwrap();
    });
    let unsaved = edited(&bytes, "<f>A1</f><v>0</v>", "<f>A1</f>");
    assert_eq!(
        one_line(&read(unsaved, partner())),
        "input: Sheet1!B2: companyName: the cell has a formula whose result is not in the file / \
         hint: open the file in Excel and save it, or paste the values in place of the formulas"
    );
    // An empty text is a result: the cell is empty.
    let empty = edited(
        &bytes,
        "<c r=\"B2\"><f>A1</f><v>0</v>",
        "<c r=\"B2\" t=\"str\"><f>A1</f><v></v>",
    );
    assert_eq!(read(empty, partner()), format!("partner/{CUSTOMER}: {{}}"));
}

#[test]
fn sheet_with_cells_out_of_order_is_refused() {
    let bytes = workbook(|sheet| {
        row(sheet, 0, &["customer_id", "companyName"]);
        row(sheet, 1, &[CUSTOMER, "Contoso"]);
    });
    let broken = "it is not a workbook that can be read: the cells of the sheet are not in order";
    for cell in ["A2", "B1"] {
        let moved = edited(&bytes, "r=\"B2\"", &format!("r=\"{cell}\""));
        let seen = one_line(&read(moved, partner()));
        assert!(seen.contains(broken), "{seen}");
    }
    // Arithmetic of the library overflows, which panics in a debug build.
    let far = edited(&bytes, "r=\"B2\"", "r=\"B99999999999\"");
    assert!(check(far, partner()).is_err());
}

#[test]
fn merged_cells_are_refused() {
    for (places, others) in [
        (1, ""),
        (2, ", and in 1 more place"),
        (3, ", and in 2 more places"),
    ] {
        let bytes = workbook(|sheet| {
            row(sheet, 0, &["customer_id", "companyName"]);
            for place in 0..places {
                let at = 1 + 2 * place;
                row(sheet, at, &[CUSTOMER]);
                sheet
                    .merge_range(at, 1, at + 1, 1, "Contoso", &Format::new())
                    .unwrap();
                row(sheet, at + 1, &[CUSTOMER]);
            }
        });
        assert_eq!(
            one_line(&read(bytes, partner())),
            format!(
                "input: Sheet1!B2: cells are merged here{others} / hint: unmerge them in Excel, \
                 and give each row its own value"
            )
        );
    }
}

#[test]
fn sheet_is_the_first_visible_or_the_named_one() {
    let mut book = Workbook::new();
    for (name, email) in [("Hidden", "h"), ("Customers", "c"), ("Other", "o")] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        row(sheet, 0, &["customer_id", "email"]);
        row(sheet, 1, &[CUSTOMER, email]);
        match name {
            "Hidden" => drop(sheet.set_hidden(true)),
            "Customers" => drop(sheet.set_active(true)),
            _ => {}
        }
    }
    let bytes = book.save_to_buffer().unwrap();
    for (options, expected) in [
        (
            partner(),
            format!("partner/{CUSTOMER}: {{\"email\":\"c\"}}"),
        ),
        (
            partner().with_sheet("Hidden"),
            format!("partner/{CUSTOMER}: {{\"email\":\"h\"}}"),
        ),
        (
            partner().with_sheet("customers"),
            "input: the workbook has no sheet `customers` / hint: did you mean `Customers`?".into(),
        ),
        (
            partner().with_sheet("2026"),
            "input: the workbook has no sheet `2026` / hint: its sheets: Hidden, Customers, Other"
                .into(),
        ),
    ] {
        assert_eq!(one_line(&read(&bytes, options)), expected);
    }
    let text = format!("customer_id\n{CUSTOMER}");
    assert_eq!(
        one_line(&read(text, partner().with_sheet("Customers"))),
        "input: a sheet was named, and this is not an XLSX workbook / hint: leave out --sheet"
    );
}

#[test]
fn sheet_without_header_names_the_other_sheets() {
    let mut book = Workbook::new();
    let notes = book.add_worksheet().set_name("Notes").unwrap();
    row(notes, 0, &["to do"]);
    for name in ["Profiles", "Old"] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        row(sheet, 0, &["customer_id", "email"]);
    }
    assert_eq!(
        one_line(&read(book.save_to_buffer().unwrap(), partner())),
        "input: Notes!1: no cell of the first row is the name of a column / hint: give the names \
         of the columns in the first row, such as customer_id, email, or name another sheet with \
         --sheet: Profiles, Old"
    );
}

#[test]
fn files_that_are_no_workbooks_are_refused() {
    let valid = workbook(|sheet| row(sheet, 0, &["customer_id", "email"]));
    let hint = "hint: open it in Excel and save it as an Excel workbook (.xlsx), or as CSV UTF-8";
    let text_in_zip = {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("content.xml", SimpleFileOptions::default())
            .unwrap();
        zip.finish().unwrap().into_inner()
    };
    for (bytes, expected) in [
        (valid.clone(), "input: it has no rows".to_owned()),
        (
            workbook(|_| {}),
            "input: the sheet Sheet1 has no header and no rows".to_owned(),
        ),
        (
            valid[..valid.len() / 2].to_vec(),
            "input: it is not a workbook that can be read: its ZIP archive is broken".to_owned(),
        ),
        (
            text_in_zip,
            format!(
                "input: it is not a workbook that can be read: it is another kind of file / {hint}"
            ),
        ),
        (
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(),
            "input: it is a workbook of an old Excel (.xls), or one with a password / hint: save \
             it as an Excel workbook (.xlsx) without a password"
                .to_owned(),
        ),
    ] {
        assert_eq!(one_line(&read(bytes, partner())), expected);
    }
}

#[test]
fn damaged_workbooks_are_errors_and_never_panics() {
    let valid = workbook(|sheet| {
        row(sheet, 0, &["customer_id", "email"]);
        row(sheet, 1, &[CUSTOMER, "a@example.com"]);
    });
    let mut random = fastrand::Rng::with_seed(12);
    for _ in 0..200 {
        let mut damaged = valid.clone();
        for _ in 0..random.usize(1..8) {
            let at = random.usize(4..damaged.len());
            damaged[at] = random.u8(..);
        }
        // Whatever it is, it ends.
        let _ = check(damaged, partner());
    }
}

#[test]
fn extension_must_agree_with_the_content() {
    let bytes = workbook(|sheet| row(sheet, 0, &["customer_id", "email"]));
    let directory = tempfile::tempdir().unwrap();
    let hint = "is it the right file? If it is, rename it";
    for (name, bytes, content) in [
        ("a.csv", bytes.as_slice(), "an XLSX workbook"),
        ("b.XLSX", b"customer_id", "CSV"),
        ("c.csv", b"{}", "JSON"),
        ("d.json", b"customer_id", "CSV"),
    ] {
        let path = directory.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let error = Input::check(path.as_path(), partner())
            .unwrap_err()
            .to_string();
        let extension = name.split('.').next_back().unwrap().to_lowercase();
        let expected = format!(": the name ends with .{extension}, and the content is {content}");
        assert!(error.contains(&expected), "{error}");
        assert!(error.ends_with(hint), "{error}");
    }
    // A name without a known extension says nothing.
    let path = directory.path().join("list.txt");
    std::fs::write(&path, format!("customer_id\n{CUSTOMER}")).unwrap();
    assert!(Input::check(path.as_path(), partner()).is_ok());
    // Neither does the name of bytes.
    let options = InputOptions::default().with_service(Service::Partner);
    let bytes = format!("customer_id\n{CUSTOMER}");
    assert!(Input::check(source("a.json", bytes), options).is_ok());
}
