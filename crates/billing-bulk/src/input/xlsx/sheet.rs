//! The cells of a sheet, in memory.

use std::fmt;

use crate::input::record::TypedCell;

/// The cells of a sheet that are not empty, row by row.
pub(in crate::input) struct Sheet {
    pub(super) name: String,
    /// The names of the other sheets of the workbook.
    pub(super) others: Vec<String>,
    /// The texts of all cells.
    pub(super) text: String,
    pub(super) cells: Vec<SheetCell>,
}

// The cells are about people.
impl fmt::Debug for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sheet({}, {} cells)", self.name, self.cells.len())
    }
}

pub(super) struct SheetCell {
    /// Counted from 0.
    pub(super) row: u32,
    pub(super) column: u32,
    /// The place in the text of the sheet.
    pub(super) start: usize,
    pub(super) end: usize,
    /// The content, unless it is text.
    pub(super) typed: Option<TypedCell>,
}

/// The cells of a row: the column, the text, and the content unless it is text.
pub(super) type RowCells = Vec<(usize, String, Option<TypedCell>)>;

impl Sheet {
    /// Returns the number of the row that begins with a cell, counted from 1, and its cells.
    pub(super) fn row(&self, first: usize) -> Option<(u64, RowCells)> {
        let rest = self.cells.get(first..)?;
        let row = rest.first()?.row;
        let cells = rest.iter().take_while(|cell| cell.row == row);
        let cells = cells.map(|cell| {
            let text = self.text.get(cell.start..cell.end).unwrap_or_default();
            let column = usize::try_from(cell.column).unwrap_or(usize::MAX);
            (column, text.to_owned(), cell.typed)
        });
        Some((u64::from(row).saturating_add(1), cells.collect()))
    }
}
