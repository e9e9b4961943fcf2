//! One JSON object as a row: nested objects become dotted paths.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::input::columns::{Column, Columns};
use crate::input::limits;
use crate::input::location::Location;
use crate::input::mistake::{Mistake, Stop};
use crate::input::record::{Content, Entry, RawRow, Record};

/// Reads an object that begins on a line.
///
/// # Errors
/// More different members than an input may have.
pub(super) fn read(text: &str, line: u64, columns: &mut Columns) -> Result<Record, Stop> {
    let mut reader = ObjectReader {
        text,
        columns,
        at: 0,
        line,
        given: HashSet::new(),
        entries: Vec::new(),
        mistakes: Vec::new(),
    };
    if text.starts_with('{') {
        reader.members(text, "", 1)?;
    } else {
        let mistake = Mistake::new("this is not a JSON object").at(&Location::Line(line));
        reader.mistakes.push(mistake);
    }
    Ok(Record {
        location: Location::Line(line),
        entries: reader.entries,
        raw: RawRow::Json(text.to_owned()),
        mistakes: reader.mistakes,
    })
}

/// What was read of an object so far.
struct ObjectReader<'a> {
    text: &'a str,
    columns: &'a mut Columns,
    /// A place in the text, and its line.
    at: usize,
    line: u64,
    /// The columns that have a value.
    given: HashSet<usize>,
    entries: Vec<Entry>,
    mistakes: Vec<Mistake>,
}

impl<'a> ObjectReader<'a> {
    /// Reads the members of an object at a path.
    fn members(&mut self, object: &'a str, parent: &str, depth: usize) -> Result<(), Stop> {
        if depth > limits::NESTING {
            self.mistakes
                .push(too_deep().at(&Location::Line(self.line)));
            return Ok(());
        }
        let members = match serde_json::from_str::<Members>(object) {
            Ok(Members(members)) => members,
            Err(error) => {
                let mistake = not_json(&error, self.line);
                self.mistakes.push(mistake);
                return Ok(());
            }
        };
        let mut names = HashSet::new();
        for (name, value) in members {
            let location = self.location(value.get());
            let path = if parent.is_empty() {
                name.clone()
            } else {
                format!("{parent}.{name}")
            };
            if !names.insert(name) {
                self.push(
                    Mistake::new("the name occurs twice in one object"),
                    &path,
                    &location,
                );
                continue;
            }
            let is_comment = parent.is_empty() && path.starts_with('#');
            if value.get().starts_with('{') && !is_comment {
                self.members(value.get(), &path, depth.saturating_add(1))?;
            } else {
                self.value(value.get(), &path, &location)?;
            }
        }
        Ok(())
    }

    /// Reads the value of one column.
    fn value(&mut self, value: &str, path: &str, location: &Location) -> Result<(), Stop> {
        let (column, mistake) = self.columns.intern(path, location)?;
        self.mistakes.extend(mistake);
        if matches!(self.columns.get(column), Column::Comment | Column::Invalid) {
            return Ok(());
        }
        if !self.given.insert(column) {
            self.push(Mistake::new("the member is given twice"), path, location);
            return Ok(());
        }
        if value.len() > limits::CELL {
            let problem = format!("the value is longer than {} KiB", limits::CELL >> 10);
            self.push(Mistake::new(problem), path, location);
            return Ok(());
        }
        if let Some(mistake) = check_nested(value, 1) {
            self.push(mistake, path, location);
            return Ok(());
        }
        match serde_json::from_str::<Value>(value) {
            Ok(value) => self.entries.push(Entry {
                column,
                location: location.clone(),
                content: Content::Json(value),
            }),
            Err(error) => {
                let mistake = not_json(&error, self.line);
                self.push(mistake, path, location);
            }
        }
        Ok(())
    }

    fn push(&mut self, mistake: Mistake, path: &str, location: &Location) {
        self.mistakes.push(mistake.at(location).column(path));
    }

    /// Returns the line of a part of the text. The parts must be given in their order.
    fn location(&mut self, part: &str) -> Location {
        let start = part.as_ptr().addr();
        let at = start.saturating_sub(self.text.as_ptr().addr());
        let between = self.text.get(self.at..at).unwrap_or_default();
        let breaks = between.bytes().filter(|byte| *byte == b'\n').count();
        self.line = self
            .line
            .saturating_add(u64::try_from(breaks).unwrap_or(u64::MAX));
        self.at = at;
        Location::Line(self.line)
    }
}

/// Checks a value for names that occur twice and for its depth.
pub(in crate::input) fn check_nested(value: &str, depth: usize) -> Option<Mistake> {
    let value = value.trim_ascii_start();
    if depth > limits::NESTING {
        return Some(too_deep());
    }
    let depth = depth.saturating_add(1);
    if value.starts_with('[') {
        let items: Vec<&RawValue> = serde_json::from_str(value).ok()?;
        return items
            .iter()
            .find_map(|item| check_nested(item.get(), depth));
    }
    if value.starts_with('{') {
        let Members(members) = serde_json::from_str(value).ok()?;
        let mut names = HashSet::new();
        return members.into_iter().find_map(|(name, value)| {
            if names.insert(name) {
                check_nested(value.get(), depth)
            } else {
                Some(Mistake::new("a name occurs twice in one object"))
            }
        });
    }
    None
}

fn too_deep() -> Mistake {
    Mistake::new(format!(
        "it is nested deeper than {} levels",
        limits::NESTING
    ))
}

/// Returns what the parser says, which has no contents of the text.
fn not_json(error: &serde_json::Error, line: u64) -> Mistake {
    let text = error.to_string();
    let reason = text.split(" at line ").next().unwrap_or_default();
    let within = u64::try_from(error.line().saturating_sub(1)).unwrap_or_default();
    let line = line.saturating_add(within);
    let mistake = Mistake::new(format!("this is not JSON: {reason}")).at(&Location::Line(line));
    if error.is_eof() {
        mistake.hint("each line has one whole object; objects of several lines go in an array: […]")
    } else {
        mistake
    }
}

/// The members of an object in their order, with names that occur twice.
pub(crate) struct Members<'a>(pub(crate) Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}
