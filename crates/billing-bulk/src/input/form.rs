//! The form in which an input came, so that rows can be written back the same way.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::input::encoding::Encoding;

/// The form in which an input came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputForm {
    /// The names of the columns, in order; for JSON, the paths of all members in the order in which
    /// they were met.
    pub columns: Vec<String>,
    /// The format.
    pub format: InputFormat,
}

impl InputForm {
    /// Adds columns at the end, except those that the form has.
    ///
    /// ```
    /// use billing_bulk::input::{InputForm, InputFormat};
    ///
    /// let columns = vec!["customer_id".to_owned(), "#code".to_owned()];
    /// let format = InputFormat::Xlsx { sheet: "Profiles".to_owned() };
    /// let form = InputForm { columns, format }.with_columns(["#code", "#cause"]);
    /// assert_eq!(form.columns, ["customer_id", "#code", "#cause"]);
    /// ```
    #[must_use]
    pub fn with_columns<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        for name in names {
            if !self.columns.iter().any(|column| column == name) {
                self.columns.push(name.to_owned());
            }
        }
        self
    }
}

/// The format of an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum InputFormat {
    /// CSV (RFC 4180).
    Csv {
        /// What separates the cells.
        delimiter: Delimiter,
        /// What ends the lines.
        newline: Newline,
        /// How the text is encoded.
        encoding: Encoding,
    },
    /// A workbook of Excel.
    Xlsx {
        /// The sheet that was read.
        sheet: String,
    },
    /// One JSON object per line.
    JsonLines {
        /// What ends the lines.
        newline: Newline,
        /// How the text is encoded.
        encoding: Encoding,
    },
    /// One JSON array of objects.
    JsonArray {
        /// What ends the lines.
        newline: Newline,
        /// How the text is encoded.
        encoding: Encoding,
    },
}

impl fmt::Display for InputFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Csv {
                delimiter,
                newline,
                encoding,
            } => write!(
                f,
                "CSV with {delimiter}, {encoding}, lines end with {newline}"
            ),
            Self::Xlsx { sheet } => write!(f, "XLSX, sheet {sheet}"),
            Self::JsonLines { encoding, .. } => write!(f, "JSON Lines, {encoding}"),
            Self::JsonArray { encoding, .. } => write!(f, "JSON array, {encoding}"),
        }
    }
}

/// What separates the cells of a CSV file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delimiter {
    /// `,`.
    Comma,
    /// `;`, as Excel writes it where the comma separates decimals.
    Semicolon,
    /// A tab.
    Tab,
}

impl Delimiter {
    /// All delimiters that are detected.
    pub(super) const ALL: [Self; 3] = [Self::Comma, Self::Semicolon, Self::Tab];

    /// Returns the character.
    pub fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }
}

impl fmt::Display for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Comma => "`,`",
            Self::Semicolon => "`;`",
            Self::Tab => "tabs",
        })
    }
}

/// What ends the lines of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Newline {
    /// A line feed.
    Lf,
    /// A carriage return and a line feed.
    CrLf,
}

impl Newline {
    /// Returns what ends the first line of a text that begins like this.
    pub(super) fn detect(head: &[u8]) -> Self {
        let end = head.iter().position(|byte| *byte == b'\n');
        let before = end
            .and_then(|end| end.checked_sub(1))
            .and_then(|at| head.get(at));
        match before {
            Some(b'\r') => Self::CrLf,
            _ => Self::Lf,
        }
    }
}

impl fmt::Display for Newline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lf => "LF",
            Self::CrLf => "CRLF",
        })
    }
}
