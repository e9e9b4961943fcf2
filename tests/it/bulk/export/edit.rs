//! One cell of an exported file is changed, against an emulator in another process.

use std::path::Path;

use calamine::{Reader as _, open_workbook_auto};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::emulator_state::Running;
use crate::support::{Billing, Transcript, billing};

/// An emulator in another process, and a folder.
struct Desk {
    emulator: Running,
    folder: TempDir,
}

impl Desk {
    async fn start() -> Self {
        let args = ["--customers=40", "--seed=13", "--no-rate-limits"];
        Self {
            emulator: Running::start(args).await.without_log(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn bulk<'a>(&'a self, args: impl IntoIterator<Item = &'a str>) -> Billing {
        let services = [
            "--partner-endpoint",
            self.emulator.member("partner"),
            "--arm-endpoint",
            self.emulator.member("arm"),
        ];
        billing(["bulk"].into_iter().chain(args).chain(services))
            .in_folder(self.folder.path())
            .token(self.emulator.member("token"))
    }

    async fn done<'a>(&'a self, args: impl IntoIterator<Item = &'a str>) -> Transcript {
        let done = self.bulk(args).run().await;
        assert_eq!(done.code, Some(0), "{}", done.stderr);
        done
    }

    /// Plans a file and returns the profiles that change.
    async fn changes(&self, file: &str) -> Vec<Value> {
        self.done(["plan", file, "-o", "run.plan", "--overwrite"])
            .await;
        let shown = billing(["bulk", "show", "run.plan", "--output=json"])
            .in_folder(self.folder.path())
            .run()
            .await;
        let rows = shown.stdout.lines();
        let rows: Vec<Value> = rows.map(|row| serde_json::from_str(row).unwrap()).collect();
        assert_eq!(rows.len(), 40);
        rows.into_iter()
            .filter(|row| row["state"] != "no_change")
            .collect()
    }
}

/// Changes the cell of a column in one row, and returns the ids of the row.
fn edit(cells: &mut [Vec<String>], column: &str, value: &str) -> Vec<String> {
    let at = cells[0].iter().position(|name| name == column).unwrap();
    assert_ne!(cells[17][at], value);
    cells[17][at] = value.to_owned();
    cells[17][..2].to_vec()
}

fn edit_csv(path: &Path, column: &str, value: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_path(path)
        .unwrap();
    let mut cells: Vec<Vec<String>> = reader.deserialize().map(Result::unwrap).collect();
    let ids = edit(&mut cells, column, value);
    let mut writer = csv::Writer::from_path(path).unwrap();
    for row in cells {
        writer.write_record(row).unwrap();
    }
    writer.flush().unwrap();
    ids
}

fn edit_xlsx(path: &Path, column: &str, value: &str) -> Vec<String> {
    let mut book = open_workbook_auto(path).unwrap();
    let sheet = book.worksheet_range("Profiles").unwrap();
    let mut cells: Vec<Vec<String>> = sheet
        .rows()
        .map(|row| row.iter().map(ToString::to_string).collect())
        .collect();
    let ids = edit(&mut cells, column, value);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, texts) in cells.iter().enumerate() {
        for (column, text) in texts
            .iter()
            .enumerate()
            .filter(|(_, text)| !text.is_empty())
        {
            let (row, column) = (row.try_into().unwrap(), column.try_into().unwrap());
            sheet.write_string(row, column, text).unwrap();
        }
    }
    book.save(path).unwrap();
    ids
}

fn edit_json(path: &Path, column: &str, value: &str) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut rows: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let row = &mut rows[16];
    let pointer = format!("/{}", column.replace('.', "/"));
    *row.pointer_mut(&pointer).unwrap() = json!(value);
    let names = ["service", "customer_id"];
    let ids = names.map(|name| row[name].as_str().unwrap().to_owned());
    let lines: Vec<_> = rows.iter().map(|row| format!("{row}\n")).collect();
    std::fs::write(path, lines.concat()).unwrap();
    ids.to_vec()
}

/// Asserts that one member of one profile changes.
fn assert_one_change(changes: &[Value], ids: &[String], path: &str, new: &str) {
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!(changes[0]["state"], "change");
    assert_eq!(changes[0]["customer_id"], ids[1]);
    let members = changes[0]["changes"].as_array().unwrap();
    assert_eq!(members.len(), 1, "{members:?}");
    assert_eq!(members[0]["path"], path);
    assert_eq!(members[0]["new"], new);
}

#[tokio::test]
async fn edited_cell_is_the_only_change() {
    type Edit = fn(&Path, &str, &str) -> Vec<String>;
    let desk = Desk::start().await;
    let files: [(&str, Edit, &str, &str); 3] = [
        ("c.csv", edit_csv, "defaultAddress.postalCode", "01067"),
        ("c.xlsx", edit_xlsx, "culture", "ja-JP"),
        ("c.jsonl", edit_json, "defaultAddress.city", "Oslo"),
    ];
    for (file, edit, column, value) in files {
        desk.done(["export", "--all-customers", "-o", file]).await;
        assert_eq!(desk.changes(file).await, Vec::<Value>::new(), "{file}");
        let ids = edit(&desk.folder.path().join(file), column, value);
        assert_one_change(&desk.changes(file).await, &ids, column, value);
    }
}
