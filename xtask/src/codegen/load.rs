//! Loading: one JSON Schema file becomes a [`Spec`], or a list of problems that names every place.
//!
//! The dialect is a small part of draft-07; `specs/README.md` lists it. What is outside is refused rather than
//! ignored, because a keyword that is silently dropped is a promise silently broken.

mod shape;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::json::{self, step};
use super::names::type_name;
use super::problem::Problem;
use super::spec::{Member, Spec, Type, TypeKind};

/// Keywords that say something about a value without changing its Rust type. Limits are among them: a client that
/// refuses an answer because a name is too long helps nobody.
const ANNOTATIONS: &[&str] = &[
    "$comment",
    "title",
    "description",
    "default",
    "examples",
    "readOnly",
    "required",
    "format",
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
];

/// Reads the text of a spec. `file` is its path as problems shall name it.
pub fn load(file: &str, text: &str) -> Result<Spec, Vec<Problem>> {
    let document = json::parse(file, text).map_err(|problem| vec![problem])?;
    let mut loader = Loader {
        file,
        definitions: BTreeMap::new(),
        types: BTreeMap::new(),
        problems: Vec::new(),
    };
    loader.document(&document);
    if loader.problems.is_empty() {
        Ok(Spec {
            types: loader.types,
            file: file.to_owned(),
        })
    } else {
        Err(loader.problems)
    }
}

struct Loader<'a> {
    file: &'a str,
    /// From the key of a definition to its name in Rust.
    definitions: BTreeMap<String, String>,
    types: BTreeMap<String, Type>,
    problems: Vec<Problem>,
}

/// A place in the document and what the generator would call a type that is defined right there.
struct Place {
    pointer: String,
    type_name: String,
    section: String,
    inline: bool,
}

