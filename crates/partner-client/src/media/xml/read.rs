//! The reader: accepts any prefix, any order of members and both letter cases, but no DTD and no
//! entity beyond the five of XML.

use std::borrow::Cow;

use billing_models::xml_schema::{XmlKind, XmlType};
use quick_xml::NsReader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use serde_json::{Map, Value};

use super::error::{XmlError, parser_message};
use super::names;
use super::rules::{self, DEPTH_LIMIT, SIZE_LIMIT};
use crate::media::member_path::MemberPath;

/// Reader of one document, event by event.
pub(super) struct Reader<'x> {
    pub(super) text: &'x str,
    pub(super) xml: NsReader<&'x [u8]>,
    pub(super) path: MemberPath,
    /// Where the last event begins.
    pub(super) at: u64,
    /// How many elements are open.
    pub(super) depth: usize,
    /// How many bytes of source text were captured.
    pub(super) captured: usize,
}

impl<'x> Reader<'x> {
    /// Reads a document of the schema's type into its JSON.
    ///
    /// # Errors
    /// The position and, if it is known, the path of what is wrong.
    pub(super) fn document(document: &'x [u8], schema: &XmlType) -> Result<Value, XmlError> {
        let document = document.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(document);
        if document.len() > SIZE_LIMIT {
            let what = format!("the document is larger than {SIZE_LIMIT} bytes");
            return Err(XmlError::new(&MemberPath::default(), what));
        }
        let text = std::str::from_utf8(document).map_err(|error| {
            let fault = XmlError::new(&MemberPath::default(), "the text is not UTF-8");
            fault.at(u64::try_from(error.valid_up_to()).unwrap_or_default())
        })?;
        let mut reader = Self::new(text);
        let root = reader.root()?;
        let (namespace, name) = reader.name(&root)?;
        if namespace != schema.namespace || !name.eq_ignore_ascii_case(schema.name) {
            let (name, namespace) = (schema.name, schema.namespace);
            return Err(reader.error(format!("the root is not `{name}` of `{namespace}`")));
        }
        if reader.attributes(&root)?.is_nil {
            return Err(reader.error("the root is nil"));
        }
        let members = reader.object(schema)?;
        reader.end()?;
        Ok(Value::Object(members))
    }

    pub(super) fn new(text: &'x str) -> Self {
        let mut xml = NsReader::from_str(text);
        xml.config_mut().expand_empty_elements = true;
        // Captured text is sent back unchanged, so the service's reader must accept it.
        xml.config_mut().check_comments = true;
        Self {
            text,
            xml,
            path: MemberPath::default(),
            at: 0,
            depth: 0,
            captured: 0,
        }
    }

    pub(super) fn error(&self, what: impl Into<String>) -> XmlError {
        XmlError::new(&self.path, what).at(self.at)
    }

