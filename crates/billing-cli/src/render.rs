//! Documents and differences for people.

mod excerpt;
mod list;

use billing_core::RequestPreview;
use comfy_table::{Attribute, Cell, Color, ColumnConstraint, ContentArrangement, Table};
use serde::Serialize;
use serde_json::Value;

use crate::args::global::Format;
use crate::diff::Difference;
use crate::document::{Path, Row, rows};
use crate::failure::{Exit, Failure};
use crate::interrupt::deadly_during;
use crate::output::{Painted, one_line, print};

pub(crate) use list::List;

/// What stands where a value is not.
const NONE: &str = "(none)";

/// As many values of a document, or differences, are shown in a table.
const MOST_ROWS: usize = 1_000;

/// A document for programs: JSON with indentation, members in the order of the model.
pub(crate) fn json(model: &impl Serialize) -> Result<String, Failure> {
    deadly_during(|| serde_json::to_string_pretty(model))
        .map_err(|error| Failure::new(Exit::Failed, error).during("could not write JSON"))
}

/// Prints a request instead of sending it.
pub(crate) fn print_preview(preview: &RequestPreview, format: Format) -> Result<(), Failure> {
    print(&match format {
        Format::Json => json(preview)?,
        Format::Table => preview.to_string(),
    })
}

/// How wide tables may be, and whether they are styled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    /// `None` is as wide as they need.
    columns: Option<u16>,
    is_styled: bool,
}

/// With less room than this, what would stand in columns stands in lines below each other.
const ROOM_FOR_COLUMNS: u16 = 60;

/// A terminal that is narrower breaks lines by itself.
const LEAST_ROOM: u16 = 20;

impl Page {
    /// As wide as the terminal behind stdout, if there is one.
    pub(crate) fn stdout() -> Self {
        Self::styled(Table::new().width())
    }

    /// The same for stderr.
    pub(crate) fn stderr() -> Self {
        Self::styled(Table::new().use_stderr().width())
    }

    /// So many columns of styled text.
    pub(crate) fn styled(columns: Option<u16>) -> Self {
        Self {
            // Some terminals do not know their size, and in others there is no room for any table.
            columns: columns
                .filter(|columns| *columns > 0)
                .map(|columns| columns.max(LEAST_ROOM)),
            is_styled: true,
        }
    }

    /// So many columns of plain text.
    #[cfg(test)]
    pub(crate) fn plain(columns: u16) -> Self {
        Self {
            columns: Some(columns),
            is_styled: false,
        }
    }

    /// `None` is as wide as it takes.
    pub(crate) fn columns(self) -> Option<u16> {
        self.columns
    }

    /// The same with room left for an indent.
    fn indented(self, indent: u16) -> Self {
        let columns = self.columns.map(|columns| columns.saturating_sub(indent));
        Self { columns, ..self }
    }

    fn is_narrow(self) -> bool {
        self.columns
            .is_some_and(|columns| columns < ROOM_FOR_COLUMNS)
    }

    fn table(self) -> Table {
        let mut table = Table::new();
        table.load_style(comfy_table::presets::NOTHING);
        table.set_content_arrangement(ContentArrangement::Dynamic);
        // Whether styles are wanted is decided where the text is written.
        table.force_no_tty();
        if self.is_styled {
            table.enforce_styling().style_text_only();
        }
        if let Some(columns) = self.columns {
            table.set_width(columns);
        }
        table
    }
}

/// One row for each value. `shorten` gives the path that is shown.
///
/// Rows beyond [`MOST_ROWS`] are counted, and long values are shortened: the memory of a table is many times that
/// of its text.
pub(crate) fn members(document: &Value, shorten: impl Fn(&Path) -> String, page: Page) -> Painted {
    let (rows, count) = deadly_during(|| rows(document, MOST_ROWS));
    let left_out = count.saturating_sub(rows.len());
    let mut is_short = false;
    let rows = rows.iter().map(|Row { path, text }| {
        let (text, is_shortened) = excerpt::value(text);
        is_short |= is_shortened;
        [path_cell(&shorten(path)), cell(&text)]
    });
    let table = lay_out(rows, page);
    below(table, left_out, is_short)
}

