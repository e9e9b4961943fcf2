//! The writer: one line without a declaration, members in the schema's order, absent ones left out.
//!
//! The service itself writes a null member as `i:nil`. It reads an absent member as null too, which
//! is shorter, and is what our JSON does.

use std::fmt::Write as _;

use billing_models::xml_schema::{XmlKind, XmlMember, XmlType};
use quick_xml::escape::{escape, partial_escape};
use serde_json::{Map, Value};

use super::error::XmlError;
use super::names;
use super::rules::{self, SCHEMA_INSTANCE};
use crate::media::member_path::MemberPath;
use crate::media::unknown;

/// Writer of one document.
pub(super) struct Writer<'c> {
    pub(super) out: String,
    /// The namespace of the root, whose elements have no prefix.
    home: &'c str,
    /// The other namespaces in the order of their first use; the prefix of the first is `d1p1`.
    others: Vec<String>,
    path: MemberPath,
}

/// An element to be written.
pub(super) struct Element<'v> {
    pub(super) namespace: &'v str,
    pub(super) name: String,
    json: &'v str,
    pub(super) value: &'v Value,
    known: Option<&'static XmlMember>,
}

impl<'c> Writer<'c> {
    /// Writes a document of the schema's type from its JSON.
    ///
    /// # Errors
    /// A member that XML cannot carry.
    pub(super) fn document(value: &Value, schema: &'c XmlType) -> Result<String, XmlError> {
        let mut writer = Self {
            out: String::new(),
            home: schema.namespace,
            others: Vec::new(),
            path: MemberPath::default(),
        };
        let Value::Object(members) = value else {
            return Err(writer.mismatch("an object"));
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

    pub(super) fn error(&self, what: impl Into<String>) -> XmlError {
        XmlError::new(&self.path, what)
    }

    /// Returns the error of a model that contradicts the schema, which takes a mistake in a spec.
    fn mismatch(&self, wanted: &str) -> XmlError {
        self.error(format!("the schema wants {wanted} here"))
    }

    /// Writes an element for each member.
    fn object(&mut self, members: &Map<String, Value>, schema: &XmlType) -> Result<(), XmlError> {
        let mut elements = Vec::new();
        for (json, value) in members {
            let known = schema.members.iter().find(|member| member.json == json);
            let (namespace, name) = match known {
                Some(_) if value.is_null() => continue,
                Some(member) => (schema.namespace, member.element.to_owned()),
                None => names::element_name(json, schema.namespace),
            };
            elements.push(Element {
                namespace,
                name,
                json,
                value,
                known,
            });
        }
        // Only a base type can declare an element of another namespace, and members of base types
        // come first ("Data Member Order"). The schema's own members, and unknown ones among them,
        // are in ordinal order.
        elements.sort_by(|one, other| {
            let key = |element: &Element<'_>| element.namespace == schema.namespace;
            (key(one), one.namespace, &one.name).cmp(&(key(other), other.namespace, &other.name))
        });
        let mut last = None;
        for element in &elements {
            self.path.enter(element.json);
            let name = (element.namespace, element.name.as_str());
            if last.replace(name) == Some(name) {
                return Err(self.error("two members are the same element"));
            }
            match (element.known, unknown::source(element.value)) {
                (Some(member), _) => {
                    self.element(element, |writer| writer.content(element.value, member.kind))?
                }
                (None, Some(source)) => self.restore(source, element)?,
                (None, None) if element.value.is_null() => self.nil(element)?,
                (None, None) => {
                    self.element(element, |writer| writer.unknown_content(element.value))?;
                }
            }
            self.path.leave();
        }
        Ok(())
    }

    /// Writes an element that is nil.
    fn nil(&mut self, element: &Element<'_>) -> Result<(), XmlError> {
        let (name, declaration) = self.tag(element.namespace, &element.name)?;
        let _ = write!(self.out, "<{name}{declaration} i:nil=\"true\" />");
        Ok(())
    }

    /// Writes an element with the content that `content` writes.
    fn element(
        &mut self,
        element: &Element<'_>,
        content: impl FnOnce(&mut Self) -> Result<(), XmlError>,
    ) -> Result<(), XmlError> {
        let (name, declaration) = self.tag(element.namespace, &element.name)?;
        let _ = write!(self.out, "<{name}{declaration}>");
        content(self)?;
        let _ = write!(self.out, "</{name}>");
        Ok(())
    }

    /// Returns the name with its prefix, and a declaration for an element without a namespace.
    fn tag(&mut self, namespace: &str, name: &str) -> Result<(String, &'static str), XmlError> {
        if !rules::is_name(name) {
            return Err(self.error("no element can have this name; send the profile as JSON"));
        }
        if namespace == self.home {
            return Ok((name.to_owned(), ""));
        }
        if namespace.is_empty() {
            return Ok((name.to_owned(), " xmlns=\"\""));
        }
        if !rules::is_namespace(namespace) {
            return Err(self.error("no namespace can have this name"));
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

    /// Writes a value of a known kind.
    fn content(&mut self, value: &Value, kind: XmlKind) -> Result<(), XmlError> {
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
                        _ => return Err(self.mismatch("an object")),
                    }
                    self.path.leave();
                }
                Ok(())
            }
            _ => Err(self.mismatch("another kind of value")),
        }
    }

    /// Writes escaped text.
    ///
    /// # Errors
    /// A character that XML does not allow.
    pub(super) fn text(&mut self, text: &str) -> Result<(), XmlError> {
        if let Some(found) = text.chars().find(|found| !rules::is_allowed(*found)) {
            return Err(self.error(format!(
                "XML has no character U+{:04X}; take it out, or send the profile as JSON",
                u32::from(found)
            )));
        }
        // A carriage return becomes a reference, since a literal one is read as a line feed.
        self.out.push_str(&partial_escape(text));
        Ok(())
    }
}

fn prefix(index: usize) -> String {
    format!("d1p{}", index + 1)
}
