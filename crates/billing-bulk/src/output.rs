//! Files in the form of an input, which [`input`](crate::input) reads back row by row.
//!
//! ```
//! use billing_bulk::input::{Delimiter, Encoding, InputForm, InputFormat, Newline};
//! use billing_bulk::output::OutputFile;
//! use serde_json::json;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("customers.csv");
//! let format = InputFormat::Csv {
//!     delimiter: Delimiter::Semicolon,
//!     newline: Newline::CrLf,
//!     encoding: Encoding::Utf8Bom,
//! };
//! let columns = ["customer_id", "email", "poNumber", "# ticket"];
//! let form = InputForm { columns: columns.map(str::to_owned).to_vec(), format };
//! let mut file = OutputFile::create(&path, &form, false)?;
//! file.write(&[
//!     Some(json!("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04")),
//!     Some(json!("billing@example.com")),
//!     Some(json!(null)),
//!     None,
//! ])?;
//! file.finish()?;
//! assert_eq!(
//!     std::fs::read_to_string(&path)?,
//!     "\u{feff}customer_id;email;poNumber;# ticket\r\n\
//!      4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04;billing@example.com;<clear>;\r\n"
//! );
//! # Ok(())
//! # }
//! ```
//!
//! A file is written beside its place under another name, readable by its owner only, and renamed
//! when it is complete: it is never there in part.
//!
//! # Cells
//! | value | in a table | in JSON |
//! |---|---|---|
//! | none | an empty cell: unchanged | no member: unchanged |
//! | `null` | `<clear>` | `null` |
//! | a text | the text | the text |
//! | any other | JSON, such as `true` or `["a"]` | the value |
//!
//! No text is altered. In a workbook every cell is text, so that a postal code keeps its zeros and
//! a value that begins with `=`, `+`, `-` or `@` is no formula. In CSV such a value is written as
//! it is: Excel takes it for a formula, and `01067` for a number, when it opens the file by a
//! double click. Files for Excel should be workbooks.

mod csv;
mod error;
mod json;
mod target;
mod text;
mod xlsx;

use std::fmt;
use std::path::Path;

use serde_json::Value;

use crate::input::{InputForm, InputFormat, RawRow, limits};
use crate::output::csv::CsvSink;
use crate::output::json::JsonSink;
use crate::output::xlsx::XlsxSink;

pub use error::OutputError;
pub use target::TargetFile;

/// The text of a cell that clears a member; the default of
/// [`InputOptions`](crate::input::InputOptions).
const CLEAR: &str = "<clear>";

/// A file that is being written in the form of an input. Dropping it writes nothing.
pub struct OutputFile {
    columns: Vec<String>,
    sink: Sink,
}

// What is not written yet is about people.
impl fmt::Debug for OutputFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutputFile")
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}

enum Sink {
    Csv(Box<CsvSink>),
    Json(JsonSink),
    Xlsx(Box<XlsxSink>),
}

impl OutputFile {
    /// Begins a file with a header, if the format has one.
    ///
    /// # Errors
    /// There is a file and it must not be overwritten, the folder cannot be written, or the columns
    /// cannot be those of an input.
    pub fn create(path: &Path, form: &InputForm, overwrite: bool) -> Result<Self, OutputError> {
        check_columns(&form.columns)?;
        let file = TargetFile::create(path, overwrite)?;
        let columns = form.columns.clone();
        let sink = match &form.format {
            InputFormat::Csv {
                delimiter,
                newline,
                encoding,
            } => {
                let sink = CsvSink::begin(file, &columns, *delimiter, *newline, *encoding)?;
                Sink::Csv(Box::new(sink))
            }
            InputFormat::Xlsx { sheet } => {
                Sink::Xlsx(Box::new(XlsxSink::begin(file, &columns, sheet)?))
            }
            InputFormat::JsonLines { newline, encoding } => {
                Sink::Json(JsonSink::begin(file, &columns, *newline, *encoding, false)?)
            }
            InputFormat::JsonArray { newline, encoding } => {
                Sink::Json(JsonSink::begin(file, &columns, *newline, *encoding, true)?)
            }
        };
        Ok(Self { columns, sink })
    }

