//! The writer: one line without a declaration, members in the schema's order, absent ones left
//! out.
//!
//! The service itself writes a member that is null as `i:nil`; it reads an absent one as the same,
//! which is shorter and is what our JSON does.

use std::fmt::Write as _;

use billing_models::xml_schema::{XmlKind, XmlMember, XmlType};
use quick_xml::escape::{escape, partial_escape};
use serde_json::{Map, Value};

use super::error::{Fault, Path};
use super::{SCHEMA_INSTANCE, capture as unknown, rules as characters};
use crate::media::unknown as kept;

pub(super) struct Writer<'c> {
    out: String,
    /// The namespace of the root, whose elements have no prefix.
    home: &'c str,
    /// The others, in the order in which they were needed; the first is `d1p1`.
    others: Vec<String>,
    path: Path,
}

/// An element that is to be written.
struct Element<'v> {
    namespace: &'v str,
    name: String,
    json: &'v str,
    value: &'v Value,
    known: Option<&'static XmlMember>,
}

impl<'c> Writer<'c> {
    /// A document of the schema's type from its JSON.
    pub(super) fn document(value: &Value, schema: &'c XmlType) -> Result<String, Fault> {
        let mut writer = Self {
            out: String::new(),
            home: schema.namespace,
            others: Vec::new(),
            path: Path::default(),
        };
        let Value::Object(members) = value else {
            return Err(writer.misfit("an object"));
        };
        writer.object(members, schema)?;
        let name = schema.name;
        let home = escape(schema.namespace);
        let mut document = format!("<{name} xmlns:i=\"{SCHEMA_INSTANCE}\" xmlns=\"{home}\"");
        for (index, namespace) in writer.others.iter().enumerate() {
            let (prefix, namespace) = (prefix(index), escape(namespace.as_str()));
            let _ = write!(document, " xmlns:{prefix}=\"{namespace}\"");
        }
        let _ = write!(document, ">{}</{name}>", writer.out);
        Ok(document)
    }

    fn fault(&self, what: impl Into<String>) -> Fault {
        Fault::new(&self.path, what)
    }

    /// The schema and the model do not agree, which only a mistake in a spec could make so.
    fn misfit(&self, wanted: &str) -> Fault {
        self.fault(format!("the schema wants {wanted} here"))
    }

    fn object(&mut self, members: &Map<String, Value>, schema: &XmlType) -> Result<(), Fault> {
        let mut elements = Vec::new();
        for (json, value) in members {
            let known = schema.members.iter().find(|member| member.json == json);
            let (namespace, name) = match known {
                Some(_) if value.is_null() => continue,
                Some(member) => (schema.namespace, member.element.to_owned()),
                None => kept::element_name(json, schema.namespace),
            };
            elements.push(Element {
                namespace,
                name,
                json,
                value,
                known,
            });
        }
        // An element of another namespace can only be declared by a type that this one is derived
        // from, and those come first ("Data Member Order"); the schema's own members are in
        // ordinal order, and an unknown one has its place among them.
        elements.sort_by(|one, other| {
            let key = |element: &Element<'_>| element.namespace == schema.namespace;
            (key(one), one.namespace, &one.name).cmp(&(key(other), other.namespace, &other.name))
        });
        let mut last = None;
        for element in &elements {
            self.path.enter(element.json);
            let name = (element.namespace, element.name.as_str());
            if last.replace(name) == Some(name) {
                return Err(self.fault("two members are the same element"));
            }
            match (element.known, kept::source(element.value)) {
                (Some(member), _) => {
                    self.element(element, |writer| writer.content(element.value, member.kind))?
                }
                (None, Some(source)) => self.kept(source, element)?,
                (None, None) if element.value.is_null() => self.nil(element)?,
                (None, None) => {
                    self.element(element, |writer| writer.unknown_content(element.value))?;
                }
            }
            self.path.leave();
        }
        Ok(())
    }

