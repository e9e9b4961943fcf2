//! Lists that are printed as they come, page by page.

use comfy_table::{Attribute, Cell, ColumnConstraint, Width};
use serde::Serialize;

use super::{Page, cell, excerpt, finish, json, name};
use crate::args::global::Format;
use crate::failure::Failure;
use crate::output::{Painted, print, show};

/// A list of things of one kind: a table whose columns are as wide as the first page needs, or one JSON array.
pub(crate) struct List<const N: usize> {
    titles: [&'static str; N],
    format: Format,
    page: Page,
    /// As wide as the columns of the first page.
    widths: Option<[u16; N]>,
    /// The JSON of the last item, which has a comma behind it if one more comes.
    pending: Option<String>,
    count: usize,
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

    /// How many items were printed.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Prints one page. `cells` gives the columns of an item.
    ///
    /// # Errors
    /// Those of [`print`].
    pub(crate) fn print<T: Serialize>(
        &mut self,
        items: &[T],
        cells: impl Fn(&T) -> [Option<&str>; N],
    ) -> Result<(), Failure> {
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
    /// Those of [`print`].
    pub(crate) fn end(self) -> Result<(), Failure> {
        match (self.format, self.pending) {
            (Format::Json, Some(last)) => print(&format!("{last}\n]")),
            (Format::Json, None) => print("[]"),
            (Format::Table, _) => Ok(()),
        }
    }

    /// Prints the item that is held back when a page could not be had, and gives that failure back. The array stays
    /// open: what is not the whole list must not be read as one.
    pub(crate) fn broken_off(self, failure: Failure) -> Failure {
        if let Some(last) = self.pending {
            // The first failure is the one to tell.
            let _ = print(&last);
        }
        failure
    }

    fn print_json(&mut self, item: &impl Serialize) -> Result<(), Failure> {
        let json = format!("  {}", json(item)?.replace('\n', "\n  "));
        match self.pending.replace(json) {
            Some(before) => print(&format!("{before},"))?,
            None => print("[")?,
        }
        self.count = self.count.saturating_add(1);
        Ok(())
    }

    /// The rows of one page, below a header if it is the first.
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
            table.set_header(
                self.titles
                    .map(|title| Cell::new(title).add_attribute(Attribute::Bold)),
            );
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
                // The first column has no room before it.
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
