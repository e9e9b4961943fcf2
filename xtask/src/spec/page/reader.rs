//! The state of reading a page, and what its parts are read into.

use super::lines::Line;
use crate::codegen::problem::Problem;
use crate::spec::api::{Place, Shape};
use crate::spec::overlay::Overlay;

/// The start of a line with media types.
pub(super) const MEDIA_TYPES: &str = "Media Types:";

/// A section of a page, in the order of pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    Parameters,
    Headers,
    Body,
    Responses,
    Security,
    Examples,
    Definitions,
}

impl Section {
    pub(super) fn of_heading(text: &str) -> Option<Self> {
        Some(match text {
            "URI Parameters" => Self::Parameters,
            "Request Header" | "Request Headers" => Self::Headers,
            "Request Body" => Self::Body,
            "Responses" => Self::Responses,
            "Security" => Self::Security,
            "Examples" => Self::Examples,
            "Definitions" => Self::Definitions,
            _ => return None,
        })
    }

    /// Returns the heading.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Parameters => "URI Parameters",
            Self::Headers => "Request Header",
            Self::Body => "Request Body",
            Self::Responses => "Responses",
            Self::Security => "Security",
            Self::Examples => "Examples",
            Self::Definitions => "Definitions",
        }
    }
}

/// The row of a table of members or parameters.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub(super) line: usize,
    pub(super) name: String,
    pub(super) location: Option<String>,
    pub(super) required: bool,
    pub(super) shape: Shape,
    pub(super) description: Option<String>,
}

/// The row of a table of responses.
#[derive(Clone, Debug, Default)]
pub(super) struct ResponseRow {
    pub(super) line: usize,
    pub(super) status: String,
    pub(super) shape: Option<Shape>,
    pub(super) description: Option<String>,
    /// Names and types of headers.
    pub(super) headers: Vec<(String, Shape)>,
}

/// A row of the table Definitions.
#[derive(Clone, Debug)]
pub(super) struct TypeName {
    /// The name on the page.
    pub(super) page: String,
    /// The name in the spec: the last part of a name in .NET.
    pub(super) key: String,
    pub(super) description: Option<String>,
    pub(super) line: usize,
}

/// The state of reading a page.
pub(super) struct Reader<'a> {
    pub(super) file: &'a str,
    pub(super) overlay: &'a Overlay,
    pub(super) lines: Vec<Line>,
    /// The index of the next line.
    pub(super) at: usize,
    /// The types that the table Definitions lists.
    pub(super) names: Vec<TypeName>,
    /// The index of the line behind that table, if the page has it.
    pub(super) definitions: Option<usize>,
    /// The table of the body, whose type is found once all types are read.
    pub(super) body_rows: Vec<Row>,
    pub(super) notes: Vec<String>,
    /// What was not understood in tables of types; the tables behind are read all the same.
    pub(super) problems: Vec<Problem>,
}

impl Reader<'_> {
    pub(super) fn section(&self, at: usize) -> Option<Section> {
        // Behind the table Definitions, these are names of types.
        if self.definitions.is_some_and(|behind| at >= behind) {
            return None;
        }
        Section::of_heading(self.text(at))
    }

    /// Returns whether no row of a table begins at an index.
    pub(super) fn is_end(&self, at: usize) -> bool {
        at >= self.lines.len()
            || self.section(at).is_some()
            || self.columns(at).is_some()
            || self.text(at).starts_with(MEDIA_TYPES)
            || self.is_type_heading(at)
    }

    /// Returns the text of a line; empty behind the last one.
    pub(super) fn text(&self, at: usize) -> &str {
        self.lines.get(at).map_or("", |line| &line.text)
    }

    /// Returns the number of a line, or of the last one.
    pub(super) fn number(&self, at: usize) -> usize {
        let line = self.lines.get(at).or(self.lines.last());
        line.map_or(1, |line| line.number)
    }

    pub(super) fn place(&self, at: usize) -> Place {
        Place {
            file: self.file.to_owned(),
            line: self.number(at),
            pointer: String::new(),
        }
    }

    /// Returns what is at an index, for a message.
    pub(super) fn found(&self, at: usize) -> String {
        match self.text(at) {
            "" => "the end of the page".to_owned(),
            text if text.chars().count() > 60 => {
                let start: String = text.chars().take(57).collect();
                format!("`{start}…`")
            }
            text => format!("`{text}`"),
        }
    }

    pub(super) fn refuse(&self, at: usize, what: impl Into<String>, hint: &str) -> Problem {
        self.refuse_line(self.number(at), what, hint)
    }

    pub(super) fn refuse_line(&self, line: usize, what: impl Into<String>, hint: &str) -> Problem {
        Problem::new(self.file, format!(":{line}"), what, hint)
    }

    pub(super) fn note(&mut self, at: usize, what: &str) {
        let note = format!("{}:{}: {what}", self.file, self.number(at));
        self.notes.push(note);
    }
}
