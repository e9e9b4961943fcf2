//! Loading: reads one JSON Schema file into a [`Spec`] or reports every problem with its at.
//!
//! The dialect is a small part of draft-07; `specs/README.md` lists it. Other keywords are refused
//! rather than ignored, because ignoring a keyword would silently break its promise.

mod keywords;
mod loader;
mod member_type;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

pub use self::loader::Sibling;

use self::keywords::{DOCUMENT, MARKED, NAMED, OBJECT, OPEN_ENUM};
use self::loader::{Container, Loader, Location, choices, is_open_enum};
use super::json::{self, step};
use super::names::type_name;
use super::nearest::{did_you_mean, nearest};
use super::problem::Problem;
use super::spec::{KnownValue, Member, MemberType, Spec, Type, TypeKind};

const DRAFT_07: &str = "http://json-schema.org/draft-07/schema#";

/// Reads the text of a spec. `file` is the path that problems name; `siblings` are the other specs
/// in its folder, by file name.
///
/// # Errors
///
/// Every problem found.
pub fn load(
    file: &str,
    text: &str,
    siblings: &BTreeMap<String, Sibling>,
) -> Result<Spec, Vec<Problem>> {
    let document = json::parse(file, text).map_err(|problem| vec![problem])?;
    let mut loader = Loader {
        file,
        siblings,
        definitions: BTreeMap::new(),
        types: BTreeMap::new(),
        imports: BTreeMap::new(),
        read_only: BTreeSet::new(),
        problems: Vec::new(),
    };
    loader.document(&document);
    loader.mark_read_only();
    if loader.problems.is_empty() {
        Ok(Spec {
            types: loader.types,
            imports: loader.imports,
            file: file.to_owned(),
        })
    } else {
        Err(loader.problems)
    }
}

