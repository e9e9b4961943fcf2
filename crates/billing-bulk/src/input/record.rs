//! A row as a format has it, before it is checked.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::input::location::Location;
use crate::input::mistake::Mistake;

/// A row of any format.
pub(super) struct Record {
    /// Where it begins.
    pub(super) location: Location,
    /// The cells that are not empty; none if they may be in the wrong columns.
    pub(super) entries: Vec<Entry>,
    pub(super) raw: RawRow,
    /// What is wrong with its form.
    pub(super) mistakes: Vec<Mistake>,
}

/// A cell that is not empty.
pub(super) struct Entry {
    /// The index of the column.
    pub(super) column: usize,
    pub(super) location: Location,
    pub(super) content: Content,
}

/// The content of a cell.
pub(super) enum Content {
    /// Text of CSV, or of a text cell of a sheet.
    Text(String),
    /// A value of JSON.
    Json(Value),
    /// A cell of a sheet that is not text.
    Typed(TypedCell),
}

/// A cell of a sheet that is not text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum TypedCell {
    Number(f64),
    Flag(bool),
    Date,
    Error,
    /// A formula whose result the workbook does not have.
    Formula,
}

/// The contents of a row as the input has them, with its comments.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RawRow {
    /// The cells of a table, in the order of the columns, before they are trimmed.
    Cells(Vec<String>),
    /// The exact text of a JSON object.
    Json(String),
}

// The cells are about a person.
impl std::fmt::Debug for RawRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Cells(cells) => write!(f, "RawRow({} cells)", cells.len()),
            Self::Json(text) => write!(f, "RawRow({} bytes of JSON)", text.len()),
        }
    }
}
