//! The width of a terminal, and whether tables are styled.

use comfy_table::{ContentArrangement, Table};

/// With less room than this, values stand on lines below each other instead of in columns.
const ROOM_FOR_COLUMNS: u16 = 60;

/// A narrower terminal breaks lines by itself.
const MIN_WIDTH: u16 = 20;

/// How wide tables may be, and whether they are styled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    /// `None` is as wide as the content.
    columns: Option<u16>,
    is_styled: bool,
}

impl Page {
    /// Returns the width of the terminal behind stdout, if there is one.
    pub(crate) fn stdout() -> Self {
        Self::styled(Table::new().width())
    }

    /// Returns the width of the terminal behind stderr, if there is one.
    pub(crate) fn stderr() -> Self {
        Self::styled(Table::new().use_stderr().width())
    }

    /// Returns a page of this many columns of styled text.
    pub(crate) fn styled(columns: Option<u16>) -> Self {
        Self {
            // Some terminals do not know their size, and others are too narrow for any table.
            columns: columns
                .filter(|columns| *columns > 0)
                .map(|columns| columns.max(MIN_WIDTH)),
            is_styled: true,
        }
    }

    /// Returns a page of this many columns of plain text.
    #[cfg(test)]
    pub(crate) fn plain(columns: u16) -> Self {
        Self {
            columns: Some(columns),
            is_styled: false,
        }
    }

    /// The width; `None` is as wide as the content.
    pub(crate) fn columns(self) -> Option<u16> {
        self.columns
    }

    /// Returns the page with room left for an indent.
    pub(crate) fn indented(self, indent: u16) -> Self {
        let columns = self.columns.map(|columns| columns.saturating_sub(indent));
        Self { columns, ..self }
    }

    /// Whether there is no room for columns.
    pub(crate) fn is_narrow(self) -> bool {
        self.columns
            .is_some_and(|columns| columns < ROOM_FOR_COLUMNS)
    }

    /// Returns an empty table without borders that fits on the page.
    pub(crate) fn table(self) -> Table {
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