    /// An element that came with its source text goes back as that.
    fn kept(&mut self, source: &str, element: &Element<'_>) -> Result<(), Fault> {
        let (namespace, name) = unknown::checked(source).map_err(|fault| {
            self.fault(format!("the source text of the element is broken: {fault}"))
        })?;
        if (namespace.as_str(), &name) != (element.namespace, &element.name) {
            return Err(self.fault("the source text is that of another element"));
        }
        self.out.push_str(source);
        Ok(())
    }

    fn nil(&mut self, element: &Element<'_>) -> Result<(), Fault> {
        let (name, declaration) = self.tag(element.namespace, &element.name)?;
        let _ = write!(self.out, "<{name}{declaration} i:nil=\"true\" />");
        Ok(())
    }

    fn element(
        &mut self,
        element: &Element<'_>,
        content: impl FnOnce(&mut Self) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let (name, declaration) = self.tag(element.namespace, &element.name)?;
        let _ = write!(self.out, "<{name}{declaration}>");
        content(self)?;
        let _ = write!(self.out, "</{name}>");
        Ok(())
    }

    /// The name with its prefix, and what has to be declared on the spot: that there is no
    /// namespace.
    fn tag(&mut self, namespace: &str, name: &str) -> Result<(String, &'static str), Fault> {
        if !characters::is_name(name) {
            return Err(self.fault("no element can have this name; send the profile as JSON"));
        }
        if namespace == self.home {
            return Ok((name.to_owned(), ""));
        }
        if namespace.is_empty() {
            return Ok((name.to_owned(), " xmlns=\"\""));
        }
        if !characters::is_namespace(namespace) {
            return Err(self.fault("no namespace can have this name"));
        }
        let mut others = self.others.iter();
        let index = match others.position(|other| other == namespace) {
            Some(index) => index,
            None => {
                self.others.push(namespace.to_owned());
                self.others.len() - 1
            }
        };
        Ok((format!("{}:{name}", prefix(index)), ""))
    }

    fn content(&mut self, value: &Value, kind: XmlKind) -> Result<(), Fault> {
        match (kind, value) {
            (XmlKind::Text, Value::String(text)) => self.text(text),
            (XmlKind::Boolean, Value::Bool(value)) => self.text(&value.to_string()),
            (XmlKind::Integer, Value::Number(number)) => self.text(&number.to_string()),
            (XmlKind::Object(schema), Value::Object(members)) => self.object(members, schema),
            (XmlKind::List(item), Value::Array(items)) => {
                for (index, value) in items.iter().enumerate() {
                    self.path.enter_item(index);
                    let element = Element {
                        namespace: item.namespace,
                        name: item.name.to_owned(),
                        json: "",
                        value,
                        known: None,
                    };
                    match value {
                        Value::Null => self.nil(&element)?,
                        Value::Object(members) => {
                            self.element(&element, |writer| writer.object(members, item))?;
                        }
                        _ => return Err(self.misfit("an object")),
                    }
                    self.path.leave();
                }
                Ok(())
            }
            _ => Err(self.misfit("another kind of value")),
        }
    }

    /// What stands in an element whose type nobody has told us.
    fn unknown_content(&mut self, value: &Value) -> Result<(), Fault> {
        match value {
            Value::String(text) => self.text(text),
            Value::Bool(value) => self.text(&value.to_string()),
            Value::Number(number) => self.text(&number.to_string()),
            _ => Err(self.fault(
                "it came as JSON and is more than a text, so its form in XML is not known; send the profile as JSON",
            )),
        }
    }

    fn text(&mut self, text: &str) -> Result<(), Fault> {
        if let Some(found) = text.chars().find(|found| !characters::is_allowed(*found)) {
            return Err(self.fault(format!(
                "XML has no character U+{:04X}; take it out, or send the profile as JSON",
                u32::from(found)
            )));
        }
        // A carriage return becomes a reference, too: one that stands as itself is read as a line
        // feed.
        self.out.push_str(&partial_escape(text));
        Ok(())
    }
}

fn prefix(index: usize) -> String {
    format!("d1p{}", index + 1)
}
