//! Documents and differences for people.

use arm_client::models::BillingProfile;
use billing_core::RequestPreview;
use comfy_table::{ColumnConstraint, ContentArrangement, Table};
use serde::Serialize;
use serde_json::Value;

use crate::args::Format;
use crate::diff::Difference;
use crate::document::{Row, rows};
use crate::failure::{Exit, Failure};
use crate::output::{one_line, print};

/// What stands where a value is not.
const NONE: &str = "(none)";

/// A document for programs: JSON with indentation, members in the order of the model.
pub(crate) fn json(model: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(model)
        .map_err(|error| Failure::new(Exit::Failed, error).during("could not write JSON"))
}

/// Prints a request instead of sending it.
pub(crate) fn print_preview(preview: &RequestPreview, format: Format) -> Result<(), Failure> {
    print(&match format {
        Format::Json => json(preview)?,
        Format::Table => preview.to_string(),
    })
}

/// How wide tables may be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Width {
    /// As wide as the terminal behind stdout; as wide as they need where there is none.
    Stdout,
    /// The same for stderr.
    Stderr,
    /// So many columns.
    Columns(u16),
}

impl Width {
    fn table(self) -> Table {
        let mut table = Table::new();
        table.load_style(comfy_table::presets::NOTHING);
        table.set_content_arrangement(ContentArrangement::Dynamic);
        match self {
            Self::Stdout => {}
            Self::Stderr => {
                table.use_stderr();
            }
            Self::Columns(columns) => {
                table.set_width(columns);
            }
        }
        table
    }
}

/// One row for each value. `shorten` gives the path that is shown.
pub(crate) fn members(document: &Value, shorten: impl Fn(&str) -> String, width: Width) -> String {
    let mut table = width.table();
    for Row { path, text } in rows(document) {
        table.add_row([shorten(&path), text]);
    }
    finish(&mut table)
}

/// One row for each difference: the path, what was, what is.
pub(crate) fn differences(
    differences: &[Difference],
    shorten: impl Fn(&str) -> String,
    width: Width,
) -> String {
    let mut table = width.table();
    for Difference { path, old, new } in differences {
        let side = |text: &Option<String>| text.clone().unwrap_or_else(|| NONE.to_owned());
        table.add_row([shorten(path), format!("{} → {}", side(old), side(new))]);
    }
    finish(&mut table)
}

/// The same for stderr, below a line that introduces it.
pub(crate) fn introduced_differences(
    all: &[Difference],
    shorten: impl Fn(&str) -> String,
) -> String {
    let table = differences(all, shorten, Width::Stderr);
    table.lines().map(|line| format!("\n  {line}")).collect()
}

/// One row for each billing profile.
pub(crate) fn billing_profiles(profiles: &[BillingProfile]) -> String {
    let mut table = Width::Stdout.table();
    table.set_header(["NAME", "DISPLAY NAME", "PO NUMBER", "CURRENCY", "STATUS"]);
    for profile in profiles {
        let properties = profile.properties.as_ref();
        let status = properties.and_then(|all| all.status.as_ref());
        let cells = [
            profile.name.as_deref(),
            properties.and_then(|all| all.display_name.as_deref()),
            properties.and_then(|all| all.po_number.as_deref()),
            properties.and_then(|all| all.currency.as_deref()),
            status.map(|status| status.as_str()),
        ];
        table.add_row(cells.map(|cell| one_line(cell.unwrap_or("-"))));
    }
    finish(&mut table)
}

/// Rows of text below a header.
pub(crate) fn columns<const N: usize>(
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let mut table = Width::Stdout.table();
    table.set_header(header);
    for row in rows {
        table.add_row(row.map(|cell| one_line(&cell)));
    }
    finish(&mut table)
}

fn finish(table: &mut Table) -> String {
    // A path is easier to read, and to copy, in one piece, if that leaves room for the values.
    let widest = table
        .column_max_content_widths()
        .first()
        .copied()
        .unwrap_or_default();
    let room = table.width().unwrap_or(u16::MAX);
    if widest.saturating_add(2) <= room / 5 * 3
        && let Some(column) = table.column_mut(0)
    {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    let lines = table.trim_fmt();
    // The style pads each cell on both sides; what stands first on a line needs no room before it.
    let lines: Vec<_> = lines
        .lines()
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    lines.join("\n")
}
