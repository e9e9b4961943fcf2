//! The screen of the demonstration: headings, indented blocks, tables.

use std::io::{self, Write};

use anstyle::Style;
use billing_core::{RequestPreview, Url};
use billing_edit::Path;
use serde_json::Value;

use crate::diff::Difference;
use crate::output::page::Page;
#[cfg(feature = "bulk")]
use crate::output::painted;
use crate::output::painted::Painted;
use crate::render::table;

const INDENT: &str = "  ";

/// The style of headings.
const HEADING: Style = Style::new().bold();

/// The output of the demonstration, and its width.
pub(super) struct Screen<'a> {
    out: &'a mut dyn Write,
    width: u16,
}

impl<'a> Screen<'a> {
    pub(super) fn new(out: &'a mut dyn Write, width: u16) -> Self {
        Self { out, width }
    }

    /// Writes the title of a part, with a line to the right edge.
    pub(super) fn title(&mut self, text: &str) -> io::Result<()> {
        let rest = usize::from(self.width).saturating_sub(text.chars().count() + 4);
        let rule = "━".repeat(rest);
        writeln!(self.out, "\n{HEADING}━━ {text} {rule}{HEADING:#}")
    }

    /// Writes the heading of a step.
    pub(super) fn step(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "\n{HEADING}{text}{HEADING:#}")
    }

    /// Writes prose, broken into lines.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        writeln!(
            self.out,
            "{}",
            textwrap::fill(text, usize::from(self.width))
        )
    }

    /// Writes indented lines. A long line continues below, indented further.
    pub(super) fn lines(&mut self, text: &str) -> io::Result<()> {
        let width = usize::from(self.width).saturating_sub(INDENT.len());
        for line in text.lines() {
            for line in folded(line.trim_end(), width) {
                writeln!(self.out, "{}", format!("{INDENT}{line}").trim_end())?;
            }
        }
        self.out.flush()
    }

    /// Writes an indented line that a command has printed. A longer one is broken between words,
    /// and its columns come closer.
    #[cfg(feature = "bulk")]
    pub(super) fn printed(&mut self, line: &str) -> io::Result<()> {
        let width = usize::from(self.width).saturating_sub(INDENT.len());
        let mut line = line.to_owned();
        if line.chars().count() > width {
            let start = line.len() - line.trim_start().len();
            let (indent, text) = line.split_at(start);
            let columns = text.split("  ").map(str::trim).filter(|it| !it.is_empty());
            line = indent.to_owned() + &columns.collect::<Vec<_>>().join("  ");
        }
        let below = format!("{INDENT}{INDENT}{INDENT}");
        let options = painted::wrapping(self.width)
            .initial_indent(INDENT)
            .subsequent_indent(&below);
        writeln!(self.out, "{}", textwrap::fill(&line, options).trim_end())?;
        self.out.flush()
    }

    /// Writes a row for each value.
    pub(super) fn members(
        &mut self,
        document: &Value,
        shorten: impl Fn(&Path) -> String,
    ) -> io::Result<()> {
        let shown = table::members(document, shorten, self.inner());
        self.table(&shown)
    }

    /// Writes a row for each difference.
    pub(super) fn differences(
        &mut self,
        all: &[Difference],
        shorten: impl Fn(&Path) -> String,
    ) -> io::Result<()> {
        let shown = table::differences(all, shorten, self.inner());
        self.table(&shown)
    }

    /// Writes a table, which fits into the width already.
    fn table(&mut self, table: &Painted) -> io::Result<()> {
        for line in table.as_str().lines() {
            writeln!(self.out, "{INDENT}{line}")?;
        }
        self.out.flush()
    }

    /// Writes a request: method and address, these headers, the body.
    pub(super) fn request(&mut self, request: &RequestPreview, headers: &[&str]) -> io::Result<()> {
        self.lines(&format!("{} {}", request.method(), address(request.url())))?;
        for (name, value) in request.headers() {
            if headers.contains(&name) {
                self.lines(&format!("{name}: {value}"))?;
            }
        }
        if let Some(body) = request.body_json() {
            writeln!(self.out)?;
            self.lines(&format!("{body:#}"))?;
        }
        Ok(())
    }

    fn inner(&self) -> Page {
        let indent = u16::try_from(INDENT.len()).unwrap_or_default();
        Page::new(Some(self.width.saturating_sub(indent)))
    }
}

/// Returns path and query of a URL. The port of an emulator is of no interest.
pub(super) fn address(url: &str) -> String {
    match Url::parse(url) {
        Ok(url) => match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        },
        Err(_) => url.to_owned(),
    }
}

/// Breaks a line where an address may be broken. Longer parts stay in one piece.
fn folded(line: &str, width: usize) -> Vec<String> {
    let indent = line.len() - line.trim_start().len() + 2 * INDENT.len();
    let mut lines = Vec::new();
    let mut rest = line.to_owned();
    while rest.chars().count() > width {
        let start = rest.len() - rest.trim_start().len();
        let places = rest.char_indices().enumerate();
        let mut places =
            places.filter(|(_, (at, character))| *at > start && "/? ".contains(*character));
        // The last break that fits, else the first.
        let fits = places.clone().take_while(|(column, _)| *column <= width);
        let Some((_, (at, _))) = fits.last().or_else(|| places.next()) else {
            break;
        };
        let (line, after) = rest.split_at(at);
        lines.push(line.trim_end().to_owned());
        rest = format!("{:indent$}{}", "", after.trim_start());
    }
    lines.push(rest);
    lines
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn long_address_is_broken_before_slashes_and_query() {
        let line = "GET /providers/Microsoft.Billing/x?api-version=1";
        assert_eq!(
            folded(line, 40),
            ["GET /providers/Microsoft.Billing/x", "    ?api-version=1"]
        );
        assert_eq!(
            folded(line, 20),
            [
                "GET /providers",
                "    /Microsoft.Billing",
                "    /x?api-version=1"
            ]
        );
        assert_eq!(folded(line, 80), [line]);
        assert_eq!(folded("  unbreakable", 5), ["  unbreakable"]);
    }
}
