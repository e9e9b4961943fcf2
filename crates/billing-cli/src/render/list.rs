//! Lists that are printed page by page.

use comfy_table::{ColumnConstraint, Width};
use serde::Serialize;

use crate::args::global::Format;
use crate::failure::{Failure, Result};
use crate::output::page::Page;
use crate::output::painted::Painted;
use crate::output::stdout::{print, show};
use crate::render::excerpt;
use crate::render::print::json;
use crate::render::table::{cell, finish, name, set_header};

/// A list of resources: a table whose columns are as wide as those of the first page, or one JSON
/// array.
pub(crate) struct List<const N: usize> {
    titles: [&'static str; N],
    format: Format,
    page: Page,
    /// The widths of the columns of the first page.
    widths: Option<[u16; N]>,
    /// The JSON of the last item, which gets a comma if another one follows.
    pending: Option<String>,
    /// The number of printed items.
    pub(crate) count: usize,
}

impl<const N: usize> List<N> {
    pub(crate) fn new(titles: [&'static str; N], format: Format, page: Page) -> Self {
        Self {
            titles,
            format,
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
        match self.format {
            Format::Json => {
                for item in items {
                    self.print_json(item)?;
                }
            }
            Format::Table if !items.is_empty() => {
                let table = self.table(items.iter().map(cells));
                show(table)?;
                self.count = self.count.saturating_add(items.len());
            }
            Format::Table => {}
        }
        Ok(())
    }

    /// Ends the list.
    ///
    /// # Errors
    /// See [`print`].
    pub(crate) fn end(self) -> Result {
        match (self.format, self.pending) {
            (Format::Json, Some(last)) => print(&format!("{last}\n]")),
            (Format::Json, None) => print("[]"),
            (Format::Table, _) => Ok(()),
        }
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
                for (title, value) in self.titles.into_iter().zip(row) {
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
            set_header(&mut table, self.titles);
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
