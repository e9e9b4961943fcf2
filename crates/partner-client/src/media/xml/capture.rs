//! Elements that no contract lists, kept so that they can be written back as they came.

use std::collections::BTreeSet;

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, PrefixDeclaration};
use serde_json::Value;

use super::SIZE_LIMIT;
use super::error::Fault;
use super::read::{Attributes, Reader};
use crate::media::unknown as kept;

/// The namespace and the local name of a source text that was kept.
///
/// # Errors
/// For a text that is not one element which declares all the namespaces it uses: it may come from anywhere, since it is
/// a text among others in a model.
pub(super) fn checked(source: &str) -> Result<(String, String), Fault> {
    let mut reader = Reader::new(source);
    if !source.starts_with('<') || source.starts_with("<?") || source.len() > SIZE_LIMIT {
        return Err(reader.fault("the source text of an element is expected"));
    }
    let root = reader.root()?;
    let name = reader.name(&root)?;
    let attributes = reader.attributes(&root)?;
    reader.unknown(&root, &attributes)?;
    reader.end()?;
    Ok(name)
}

impl<'x> Reader<'x> {
    /// The rest of an element that no contract lists: its text, null if it is nil, or its source text.
    pub(super) fn unknown(
        &mut self,
        start: &BytesStart<'x>,
        attributes: &Attributes,
    ) -> Result<Value, Fault> {
        let (from, level) = (self.at, self.depth);
        let mut prefixes = BTreeSet::new();
        note_prefixes(start, &mut prefixes);
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
                    note_prefixes(&inner, &mut prefixes);
                }
                other => {
                    let characters = self.characters(&other)?;
                    note_prefix(&characters, &mut prefixes);
                    text.push_str(&characters);
                }
            }
        }
        if is_plain && attributes.is_nil {
            let is_blank = text.trim_ascii().is_empty();
            return if is_blank {
                Ok(Value::Null)
            } else {
                Err(self.fault("an element is nil and has a content"))
            };
        }
        if is_plain {
            return Ok(Value::String(text));
        }
        let source = self.source(start, from, &prefixes)?;
        self.kept = self.kept.saturating_add(source.len());
        if self.kept > SIZE_LIMIT {
            return Err(self.fault("the elements that no contract lists are too large"));
        }
        Ok(kept::from_source(source))
    }

    /// The source text of the element that has just ended, with the declarations that it relies on.
    fn source(
        &self,
        start: &BytesStart<'_>,
        from: u64,
        prefixes: &BTreeSet<String>,
    ) -> Result<String, Fault> {
        let to = self.xml.buffer_position();
        let source = usize::try_from(from)
            .ok()
            .zip(usize::try_from(to).ok())
            .and_then(|(from, to)| self.text.get(from..to));
        let split = 1 + start.name().into_inner().len();
        let Some((head, rest)) = source.and_then(|source| source.split_at_checked(split)) else {
            return Err(self.fault("an element cannot be kept"));
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
            // As it stands in the document, but for the quotes, which may have been single ones.
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

/// Notes the prefixes of an element and its attributes, and those that the attributes' values may begin with.
fn note_prefixes(start: &BytesStart<'_>, prefixes: &mut BTreeSet<String>) {
    note_prefix(start.name().into_inner(), prefixes);
    for attribute in start.attributes().flatten() {
        note_prefix(attribute.key.into_inner(), prefixes);
        note_prefix(&attribute.value, prefixes);
    }
}

/// A text may be a name with a prefix, as the value of `i:type` is.
fn note_prefix(text: &str, prefixes: &mut BTreeSet<String>) {
    if let Some((prefix, _)) = text.trim_ascii().split_once(':') {
        prefixes.insert(prefix.to_owned());
    }
}