    /// Reads the next event, skipping comments and declarations.
    ///
    /// # Errors
    /// Malformed or unsupported XML.
    pub(super) fn next(&mut self) -> Result<Event<'x>, XmlError> {
        loop {
            self.at = self.xml.buffer_position();
            let event = self.xml.read_event();
            let event = event.map_err(|error| self.error(parser_message(&error)))?;
            match &event {
                Event::Comment(_) => continue,
                Event::Decl(declaration) => {
                    self.check_declaration(declaration)?;
                    continue;
                }
                Event::DocType(_) => {
                    return Err(self.error("a document type declaration is not accepted"));
                }
                // A style sheet, for example; inside the root it could be part of a value.
                Event::PI(_) if self.depth == 0 => continue,
                Event::PI(_) => {
                    return Err(self.error("a processing instruction is not accepted here"));
                }
                Event::Start(_) => {
                    self.depth += 1;
                    if self.depth > DEPTH_LIMIT {
                        let what = format!("the elements are more than {DEPTH_LIMIT} levels deep");
                        return Err(self.error(what));
                    }
                }
                Event::End(_) => self.depth = self.depth.saturating_sub(1),
                Event::Eof if self.depth > 0 => {
                    return Err(self.error("the document ends inside an element"));
                }
                _ => {}
            }
            return Ok(event);
        }
    }

    fn check_declaration(&self, declaration: &BytesDecl<'_>) -> Result<(), XmlError> {
        if self.at > 0 {
            return Err(self.error("an XML declaration stands only at the very start"));
        }
        let version = declaration.version();
        if version.map_err(|error| self.error(parser_message(&error)))? != "1.0" {
            return Err(self.error("the version of XML is not 1.0"));
        }
        match declaration.encoding() {
            None => Ok(()),
            Some(Ok(name))
                if name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("us-ascii") =>
            {
                Ok(())
            }
            Some(_) => Err(self.error("the encoding is not UTF-8")),
        }
    }

    /// Reads the start of the root element.
    ///
    /// # Errors
    /// Malformed XML, or text before the root.
    pub(super) fn root(&mut self) -> Result<BytesStart<'x>, XmlError> {
        loop {
            match self.next()? {
                Event::Start(start) => return Ok(start),
                Event::Eof => return Err(self.error("there is no element")),
                other => self.expect_blank(&other)?,
            }
        }
    }

    /// Reads the end of the document.
    ///
    /// # Errors
    /// Malformed XML, text or an element.
    pub(super) fn end(&mut self) -> Result<(), XmlError> {
        loop {
            match self.next()? {
                Event::Eof => return Ok(()),
                Event::Start(_) => return Err(self.error("there is a second root")),
                other => self.expect_blank(&other)?,
            }
        }
    }

    /// Returns the text of an event that is neither a start nor an end.
    ///
    /// # Errors
    /// A character, reference or `]]>` that XML does not allow.
    pub(super) fn characters<'e>(&self, event: &'e Event<'x>) -> Result<Cow<'e, str>, XmlError> {
        let text = match event {
            Event::Text(text) if text.contains("]]>") => {
                return Err(self.error("text has a `]]>`"));
            }
            Event::Text(text) => text.xml10_content(),
            Event::CData(text) => text.xml10_content(),
            Event::GeneralRef(reference) => Cow::Owned(self.resolve(reference)?),
            _ => Cow::Borrowed(""),
        };
        match text.chars().find(|found| !rules::is_allowed(*found)) {
            Some(found) => {
                let what = format!("XML has no character U+{:04X}", u32::from(found));
                Err(self.error(what))
            }
            None => Ok(text),
        }
    }

    fn resolve(&self, reference: &BytesRef<'_>) -> Result<String, XmlError> {
        let character = reference.resolve_char_ref();
        match character.map_err(|error| self.error(parser_message(&error)))? {
            Some(character) => Ok(character.to_string()),
            None => match resolve_xml_entity(reference) {
                Some(text) => Ok(text.to_owned()),
                None => Err(self.error("an entity beyond the five of XML is not accepted")),
            },
        }
    }

    fn expect_blank(&self, event: &Event<'x>) -> Result<(), XmlError> {
        if self.characters(event)?.trim_ascii().is_empty() {
            Ok(())
        } else {
            Err(self.error("text stands where only elements may"))
        }
    }

    /// Reads the rest of an element that has only text.
    fn text(&mut self) -> Result<String, XmlError> {
        let mut text = String::new();
        loop {
            match self.next()? {
                Event::End(_) => return Ok(text),
                Event::Start(_) => {
                    return Err(self.error("an element stands where only text may"));
                }
                other => text.push_str(&self.characters(&other)?),
            }
        }
    }

    /// Reads the rest of an element that is nil.
    fn nil(&mut self) -> Result<Value, XmlError> {
        if self.text()?.trim_ascii().is_empty() {
            Ok(Value::Null)
        } else {
            Err(self.error("an element is nil and has content"))
        }
    }

    /// Reads the rest of an element with one element for each member.
    fn object(&mut self, schema: &XmlType) -> Result<Map<String, Value>, XmlError> {
        let mut members = Map::new();
        loop {
            match self.next()? {
                Event::End(_) => return Ok(members),
                Event::Start(start) => self.member(&start, schema, &mut members)?,
                other => self.expect_blank(&other)?,
            }
        }
    }

    fn member(
        &mut self,
        start: &BytesStart<'x>,
        schema: &XmlType,
        members: &mut Map<String, Value>,
    ) -> Result<(), XmlError> {
        let (namespace, local_name) = self.name(start)?;
        let is_home = namespace == schema.namespace;
        let known = schema.member(&local_name).filter(|_| is_home);
        let name = match known {
            Some(member) => member.json.to_owned(),
            None => names::member_name(&namespace, &local_name, schema.namespace),
        };
        self.path.enter(&name);
        if members.contains_key(&name) {
            return Err(self.error("the element comes twice"));
        }
        let attributes = self.attributes(start)?;
        let value = match known {
            Some(_) if attributes.is_nil => self.nil()?,
            Some(member) => self.value(member.kind)?,
            None => self.capture(start, &attributes)?,
        };
        members.insert(name, value);
        self.path.leave();
        Ok(())
    }

    /// Reads the rest of an element of this kind.
    fn value(&mut self, kind: XmlKind) -> Result<Value, XmlError> {
        match kind {
            XmlKind::Text => Ok(Value::String(self.text()?)),
            XmlKind::Boolean => match self.text()?.trim_ascii() {
                "true" | "1" => Ok(Value::Bool(true)),
                "false" | "0" => Ok(Value::Bool(false)),
                _ => Err(self.error("the text is neither `true` nor `false`")),
            },
            XmlKind::Integer => match self.text()?.trim_ascii().parse::<i64>() {
                Ok(number) => Ok(number.into()),
                Err(_) => Err(self.error("the text is not an integer of 64 bits")),
            },
            XmlKind::Object(schema) => Ok(Value::Object(self.object(schema)?)),
            XmlKind::List(item) => self.list(item),
        }
    }

    /// Reads the rest of an element with one element for each item.
    fn list(&mut self, item: &XmlType) -> Result<Value, XmlError> {
        let mut items = Vec::new();
        loop {
            let start = match self.next()? {
                Event::End(_) => return Ok(Value::Array(items)),
                Event::Start(start) => start,
                other => {
                    self.expect_blank(&other)?;
                    continue;
                }
            };
            self.path.enter_item(items.len());
            let (namespace, name) = self.name(&start)?;
            if namespace != item.namespace || !name.eq_ignore_ascii_case(item.name) {
                let (name, namespace) = (item.name, item.namespace);
                return Err(self.error(format!("the item is not `{name}` of `{namespace}`")));
            }
            items.push(if self.attributes(&start)?.is_nil {
                self.nil()?
            } else {
                Value::Object(self.object(item)?)
            });
            self.path.leave();
        }
    }
}
