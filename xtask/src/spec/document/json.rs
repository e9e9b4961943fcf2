//! JSON with the line of each value.

use std::fmt;
use std::rc::Rc;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Number;
use serde_json::value::RawValue;

use super::node::{MAX_DEPTH, Members, Node, NodeKind};
use crate::codegen::json::step;

/// What is wrong with a text: the line, the JSON pointer and the reason.
pub(super) type Flaw = (usize, String, String);

/// Parses the text of a file.
pub(super) fn parse(text: &str) -> Result<Rc<Node>, Flaw> {
    let raw: &RawValue = serde_json::from_str(text)
        .map_err(|error| (error.line(), String::new(), without_position(&error)))?;
    let starts = std::iter::once(0)
        .chain(text.match_indices('\n').map(|(index, _)| index + 1))
        .collect();
    Text { text, starts }.value(raw, "#", 0)
}

struct Text<'a> {
    text: &'a str,
    /// Where each line begins.
    starts: Vec<usize>,
}

impl<'a> Text<'a> {
    /// Returns the line of a part of the text.
    fn line(&self, part: &str) -> usize {
        let offset = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        self.starts.partition_point(|&start| start <= offset)
    }

    fn value(&self, raw: &'a RawValue, pointer: &str, depth: usize) -> Result<Rc<Node>, Flaw> {
        let text = raw.get();
        let line = self.line(text);
        if depth > MAX_DEPTH {
            let reason = format!("values are nested deeper than {MAX_DEPTH}");
            return Err((line, pointer.to_owned(), reason));
        }
        let flaw = |error: serde_json::Error| (line, pointer.to_owned(), without_position(&error));
        let kind = match text.as_bytes().first() {
            Some(b'{') => {
                let Entries(entries) = serde_json::from_str(text).map_err(flaw)?;
                let mut members = Members::with_capacity(entries.len());
                for (name, raw) in entries {
                    let pointer = step(pointer, &name);
                    let value = self.value(raw, &pointer, depth + 1)?;
                    if members.insert(name, value).is_some() {
                        let reason = "the member is there twice".to_owned();
                        return Err((self.line(raw.get()), pointer, reason));
                    }
                }
                NodeKind::Object(members)
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text).map_err(flaw)?;
                let items = items.into_iter().enumerate();
                let items = items.map(|(index, raw)| {
                    self.value(raw, &step(pointer, &index.to_string()), depth + 1)
                });
                NodeKind::List(items.collect::<Result<_, _>>()?)
            }
            Some(b'"') => NodeKind::String(serde_json::from_str(text).map_err(flaw)?),
            Some(b't') => NodeKind::Boolean(true),
            Some(b'f') => NodeKind::Boolean(false),
            Some(b'n') => NodeKind::Null,
            _ => NodeKind::Number(serde_json::from_str::<Number>(text).map_err(flaw)?),
        };
        Ok(Rc::new(Node { line, kind }))
    }
}

/// Returns the message without "at line … column …", which counts within a part of the text.
fn without_position(error: &serde_json::Error) -> String {
    let message = error.to_string();
    match message.split_once(" at line ") {
        Some((message, _)) => message.to_owned(),
        None => message,
    }
}

/// The members of an object in their order, with the text of each value.
struct Entries<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Entries<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Entries(entries))
    }
}
