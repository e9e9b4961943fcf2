//! Reads the type of a member or an element: a plain type, a reference, a list, a map, or an inline
//! definition.

use serde_json::{Map, Value};

use super::keywords::{ANY, of_kind};
use super::loader::{Container, Loader, Location, choices, is_null, is_open_enum};
use crate::codegen::json::step;
use crate::codegen::names::type_name;
use crate::codegen::nearest::{did_you_mean, nearest};
use crate::codegen::spec::MemberType;

impl Loader<'_> {
    pub(super) fn shape(&mut self, at: &Location, node: &Map<String, Value>) -> Option<MemberType> {
        let pointer = &at.pointer;
        if let Some(reference) = node.get("$ref") {
            if node.keys().any(|key| key != "$ref" && key != "$comment") {
                self.problem(
                    pointer,
                    "draft-07 ignores the keywords beside `$ref`",
                    "write `\"allOf\": [{ \"$ref\": … }]` and put the rest beside that",
                );
            }
            return self.reference(&step(pointer, "$ref"), reference);
        }
        if let Some(all) = node.get("allOf") {
            self.allow_only(pointer, node, &[&["allOf"], at.container.keywords()]);
            let pointer = step(pointer, "allOf");
            return match all.as_array().map(Vec::as_slice) {
                Some([Value::Object(one)]) if one.contains_key("$ref") => {
                    let pointer = step(&pointer, "0");
                    self.allow_only(&pointer, one, &[&["$ref"]]);
                    self.reference(&step(&pointer, "$ref"), &one["$ref"])
                }
                _ => {
                    self.problem(
                        &pointer,
                        "`allOf` is only understood around a single `$ref`",
                        "copy the base's members into the definition that has them; an importer may do it one day",
                    );
                    None
                }
            };
        }
        if node.contains_key("properties") || is_open_enum(node) {
            return self.named_type(at, node).map(MemberType::Named);
        }
        for keyword in ["anyOf", "oneOf"] {
            if node.contains_key(keyword) {
                return self.nullable(at, keyword, node);
            }
        }
        self.plain(at, node)
    }

    fn choice(&mut self, pointer: &str, keyword: &str) {
        self.problem(
            &step(pointer, keyword),
            format!("this `{keyword}` cannot be expressed as a Rust type"),
            "write \"or null\" ([X, {\"type\": \"null\"}]) or \"or another string\" \
             ([{\"type\": \"string\", \"enum\": […]}, {\"type\": \"string\"}]); write `{}` to keep any JSON",
        );
    }

    /// Reads `[X, {type: null}]`, which is X for a member, since it may be null anyway. It is
    /// refused elsewhere.
    fn nullable(
        &mut self,
        at: &Location,
        keyword: &str,
        node: &Map<String, Value>,
    ) -> Option<MemberType> {
        let (other, at_other, null, at_null) = match choices(node, keyword) {
            [other, null] if is_null(null) => (other, "0", null, "1"),
            [null, other] if is_null(null) => (other, "1", null, "0"),
            _ => {
                self.choice(&at.pointer, keyword);
                return None;
            }
        };
        let pointer = step(&at.pointer, keyword);
        if !self.may_be_null(at, &pointer) {
            return None;
        }
        self.allow_only(&at.pointer, node, &[&[keyword], at.container.keywords()]);
        let at_null = step(&pointer, at_null);
        let null = self.object(&at_null, null)?;
        self.allow_only(&at_null, null, &[&["type"]]);
        let inner = Location {
            pointer: step(&pointer, at_other),
            type_name: at.type_name.clone(),
            section: at.section.clone(),
            container: Container::Branch,
        };
        let other = self.object(&inner.pointer, other)?;
        self.shape(&inner, other)
    }

    fn plain(&mut self, at: &Location, node: &Map<String, Value>) -> Option<MemberType> {
        let pointer = &at.pointer;
        let kind = self.kind(at, node)?;
        if kind == "string" && node.contains_key("enum") {
            self.problem(
                &step(pointer, "enum"),
                "a closed enum would refuse a whole response for one new value",
                "write `\"anyOf\": [{ \"type\": \"string\", \"enum\": […] }, { \"type\": \"string\" }]`",
            );
            return None;
        }
        self.allow_only(pointer, node, &[of_kind(kind), at.container.keywords()]);
        Some(match kind {
            ANY => MemberType::Any,
            "string" => MemberType::String,
            "boolean" => MemberType::Boolean,
            "integer" => MemberType::Integer,
            "number" => MemberType::Number,
            "array" => MemberType::Array(Box::new(self.element(at, node, "items", "Item")?)),
            _ => MemberType::Map(Box::new(self.element(
                at,
                node,
                "additionalProperties",
                "Value",
            )?)),
        })
    }

    fn element(
        &mut self,
        at: &Location,
        node: &Map<String, Value>,
        keyword: &str,
        suffix: &str,
    ) -> Option<MemberType> {
        let inner = Location {
            pointer: step(&at.pointer, keyword),
            type_name: type_name(&format!("{} {suffix}", at.type_name)),
            section: format!("{}.{keyword}", at.section),
            container: Container::Element,
        };
        match node.get(keyword) {
            None | Some(Value::Bool(true)) => Some(MemberType::Any),
            Some(element) => {
                let element = self.object(&inner.pointer, element)?;
                self.shape(&inner, element)
            }
        }
    }

    fn reference(&mut self, pointer: &str, reference: &Value) -> Option<MemberType> {
        let target = reference
            .as_str()
            .and_then(|path| path.split_once("#/definitions/"));
        let found = target.and_then(|(file, key)| {
            let key = key.replace("~1", "/").replace("~0", "~");
            if file.is_empty() {
                return self.definitions.get(&key).cloned();
            }
            let sibling = self.siblings.get(file)?;
            let module = sibling.module.clone();
            sibling
                .definitions
                .contains(&key)
                .then(|| self.import(pointer, &key, module))
        });
        if found.is_none() {
            let meant = did_you_mean(self.nearest_reference(reference).as_deref());
            self.problem(
                pointer,
                format!("{reference} does not exist"),
                format!("refer to `#/definitions/…` of the same file, or to `<file>.json#/definitions/…` of one beside it{meant}"),
            );
        }
        found.map(MemberType::Named)
    }

    /// Returns the existing reference that is most similar to a misspelled one.
    fn nearest_reference(&self, reference: &Value) -> Option<String> {
        let own = self
            .definitions
            .keys()
            .map(|key| format!("#/definitions/{key}"));
        let foreign = self.siblings.iter().flat_map(|(file, sibling)| {
            let keys = sibling.definitions.iter();
            keys.map(move |key| format!("{file}#/definitions/{key}"))
        });
        let all: Vec<_> = own.chain(foreign).collect();
        let reference = reference.as_str()?;
        // Only the last steps are compared: the rest is the same in all.
        let last = |path: &'_ str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let keys: Vec<_> = all.iter().map(|path| last(path)).collect();
        let found = nearest(&last(reference), keys.iter().map(String::as_str));
        let exact = keys.iter().position(|key| *key == last(reference));
        let at = exact.or_else(|| keys.iter().position(|key| Some(key.as_str()) == found))?;
        all.into_iter().nth(at)
    }

    /// Imports a type of another spec, whose name must be free in this one.
    fn import(&mut self, pointer: &str, key: &str, module: String) -> String {
        let name = type_name(key);
        let is_own = self.definitions.values().any(|own| *own == name);
        let before = self.imports.insert(name.clone(), module.clone());
        if is_own || before.is_some_and(|before| before != module) {
            self.problem(
                pointer,
                format!("`{name}` is the Rust name of two types here"),
                "rename one of them, or refer to only one",
            );
        }
        name
    }
}
