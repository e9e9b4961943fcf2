//! Reads a sheet of a workbook into memory.

use std::fmt::Write as _;
use std::io::{Cursor, Read, Seek};
use std::panic::catch_unwind;

use billing_edit::nearest;
use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use crate::input::limits;
use crate::input::location::Location;
use crate::input::mistake::{Mistake, Stop};
use crate::input::record::TypedCell;
use crate::input::xlsx::archive;
use crate::input::xlsx::sheet::{Sheet, SheetCell};

/// Loads a sheet by its name, or the first that is visible.
///
/// # Errors
/// A workbook that cannot be read, exceeds a limit or has no such sheet.
pub(in crate::input) fn load(workbook: &[u8], wanted: Option<&str>) -> Result<Sheet, Stop> {
    archive::check(workbook, limits::UNPACKED)?;
    // A broken workbook can make the library panic. That is no reason to end the process.
    let sheet =
        catch_unwind(|| read(workbook, wanted)).map_err(|_| broken("its XML is invalid"))?;
    Ok(sheet?)
}

fn read(workbook: &[u8], wanted: Option<&str>) -> Result<Sheet, Mistake> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(workbook)).map_err(explain)?;
    let (name, others) = choose(&book, wanted)?;
    let mut sheet = Sheet {
        name: name.clone(),
        others,
        text: String::new(),
        cells: Vec::new(),
    };
    refuse_merged(&mut book, &name)?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(explain)?;
    let mut last = None;
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(explain)? {
        let start = sheet.text.len();
        let typed = push_text(&mut sheet.text, &cell.value);
        let typed = match (typed, &cell.formula) {
            (Written::NoText, _) | (Written::Nothing, None) => continue,
            (Written::Nothing, Some(_)) => Some(TypedCell::Formula),
            (Written::Text, _) => None,
            (Written::Typed(typed), _) => Some(typed),
        };
        let (row, column) = cell.pos;
        let end = sheet.text.len();
        if end.saturating_sub(start) > limits::CELL {
            let row = Location::Row {
                sheet: name,
                row: u64::from(row).saturating_add(1),
            };
            let location = row.cell(usize::try_from(column).unwrap_or(usize::MAX));
            let problem = format!("a cell is longer than {} KiB", limits::CELL >> 10);
            return Err(Mistake::new(problem).at(&location));
        }
        if last.is_some_and(|last| last >= (row, column)) {
            return Err(broken("the cells of the sheet are not in order"));
        }
        last = Some((row, column));
        sheet.cells.push(SheetCell {
            row,
            column,
            start,
            end,
            typed,
        });
    }
    Ok(sheet)
}

/// Returns the name of the sheet to read, and those of the others.
fn choose<R: Read + Seek>(
    book: &Xlsx<R>,
    wanted: Option<&str>,
) -> Result<(String, Vec<String>), Mistake> {
    let sheets: Vec<_> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .collect();
    let names = || sheets.iter().map(|sheet| sheet.name.as_str());
    let with_others = |name: &str| {
        let others = names().filter(|other| *other != name);
        (name.to_owned(), others.map(str::to_owned).collect())
    };
    let Some(wanted) = wanted else {
        let visible = sheets
            .iter()
            .find(|sheet| sheet.visible == SheetVisible::Visible);
        let first = visible.or(sheets.first());
        return match first {
            Some(sheet) => Ok(with_others(&sheet.name)),
            None => Err(Mistake::new("the workbook has no sheet")),
        };
    };
    if names().any(|name| name == wanted) {
        return Ok(with_others(wanted));
    }
    let mistake = Mistake::new(format!("the workbook has no sheet `{wanted}`"));
    Err(match nearest(wanted, names()) {
        Some(near) => mistake.hint(format!("did you mean `{near}`?")),
        None => mistake.hint(format!(
            "its sheets: {}",
            names().collect::<Vec<_>>().join(", ")
        )),
    })
}

