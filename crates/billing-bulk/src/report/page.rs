//! A report as one page that needs nothing from elsewhere.

mod attention;
mod course;
mod summary;
mod table;
mod text;

use std::fmt;
use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use crate::report::Report;
use crate::report::page::text::shown;
use crate::report::profiles::Profiles;
use crate::report::row::ReportRow;
use crate::report::wording::rfc3339;
use crate::time::utc;

pub use crate::report::page::text::PageText;

const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");

/// A report as one HTML page that loads nothing, and says so in its content security policy.
///
/// Text from outside is escaped. A script of the page's own makes the rows of its table; without
/// scripts, everything else is there.
#[derive(Default)]
pub struct Page {
    profiles: Profiles,
}

// The profiles are about people.
impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page").finish_non_exhaustive()
    }
}

impl Page {
    /// Adds the next profile.
    pub fn add(&mut self, row: &ReportRow) {
        self.profiles.add(row);
    }

    /// Writes the page.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut dyn Write, report: &Report, text: &PageText) -> io::Result<()> {
        out.write_all(before(report, text).into_string().as_bytes())?;
        // Not part of the template, which would copy it.
        out.write_all(b"<script type=\"application/json\" id=\"data\">")?;
        self.profiles.write(out)?;
        out.write_all(b"</script>\n<script>")?;
        out.write_all(SCRIPT.as_bytes())?;
        out.write_all(b"</script>\n</body>\n</html>\n")
    }
}

/// Returns the page up to its data.
fn before(report: &Report, text: &PageText) -> Markup {
    html! {
        (DOCTYPE)
        // Not closed: the data and the script follow.
        (PreEscaped("<html lang=\"en\">"))
        (head(report))
        (PreEscaped("<body>"))
        a .skip href="#profiles" { "Skip to the profiles" }
        header {
            p .kicker { "billing bulk" }
            h1 { "Bulk update report" }
            p .when {
                "As of " time datetime=(rfc3339(report.time)) { (utc(report.time)) }
            }
        }
        main {
            (summary::section(report, text))
            (course::section(report))
            (attention::section(report))
            (table::section(report))
        }
        footer {
            p {
                "Made by " (shown(&text.tool)) " from " code { (shown(&text.journal)) } ". "
                "This page is one file. It loads nothing and sends nothing."
            }
        }
    }
}

fn head(report: &Report) -> Markup {
    let policy = format!(
        "default-src 'none'; style-src {}; script-src {}; img-src data:; base-uri 'none'; \
         form-action 'none'",
        source(STYLE),
        source(SCRIPT)
    );
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(policy);
            meta name="viewport" content="width=device-width";
            meta name="color-scheme" content="light dark";
            meta name="robots" content="noindex";
            meta name="referrer" content="no-referrer";
            title { "Bulk update report, " (utc(report.time)) }
            link rel="icon" href="data:,";
            style { (PreEscaped(STYLE)) }
        }
    }
}

/// Returns the source of the content security policy that allows this text of ours only.
fn source(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}
