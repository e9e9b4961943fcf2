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

impl RawRow {
    /// Returns the comments of the row that are not empty, each with its column, such as `#ticket`.
    ///
    /// ```
    /// use billing_bulk::input::RawRow;
    ///
    /// let columns = ["customer_id", "#ticket"].map(str::to_owned);
    /// let row = RawRow::Cells(vec!["4d3cf487".to_owned(), "T-17".to_owned()]);
    /// assert_eq!(row.comments(&columns), [("#ticket".to_owned(), "T-17".to_owned())]);
    /// ```
    pub fn comments(&self, columns: &[String]) -> Vec<(String, String)> {
        let all = match self {
            Self::Cells(cells) => columns.iter().cloned().zip(cells.iter().cloned()).collect(),
            Self::Json(text) => match serde_json::from_str(text) {
                Ok(Value::Object(members)) => members.into_iter().map(as_text).collect(),
                _ => Vec::new(),
            },
        };
        let is_comment =
            |(column, text): &(String, String)| column.starts_with('#') && !text.is_empty();
        all.into_iter().filter(is_comment).collect()
    }
}

fn as_text((name, value): (String, Value)) -> (String, String) {
    match value {
        Value::String(text) => (name, text),
        Value::Null => (name, String::new()),
        value => (name, value.to_string()),
    }
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