/// Refuses merged cells: only the first of them has a value, and the others would change nothing.
fn refuse_merged<R: Read + Seek>(book: &mut Xlsx<R>, name: &str) -> Result<(), Mistake> {
    let merged = book.merge_cells_by_sheet_name(name).map_err(explain)?;
    let Some(first) = merged.iter().map(|merged| merged.start).min() else {
        return Ok(());
    };
    let (row, column) = first;
    let row = Location::Row {
        sheet: name.to_owned(),
        row: u64::from(row).saturating_add(1),
    };
    let location = row.cell(usize::try_from(column).unwrap_or(usize::MAX));
    let problem = match merged.len() {
        1 => "cells are merged here".to_owned(),
        2 => "cells are merged here, and in 1 more place".to_owned(),
        count => format!("cells are merged here, and in {} more places", count - 1),
    };
    let hint = "unmerge them in Excel, and give each row its own value";
    Err(Mistake::new(problem).at(&location).hint(hint))
}

/// What a cell's text stands for.
enum Written {
    /// There is no value.
    Nothing,
    /// The text is empty, such as the result of a formula.
    NoText,
    Text,
    Typed(TypedCell),
}

/// Adds the text of a cell.
fn push_text(text: &mut String, value: &DataRef) -> Written {
    let mut write = |value: std::fmt::Arguments| {
        // Writing to a string cannot fail.
        let _ = text.write_fmt(value);
    };
    match value {
        DataRef::Empty => return Written::Nothing,
        DataRef::String(value) if value.is_empty() => return Written::NoText,
        DataRef::SharedString("") => return Written::NoText,
        DataRef::String(value) => write(format_args!("{value}")),
        DataRef::SharedString(value) => write(format_args!("{value}")),
        DataRef::Int(number) => {
            write(format_args!("{number}"));
            // Exact up to 2^53, which no member exceeds.
            #[allow(
                clippy::cast_precision_loss,
                reason = "checked where the number is used"
            )]
            return Written::Typed(TypedCell::Number(*number as f64));
        }
        DataRef::Float(number) => {
            write(format_args!("{number}"));
            return Written::Typed(TypedCell::Number(*number));
        }
        DataRef::Bool(flag) => {
            write(format_args!("{flag}"));
            return Written::Typed(TypedCell::Flag(*flag));
        }
        DataRef::DateTime(date) => {
            write(format_args!("{}", iso(*date)));
            return Written::Typed(TypedCell::Date);
        }
        DataRef::DateTimeIso(date) | DataRef::DurationIso(date) => {
            write(format_args!("{date}"));
            return Written::Typed(TypedCell::Date);
        }
        DataRef::Error(error) => {
            write(format_args!("{error}"));
            return Written::Typed(TypedCell::Error);
        }
    }
    Written::Text
}

/// Returns a date as text, for comments; the time only if there is one.
fn iso(date: ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, milli) = date.to_ymd_hms_milli();
    let mut text = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second, milli) != (0, 0, 0, 0) {
        let _ = write!(text, "T{hour:02}:{minute:02}:{second:02}");
    }
    text
}

fn explain(error: XlsxError) -> Mistake {
    match error {
        XlsxError::Password => Mistake::new("the workbook is protected with a password")
            .hint("save it without a password"),
        // A file of another kind in a ZIP archive: xlsb, ods, a document.
        XlsxError::RelationshipNotFound | XlsxError::FileNotFound(_) => {
            broken("it is another kind of file")
        }
        XlsxError::NotAWorksheet(_) => Mistake::new("the sheet has no cells").hint("name another"),
        XlsxError::CellError(error) => broken(&format!("it has the error value {error}")),
        // The texts of other errors may have contents of cells.
        _ => broken("its XML is invalid"),
    }
}

fn broken(why: &str) -> Mistake {
    Mistake::new(format!("it is not a workbook that can be read: {why}"))
        .hint("open it in Excel and save it as an Excel workbook (.xlsx), or as CSV UTF-8")
}