/// One row for each difference: the path, what was, what is; bounded as [`members`] is.
pub(crate) fn differences(
    differences: &[Difference],
    shorten: impl Fn(&Path) -> String,
    page: Page,
) -> Painted {
    let shown = differences.get(..MOST_ROWS).unwrap_or(differences);
    let left_out = differences.len().saturating_sub(shown.len());
    let mut is_short = false;
    let rows = shown.iter().map(|Difference { path, old, new }| {
        let (old, new, is_shortened) = match (old, new) {
            (Some(old), Some(new)) => excerpt::both(old, new),
            (old, new) => {
                let side = |side: &Option<String>| match side {
                    Some(text) => excerpt::value(text),
                    None => (NONE.to_owned(), false),
                };
                let ((old, is_old_short), (new, is_new_short)) = (side(old), side(new));
                (old, new, is_old_short || is_new_short)
            }
        };
        is_short |= is_shortened;
        let old = cell(&old).fg(Color::DarkRed);
        let new = cell(&format!("→ {new}")).fg(Color::DarkGreen);
        [path_cell(&shorten(path)), old, new]
    });
    let table = lay_out(rows, page);
    below(table, left_out, is_short)
}

/// The table, and a line about what is not in it.
fn below(table: String, left_out: usize, is_short: bool) -> Painted {
    let table = Painted::table(table);
    match (left_out, is_short) {
        (0, false) => table,
        (0, true) => table.text("\n(shortened: --output json prints the document as a whole)"),
        (more, _) => {
            let more = excerpt::thousands(more);
            table.text(&format!(
                "\n({more} more values: --output json prints the document as a whole)"
            ))
        }
    }
}

/// The rows in columns, or where there is no room for them, each cell below its name.
fn lay_out<const N: usize>(rows: impl Iterator<Item = [Cell; N]>, page: Page) -> String {
    if !page.is_narrow() {
        let mut table = page.table();
        for row in rows {
            table.add_row(row);
        }
        // The arrow belongs to both sides.
        if let Some(new) = table.column_mut(2) {
            new.set_padding((0, 1));
        }
        return finish(&mut table);
    }
    let mut lines = Vec::new();
    for row in rows {
        for (index, cell) in row.into_iter().enumerate() {
            let indent = if index == 0 { 0 } else { 2 };
            let mut table = page.indented(indent).table();
            table.add_row([cell]);
            let cell = finish(&mut table);
            let cell = cell.lines().map(|line| " ".repeat(indent.into()) + line);
            lines.extend(cell);
        }
    }
    lines.join("\n")
}

/// The differences for stderr, below a line that introduces them.
pub(crate) fn introduced_differences(
    introduction: &str,
    all: &[Difference],
    shorten: impl Fn(&Path) -> String,
) -> Painted {
    let table = differences(all, shorten, Page::stderr().indented(2));
    Painted::from(one_line(introduction)).indented(&table)
}

/// Rows of text below a header; without the header where there is no room for columns.
pub(crate) fn columns<const N: usize>(
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
    page: Page,
) -> Painted {
    let rows = rows.into_iter().map(|row| row.map(|text| cell(&text)));
    if page.is_narrow() {
        return Painted::table(lay_out(rows, page));
    }
    let mut table = page.table();
    table.set_header(header.map(|title| Cell::new(title).add_attribute(Attribute::Bold)));
    for row in rows {
        table.add_row(row);
    }
    Painted::table(finish(&mut table))
}

/// A cell with text from outside: what a [`Painted`] table is made of.
fn cell(text: &str) -> Cell {
    Cell::new(one_line(text))
}

/// The cell of a member's name.
fn name(text: &str) -> Cell {
    cell(text).fg(Color::DarkCyan)
}

/// The cell of a member's path.
fn path_cell(path: &str) -> Cell {
    name(&excerpt::path(path))
}

fn finish(table: &mut Table) -> String {
    // A path is easier to read, and to copy, in one piece, if that leaves room for the values.
    let widest = table
        .column_max_content_widths()
        .first()
        .copied()
        .unwrap_or_default();
    let room = table.width().unwrap_or(u16::MAX);
    let is_one_of_several = table.column_count() > 1;
    if let Some(first) = table.column_mut(0) {
        // What stands first on a line needs no room before it.
        first.set_padding((0, 1));
        let is_free = first.constraint().is_none();
        if is_free && is_one_of_several && widest.saturating_add(1) <= room / 5 * 3 {
            first.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    table.trim_fmt()
}

#[cfg(test)]
mod tests;