impl Loader<'_> {
    fn document(&mut self, document: &Value) {
        let Some(root) = self.object("#", document) else {
            return;
        };
        self.allow_only("#", root, &[DOCUMENT]);
        if root
            .get("$schema")
            .is_some_and(|dialect| dialect != DRAFT_07)
        {
            self.problem(
                "#/$schema",
                "a spec is a JSON Schema of draft-07",
                format!("write \"{DRAFT_07}\""),
            );
        }
        self.text("#", root, "title");
        self.text("#", root, "description");
        let Some(definitions) = root.get("definitions").and_then(Value::as_object) else {
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
            let at = Location {
                pointer: step("#/definitions", key),
                type_name: type_name(key),
                section: key.clone(),
                container: Container::Definition,
            };
            if let Some(node) = self.object(&at.pointer, node)
                && self.named_type(&at, node).is_none()
            {
                self.problem(
                    &at.pointer,
                    "a definition is an object with `properties` or an open enum",
                    "write a plain type at each member that holds it",
                );
            }
        }
    }

    /// Reads an object or an open enum and returns its name; `None` if the node is something else.
    fn named_type(&mut self, at: &Location, node: &Map<String, Value>) -> Option<String> {
        let is_object = node.contains_key("properties");
        if !is_object && !is_open_enum(node) {
            return None;
        }
        let is_inline = at.container != Container::Definition;
        let keywords = if is_object { OBJECT } else { OPEN_ENUM };
        let own: &[&str] = if is_inline { &["title"] } else { MARKED };
        self.allow_only(
            &at.pointer,
            node,
            &[keywords, NAMED, own, at.container.keywords()],
        );
        let title = self.text(&at.pointer, node, "title");
        let name = match title.filter(|_| is_inline) {
            Some(title) => type_name(&title),
            None => at.type_name.clone(),
        };
        if !is_inline && self.flag(&at.pointer, node, "readOnly") {
            self.read_only.insert(name.clone());
        }
        let kind = if is_object {
            TypeKind::Object(self.members(at, &name, node))
        } else {
            TypeKind::OpenEnum(self.open_enum(at, node))
        };
        let found = Type {
            name: name.clone(),
            section: at.section.clone(),
            description: self.text(&at.pointer, node, "description"),
            dotnet_name: self.text(&at.pointer, node, "x-dotnet-name"),
            pointer: at.pointer.clone(),
            kind,
        };
        if let Some(first) = self.types.get(&name) {
            let what = format!("`{name}` is the Rust name of {} too", first.pointer);
            self.problem(
                &at.pointer,
                what,
                "rename one of them, or give an inline object another `title`",
            );
        } else {
            self.types.insert(name.clone(), found);
        }
        Some(name)
    }

    fn members(&mut self, at: &Location, owner: &str, node: &Map<String, Value>) -> Vec<Member> {
        let kind = self.kind(at, node);
        self.expect_kind(&at.pointer, kind, "object");
        match node.get("additionalProperties") {
            None | Some(Value::Bool(true)) => {}
            Some(Value::Object(schema)) if schema.is_empty() => {}
            Some(_) => self.problem(
                &step(&at.pointer, "additionalProperties"),
                "an object with `properties` keeps unknown members anyway",
                "remove `additionalProperties`",
            ),
        }
        let properties = step(&at.pointer, "properties");
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
        self.required(&at.pointer, node, members);
        let mut found = Vec::new();
        for (name, node) in members {
            let pointer = step(&properties, name);
            let Some(node) = self.object(&pointer, node) else {
                continue;
            };
            let inner = Location {
                pointer: pointer.clone(),
                type_name: type_name(&format!("{owner} {name}")),
                section: format!("{}.{name}", at.section),
                container: Container::Member,
            };
            let Some(shape) = self.shape(&inner, node) else {
                continue;
            };
            found.push(Member {
                name: name.clone(),
                client_name: self.text(&pointer, node, "x-ms-client-name"),
                description: self.text(&pointer, node, "description"),
                read_only: self.flag(&pointer, node, "readOnly"),
                // A secret is hidden from `Debug`, too.
                personal: self.flag(&pointer, node, "x-personal")
                    | self.flag(&pointer, node, "x-ms-secret"),
                pointer,
                shape,
            });
        }
        // The order of a map depends on a feature of serde_json that any crate may enable.
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found
    }

    /// Marks the members that hold a read-only definition.
    fn mark_read_only(&mut self) {
        for found in self.types.values_mut() {
            if let TypeKind::Object(members) = &mut found.kind {
                for member in members {
                    if let MemberType::Named(held) = &member.shape {
                        member.read_only |= self.read_only.contains(held);
                    }
                }
            }
        }
    }

    /// Checks that `required` names only members. It has no other effect.
    fn required(&mut self, pointer: &str, node: &Map<String, Value>, members: &Map<String, Value>) {
        let pointer = step(pointer, "required");
        let names = match node.get("required") {
            None => return,
            Some(Value::Array(names)) => names.as_slice(),
            Some(_) => {
                return self.problem(&pointer, "`required` is a list", "list names of members");
            }
        };
        for (index, name) in names.iter().enumerate() {
            if !name.as_str().is_some_and(|name| members.contains_key(name)) {
                self.problem(
                    &step(&pointer, &index.to_string()),
                    format!("{name} is not a member"),
                    "name one of `properties`",
                );
            }
        }
    }

    /// Reports a `type` that contradicts the keywords beside it.
    fn expect_kind(&mut self, pointer: &str, kind: Option<&str>, expected: &str) {
        if kind.is_some_and(|kind| kind != keywords::ANY && kind != expected) {
            self.problem(
                &step(pointer, "type"),
                format!("the other keywords make this `{expected}`"),
                format!("write `\"type\": \"{expected}\"`"),
            );
        }
    }

    /// Reads the known values of `anyOf: [{type: string, enum: […]}, {type: string}]`, in either
    /// order.
    fn open_enum(&mut self, at: &Location, node: &Map<String, Value>) -> Vec<KnownValue> {
        let kind = self.kind(at, node);
        self.expect_kind(&at.pointer, kind, "string");
        let mut known = Vec::new();
        for (index, branch) in choices(node, "anyOf").iter().enumerate() {
            let pointer = step(&step(&at.pointer, "anyOf"), &index.to_string());
            let Some(branch) = self.object(&pointer, branch) else {
                continue;
            };
            self.allow_only(&pointer, branch, &[&["type", "enum"]]);
            if branch.get("type").is_none_or(|kind| kind != "string") {
                self.problem(
                    &step(&pointer, "type"),
                    "both branches of an open enum are strings",
                    "write `\"type\": \"string\"`",
                );
            }
            let Some(values) = branch.get("enum") else {
                continue;
            };
            let values = values.as_array().map(Vec::as_slice).unwrap_or_default();
            known = values
                .iter()
                .filter_map(|value| Some(value.as_str()?.to_owned()))
                .collect();
            if known.is_empty() || known.len() != values.len() {
                self.problem(
                    &step(&pointer, "enum"),
                    "the values of an enum are strings, at least one",
                    "write strings; where none is known, write `{ \"type\": \"string\" }`",
                );
            }
        }
        let names = self.value_names(&at.pointer, node, &known);
        let with_name = |value: String| KnownValue {
            client_name: names.get(&value).cloned(),
            value,
        };
        known.into_iter().map(with_name).collect()
    }

    /// Reads the names of enum values from `x-ms-enum`.
    fn value_names(
        &mut self,
        pointer: &str,
        node: &Map<String, Value>,
        known: &[String],
    ) -> BTreeMap<String, String> {
        let mut names = BTreeMap::new();
        let Some(given) = node.get("x-ms-enum") else {
            return names;
        };
        let pointer = step(pointer, "x-ms-enum");
        let Some(given) = self.object(&pointer, given) else {
            return names;
        };
        self.allow_only(&pointer, given, &[&["name", "modelAsString", "values"]]);
        let values = given.get("values").and_then(Value::as_array);
        for (index, given) in values.into_iter().flatten().enumerate() {
            let pointer = step(&step(&pointer, "values"), &index.to_string());
            let Some(given) = self.object(&pointer, given) else {
                continue;
            };
            self.allow_only(&pointer, given, &[&["value", "name", "description"]]);
            let name = self.text(&pointer, given, "name");
            let value = given.get("value").and_then(Value::as_str);
            match (
                value.filter(|value| known.iter().any(|one| one == value)),
                name,
            ) {
                (Some(value), Some(name)) => {
                    names.insert(value.to_owned(), name);
                }
                (None, _) => {
                    let nearest =
                        nearest(value.unwrap_or_default(), known.iter().map(String::as_str));
                    self.problem(
                        &step(&pointer, "value"),
                        "this is not a value of the enum",
                        format!("name one of them{}", did_you_mean(nearest)),
                    );
                }
                (Some(_), None) => {}
            }
        }
        names
    }
}
