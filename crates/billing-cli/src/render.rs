//! Documents and differences for people.

use arm_client::models::BillingProfile;
use billing_core::RequestPreview;
use comfy_table::{Attribute, Cell, Color, ColumnConstraint, ContentArrangement, Table};
use serde::Serialize;
use serde_json::Value;

use crate::args::Format;
use crate::diff::Difference;
use crate::document::{Row, rows};
use crate::failure::{Exit, Failure};
use crate::output::{is_hidden, one_line, print};

/// What stands where a value is not.
const NONE: &str = "(none)";

/// A document for programs: JSON with indentation, members in the order of the model.
pub(crate) fn json(model: &impl Serialize) -> Result<String, Failure> {
    let json = serde_json::to_string_pretty(model)
        .map_err(|error| Failure::new(Exit::Failed, error).during("could not write JSON"))?;
    let mut harmless = String::with_capacity(json.len());
    for character in json.chars() {
        // JSON itself escapes only some of what could steer a terminal; all of it is inside strings.
        if character != '\n' && is_hidden(character) {
            harmless.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            harmless.push(character);
        }
    }
    Ok(harmless)
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
pub(crate) fn members(document: &Value, shorten: impl Fn(&str) -> String, page: Page) -> String {
    let rows = rows(document).into_iter();
    lay_out(
        rows.map(|Row { path, text }| [name(shorten(&path)), Cell::new(text)]),
        page,
    )
}

/// One row for each difference: the path, what was, what is.
pub(crate) fn differences(
    differences: &[Difference],
    shorten: impl Fn(&str) -> String,
    page: Page,
) -> String {
    let rows = differences.iter().map(|Difference { path, old, new }| {
        let side = |text: &Option<String>| text.clone().unwrap_or_else(|| NONE.to_owned());
        let old = Cell::new(side(old)).fg(Color::DarkRed);
        let new = Cell::new(format!("→ {}", side(new))).fg(Color::DarkGreen);
        [name(shorten(path)), old, new]
    });
    lay_out(rows, page)
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

/// The same for stderr, below a line that introduces it.
pub(crate) fn introduced_differences(
    all: &[Difference],
    shorten: impl Fn(&str) -> String,
) -> String {
    let table = differences(all, shorten, Page::stderr().indented(2));
    table.lines().map(|line| format!("\n  {line}")).collect()
}

/// One row for each billing profile.
pub(crate) fn billing_profiles(profiles: &[BillingProfile], page: Page) -> String {
    const TITLES: [&str; 5] = ["NAME", "DISPLAY NAME", "PO NUMBER", "CURRENCY", "STATUS"];
    let rows = profiles.iter().map(|profile| {
        let properties = profile.properties.as_ref();
        let status = properties.and_then(|all| all.status.as_ref());
        let cells = [
            profile.name.as_deref(),
            properties.and_then(|all| all.display_name.as_deref()),
            properties.and_then(|all| all.po_number.as_deref()),
            properties.and_then(|all| all.currency.as_deref()),
            status.map(|status| status.as_str()),
        ];
        cells.map(|cell| one_line(cell.unwrap_or("-")))
    });
    if page.is_narrow() {
        let tables = rows.map(|cells| {
            let mut table = page.table();
            for (title, cell) in TITLES.into_iter().zip(cells) {
                table.add_row([name(title.to_lowercase()), Cell::new(cell)]);
            }
            finish(&mut table)
        });
        return tables.collect::<Vec<_>>().join("\n\n");
    }
    let mut table = page.table();
    table.set_header(TITLES.map(|title| Cell::new(title).add_attribute(Attribute::Bold)));
    table.add_rows(rows);
    finish(&mut table)
}

/// Rows of text below a header; without the header where there is no room for columns.
pub(crate) fn columns<const N: usize>(
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
    page: Page,
) -> String {
    if page.is_narrow() {
        return lay_out(
            rows.into_iter()
                .map(|row| row.map(|cell| Cell::new(one_line(&cell)))),
            page,
        );
    }
    let mut table = page.table();
    table.set_header(header.map(|title| Cell::new(title).add_attribute(Attribute::Bold)));
    for row in rows {
        table.add_row(row.map(|cell| one_line(&cell)));
    }
    finish(&mut table)
}

/// The cell of a member's name.
fn name(text: String) -> Cell {
    Cell::new(text).fg(Color::DarkCyan)
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
        if is_one_of_several && widest.saturating_add(1) <= room / 5 * 3 {
            first.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    table.trim_fmt()
}

#[cfg(test)]
mod tests;
