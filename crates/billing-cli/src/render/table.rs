//! Documents and differences as tables.

use billing_edit::Path;
use comfy_table::{Attribute, Cell, Color, ColumnConstraint, Table};
use serde_json::Value;

use crate::diff::Difference;
use crate::document::rows;
use crate::interrupt::interruptible;
use crate::output::escape::one_line;
use crate::output::page::Page;
use crate::output::painted::Painted;
use crate::render::excerpt;

/// Shown in place of a missing value.
const NONE: &str = "(none)";

/// At most this many values of a document, or differences, are shown in a table.
const MAX_ROWS: usize = 1_000;

/// Returns a row for each value of a document. `shorten` formats its path.
///
/// Rows beyond [`MAX_ROWS`] are counted, and long values are shortened: a table takes many times
/// the memory of its text.
pub(crate) fn members(document: &Value, shorten: impl Fn(&Path) -> String, page: Page) -> Painted {
    let (rows, count) = interruptible(|| rows(document, MAX_ROWS));
    let left_out = count.saturating_sub(rows.len());
    let mut is_short = false;
    let rows = rows.iter().map(|(path, text)| {
        let (text, is_shortened) = excerpt::value(text);
        is_short |= is_shortened;
        [path_cell(&shorten(path)), cell(&text)]
    });
    let table = lay_out(rows, page);
    below(table, left_out, is_short)
}

/// Returns a row for each difference: the path, the old and the new value; with the limits of
/// [`members`].
pub(crate) fn differences(
    differences: &[Difference],
    shorten: impl Fn(&Path) -> String,
    page: Page,
) -> Painted {
    let shown = differences.get(..MAX_ROWS).unwrap_or(differences);
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

/// Adds a line about what is not in the table.
fn below(table: String, left_out: usize, is_short: bool) -> Painted {
    let table = Painted::table(table);
    match (left_out, is_short) {
        (0, false) => table,
        (0, true) => table.text("\n(shortened: --output json prints the document as a whole)"),
        (more, _) => {
            let more = excerpt::counted(more, "more value");
            table.text(&format!(
                "\n({more}: --output json prints the document as a whole)"
            ))
        }
    }
}

/// Lays the rows out in columns, or without room for them, each cell below its name.
fn lay_out<const N: usize>(rows: impl Iterator<Item = [Cell; N]>, page: Page) -> String {
    if !page.is_narrow() {
        let mut table = page.table();
        for row in rows {
            table.add_row(row);
        }
        // The arrow is between the old and the new value.
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

/// Returns the differences for stderr, below a line that introduces them.
pub(crate) fn introduced_differences(
    introduction: &str,
    all: &[Difference],
    shorten: impl Fn(&Path) -> String,
) -> Painted {
    let table = differences(all, shorten, Page::stderr().indented(2));
    Painted::from(one_line(introduction)).indented(&table)
}

/// Returns rows of text below a header, or without room for columns, without the header.
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
    set_header(&mut table, header);
    for row in rows {
        table.add_row(row);
    }
    Painted::table(finish(&mut table))
}

/// Sets a bold header.
pub(super) fn set_header<const N: usize>(table: &mut Table, titles: [&str; N]) {
    table.set_header(titles.map(|title| Cell::new(title).add_attribute(Attribute::Bold)));
}

/// Returns a cell with text from outside; hidden characters are escaped.
pub(super) fn cell(text: &str) -> Cell {
    Cell::new(one_line(text))
}

/// Returns the cell of a member's name.
pub(super) fn name(text: &str) -> Cell {
    cell(text).fg(Color::DarkCyan)
}

/// Returns the cell of a member's path.
fn path_cell(path: &str) -> Cell {
    name(&excerpt::path(path))
}

/// Returns the text of a table.
pub(super) fn finish(table: &mut Table) -> String {
    // A path is easier to read and to copy in one piece, if that leaves room for the values.
    let widest = table
        .column_max_content_widths()
        .first()
        .copied()
        .unwrap_or_default();
    let room = table.width().unwrap_or(u16::MAX);
    let is_one_of_several = table.column_count() > 1;
    if let Some(first) = table.column_mut(0) {
        // The first column needs no space before it.
        first.set_padding((0, 1));
        let is_free = first.constraint().is_none();
        if is_free && is_one_of_several && widest.saturating_add(1) <= room / 5 * 3 {
            first.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    table.trim_fmt()
}