    /// Writes a row: a value for each column, in their order. Columns without one are empty.
    ///
    /// # Errors
    /// A value that the format cannot hold ([`OutputError::Value`]): the row is not written, and
    /// others can be. Or the storage failed.
    pub fn write(&mut self, cells: &[Option<Value>]) -> Result<(), OutputError> {
        match &mut self.sink {
            Sink::Json(sink) => sink.write(&self.columns, cells),
            _ => {
                let cells = cells.iter().map(|cell| cell.as_ref().map(cell_text));
                let mut cells: Vec<_> = cells.map(Option::unwrap_or_default).collect();
                self.write_cells(&mut cells)
            }
        }
    }

    /// Writes a row as it was read from a file of this form, with other comments: pairs of a column
    /// of this file, whose name begins with `#`, and its text.
    ///
    /// # Errors
    /// As for [`write`](Self::write); also a row of another format.
    pub fn write_raw(
        &mut self,
        raw: &RawRow,
        comments: &[(&str, &str)],
    ) -> Result<(), OutputError> {
        match (raw, &mut self.sink) {
            (RawRow::Json(object), Sink::Json(sink)) => sink.write_raw(object, comments),
            (RawRow::Cells(cells), Sink::Csv(_) | Sink::Xlsx(_)) => {
                let mut cells = cells.clone();
                for (name, text) in comments {
                    let Some(at) = self.columns.iter().position(|column| column == name) else {
                        let problem = format!("there is no column {name}");
                        return Err(OutputError::Columns(problem));
                    };
                    if cells.len() <= at {
                        cells.resize(at.saturating_add(1), String::new());
                    }
                    if let Some(cell) = cells.get_mut(at) {
                        (*text).clone_into(cell);
                    }
                }
                self.write_cells(&mut cells)
            }
            _ => Err(OutputError::OtherForm),
        }
    }

    /// Completes the file, and gives it its name.
    ///
    /// # Errors
    /// The storage failed, or meanwhile there is a file that must not be overwritten. There is no
    /// part of this one.
    pub fn finish(self) -> Result<(), OutputError> {
        match self.sink {
            Sink::Csv(sink) => sink.finish(),
            Sink::Json(sink) => sink.finish(),
            Sink::Xlsx(sink) => sink.finish(),
        }
    }

    /// Writes a row of a table.
    fn write_cells(&mut self, cells: &mut Vec<String>) -> Result<(), OutputError> {
        if cells.len() > self.columns.len() {
            return Err(OutputError::OtherForm);
        }
        cells.resize(self.columns.len(), String::new());
        let mut length = 0_usize;
        for (name, cell) in self.columns.iter().zip(cells.iter()) {
            length = length.saturating_add(cell.len());
            // The reader's buffer has room for one byte more than it takes.
            if cell.len() >= limits::CELL || length > limits::RECORD {
                return Err(OutputError::too_long(name));
            }
        }
        match &mut self.sink {
            Sink::Csv(sink) => sink.write(&self.columns, cells),
            Sink::Xlsx(sink) => sink.write(&self.columns, cells),
            Sink::Json(_) => Err(OutputError::OtherForm),
        }
    }
}

/// Returns the text of a cell of a table.
fn cell_text(value: &Value) -> String {
    match value {
        Value::Null => CLEAR.to_owned(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

/// Checks that an input may have these columns.
fn check_columns(columns: &[String]) -> Result<(), OutputError> {
    let refuse = |problem: String| Err(OutputError::Columns(problem));
    if columns.len() > limits::COLUMNS {
        return refuse(format!("there are more than {} columns", limits::COLUMNS));
    }
    for (at, name) in columns.iter().enumerate() {
        if name.trim().is_empty() || name.contains('\0') {
            return refuse("a column has no name".to_owned());
        }
        if columns.iter().take(at).any(|other| other == name) {
            return refuse(format!("two columns have the name {name}"));
        }
    }
    match columns {
        [] => refuse("there are no columns".to_owned()),
        _ => Ok(()),
    }
}
