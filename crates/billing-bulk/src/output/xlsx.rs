//! Workbooks of Excel (XLSX) with one sheet, whose cells are all text.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use crate::output::error::OutputError;
use crate::output::target::TargetFile;

/// The number of rows of a sheet.
const ROWS: u32 = 1_048_576;

/// The most UTF-16 units that a cell of Excel holds.
const CELL: usize = 32_767;

/// The narrowest and the widest column, in characters.
const WIDTHS: (usize, usize) = (10, 60);

/// Writes the rows of a sheet. They are kept in a file without a name, not in memory.
pub(super) struct XlsxSink {
    file: TargetFile,
    book: Workbook,
    /// The number of rows, the header included.
    rows: u32,
    /// The characters of the longest value of each column.
    widths: Vec<usize>,
    text: Format,
}

impl XlsxSink {
    /// Begins a workbook with its header.
    pub(super) fn begin(
        file: TargetFile,
        columns: &[String],
        sheet: &str,
    ) -> Result<Self, OutputError> {
        let mut sink = Self {
            file,
            book: Workbook::new(),
            rows: 0,
            widths: vec![0; columns.len()],
            // The built-in format `@`, text: what is typed into the cell stays as it is.
            text: Format::new().set_num_format_index(49),
        };
        let (text, bold) = (sink.text.clone(), sink.text.clone().set_bold());
        let count = columns.len();
        let header = sink.attempt(|book| {
            let page = book.add_worksheet_with_constant_memory()?;
            page.set_name(sheet)?.set_freeze_panes(1, 0)?;
            for column in 0..count {
                page.set_column_format(number(column), &text)?;
            }
            Ok(())
        });
        header?;
        sink.row(columns, &bold)?;
        Ok(sink)
    }

    /// Writes a row.
    pub(super) fn write(
        &mut self,
        columns: &[String],
        cells: &[String],
    ) -> Result<(), OutputError> {
        for (column, cell) in columns.iter().zip(cells) {
            if cell.len() > CELL && cell.encode_utf16().count() > CELL {
                return Err(OutputError::Value {
                    column: column.clone(),
                    problem: "is longer than 32,767 characters, which a cell of Excel can have"
                        .to_owned(),
                });
            }
        }
        if self.rows >= ROWS {
            return Err(OutputError::Full);
        }
        let text = self.text.clone();
        self.row(cells, &text)
    }

    /// Ends the workbook.
    pub(super) fn finish(mut self) -> Result<(), OutputError> {
        let widths = std::mem::take(&mut self.widths);
        self.attempt(|book| {
            let page = book.worksheet_from_index(0)?;
            for (column, width) in widths.into_iter().enumerate() {
                // One more for the margin.
                let width = width.clamp(WIDTHS.0, WIDTHS.1).saturating_add(1);
                let width = u32::try_from(width).unwrap_or_default();
                page.set_column_width(number(column), width)?;
            }
            Ok(())
        })?;
        let Self {
            mut file, mut book, ..
        } = self;
        let saved = catch_unwind(AssertUnwindSafe(|| book.save_to_writer(&mut file)));
        explained(saved, &file)?;
        file.finish()
    }

    fn row(&mut self, cells: &[String], format: &Format) -> Result<(), OutputError> {
        let row = self.rows;
        for (cell, width) in cells.iter().zip(&mut self.widths) {
            let longest = cell.lines().map(|line| line.chars().count()).max();
            *width = longest.unwrap_or_default().max(*width);
        }
        self.attempt(|book| {
            let page: &mut Worksheet = book.worksheet_from_index(0)?;
            for (column, cell) in cells.iter().enumerate() {
                if !cell.is_empty() {
                    page.write_string_with_format(row, number(column), cell, format)?;
                }
            }
            Ok(())
        })?;
        self.rows = row.saturating_add(1);
        Ok(())
    }

    fn attempt(
        &mut self,
        call: impl FnOnce(&mut Workbook) -> Result<(), XlsxError>,
    ) -> Result<(), OutputError> {
        // The library panics if the file without a name cannot be written, as on a full disk.
        let done = catch_unwind(AssertUnwindSafe(|| call(&mut self.book)));
        explained(done, &self.file)
    }
}

/// Explains an error of the library; its texts may have contents of cells.
fn explained(
    done: std::thread::Result<Result<(), XlsxError>>,
    file: &TargetFile,
) -> Result<(), OutputError> {
    let error = match done {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(XlsxError::IoError(error))) => error,
        Ok(Err(XlsxError::SheetnameCannotBeBlank(_) | XlsxError::SheetnameLengthExceeded(_))) => {
            return Err(OutputError::Columns(
                "the sheet needs another name".to_owned(),
            ));
        }
        Ok(Err(_)) => std::io::Error::other("the workbook could not be written"),
        Err(_) => std::io::Error::other(
            "the workbook could not be written; is the disk of the temporary files full?",
        ),
    };
    Err(file.explain(error))
}

/// Returns the number of a column; a sheet has more columns than an input may have.
fn number(column: usize) -> u16 {
    u16::try_from(column).unwrap_or(u16::MAX)
}
