//! The generator on a spec, and on one definition of it: the code of a type follows from the type
//! and from what kinds its members have, so that a small document shows what a change does to it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use xtask::codegen::artifacts::ARTIFACTS;
use xtask::codegen::load::Sibling;
use xtask::codegen::manifest::{Role, Root, Target};
use xtask::codegen::names::type_name;
use xtask::codegen::problem::Problems;
use xtask::codegen::sources::{self, Source, Sources};
use xtask::codegen::typed::typify;
use xtask::codegen::views::{self, View};
use xtask::layout::Layout;

use super::spec::{Spec, root};

/// The generator of one spec.
pub(super) struct Generator<'a> {
    target: &'a Target,
    siblings: BTreeMap<String, Sibling>,
    /// The types that are sent back in full, and those that are updated, by their names in Rust.
    full: Vec<String>,
    updated: Vec<String>,
}

/// The name of a definition that stands for operations, which have nothing to do with code.
const NONE: &str = "Stub";

impl<'a> Generator<'a> {
    pub(super) fn new(
        spec: &Spec,
        target: &'a Target,
        siblings: BTreeMap<String, Sibling>,
    ) -> Self {
        let read = sources::checked(target, 0, &spec.text, &siblings).unwrap();
        let updated = views::reachable(&read, &target.roots, Role::Write, View::Update);
        Self {
            target,
            siblings,
            full: views::full_resources(&read, &target.roots),
            updated,
        }
    }

    /// Returns the code of a whole document, or the problems.
    pub(super) fn whole(&self, document: &Value) -> String {
        self.generated(document, self.target.clone())
    }

    /// Returns the code of what a pointer leads to, or the problems; nothing if it is not there.
    pub(super) fn part(&self, document: &Value, at: &str) -> String {
        let name = at.strip_prefix("/definitions/");
        let name = name.map(|below| below.split('/').next().unwrap());
        let definitions = document["definitions"].as_object().unwrap();
        let mut part = document.clone();
        let target = Target {
            roots: name.map_or_else(|| vec![of(NONE, Role::Read)], |name| self.roots(name)),
            ..self.target.clone()
        };
        let Some(name) = name else {
            part["definitions"] = json!({ NONE: {
                "type": "object",
                "properties": { "id": { "type": "string" } },
            } });
            return self.generated(&part, target);
        };
        let Some(definition) = definitions.get(name) else {
            return String::new();
        };
        let mut named = BTreeSet::new();
        references(definition, &mut named);
        let mut kept = Map::new();
        for name in named {
            if definitions.contains_key(&name) {
                kept.insert(name.clone(), stub(&name, definitions));
            }
        }
        kept.insert(name.to_owned(), definition.clone());
        part["definitions"] = Value::Object(kept);
        let members = part.as_object_mut().unwrap();
        members.retain(|name, _| !name.starts_with("x-operation"));
        self.generated(&part, target)
    }

    /// Returns a definition as a root, with the roles in which the roots of the spec lead to it.
    fn roots(&self, name: &str) -> Vec<Root> {
        let rust_name = type_name(name);
        let is_in = |types: &[String]| types.contains(&rust_name);
        let mut roots = vec![match is_in(&self.full) {
            true => of(name, Role::Both),
            false => of(name, Role::Read),
        }];
        if is_in(&self.updated) {
            roots.push(of(name, Role::Write));
        }
        roots
    }

    fn generated(&self, document: &Value, target: Target) -> String {
        let made = || -> anyhow::Result<String> {
            let text = document.to_string();
            let spec = sources::checked(&target, 0, &text, &self.siblings).map_err(Problems)?;
            let typed = typify(&target, &spec)?;
            let source = Source {
                target,
                spec,
                typed,
            };
            let sources = Sources {
                all: vec![source],
                are_all: false,
            };
            let layout = Layout::of_repository(root());
            let mut text = String::new();
            // The models and the tables of members.
            for make in [ARTIFACTS[0], ARTIFACTS[2]] {
                for (_, file) in make(&layout, &sources)?.files {
                    text.push_str(&file);
                    text.push('\n');
                }
            }
            Ok(text)
        };
        made().unwrap_or_else(|error| format!("{error:#}"))
    }
}

fn of(name: &str, role: Role) -> Root {
    Root {
        name: name.to_owned(),
        role,
    }
}

/// Returns a definition with other members, which only its own code has. A read-only member is one
/// of them if there is any in it, as the code of what holds it depends on that.
fn stub(name: &str, definitions: &Map<String, Value>) -> Value {
    let mut stub = definitions[name].clone();
    if stub["type"] == "object" {
        stub["properties"] = json!({ "stub": { "type": "string" } });
        if has_read_only(name, definitions, &mut BTreeSet::new()) {
            stub["properties"]["stubId"] = json!({ "type": "string", "readOnly": true });
        }
        stub.as_object_mut().unwrap().remove("required");
    }
    stub
}

fn has_read_only(
    name: &str,
    definitions: &Map<String, Value>,
    seen: &mut BTreeSet<String>,
) -> bool {
    let Some(definition) = definitions
        .get(name)
        .filter(|_| seen.insert(name.to_owned()))
    else {
        return false;
    };
    let mut named = BTreeSet::new();
    references(definition, &mut named);
    let mut named = named.iter();
    is_marked(definition) || named.any(|name| has_read_only(name, definitions, seen))
}

/// Returns whether something in a schema is read-only.
fn is_marked(schema: &Value) -> bool {
    match schema {
        Value::Object(members) => schema["readOnly"] == true || members.values().any(is_marked),
        Value::Array(items) => items.iter().any(is_marked),
        _ => false,
    }
}

/// Collects the definitions of the same document that a schema refers to.
fn references(schema: &Value, into: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            let reference = members.get("$ref").and_then(Value::as_str);
            let name = reference.and_then(|text| text.strip_prefix("#/definitions/"));
            into.extend(name.map(str::to_owned));
            members.values().for_each(|inner| references(inner, into));
        }
        Value::Array(items) => items.iter().for_each(|inner| references(inner, into)),
        _ => {}
    }
}

/// Returns the items of code, without what a file begins with.
pub(super) fn items(code: &str) -> BTreeSet<String> {
    let items = code.split("\n\n").map(str::trim);
    let items = items.filter(|item| !item.starts_with("// Generated") && !item.starts_with("use "));
    // Only a root's table is visible outside of its module.
    items
        .map(|item| item.replace("pub(crate) static", "static"))
        .collect()
}
