//! What a member or an element holds: a plain type, a reference, a list, a map, or a type that is defined right there.

use serde_json::{Map, Value};

use super::{Loader, Place};
use crate::codegen::json::step;
use crate::codegen::names::type_name;
use crate::codegen::spec::Shape;

impl Loader<'_> {
    pub(super) fn shape(&mut self, place: &Place, node: &Map<String, Value>) -> Option<Shape> {
        let pointer = &place.pointer;
        if let Some(reference) = node.get("$ref") {
            if node.keys().any(|key| key != "$ref" && key != "$comment") {
                self.problem(
                    pointer,
                    "draft-07 ignores what stands beside `$ref`",
                    "write `\"allOf\": [{ \"$ref\": … }]` and put the rest beside that",
                );
            }
            return self.reference(&step(pointer, "$ref"), reference);
        }
        if let Some(all) = node.get("allOf") {
            self.allow_only(pointer, node, &["allOf"]);
            return match all.as_array().map(Vec::as_slice) {
                Some([one]) if one.get("$ref").is_some() => {
                    let inner = step(&step(&step(pointer, "allOf"), "0"), "$ref");
                    self.reference(&inner, &one["$ref"])
                }
                _ => {
                    self.problem(
                        &step(pointer, "allOf"),
                        "`allOf` is only understood around a single `$ref`",
                        "write the combined object as a definition of its own",
                    );
                    None
                }
            };
        }
        if node.contains_key("properties")
            || node.contains_key("anyOf") && !is_nullable(node, "anyOf")
        {
            let name = self.named_type(place, node);
            if name.is_none() {
                self.choice(pointer, "anyOf");
            }
            return name.map(Shape::Named);
        }
        for keyword in ["anyOf", "oneOf"] {
            if let Some(choices) = node.get(keyword) {
                return self.nullable(place, keyword, choices);
            }
        }
        self.plain(place, node)
    }

    fn choice(&mut self, pointer: &str, keyword: &str) {
        self.problem(
            &step(pointer, keyword),
            format!("this `{keyword}` cannot be expressed as a Rust type"),
            "it may say \"or null\" ([X, {\"type\": \"null\"}]) or \"or another string\" \
             ([{\"type\": \"string\", \"enum\": […]}, {\"type\": \"string\"}]); write `{}` to keep any JSON",
        );
    }

    /// `[X, {type: null}]`: every member may be null anyway, so this is X.
    fn nullable(&mut self, place: &Place, keyword: &str, choices: &Value) -> Option<Shape> {
        let choices = choices.as_array().map(Vec::as_slice).unwrap_or_default();
        let other = match choices {
            [other, null] if is_null(null) => other,
            [null, other] if is_null(null) => other,
            _ => {
                self.choice(&place.pointer, keyword);
                return None;
            }
        };
        let index = usize::from(choices.first().is_some_and(is_null));
        let inner = Place {
            pointer: step(&step(&place.pointer, keyword), &index.to_string()),
            type_name: place.type_name.clone(),
            section: place.section.clone(),
            inline: place.inline,
        };
        let node = self.object(&inner.pointer, other)?;
        self.shape(&inner, node)
    }

    fn plain(&mut self, place: &Place, node: &Map<String, Value>) -> Option<Shape> {
        let pointer = &place.pointer;
        let kind = match node.get("type") {
            None => {
                self.allow_only(pointer, node, &[]);
                return Some(Shape::Any);
            }
            Some(Value::String(kind)) => kind.as_str(),
            Some(Value::Array(kinds)) => {
                match kinds.iter().map(Value::as_str).collect::<Vec<_>>()[..] {
                    [Some(kind), Some("null")] | [Some("null"), Some(kind)] => kind,
                    _ => "",
                }
            }
            Some(_) => "",
        };
        match kind {
            "string" if node.contains_key("enum") => {
                self.problem(
                    &step(pointer, "enum"),
                    "a closed enum would refuse a whole answer for one new value",
                    "write `\"anyOf\": [{ \"type\": \"string\", \"enum\": […] }, { \"type\": \"string\" }]`",
                );
                None
            }
            "string" => self
                .allow_only(pointer, node, &["type"])
                .then_some(Shape::String),
            "boolean" => self
                .allow_only(pointer, node, &["type"])
                .then_some(Shape::Boolean),
            "integer" => self
                .allow_only(pointer, node, &["type"])
                .then_some(Shape::Integer),
            "number" => self
                .allow_only(pointer, node, &["type"])
                .then_some(Shape::Number),
            "array" => {
                self.allow_only(pointer, node, &["type", "items"]);
                Some(Shape::Array(Box::new(
                    self.element(place, node, "items", "Item")?,
                )))
            }
            "object" => {
                self.allow_only(pointer, node, &["type", "additionalProperties"]);
                Some(Shape::Map(Box::new(self.element(
                    place,
                    node,
                    "additionalProperties",
                    "Value",
                )?)))
            }
            _ => {
                self.problem(
                    &step(pointer, "type"),
                    "this `type` is not understood",
                    "write string, boolean, integer, number, array or object, or one of them with \"null\"",
                );
                None
            }
        }
    }

    fn element(
        &mut self,
        place: &Place,
        node: &Map<String, Value>,
        keyword: &str,
        suffix: &str,
    ) -> Option<Shape> {
        let inner = Place {
            pointer: step(&place.pointer, keyword),
            type_name: type_name(&format!("{} {suffix}", place.type_name)),
            section: format!("{}.{keyword}", place.section),
            inline: true,
        };
        match node.get(keyword) {
            None | Some(Value::Bool(true)) => Some(Shape::Any),
            Some(element) => {
                let element = self.object(&inner.pointer, element)?;
                self.shape(&inner, element)
            }
        }
    }

    fn reference(&mut self, pointer: &str, reference: &Value) -> Option<Shape> {
        let target = reference
            .as_str()
            .and_then(|path| path.strip_prefix("#/definitions/"));
        let key = target.map(|key| key.replace("~1", "/").replace("~0", "~"));
        let found = key.and_then(|key| self.definitions.get(&key)).cloned();
        if found.is_none() {
            self.problem(
                pointer,
                format!("{reference} leads nowhere"),
                "refer to `#/definitions/…` of the same file",
            );
        }
        found.map(Shape::Named)
    }
}

fn is_null(node: &Value) -> bool {
    node.get("type").is_some_and(|kind| kind == "null")
}

fn is_nullable(node: &Map<String, Value>, keyword: &str) -> bool {
    node.get(keyword)
        .and_then(Value::as_array)
        .is_some_and(|choices| choices.iter().any(is_null))
}
