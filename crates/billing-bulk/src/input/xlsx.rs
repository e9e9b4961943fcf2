//! Workbooks of Excel (XLSX): one sheet, held in memory in a compact form.

mod archive;
mod load;
mod sheet;

use std::sync::Arc;

use crate::input::columns::Columns;
use crate::input::form::InputFormat;
use crate::input::limits;
use crate::input::location::Location;
use crate::input::mistake::{Mistake, Stop};
use crate::input::record::{Content, Entry, RawRow, Record};
use crate::input::xlsx::sheet::RowCells;

pub(super) use load::load;
pub(super) use sheet::Sheet;

/// Reads the rows of a sheet.
pub(super) struct SheetReader {
    sheet: Arc<Sheet>,
    format: InputFormat,
    /// The index of the next cell.
    next: usize,
    /// The index in `Columns` for each column of the sheet.
    columns: Vec<Option<usize>>,
    width: usize,
}

impl SheetReader {
    /// Begins to read, and reads the header.
    ///
    /// # Errors
    /// A header that is missing or in which no column is known.
    pub(super) fn open(
        sheet: Arc<Sheet>,
        columns: &mut Columns,
    ) -> Result<(Self, Vec<Mistake>), Stop> {
        let format = InputFormat::Xlsx {
            sheet: sheet.name.clone(),
        };
        let mut reader = Self {
            sheet,
            format,
            next: 0,
            columns: Vec::new(),
            width: 0,
        };
        let (start, header) = reader.cells().ok_or_else(|| {
            Mistake::new(format!(
                "the sheet {} has no header and no rows",
                reader.sheet.name
            ))
        })?;
        let (mut names, mut mistakes) = (Vec::new(), Vec::new());
        for (column, text, typed) in header {
            let location = start.cell(column);
            if typed.is_some() {
                let mistake = Mistake::new("the name of the column is not a text cell");
                mistakes.push(mistake.at(&location).hint(FORMAT_AS_TEXT));
                continue;
            }
            if column >= limits::COLUMNS {
                let problem = format!("there are more than {} columns", limits::COLUMNS);
                return Err(Mistake::new(problem).at(&location).into());
            }
            reader.columns.resize(column, None);
            reader.columns.push(Some(names.len()));
            names.push((text, location));
        }
        reader.width = names.len();
        mistakes.extend(columns.add_header(&names, &start, &reader.sheet.others)?);
        Ok((reader, mistakes))
    }

    pub(super) fn format(&self) -> &InputFormat {
        &self.format
    }

    /// Reads the next row that is not empty.
    pub(super) fn next(&mut self) -> Option<Record> {
        loop {
            let (location, cells) = self.cells()?;
            if cells.iter().all(|(_, text, _)| text.trim().is_empty()) {
                continue;
            }
            let mut raw = vec![String::new(); self.width];
            let mut record = Record {
                location: location.clone(),
                entries: Vec::new(),
                raw: RawRow::Cells(Vec::new()),
                mistakes: Vec::new(),
            };
            for (at, text, typed) in cells {
                let location = location.cell(at);
                let Some(Some(column)) = self.columns.get(at).copied() else {
                    let mistake = Mistake::new("the column of this cell has no name");
                    let hint = "name the column in the first row, or empty the cell";
                    record.mistakes.push(mistake.at(&location).hint(hint));
                    continue;
                };
                if let Some(raw) = raw.get_mut(column) {
                    raw.clone_from(&text);
                }
                let content = match typed {
                    Some(typed) => Content::Typed(typed),
                    None => Content::Text(text),
                };
                record.entries.push(Entry {
                    column,
                    location,
                    content,
                });
            }
            record.raw = RawRow::Cells(raw);
            return Some(record);
        }
    }

    /// Takes the cells of the next row.
    fn cells(&mut self) -> Option<(Location, RowCells)> {
        let (row, cells) = self.sheet.row(self.next)?;
        self.next = self.next.saturating_add(cells.len());
        let location = Location::Row {
            sheet: self.sheet.name.clone(),
            row,
        };
        Some((location, cells))
    }
}

/// The hint for a cell that lost what was typed, such as the zeros before a postal code.
pub(super) const FORMAT_AS_TEXT: &str =
    "format the column as text in Excel, and enter the values again";
