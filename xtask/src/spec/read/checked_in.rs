//! Reads a checked-in spec: JSON Schema draft-07 in the form that `specs/README.md` describes.

mod operations;
mod schemas;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::codegen::json::{self, step};
use crate::codegen::nearest::{did_you_mean, nearest};
use crate::codegen::problem::Problem;
use crate::spec::api::{Api, Place, Shape, Type, TypeKind};

/// The keywords at the top of a spec.
const DOCUMENT: &[&str] = &[
    "$schema",
    "$id",
    "$comment",
    "title",
    "description",
    "x-operation",
    "x-operations",
    "definitions",
];

/// Reads the text of a spec. `file` is the path that problems and places name.
///
/// A type of another spec is named by its reference (`other.json#/definitions/Name`).
///
/// # Errors
///
/// Every problem found.
pub fn read(file: &str, text: &str) -> Result<Api, Vec<Problem>> {
    let document = json::parse(file, text).map_err(|problem| vec![problem])?;
    let mut reader = Reader {
        file,
        types: BTreeMap::new(),
        problems: Vec::new(),
    };
    let mut api = Api::default();
    if let Some(root) = reader.object("#", &document) {
        reader.allow_only("#", root, DOCUMENT);
        api.title = reader.text("#", root, "title").unwrap_or_default();
        api.version = version(root, file);
        reader.definitions(root);
        reader.operations(root, &mut api);
    }
    api.types = reader.types;
    if reader.problems.is_empty() {
        Ok(api)
    } else {
        Err(reader.problems)
    }
}

/// Returns whether a JSON document is a spec, and not a description of a service by someone else.
pub fn is_spec(document: &Value) -> bool {
    document.get("definitions").is_some()
        && document.get("swagger").is_none()
        && document.get("openapi").is_none()
}

/// Returns the api version, which is the folder of a spec.
fn version(root: &Map<String, Value>, file: &str) -> Option<String> {
    let id = root.get("$id").and_then(Value::as_str).unwrap_or(file);
    let (folder, _) = id.rsplit_once('/')?;
    folder.rsplit('/').next().map(str::to_owned)
}

