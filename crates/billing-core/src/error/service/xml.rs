//! Reads an error body in XML as the object that it would be in JSON: the texts of the root's
//! elements by their names.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, Event};
use serde_json::{Map, Value};

/// Returns the members before the end of the text, or before the first error: a document type
/// declaration ends it, so there are only the five predefined entities. Names have no prefix.
pub(super) fn members(body: &str) -> Option<Map<String, Value>> {
    if !body.trim_start().starts_with('<') {
        return None;
    }
    let mut xml = Reader::from_str(body);
    xml.config_mut().expand_empty_elements = true;
    let mut members = Map::new();
    let mut open = Vec::new();
    let mut value = Member::default();
    // An error only ends the loop: the raw body is kept as well.
    while let Ok(event) = xml.read_event() {
        match event {
            Event::Start(start) => {
                open.push(start.local_name().into_inner().to_owned());
                match open.len() {
                    2 => value = Member::default(),
                    3 => value.items.push(String::new()),
                    _ => {}
                }
            }
            Event::End(_) => {
                let name = open.pop()?;
                if open.len() == 1 {
                    members.insert(name, std::mem::take(&mut value).into_json());
                }
            }
            Event::Text(text) => value.push(open.len(), &text.xml10_content()),
            Event::CData(text) => value.push(open.len(), &text.xml10_content()),
            Event::GeneralRef(reference) => value.push(open.len(), &referred(&reference)),
            Event::DocType(_) | Event::Eof => break,
            _ => {}
        }
    }
    Some(members)
}

/// An element below the root: its text, or the texts of the elements in it.
#[derive(Default)]
struct Member {
    text: String,
    items: Vec<String>,
}

impl Member {
    fn push(&mut self, depth: usize, text: &str) {
        match (depth, self.items.last_mut()) {
            (2, _) => self.text.push_str(text),
            (3, Some(item)) => item.push_str(text),
            _ => {}
        }
    }

    fn into_json(self) -> Value {
        if self.items.is_empty() {
            Value::String(self.text)
        } else {
            self.items.into()
        }
    }
}

fn referred(reference: &BytesRef<'_>) -> Cow<'static, str> {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => Cow::Owned(character.to_string()),
        _ => Cow::Borrowed(resolve_xml_entity(reference).unwrap_or_default()),
    }
}
