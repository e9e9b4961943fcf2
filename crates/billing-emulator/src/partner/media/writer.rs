//! XML as .NET's `DataContractSerializer` writes it: one line, a null as `i:nil`, each foreign
//! namespace declared on the element whose content is in it, under a prefix that counts the levels.

use std::fmt::Write as _;

use quick_xml::escape::partial_escape;
use serde_json::{Map, Value};

use crate::partner::media::types::{ARRAYS, Holds, Type, json_name};

const SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";
const SCHEMA: &str = "http://www.w3.org/2001/XMLSchema";

/// Writes a document of this type.
pub(super) fn document(value: &Value, of: &'static Type) -> String {
    let mut writer = Writer {
        out: String::new(),
        home: of.namespace,
        depth: 1,
    };
    let (name, namespace) = (of.name, of.namespace);
    let _ = write!(
        writer.out,
        "<{name} xmlns:i=\"{SCHEMA_INSTANCE}\" xmlns=\"{namespace}\">"
    );
    writer.members(value, of, "");
    let _ = write!(writer.out, "</{name}>");
    writer.out
}

struct Writer {
    out: String,
    /// The namespace without a prefix.
    home: &'static str,
    /// The number of open elements.
    depth: usize,
}

impl Writer {
    /// Writes the members of an object, each with this prefix, which ends in a colon or is empty.
    fn members(&mut self, value: &Value, of: &'static Type, prefix: &str) {
        let none = Map::new();
        let object = value.as_object().unwrap_or(&none);
        let unknown = object.iter().filter(|(json, _)| {
            let mut members = of.members.iter();
            !members.any(|member| json_name(member.element) == **json)
        });
        // A newer service would have them among its members, so they are sorted with the others.
        let unknown = unknown.map(|(json, value)| (element_name(json), None, value));
        let known = of.members.iter().map(|member| {
            let value = object.get(&json_name(member.element));
            let value = value.unwrap_or(&Value::Null);
            (member.element.to_owned(), Some(&member.holds), value)
        });
        let mut elements: Vec<_> = known.chain(unknown).collect();
        elements.sort_by(|(one, ..), (other, ..)| one.cmp(other));
        for (name, holds, value) in elements {
            self.element(
                &format!("{prefix}{name}"),
                holds,
                value,
                (of.namespace, prefix),
            );
        }
    }

    fn element(
        &mut self,
        name: &str,
        holds: Option<&'static Holds>,
        value: &Value,
        (namespace, prefix): (&str, &str),
    ) {
        // Some names of JSON are not names of XML.
        let is_name = |name: &str| {
            name.starts_with(|sign: char| sign.is_alphabetic() || sign == '_')
                && name
                    .chars()
                    .all(|sign| sign.is_alphanumeric() || sign == '_')
        };
        if !name.split(':').all(is_name) {
            return;
        }
        self.depth += 1;
        match (holds, value) {
            (_, Value::Null) => {
                let _ = write!(self.out, "<{name} i:nil=\"true\" />");
            }
            (Some(Holds::Object(of)), _) => {
                let (declaration, inner) = self.declare(of.namespace, namespace, prefix);
                let _ = write!(self.out, "<{name}{declaration}>");
                self.members(value, of, &inner);
                let _ = write!(self.out, "</{name}>");
            }
            (Some(Holds::List(of)), Value::Array(items)) => {
                let (declaration, inner) = self.declare(of.namespace, namespace, prefix);
                self.list(name, &declaration, items, |writer, item| {
                    writer.depth += 1;
                    let _ = write!(writer.out, "<{inner}{}>", of.name);
                    writer.members(item, of, &inner);
                    let _ = write!(writer.out, "</{inner}{}>", of.name);
                    writer.depth -= 1;
                });
            }
            (None | Some(Holds::Texts), Value::Array(items)) => {
                let (declaration, inner) = self.declare(ARRAYS, namespace, prefix);
                self.list(name, &declaration, items, |writer, item| {
                    let kind = if item.is_string() {
                        "string"
                    } else {
                        "anyType"
                    };
                    writer.element(&format!("{inner}{kind}"), None, item, (ARRAYS, &inner));
                });
            }
            (None, Value::Object(members)) => {
                let _ = write!(self.out, "<{name}>");
                for (json, value) in members {
                    let name = format!("{prefix}{}", element_name(json));
                    self.element(&name, None, value, (namespace, prefix));
                }
                let _ = write!(self.out, "</{name}>");
            }
            (None, Value::Bool(_) | Value::Number(_)) => {
                let kind = match value {
                    Value::Bool(_) => "boolean",
                    Value::Number(number) if number.is_f64() => "double",
                    _ => "long",
                };
                let own = format!("d{}p1", self.depth);
                let _ = write!(
                    self.out,
                    "<{name} i:type=\"{own}:{kind}\" xmlns:{own}=\"{SCHEMA}\">{value}</{name}>"
                );
            }
            (_, value) => {
                let text = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                let _ = write!(self.out, "<{name}>{}</{name}>", partial_escape(&text));
            }
        }
        self.depth -= 1;
    }

    fn list(
        &mut self,
        name: &str,
        declaration: &str,
        items: &[Value],
        mut write_item: impl FnMut(&mut Self, &Value),
    ) {
        if items.is_empty() {
            let _ = write!(self.out, "<{name}{declaration} />");
            return;
        }
        let _ = write!(self.out, "<{name}{declaration}>");
        for item in items {
            write_item(self, item);
        }
        let _ = write!(self.out, "</{name}>");
    }

    /// Returns the declaration and the prefix for content in the namespace `inner` within `outer`.
    fn declare(&self, inner: &str, outer: &str, prefix: &str) -> (String, String) {
        if inner == outer {
            return (String::new(), prefix.to_owned());
        }
        if inner == self.home {
            return (String::new(), String::new());
        }
        let own = format!("d{}p1", self.depth);
        (format!(" xmlns:{own}=\"{inner}\""), format!("{own}:"))
    }
}

fn element_name(json: &str) -> String {
    let mut letters = json.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