impl Loader<'_> {
    fn problem(&mut self, pointer: &str, what: impl Into<String>, hint: impl Into<String>) {
        self.problems.push(Problem {
            file: self.file.to_owned(),
            place: pointer.to_owned(),
            what: what.into(),
            hint: hint.into(),
        });
    }

    fn document(&mut self, document: &Value) {
        let Some(definitions) = document.get("definitions").and_then(Value::as_object) else {
            return self.problem(
                "#",
                "there are no `definitions`",
                "put each type of the page under `definitions`",
            );
        };
        for key in definitions.keys() {
            self.definitions.insert(key.clone(), type_name(key));
        }
        for (key, node) in definitions {
            let place = Place {
                pointer: step("#/definitions", key),
                type_name: type_name(key),
                section: key.clone(),
                inline: false,
            };
            if let Some(node) = self.object(&place.pointer, node)
                && self.named_type(&place, node).is_none()
            {
                self.problem(
                    &place.pointer,
                    "a definition is an object with `properties` or an open enum",
                    "write a plain type at each member that holds it",
                );
            }
        }
    }

    fn object<'v>(&mut self, pointer: &str, node: &'v Value) -> Option<&'v Map<String, Value>> {
        if node.as_object().is_none() {
            self.problem(pointer, "this is not a schema", "write an object");
        }
        node.as_object()
    }

    /// Reads an object or an open enum and gives its name; `None` when the node is something else.
    fn named_type(&mut self, place: &Place, node: &Map<String, Value>) -> Option<String> {
        let name = match node.get("title").and_then(Value::as_str) {
            Some(title) if place.inline => type_name(title),
            _ => place.type_name.clone(),
        };
        let kind = if node.contains_key("properties") {
            TypeKind::Object(self.members(place, &name, node))
        } else {
            TypeKind::OpenEnum(self.open_enum(place, node)?)
        };
        let found = Type {
            name: name.clone(),
            section: place.section.clone(),
            description: text(node, "description"),
            dotnet_name: text(node, "x-dotnet-name"),
            pointer: place.pointer.clone(),
            kind,
        };
        if let Some(first) = self.types.get(&name) {
            let what = format!("`{name}` is the Rust name of {} too", first.pointer);
            self.problem(
                &place.pointer,
                what,
                "rename one of them, or give an inline object another `title`",
            );
        } else {
            self.types.insert(name.clone(), found);
        }
        Some(name)
    }

    fn members(&mut self, place: &Place, owner: &str, node: &Map<String, Value>) -> Vec<Member> {
        self.allow_only(
            &place.pointer,
            node,
            &["type", "properties", "additionalProperties"],
        );
        match node.get("additionalProperties") {
            None | Some(Value::Bool(true)) => {}
            Some(Value::Object(schema)) if schema.is_empty() => {}
            Some(_) => self.problem(
                &step(&place.pointer, "additionalProperties"),
                "an object with `properties` keeps whatever else it is sent",
                "remove `additionalProperties`",
            ),
        }
        let properties = step(&place.pointer, "properties");
        let Some(members) = node.get("properties").and_then(Value::as_object) else {
            self.problem(
                &properties,
                "`properties` is not an object",
                "write one schema for each member",
            );
            return Vec::new();
        };
        if members.is_empty() {
            self.problem(
                &properties,
                "there is no member",
                "list a member, or write `{}` where the object is held to keep any JSON",
            );
        }
        let mut found = Vec::new();
        for (name, node) in members {
            let pointer = step(&properties, name);
            let Some(node) = self.object(&pointer, node) else {
                continue;
            };
            let inner = Place {
                pointer: pointer.clone(),
                type_name: type_name(&format!("{owner} {name}")),
                section: format!("{}.{name}", place.section),
                inline: true,
            };
            let Some(shape) = self.shape(&inner, node) else {
                continue;
            };
            found.push(Member {
                name: name.clone(),
                description: text(node, "description"),
                read_only: self.flag(&pointer, node, "readOnly"),
                personal: self.flag(&pointer, node, "x-personal"),
                pointer,
                shape,
            });
        }
        // Whether serde_json keeps the order of a document is a feature that any crate of the build may switch on.
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found
    }

    fn flag(&mut self, pointer: &str, node: &Map<String, Value>, keyword: &str) -> bool {
        match node.get(keyword) {
            None => false,
            Some(Value::Bool(value)) => *value,
            Some(_) => {
                self.problem(
                    &step(pointer, keyword),
                    format!("`{keyword}` is true or false"),
                    "write `true`",
                );
                false
            }
        }
    }

    /// The known values of `anyOf: [{type: string, enum: […]}, {type: string}]`.
    fn open_enum(&mut self, place: &Place, node: &Map<String, Value>) -> Option<Vec<String>> {
        let [first, second] = node.get("anyOf")?.as_array()?.as_slice() else {
            return None;
        };
        let values = match (first.get("enum"), second.get("enum")) {
            (Some(values), None) if is_plain_string(second) => values,
            (None, Some(values)) if is_plain_string(first) => values,
            _ => return None,
        };
        self.allow_only(&place.pointer, node, &["type", "anyOf"]);
        let known: Option<Vec<String>> = values
            .as_array()?
            .iter()
            .map(|value| Some(value.as_str()?.to_owned()))
            .collect();
        if known.is_none() {
            self.problem(
                &place.pointer,
                "the values of an enum are strings",
                "write strings",
            );
        }
        known
    }

    /// Refuses keywords outside the dialect; true when there are none.
    fn allow_only(&mut self, pointer: &str, node: &Map<String, Value>, keywords: &[&str]) -> bool {
        let mut clean = true;
        for key in node.keys() {
            let known = keywords.contains(&key.as_str()) || ANNOTATIONS.contains(&key.as_str());
            if !known && !key.starts_with("x-") {
                self.problem(
                    &step(pointer, key),
                    format!("`{key}` is not understood here"),
                    "specs/README.md lists the keywords; remove it or teach the generator",
                );
                clean = false;
            }
        }
        clean
    }
}

fn text(node: &Map<String, Value>, keyword: &str) -> Option<String> {
    Some(node.get(keyword)?.as_str()?.to_owned())
}

fn is_plain_string(node: &Value) -> bool {
    node.as_object().is_some_and(|node| node.len() == 1)
        && node.get("type").is_some_and(|kind| kind == "string")
}
