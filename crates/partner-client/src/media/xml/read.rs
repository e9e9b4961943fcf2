//! The reader: any prefix, any order of members, both letter cases; no DTD, no entity beyond the
//! five.

use std::borrow::Cow;

use billing_models::xml_schema::{XmlKind, XmlType};
use quick_xml::NsReader;
use quick_xml::XmlVersion;
use quick_xml::escape::{resolve_xml_entity, unescape};
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use serde_json::{Map, Value};

use super::error::{Fault, Path, told};
use super::{DEPTH_LIMIT, SCHEMA_INSTANCE, SIZE_LIMIT, rules as characters};
use crate::media::unknown as kept;

/// How many attributes an element may have: to see that each comes once takes the square of it.
const ATTRIBUTE_LIMIT: usize = 64;

/// How long the name of a namespace may be: each element below its declaration looks at it.
const NAMESPACE_LIMIT: usize = 1024;

/// Reads one document, event by event.
pub(super) struct Reader<'x> {
    pub(super) text: &'x str,
    pub(super) xml: NsReader<&'x [u8]>,
    pub(super) path: Path,
    /// Where the event that was read last begins.
    pub(super) at: u64,
    /// How many elements are open.
    pub(super) depth: usize,
    /// How many bytes of source text were kept.
    pub(super) kept: usize,
}

/// What the attributes of an element say.
pub(super) struct Attributes {
    pub(super) is_nil: bool,
    /// Whether there are others than `nil` and declarations of namespaces.
    pub(super) has_others: bool,
}

impl<'x> Reader<'x> {
    /// A document of the schema's type, as its JSON.
    pub(super) fn document(document: &'x [u8], schema: &XmlType) -> Result<Value, Fault> {
        let document = document.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(document);
        if document.len() > SIZE_LIMIT {
            let what = format!("the document is larger than {SIZE_LIMIT} bytes");
            return Err(Fault::new(&Path::default(), what));
        }
        let text = std::str::from_utf8(document).map_err(|error| {
            let fault = Fault::new(&Path::default(), "the text is not UTF-8");
            fault.at(u64::try_from(error.valid_up_to()).unwrap_or_default())
        })?;
        let mut reader = Self::new(text);
        let root = reader.root()?;
        let (namespace, name) = reader.name(&root)?;
        if namespace != schema.namespace || !name.eq_ignore_ascii_case(schema.name) {
            let (name, namespace) = (schema.name, schema.namespace);
            return Err(reader.fault(format!("the root is not `{name}` of `{namespace}`")));
        }
        if reader.attributes(&root)?.is_nil {
            return Err(reader.fault("the root is nil"));
        }
        let members = reader.object(schema)?;
        reader.end()?;
        Ok(Value::Object(members))
    }

    pub(super) fn new(text: &'x str) -> Self {
        let mut xml = NsReader::from_str(text);
        xml.config_mut().expand_empty_elements = true;
        // What is kept goes back as it came, so it must be what the service's reader takes.
        xml.config_mut().check_comments = true;
        Self {
            text,
            xml,
            path: Path::default(),
            at: 0,
            depth: 0,
            kept: 0,
        }
    }

    pub(super) fn fault(&self, what: impl Into<String>) -> Fault {
        Fault::new(&self.path, what).at(self.at)
    }

