//! Captures elements that the schema does not list, so that they can be restored unchanged.

use std::collections::BTreeSet;

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, PrefixDeclaration};
use serde_json::{Map, Value};

use super::error::XmlError;
use super::read::Reader;
use super::rules::SIZE_LIMIT;
use super::tag::Attributes;
use crate::media::unknown::SOURCE;

impl<'x> Reader<'x> {
    /// Reads the rest of an unknown element: its text, null if it is nil, or its source text.
    ///
    /// # Errors
    /// Malformed or unsupported XML, or too much of it.
    pub(super) fn capture(
        &mut self,
        start: &BytesStart<'x>,
        attributes: &Attributes,
    ) -> Result<Value, XmlError> {
        let (from, level) = (self.at, self.depth);
        let mut prefixes = BTreeSet::new();
        collect_prefixes(start, &mut prefixes);
        let mut is_plain = !attributes.has_others;
        let mut text = String::new();
        loop {
            match self.next()? {
                Event::End(_) if self.depth < level => break,
                Event::End(_) => {}
                Event::Start(inner) => {
                    is_plain = false;
                    self.name(&inner)?;
                    self.attributes(&inner)?;
                    collect_prefixes(&inner, &mut prefixes);
                }
                other => {
                    let characters = self.characters(&other)?;
                    collect_prefix(&characters, &mut prefixes);
                    text.push_str(&characters);
                }
            }
        }
        if is_plain && attributes.is_nil {
            let is_blank = text.trim_ascii().is_empty();
            return if is_blank {
                Ok(Value::Null)
            } else {
                Err(self.error("an element is nil and has content"))
            };
        }
        if is_plain {
            return Ok(Value::String(text));
        }
        let source = self.source(start, from, &prefixes)?;
        self.captured = self.captured.saturating_add(source.len());
        if self.captured > SIZE_LIMIT {
            return Err(self.error("the unknown elements are too large"));
        }
        Ok(Value::Object(Map::from_iter([(
            SOURCE.to_owned(),
            Value::String(source),
        )])))
    }

    /// Returns the source text of the element that has just ended, with the declarations of the
    /// namespaces that it uses.
    fn source(
        &self,
        start: &BytesStart<'_>,
        from: u64,
        prefixes: &BTreeSet<String>,
    ) -> Result<String, XmlError> {
        let to = self.xml.buffer_position();
        let source = usize::try_from(from)
            .ok()
            .zip(usize::try_from(to).ok())
            .and_then(|(from, to)| self.text.get(from..to));
        let split = 1 + start.name().into_inner().len();
        let Some((head, rest)) = source.and_then(|source| source.split_at_checked(split)) else {
            return Err(self.error("an element cannot be captured"));
        };
        let own: Vec<String> = start
            .attributes()
            .filter_map(|attribute| Some(prefix_of(&attribute.ok()?.key.as_namespace_binding()?)))
            .collect();
        let mut text = head.to_owned();
        let mut has_default = own.iter().any(String::is_empty);
        for (prefix, Namespace(uri)) in self.xml.resolver().bindings() {
            let prefix = prefix_of(&prefix);
            if own.contains(&prefix) || !(prefix.is_empty() || prefixes.contains(&prefix)) {
                continue;
            }
            has_default |= prefix.is_empty();
            let colon = if prefix.is_empty() { "" } else { ":" };
            // The document may have had single quotes.
            let uri = uri.replace('"', "&quot;");
            text.push_str(&format!(" xmlns{colon}{prefix}=\"{uri}\""));
        }
        if !has_default {
            text.push_str(" xmlns=\"\"");
        }
        text.push_str(rest);
        Ok(text)
    }
}

fn prefix_of(declaration: &PrefixDeclaration<'_>) -> String {
    match declaration {
        PrefixDeclaration::Default => String::new(),
        PrefixDeclaration::Named(prefix) => (*prefix).to_owned(),
    }
}

/// Collects the prefixes of an element, its attributes, and its attributes' values.
fn collect_prefixes(start: &BytesStart<'_>, prefixes: &mut BTreeSet<String>) {
    collect_prefix(start.name().into_inner(), prefixes);
    for attribute in start.attributes().flatten() {
        collect_prefix(attribute.key.into_inner(), prefixes);
        collect_prefix(&attribute.value, prefixes);
    }
}

/// Collects the prefix of text, which may be a name, as the value of `i:type` is.
fn collect_prefix(text: &str, prefixes: &mut BTreeSet<String>) {
    if let Some((prefix, _)) = text.trim_ascii().split_once(':') {
        prefixes.insert(prefix.to_owned());
    }
}
