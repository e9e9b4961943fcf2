//! XML as .NET's `DataContractSerializer` reads it: prefixes are free; namespace, letter case and
//! order are not. An element out of order is skipped silently, and its member stays absent.

use quick_xml::NsReader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use serde_json::{Map, Value};

use crate::partner::media::types::{ARRAYS, Holds, Type, json_name};

/// The greatest depth of elements.
const DEPTH_LIMIT: usize = 64;

/// The most elements, and the most bytes of a start tag: each of its attributes is compared with
/// the others, and the namespace of each element is looked up among all declared ones.
const ELEMENTS_LIMIT: usize = 10_000;
const TAG_LIMIT: usize = 16 * 1024;

/// The bytes of a namespace that are kept for each element: every known namespace is shorter.
const NAMESPACE_LIMIT: usize = 256;

/// An element as it was sent.
struct Element {
    namespace: String,
    name: String,
    is_nil: bool,
    /// The name of the type in its `type` attribute, without the prefix.
    kind: Option<String>,
    text: String,
    elements: Vec<Element>,
}

/// Reads the object in a document of this type.
pub(super) fn document(text: &str, of: &'static Type) -> Result<Map<String, Value>, String> {
    let root = parse(text).ok_or_else(|| "the body is not XML".to_owned())?;
    if root.namespace != of.namespace || root.name != of.name {
        let (name, namespace) = (of.name, of.namespace);
        return Err(format!(
            "expecting element '{name}' from namespace '{namespace}'"
        ));
    }
    object(&root, of)
}

fn parse(text: &str) -> Option<Element> {
    let mut xml = NsReader::from_str(text);
    xml.config_mut().expand_empty_elements = true;
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    let mut count = 0;
    loop {
        let characters = match xml.read_event().ok()? {
            Event::Start(_) if open.len() == DEPTH_LIMIT || root.is_some() => return None,
            Event::Start(start) if start.len() > TAG_LIMIT || count == ELEMENTS_LIMIT => {
                return None;
            }
            Event::Start(start) => {
                count += 1;
                open.push(element(&xml, &start)?);
                continue;
            }
            Event::End(_) => {
                let closed = open.pop()?;
                match open.last_mut() {
                    Some(parent) => parent.elements.push(closed),
                    None => root = Some(closed),
                }
                continue;
            }
            Event::Text(text) => text.xml10_content(),
            Event::CData(text) => text.xml10_content(),
            Event::GeneralRef(reference) => match reference.resolve_char_ref().ok()? {
                Some(character) => character.to_string().into(),
                None => resolve_xml_entity(&reference)?.into(),
            },
            Event::DocType(_) => return None,
            Event::Eof if open.is_empty() => return root,
            Event::Eof => return None,
            _ => continue,
        };
        match open.last_mut() {
            Some(element) => element.text.push_str(&characters),
            None if characters.trim().is_empty() => {}
            None => return None,
        }
    }
}

fn element(xml: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Option<Element> {
    let (namespace, name) = xml.resolver().resolve_element(start.name());
    let namespace = match namespace {
        ResolveResult::Bound(Namespace(uri)) => uri.chars().take(NAMESPACE_LIMIT).collect(),
        ResolveResult::Unbound => String::new(),
        ResolveResult::Unknown(_) => return None,
    };
    Some(Element {
        namespace,
        name: name.into_inner().to_owned(),
        is_nil: start.attributes().has_nil(xml.resolver()),
        kind: start.attributes().flatten().find_map(|attribute| {
            let is_kind = attribute.key.local_name().into_inner() == "type";
            let (_, kind) = attribute.value.split_once(':').filter(|_| is_kind)?;
            Some(kind.to_owned())
        }),
        text: String::new(),
        elements: Vec::new(),
    })
}

fn object(element: &Element, of: &'static Type) -> Result<Map<String, Value>, String> {
    if !element.text.trim().is_empty() {
        let name = &element.name;
        return Err(format!("expecting elements in '{name}', encountered text"));
    }
    let mut object = Map::new();
    let mut last = "";
    for inner in &element.elements {
        // The serializer reads forward only: an element before its predecessor in the alphabet is
        // skipped.
        if inner.namespace != of.namespace || inner.name.as_str() <= last {
            continue;
        }
        let known = of
            .members
            .iter()
            .find(|member| member.element == inner.name);
        let value = match known.map(|member| &member.holds) {
            _ if inner.is_nil => Value::Null,
            Some(Holds::Text) => inner.text.clone().into(),
            Some(Holds::Object(of)) => Value::Object(self::object(inner, of)?),
            Some(Holds::List(of)) => {
                let items = inner.elements.iter();
                let items = items
                    .filter(|item| item.namespace == of.namespace && item.name == of.name)
                    .map(|item| Ok(Value::Object(self::object(item, of)?)));
                items.collect::<Result<_, String>>()?
            }
            // As with JSON, unknown members are kept, because newer services have more.
            Some(Holds::Texts) | None
                if inner.name.starts_with(|sign: char| sign.is_uppercase()) =>
            {
                unknown(inner)
            }
            _ => continue,
        };
        last = &inner.name;
        object.insert(json_name(&inner.name), value);
    }
    Ok(object)
}

fn unknown(element: &Element) -> Value {
    let items = element.elements.iter();
    if element.is_nil {
        Value::Null
    } else if element.elements.is_empty() {
        match element.kind.as_deref() {
            // The type that the writer declares for values that are not text.
            Some("boolean" | "long" | "double") => {
                serde_json::from_str(&element.text).unwrap_or_default()
            }
            _ => element.text.clone().into(),
        }
    } else if element.elements.iter().all(|item| item.namespace == ARRAYS) {
        items.map(unknown).collect()
    } else {
        let members = items.map(|inner| (json_name(&inner.name), unknown(inner)));
        Value::Object(members.collect())
    }
}
