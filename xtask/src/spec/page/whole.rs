//! Finds pages that were cut off, and files that have two.

use std::collections::BTreeSet;

use serde_json::Value;

use super::reader::{MEDIA_TYPES, Reader, ResponseRow, Row, Section};
use crate::codegen::problem::Problem;
use crate::spec::api::{Api, Operation, Shape, Type, TypeKind};

/// The next step if a file has two pages.
const ONE: &str = "give the text of one page; each page becomes a spec of its own";

/// The next step if a page was cut off.
const WHOLE: &str = "copy the page again, to its end";

impl Reader<'_> {
    /// Checks that no section begins twice.
    pub(super) fn one_page(&self) -> Result<(), Problem> {
        let mut seen: Vec<(Section, usize)> = Vec::new();
        for at in 0..self.lines.len() {
            let Some(section) = self.heading(at) else {
                continue;
            };
            if let Some((_, first)) = seen.iter().find(|(known, _)| *known == section) {
                return Err(self.twice(*first, at));
            }
            seen.push((section, at));
        }
        Ok(())
    }

    /// Returns the section whose heading is at an index, which may be behind the table Definitions:
    /// only headings above a table or above media types can be told from names of types there.
    fn heading(&self, at: usize) -> Option<Section> {
        let section = Section::of_heading(self.text(at))?;
        let is_type = self.names.iter().any(|known| known.page == self.text(at));
        let columns = self.columns(at + 1).unwrap_or_default();
        let is_above = |names: &[&str]| {
            columns.starts_with(
                &names
                    .iter()
                    .map(|name| (*name).to_owned())
                    .collect::<Vec<_>>(),
            )
        };
        let is_heading = match section {
            Section::Parameters => is_above(&["Name", "In"]),
            Section::Headers | Section::Body | Section::Responses => {
                is_above(&["Name"]) || self.text(at + 1).starts_with(MEDIA_TYPES)
            }
            Section::Definitions => columns == ["Name", "Description"],
            Section::Security | Section::Examples => false,
        };
        (is_heading && !is_type).then_some(section)
    }

    fn twice(&self, first: usize, second: usize) -> Problem {
        let what = format!(
            "the section {} begins here and at line {}: the file has two pages",
            self.found(second),
            self.number(first)
        );
        self.refuse(second, what, ONE)
    }

    /// Returns the error of a section that follows one that it should precede.
    pub(super) fn out_of_place(
        &self,
        at: usize,
        section: Section,
        before: Section,
        line: usize,
    ) -> Problem {
        let found = self.found(at);
        let what = if section == before {
            format!("the section {found} begins here and at line {line}: the file has two pages")
        } else {
            let before = before.title();
            format!("the section {found} follows `{before}` of line {line}, which comes after it")
        };
        self.refuse(at, what, ONE)
    }

    /// Checks the last row of the responses, if the page ends with it.
    pub(super) fn end_of_responses(&mut self, rows: &[ResponseRow]) -> Result<(), Problem> {
        let Some(last) = rows.last().filter(|_| self.at >= self.lines.len()) else {
            return Ok(());
        };
        let is_cut = match (&last.shape, &last.description) {
            (None, None) => true,
            // The name of a type that the table Definitions would list.
            (None, Some(words)) => last.headers.is_empty() && !words.contains(char::is_whitespace),
            _ => false,
        };
        if is_cut {
            let what = format!(
                "the page ends within its table of responses: the row has {}",
                match &last.description {
                    None => "neither a type nor words".to_owned(),
                    Some(words) => format!("`{words}`, which is neither a type nor a sentence"),
                }
            );
            return Err(self.refuse_line(last.line, what, WHOLE));
        }
        self.note(
            self.at,
            "the page ends with its table of responses; check that it is whole",
        );
        Ok(())
    }

    /// Notes members and values of samples that the tables of their types do not list.
    pub(super) fn note_unlisted(&mut self, operation: &Operation, api: &Api) {
        let shape_of = |status: &str| {
            let mut responses = operation.responses.iter();
            let found = responses.find(|one| one.status == status);
            found.and_then(|one| one.shape.as_ref())
        };
        let mut unlisted = BTreeSet::new();
        for example in &operation.examples {
            let body = operation.body.as_ref().map(|body| &body.shape);
            let request = example.request.as_ref().zip(body);
            let responses = example.responses.iter();
            let responses =
                responses.filter_map(|one| Some((one.body.as_ref()?, shape_of(&one.status)?)));
            for (text, shape) in request.into_iter().chain(responses) {
                if let Ok(value) = serde_json::from_str(text) {
                    add_unlisted(&value, shape, api, &mut unlisted);
                }
            }
        }
        for (line, name) in unlisted {
            let file = self.file;
            self.notes.push(format!(
                "{file}:{line}: a sample has `{name}`, which this table does not list; check that \
                 the page is whole"
            ));
        }
    }

    /// Notes that the last row of the page lacks the words that all other rows of its table have.
    pub(super) fn end_of_rows(&mut self, rows: &[Row]) {
        let Some((last, others)) = rows.split_last().filter(|_| self.at >= self.lines.len()) else {
            return;
        };
        let has_words = |row: &Row| row.description.is_some();
        if !others.is_empty() && others.iter().all(has_words) && !has_words(last) {
            let what = format!(
                "the page ends with the row of `{}`, which has no words as the others have; check \
                 that it is whole",
                last.name
            );
            self.note(self.at, &what);
        }
    }
}

/// Collects the members and enum values of a value that its type does not list, each with the line
/// of the type's table.
fn add_unlisted(value: &Value, shape: &Shape, api: &Api, found: &mut BTreeSet<(usize, String)>) {
    match (value, shape) {
        (Value::Array(items), Shape::Array(element)) => {
            for item in items {
                add_unlisted(item, element, api, found);
            }
        }
        (_, Shape::Named(name)) => {
            let Some(Type { kind, place, .. }) = api.types.get(name) else {
                return;
            };
            match (value, kind) {
                (Value::Object(values), TypeKind::Object(object)) => {
                    for (name, value) in values {
                        match object.members.iter().find(|member| member.name == *name) {
                            Some(member) => add_unlisted(value, &member.shape, api, found),
                            None => drop(found.insert((place.line, name.clone()))),
                        }
                    }
                }
                (Value::String(text), TypeKind::Enum(known))
                    if known.values.iter().all(|one| one.value != *text) =>
                {
                    found.insert((place.line, text.clone()));
                }
                _ => {}
            }
        }
        _ => {}
    }
}
