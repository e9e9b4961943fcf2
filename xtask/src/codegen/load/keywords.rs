//! The keywords that are understood at each location, and the problems of all others.

use serde_json::{Map, Value};

use super::loader::{Container, Loader, Location};
use crate::codegen::json::step;
use crate::codegen::nearest::{did_you_mean, nearest};
use crate::codegen::rustdoc_text;

/// The keywords at the top of a spec.
pub(super) const DOCUMENT: &[&str] = &[
    "$schema",
    "$id",
    "title",
    "description",
    "x-operation",
    "x-operations",
    "definitions",
];
/// The keywords that name and describe a type.
pub(super) const NAMED: &[&str] = &["description", "x-dotnet-name"];
/// The marks of a definition.
pub(super) const MARKED: &[&str] = &["readOnly", "x-limits"];
/// The keywords of an object with members. The last two change no Rust type.
pub(super) const OBJECT: &[&str] = &[
    "type",
    "properties",
    "additionalProperties",
    "required",
    "discriminator",
    "x-additional-properties",
];
/// The keywords of an open enum.
pub(super) const OPEN_ENUM: &[&str] = &["type", "anyOf", "x-ms-enum"];

/// The kind of a node without `type`.
pub(super) const ANY: &str = "any";

/// The kinds of value, each with its keywords. Limits change no Rust type: a client must not refuse
/// a response because a name is too long.
const KINDS: &[(&str, &[&str])] = &[
    (ANY, &[]),
    (
        "string",
        &["type", "format", "minLength", "maxLength", "pattern"],
    ),
    ("boolean", &["type"]),
    ("integer", NUMBER),
    ("number", NUMBER),
    (
        "array",
        &["type", "items", "minItems", "maxItems", "uniqueItems"],
    ),
    ("object", &["type", "additionalProperties"]),
];
const NUMBER: &[&str] = &[
    "type",
    "format",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
];

/// Returns the keywords of a kind of value.
pub(super) fn of_kind(kind: &str) -> &'static [&'static str] {
    KINDS
        .iter()
        .find(|(name, _)| *name == kind)
        .map_or(&[], |(_, keywords)| keywords)
}

impl Container {
    /// Returns the keywords that the container of a schema allows beside those of its type.
    pub(super) fn keywords(self) -> &'static [&'static str] {
        match self {
            Container::Definition | Container::Branch | Container::Element => &[],
            Container::Member => &[
                "description",
                "readOnly",
                "x-personal",
                "x-ms-client-name",
                "x-ms-secret",
                "default",
                "examples",
                // Facts of an imported document that change no Rust type.
                "x-limits",
                "x-ms-client-flatten",
                "x-ms-identifiers",
                "x-ms-mutability",
                "x-nullable",
            ],
        }
    }
}

impl Loader<'_> {
    /// Refuses keywords that are in none of `lists`, except `$comment`.
    pub(super) fn allow_only(
        &mut self,
        pointer: &str,
        node: &Map<String, Value>,
        lists: &[&[&str]],
    ) {
        let is_known =
            |key: &str| key == "$comment" || lists.iter().any(|list| list.contains(&key));
        for key in node.keys().filter(|key| !is_known(key)) {
            let known = lists.iter().flat_map(|list| list.iter().copied());
            let meant = did_you_mean(nearest(
                key,
                known.filter(|known| !node.contains_key(*known)),
            ));
            let hint = match key.as_str() {
                "readOnly" | "x-personal" | "x-ms-client-name" | "default" | "examples" => {
                    "put it on the member that holds the value, or remove it"
                }
                "description" => "put it on the member or on the definition",
                "title" => "remove it: only an object or enum inside a type is named by its title",
                "x-dotnet-name" => "put it on the object or enum, or remove it",
                _ => "specs/README.md lists the keywords; remove it or extend the generator",
            };
            self.problem(
                &step(pointer, key),
                format!("`{key}` is not understood here"),
                format!("{hint}{meant}"),
            );
        }
    }

    /// Returns the `type` of a node, or [`ANY`]; `None` if a problem was reported. A member may
    /// include "or null", since it may be null anyway.
    pub(super) fn kind<'v>(
        &mut self,
        at: &Location,
        node: &'v Map<String, Value>,
    ) -> Option<&'v str> {
        let pointer = step(&at.pointer, "type");
        let kind = match node.get("type") {
            None => return Some(ANY),
            Some(Value::String(kind)) => kind.as_str(),
            Some(Value::Array(kinds)) => {
                match kinds.iter().map(Value::as_str).collect::<Vec<_>>()[..] {
                    [Some(kind), Some("null")] | [Some("null"), Some(kind)] => {
                        if !self.may_be_null(at, &pointer) {
                            return None;
                        }
                        kind
                    }
                    _ => ANY,
                }
            }
            Some(_) => ANY,
        };
        if kind != ANY && KINDS.iter().any(|(name, _)| *name == kind) {
            return Some(kind);
        }
        self.problem(
            &pointer,
            "this `type` is not understood",
            "write string, boolean, integer, number, array or object, or one of them with \"null\"",
        );
        None
    }

    /// Returns whether the Rust type has a null here.
    pub(super) fn may_be_null(&mut self, at: &Location, pointer: &str) -> bool {
        let may = at.container == Container::Member;
        if !may {
            self.problem(
                pointer,
                "only a member can be declared nullable",
                "leave the null out, or write `{}` to keep any JSON",
            );
        }
        may
    }

    /// Reads a keyword whose text becomes documentation.
    pub(super) fn text(
        &mut self,
        pointer: &str,
        node: &Map<String, Value>,
        keyword: &str,
    ) -> Option<String> {
        let value = node.get(keyword)?;
        let flaw = match (value.as_str(), keyword) {
            (None, _) => Some((format!("`{keyword}` is a string"), "write a string")),
            (Some(text), "description") => rustdoc_text::flaw(text),
            (Some(text), _) => rustdoc_text::flaw_in_line(text),
        };
        if let Some((what, hint)) = flaw {
            self.problem(&step(pointer, keyword), what, hint);
        }
        value.as_str().map(str::to_owned)
    }

    /// Reads a keyword that is true or false.
    pub(super) fn flag(&mut self, pointer: &str, node: &Map<String, Value>, keyword: &str) -> bool {
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
}