/// The state of reading a spec.
struct Reader<'a> {
    file: &'a str,
    types: BTreeMap<String, Type>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&mut self, pointer: &str, what: impl Into<String>, hint: impl Into<String>) {
        self.problems
            .push(Problem::new(self.file, pointer, what, hint));
    }

    fn place(&self, pointer: &str) -> Place {
        Place {
            file: self.file.to_owned(),
            line: 0,
            pointer: pointer.to_owned(),
        }
    }

    fn object<'v>(&mut self, pointer: &str, node: &'v Value) -> Option<&'v Map<String, Value>> {
        let object = node.as_object();
        if object.is_none() {
            self.problem(pointer, "this is not an object", "write an object");
        }
        object
    }

    fn items<'v>(
        &mut self,
        pointer: &str,
        node: &'v Map<String, Value>,
        key: &str,
    ) -> Vec<(String, &'v Map<String, Value>)> {
        let at = step(pointer, key);
        let items = match node.get(key) {
            None => return Vec::new(),
            Some(Value::Array(items)) => items,
            Some(_) => {
                self.problem(&at, "this is not a list", "write a list");
                return Vec::new();
            }
        };
        let items = items.iter().enumerate().filter_map(|(index, item)| {
            let at = step(&at, &index.to_string());
            Some((at.clone(), self.object(&at, item)?))
        });
        items.collect()
    }

    /// Reports the keywords that are not in `known`: an ignored keyword would be a change
    /// without a line in a report.
    fn allow_only(&mut self, pointer: &str, node: &Map<String, Value>, known: &[&str]) {
        for key in node.keys().filter(|key| !known.contains(&key.as_str())) {
            let meant = did_you_mean(nearest(key, known.iter().copied()));
            let hint = format!("specs/README.md lists the keywords{meant}");
            self.problem(
                &step(pointer, key),
                format!("`{key}` is not understood here"),
                hint,
            );
        }
    }

    fn text(&mut self, pointer: &str, node: &Map<String, Value>, key: &str) -> Option<String> {
        match node.get(key)? {
            Value::String(text) => Some(text.clone()),
            _ => {
                self.problem(
                    &step(pointer, key),
                    format!("`{key}` is a string"),
                    "write a string",
                );
                None
            }
        }
    }

    fn flag(&mut self, pointer: &str, node: &Map<String, Value>, key: &str) -> Option<bool> {
        match node.get(key)? {
            Value::Bool(flag) => Some(*flag),
            _ => {
                let at = step(pointer, key);
                self.problem(&at, format!("`{key}` is true or false"), "write `true`");
                None
            }
        }
    }

    fn texts(&mut self, pointer: &str, node: &Map<String, Value>, key: &str) -> Vec<String> {
        let list = node.get(key).map(Value::as_array);
        let texts = match list {
            None => return Vec::new(),
            Some(list) => list.map(|list| {
                let texts = list.iter().map(|one| one.as_str().map(str::to_owned));
                texts.collect::<Option<Vec<_>>>()
            }),
        };
        if let Some(Some(texts)) = texts {
            return texts;
        }
        self.problem(
            &step(pointer, key),
            format!("`{key}` is a list of strings"),
            "write a list of strings",
        );
        Vec::new()
    }

    /// Reports a type that is not defined.
    fn defined(&mut self, pointer: &str, name: &str, root: &Map<String, Value>) {
        let definitions = root.get("definitions").and_then(Value::as_object);
        let is_defined = definitions.is_some_and(|all| all.contains_key(name))
            || self.types.contains_key(name)
            || name.contains('#');
        if !is_defined {
            let all = definitions.into_iter().flat_map(Map::keys);
            let meant = did_you_mean(nearest(name, all.map(String::as_str)));
            let hint = format!("name a plain type or one of `definitions`{meant}");
            self.problem(pointer, format!("there is no type `{name}`"), hint);
        }
    }

    fn add_type(&mut self, found: Type) {
        if let Some(first) = self.types.get(&found.name) {
            let what = format!("`{}` is defined at {} too", found.name, first.place.pointer);
            let at = found.place.pointer.clone();
            self.problem(&at, what, "rename one of them");
        } else {
            self.types.insert(found.name.clone(), found);
        }
    }

    fn definitions(&mut self, root: &Map<String, Value>) {
        let Some(Value::Object(definitions)) = root.get("definitions") else {
            return self.problem("#", "there are no `definitions`", "define a type");
        };
        for (name, node) in definitions {
            let pointer = step("#/definitions", name);
            let Some(node) = self.object(&pointer, node) else {
                continue;
            };
            let found = self.definition(&pointer, name, node);
            self.add_type(found);
        }
        self.references(root);
    }

    /// Reports references to types that are not defined.
    fn references(&mut self, root: &Map<String, Value>) {
        let mut named = Vec::new();
        for found in self.types.values() {
            let at = &found.place.pointer;
            match &found.kind {
                TypeKind::Object(object) => named.extend(object.members.iter().filter_map(|one| {
                    Some((one.place.pointer.clone(), innermost(&one.shape)?.to_owned()))
                })),
                TypeKind::Enum(_) => {}
                TypeKind::Alias(shape) => {
                    named.extend(innermost(shape).map(|name| (at.clone(), name.to_owned())));
                }
            }
        }
        for (pointer, name) in named {
            self.defined(&pointer, &name, root);
        }
    }
}

/// Returns the name of a type, or of the type of its elements.
fn innermost(shape: &Shape) -> Option<&str> {
    match shape {
        Shape::Named(name) => Some(name),
        Shape::Array(element) | Shape::Map(element) => innermost(element),
        _ => None,
    }
}
