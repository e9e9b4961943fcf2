//! Where something is in an input.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where something is in an input: a line of a text, or a row or a cell of a sheet.
///
/// ```
/// use billing_bulk::input::Location;
///
/// let cell = Location::Cell { sheet: "Sheet1".to_owned(), row: 7, column: 3 };
/// assert_eq!(cell.to_string(), "Sheet1!C7");
/// assert_eq!(Location::Line(14).to_string(), "14");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Location {
    /// A physical line of a text, counted from 1.
    Line(u64),
    /// A row of a sheet.
    Row {
        /// The name of the sheet.
        sheet: String,
        /// The number of the row, counted from 1.
        row: u64,
    },
    /// A cell of a sheet.
    Cell {
        /// The name of the sheet.
        sheet: String,
        /// The number of the row, counted from 1.
        row: u64,
        /// The number of the column, counted from 1.
        column: u32,
    },
}

impl Location {
    /// Returns the number of the line or row.
    pub fn line(&self) -> u64 {
        match self {
            Self::Line(line) => *line,
            Self::Row { row, .. } | Self::Cell { row, .. } => *row,
        }
    }

    /// Returns the cell of a row of a sheet; a line stays the same.
    pub(super) fn cell(&self, index: usize) -> Self {
        match self {
            Self::Line(_) => self.clone(),
            Self::Row { sheet, row } | Self::Cell { sheet, row, .. } => Self::Cell {
                sheet: sheet.clone(),
                row: *row,
                column: u32::try_from(index).map_or(u32::MAX, |index| index.saturating_add(1)),
            },
        }
    }

    /// Returns the location of another line or row.
    pub(super) fn at(&self, line: u64) -> Self {
        match self {
            Self::Line(_) => Self::Line(line),
            Self::Row { sheet, .. } | Self::Cell { sheet, .. } => Self::Row {
                sheet: sheet.clone(),
                row: line,
            },
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "{line}"),
            Self::Row { sheet, row } => write!(f, "{sheet}!{row}"),
            Self::Cell { sheet, row, column } => {
                write!(f, "{sheet}!{}{row}", column_letters(*column))
            }
        }
    }
}

/// Returns the letters of a column of a sheet: `A`, `Z`, `AA`.
pub(super) fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    while let Some(index) = rest.checked_sub(1) {
        letters.push(char::from_u32(u32::from('A') + index % 26).unwrap_or('?'));
        rest = index / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::column_letters;

    #[test]
    fn columns_have_the_letters_of_a_sheet() {
        for (column, expected) in [
            (1, "A"),
            (26, "Z"),
            (27, "AA"),
            (52, "AZ"),
            (703, "AAA"),
            (16_384, "XFD"),
        ] {
            assert_eq!(column_letters(column), expected);
        }
    }
}
