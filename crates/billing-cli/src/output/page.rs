//! The width of a terminal, and tables that fit it.

use comfy_table::{ContentArrangement, Table};

/// With less room than this, values stand on lines below each other instead of in columns.
const ROOM_FOR_COLUMNS: u16 = 60;

/// A narrower terminal breaks lines by itself.
const MIN_WIDTH: u16 = 20;

/// The width of tables in columns; `None` is as wide as the content.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page(Option<u16>);

impl Page {
    /// Returns the width of the terminal behind stdout, if there is one.
    pub(crate) fn stdout() -> Self {
        Self::new(Table::new().width())
    }

    /// Returns the width of the terminal behind stderr, if there is one.
    pub(crate) fn stderr() -> Self {
        Self::new(Table::new().use_stderr().width())
    }

    /// Creates a page of this many columns.
    pub(crate) fn new(columns: Option<u16>) -> Self {
        // Some terminals do not know their size, and others are too narrow for any table.
        let known = columns.filter(|columns| *columns > 0);
        Self(known.map(|columns| columns.max(MIN_WIDTH)))
    }

    /// The width; `None` is as wide as the content.
    pub(crate) fn columns(self) -> Option<u16> {
        self.0
    }

    /// Returns the page with room left for an indent.
    pub(crate) fn indented(self, indent: u16) -> Self {
        Self(self.0.map(|columns| columns.saturating_sub(indent)))
    }

    /// Whether there is no room for columns.
    pub(crate) fn is_narrow(self) -> bool {
        self.0.is_some_and(|columns| columns < ROOM_FOR_COLUMNS)
    }

    /// Returns an empty table without borders that fits on the page.
    pub(crate) fn table(self) -> Table {
        let mut table = Table::new();
        table.load_style(comfy_table::presets::NOTHING);
        table.set_content_arrangement(ContentArrangement::Dynamic);
        // Whether styles are wanted is decided where the text is written.
        table.force_no_tty();
        table.enforce_styling().style_text_only();
        if let Some(columns) = self.0 {
            table.set_width(columns);
        }
        table
    }
}
