//! Lists that are printed page by page.

use comfy_table::{ColumnConstraint, Width};
use serde::Serialize;

use crate::args::global::Output;
use crate::failure::{Failure, Result};
use crate::output::page::Page;
use crate::output::painted::Painted;
use crate::output::stdout::{print, show};
use crate::render::csv::records;
use crate::render::excerpt;
use crate::render::print::json;
use crate::render::table::{cell, finish, name, set_header};

/// A list of resources: a table whose columns are as wide as those of the first page, one JSON
/// array, or CSV.
pub(crate) struct List<const N: usize> {
    columns: [Column; N],
    output: Output,
    page: Page,
    /// The widths of the columns of the first page.
    widths: Option<[u16; N]>,
    /// The JSON of the last item, which gets a comma if another one follows.
    pending: Option<String>,
    /// The number of printed items.
    pub(crate) count: usize,
}

/// A column of a list: its title in a table, and the member in the header of CSV.
pub(crate) type Column = (&'static str, &'static str);

impl<const N: usize> List<N> {
    pub(crate) fn new(columns: [Column; N], output: Output, page: Page) -> Self {
        Self {
            columns,
            output,
            page,
            widths: None,
            pending: None,
            count: 0,
        }
    }

    /// Prints one page. `cells` returns the columns of an item.
    ///
    /// # Errors
    /// See [`print`].
    pub(crate) fn print<T: Serialize>(
        &mut self,
        items: &[T],
        cells: impl Fn(&T) -> [Option<&str>; N],
    ) -> Result {
        match self.output {
            Output::Json => {
                for item in items {
                    self.print_json(item)?;
                }
            }
            Output::Table if !items.is_empty() => {
                let table = self.table(items.iter().map(cells));
                show(table)?;
                self.count = self.count.saturating_add(items.len());
            }
            Output::Csv if !items.is_empty() => {
                if self.count == 0 {
                    print(&self.csv_header()?)?;
                }
                let text =
                    |row: [Option<&str>; N]| row.map(|cell| cell.unwrap_or_default().to_owned());
                print(&records(items.iter().map(|item| text(cells(item))))?)?;
                self.count = self.count.saturating_add(items.len());
            }
            Output::Table | Output::Csv => {}
        }
        Ok(())
    }

    /// Ends the list.
    ///
    /// # Errors
    /// See [`print`].
    pub(crate) fn end(self) -> Result {
        match (self.output, &self.pending) {
            (Output::Json, Some(last)) => print(&format!("{last}\n]")),
            (Output::Json, None) => print("[]"),
            (Output::Csv, _) if self.count == 0 => print(&self.csv_header()?),
            (Output::Table | Output::Csv, _) => Ok(()),
        }
    }

    fn csv_header(&self) -> Result<String> {
        records([self.columns.map(|(_, member)| member)])
    }

    /// Prints the pending item after a page that failed, and returns that failure. The array stays
    /// open: a part must not be read as the whole list.
    pub(crate) fn fail(self, failure: Failure) -> Failure {
        if let Some(last) = self.pending {
            // The first failure is reported.
            let _ = print(&last);
        }
        failure
    }

    fn print_json(&mut self, item: &impl Serialize) -> Result {
        let json = format!("  {}", json(item)?.replace('\n', "\n  "));
        match self.pending.replace(json) {
            Some(before) => print(&format!("{before},"))?,
            None => print("[")?,
        }
        self.count = self.count.saturating_add(1);
        Ok(())
    }

    /// Returns the rows of one page, below a header if it is the first.
    pub(super) fn table<'a>(
        &mut self,
        rows: impl Iterator<Item = [Option<&'a str>; N]>,
    ) -> Painted {
        let text = |text: Option<&str>| cell(&excerpt::value(text.unwrap_or("-")).0);
        let is_first = self.count == 0;
        if self.page.is_narrow() {
            let blocks = rows.map(|row| {
                let mut table = self.page.table();
                for ((title, _), value) in self.columns.into_iter().zip(row) {
                    table.add_row([name(&title.to_lowercase()), text(value)]);
                }
                finish(&mut table)
            });
            let blocks = blocks.collect::<Vec<_>>().join("\n\n");
            let between = if is_first { "" } else { "\n" };
            return Painted::table(format!("{between}{blocks}"));
        }
        let mut table = self.page.table();
        if is_first {
            set_header(&mut table, self.columns.map(|(title, _)| title));
        }
        for row in rows {
            table.add_row(row.map(text));
        }
        let widest = table.column_max_content_widths();
        let widths = *self.widths.get_or_insert_with(|| {
            std::array::from_fn(|at| widest.get(at).copied().unwrap_or_default())
        });
        let padded: u32 = widths
            .iter()
            .map(|width| u32::from(*width).saturating_add(2))
            .sum();
        if self
            .page
            .columns()
            .is_none_or(|columns| padded <= columns.into())
        {
            for (at, width) in widths.into_iter().enumerate() {
                // The first column has no space before it.
                let padding = if at == 0 { 1 } else { 2 };
                if let Some(column) = table.column_mut(at) {
                    let width = width.saturating_add(padding);
                    column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
                }
            }
        }
        Painted::table(finish(&mut table))
    }
}