    /// The next event that matters.
    pub(super) fn next(&mut self) -> Result<Event<'x>, Fault> {
        loop {
            self.at = self.xml.buffer_position();
            let event = self.xml.read_event();
            let event = event.map_err(|error| self.fault(told(&error)))?;
            match &event {
                Event::Comment(_) => continue,
                Event::Decl(declaration) => {
                    self.check_declaration(declaration)?;
                    continue;
                }
                Event::DocType(_) => {
                    return Err(self.fault("a document type declaration is not accepted"));
                }
                // Such as a style sheet's; inside of the root it could be meant as part of a value.
                Event::PI(_) if self.depth == 0 => continue,
                Event::PI(_) => {
                    return Err(self.fault("a processing instruction is not accepted here"));
                }
                Event::Start(_) => {
                    self.depth += 1;
                    if self.depth > DEPTH_LIMIT {
                        let what = format!("the elements are more than {DEPTH_LIMIT} levels deep");
                        return Err(self.fault(what));
                    }
                }
                Event::End(_) => self.depth = self.depth.saturating_sub(1),
                Event::Eof if self.depth > 0 => {
                    return Err(self.fault("the document ends inside of an element"));
                }
                _ => {}
            }
            return Ok(event);
        }
    }

    fn check_declaration(&self, declaration: &BytesDecl<'_>) -> Result<(), Fault> {
        if self.at > 0 {
            return Err(self.fault("an XML declaration stands only at the very start"));
        }
        let version = declaration.version();
        if version.map_err(|error| self.fault(told(&error)))? != "1.0" {
            return Err(self.fault("the version of XML is not 1.0"));
        }
        match declaration.encoding() {
            None => Ok(()),
            Some(Ok(name))
                if name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("us-ascii") =>
            {
                Ok(())
            }
            Some(_) => Err(self.fault("the encoding is not UTF-8")),
        }
    }

    /// The start of the one element that a document has.
    pub(super) fn root(&mut self) -> Result<BytesStart<'x>, Fault> {
        loop {
            match self.next()? {
                Event::Start(start) => return Ok(start),
                Event::Eof => return Err(self.fault("there is no element")),
                other => self.expect_blank(&other)?,
            }
        }
    }

    /// Nothing but the end of the document.
    pub(super) fn end(&mut self) -> Result<(), Fault> {
        loop {
            match self.next()? {
                Event::Eof => return Ok(()),
                Event::Start(_) => return Err(self.fault("there is a second root")),
                other => self.expect_blank(&other)?,
            }
        }
    }

    /// The namespace and the local name of an element.
    pub(super) fn name(&self, start: &BytesStart<'_>) -> Result<(String, String), Fault> {
        let (namespace, local_name) = self.xml.resolver().resolve_element(start.name());
        let local_name = local_name.into_inner();
        let prefix = start.name().prefix();
        let has_prefix_name = prefix.is_none_or(|prefix| characters::is_name(prefix.into_inner()));
        if !characters::is_name(local_name) || !has_prefix_name {
            return Err(self.fault("an element has a name that none can have"));
        }
        let namespace = match namespace {
            ResolveResult::Bound(Namespace(uri)) => unescape(uri)
                .map_err(|_| self.fault("the name of a namespace is malformed"))?
                .into_owned(),
            ResolveResult::Unbound => String::new(),
            ResolveResult::Unknown(_) => {
                return Err(self.fault("a prefix stands for no namespace"));
            }
        };
        if !characters::is_namespace(&namespace) {
            return Err(self.fault("an element is in a namespace that has none"));
        }
        Ok((namespace, local_name.to_owned()))
    }

    pub(super) fn attributes(&self, start: &BytesStart<'_>) -> Result<Attributes, Fault> {
        let malformed = || self.fault("an attribute is malformed");
        let mut found = Attributes {
            is_nil: false,
            has_others: false,
        };
        let mut names = Vec::new();
        for (index, attribute) in start.attributes().enumerate() {
            if index == ATTRIBUTE_LIMIT {
                let what = format!("an element has more than {ATTRIBUTE_LIMIT} attributes");
                return Err(self.fault(what));
            }
            let attribute = attribute.map_err(|_| malformed())?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|_| malformed())?;
            if attribute.value.contains('<') || !value.chars().all(characters::is_allowed) {
                return Err(malformed());
            }
            if attribute.key.as_namespace_binding().is_some() {
                if attribute.value.len() > NAMESPACE_LIMIT {
                    let what =
                        format!("the name of a namespace is longer than {NAMESPACE_LIMIT} bytes");
                    return Err(self.fault(what));
                }
                continue;
            }
            let (namespace, name) = self.xml.resolver().resolve_attribute(attribute.key);
            // Two prefixes may stand for one namespace.
            if let ResolveResult::Bound(namespace) = namespace {
                if names.contains(&(namespace, name)) {
                    return Err(malformed());
                }
                names.push((namespace, name));
            }
            match namespace {
                _ if !characters::is_name(name.into_inner()) => return Err(malformed()),
                ResolveResult::Unknown(_) => {
                    return Err(self.fault("a prefix stands for no namespace"));
                }
                ResolveResult::Bound(Namespace(SCHEMA_INSTANCE)) if name.into_inner() == "nil" => {
                    found.is_nil = matches!(value.trim(), "true" | "1");
                }
                _ => found.has_others = true,
            }
        }
        Ok(found)
    }

    /// The text of an event that is neither a start nor an end.
    pub(super) fn characters<'e>(&self, event: &'e Event<'x>) -> Result<Cow<'e, str>, Fault> {
        let text = match event {
            Event::Text(text) if text.contains("]]>") => {
                return Err(self.fault("a text has a `]]>`"));
            }
            Event::Text(text) => text.xml10_content(),
            Event::CData(text) => text.xml10_content(),
            Event::GeneralRef(reference) => Cow::Owned(self.referred(reference)?),
            _ => Cow::Borrowed(""),
        };
        match text.chars().find(|found| !characters::is_allowed(*found)) {
            Some(found) => {
                let what = format!("XML has no character U+{:04X}", u32::from(found));
                Err(self.fault(what))
            }
            None => Ok(text),
        }
    }

    fn referred(&self, reference: &BytesRef<'_>) -> Result<String, Fault> {
        let character = reference.resolve_char_ref();
        match character.map_err(|error| self.fault(told(&error)))? {
            Some(character) => Ok(character.to_string()),
            None => match resolve_xml_entity(reference) {
                Some(text) => Ok(text.to_owned()),
                None => Err(self.fault("an entity beyond the five of XML is not accepted")),
            },
        }
    }

    fn expect_blank(&self, event: &Event<'x>) -> Result<(), Fault> {
        if self.characters(event)?.trim_ascii().is_empty() {
            Ok(())
        } else {
            Err(self.fault("a text stands where only elements may"))
        }
    }

    /// The rest of an element without elements inside.
    fn text(&mut self) -> Result<String, Fault> {
        let mut text = String::new();
        loop {
            match self.next()? {
                Event::End(_) => return Ok(text),
                Event::Start(_) => {
                    return Err(self.fault("an element stands where only a text may"));
                }
                other => text.push_str(&self.characters(&other)?),
            }
        }
    }

    /// The rest of an element that says that it is nil.
    fn nil(&mut self) -> Result<Value, Fault> {
        if self.text()?.trim_ascii().is_empty() {
            Ok(Value::Null)
        } else {
            Err(self.fault("an element is nil and has a content"))
        }
    }

    /// The rest of an element with one element for each member.
    fn object(&mut self, schema: &XmlType) -> Result<Map<String, Value>, Fault> {
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
    ) -> Result<(), Fault> {
        let (namespace, local_name) = self.name(start)?;
        let is_ours = namespace == schema.namespace;
        let known = schema.member(&local_name).filter(|_| is_ours);
        let name = match known {
            Some(member) => member.json.to_owned(),
            None => kept::member_name(&namespace, &local_name, schema.namespace),
        };
        self.path.enter(&name);
        if members.contains_key(&name) {
            return Err(self.fault("the element comes twice"));
        }
        let attributes = self.attributes(start)?;
        let value = match known {
            Some(_) if attributes.is_nil => self.nil()?,
            Some(member) => self.value(member.kind)?,
            None => self.unknown(start, &attributes)?,
        };
        members.insert(name, value);
        self.path.leave();
        Ok(())
    }

    /// The rest of an element of this kind.
    fn value(&mut self, kind: XmlKind) -> Result<Value, Fault> {
        match kind {
            XmlKind::Text => Ok(Value::String(self.text()?)),
            XmlKind::Boolean => match self.text()?.trim_ascii() {
                "true" | "1" => Ok(Value::Bool(true)),
                "false" | "0" => Ok(Value::Bool(false)),
                _ => Err(self.fault("the text is neither `true` nor `false`")),
            },
            XmlKind::Integer => match self.text()?.trim_ascii().parse::<i64>() {
                Ok(number) => Ok(number.into()),
                Err(_) => Err(self.fault("the text is no whole number of 64 bits")),
            },
            XmlKind::Object(schema) => Ok(Value::Object(self.object(schema)?)),
            XmlKind::List(item) => self.list(item),
        }
    }

    /// The rest of an element with one element for each item.
    fn list(&mut self, item: &XmlType) -> Result<Value, Fault> {
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
                return Err(self.fault(format!("the item is not `{name}` of `{namespace}`")));
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
