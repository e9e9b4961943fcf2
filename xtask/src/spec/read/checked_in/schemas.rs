//! Reads types and members.

use serde_json::{Map, Value};

use super::Reader;
use crate::codegen::json::step;
use crate::codegen::names::type_name;
use crate::spec::api::{
    Additional, Enum, EnumValue, Limits, Member, Mutability, Object, Shape, Type, TypeKind,
};

/// The keywords that limit a value.
pub(super) const LIMITS: &[&str] = &[
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minProperties",
    "maxProperties",
];

/// The other keywords of a schema.
const SCHEMA: &[&str] = &[
    "$comment",
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "default",
    "description",
    "discriminator",
    "examples",
    "format",
    "items",
    "oneOf",
    "properties",
    "readOnly",
    "required",
    "title",
    "type",
    "x-additional-properties",
    "x-dotnet-name",
    "x-limits",
    "x-ms-client-flatten",
    "x-ms-client-name",
    "x-ms-enum",
    "x-ms-identifiers",
    "x-ms-mutability",
    "x-ms-secret",
    "x-nullable",
    "x-personal",
];

/// The name that a type gets where it has none of its own. Most values have no use for it, and a
/// name in Rust takes long.
#[derive(Clone, Copy)]
enum Wanted<'a> {
    /// This name.
    Name(&'a str),
    /// That of a part of a type.
    Part(&'a str, &'a str),
}

impl Wanted<'_> {
    fn name(self) -> String {
        match self {
            Self::Name(name) => name.to_owned(),
            Self::Part(owner, name) => type_name(&format!("{owner} {name}")),
        }
    }
}

/// A value of a spec: its type, and whether null is a value.
struct Read {
    shape: Shape,
    nullable: Option<bool>,
}

impl Reader<'_> {
    /// Reads a type of `definitions`.
    pub(super) fn definition(
        &mut self,
        pointer: &str,
        name: &str,
        node: &Map<String, Value>,
    ) -> Type {
        self.keywords(pointer, node);
        let kind = if node.contains_key("properties") {
            TypeKind::Object(self.members(pointer, name, node))
        } else if let Some(values) = known_values(node) {
            TypeKind::Enum(self.values(pointer, node, values))
        } else {
            TypeKind::Alias(self.value(pointer, Wanted::Name(name), node).shape)
        };
        Type {
            name: name.to_owned(),
            dotnet_name: self.text(pointer, node, "x-dotnet-name"),
            inline: false,
            description: self.text(pointer, node, "description"),
            kind,
            read_only: self.flag(pointer, node, "readOnly").unwrap_or_default(),
            limits: limits(node),
            place: self.place(pointer),
        }
    }

    fn keywords(&mut self, pointer: &str, node: &Map<String, Value>) {
        let known: Vec<_> = SCHEMA.iter().chain(LIMITS).copied().collect();
        self.allow_only(pointer, node, &known);
    }

    fn members(&mut self, pointer: &str, owner: &str, node: &Map<String, Value>) -> Object {
        let required = self.texts(pointer, node, "required");
        let at = step(pointer, "properties");
        let properties = node.get("properties");
        let properties = properties.and_then(|properties| self.object(&at, properties));
        let mut members = Vec::new();
        for (name, node) in properties.into_iter().flatten() {
            let pointer = step(&at, name);
            if let Some(node) = self.object(&pointer, node) {
                let mut member = self.member(&pointer, owner, name, node);
                member.required = required.contains(name);
                members.push(member);
            }
        }
        // The order of a map depends on a feature of serde_json that any crate may enable.
        members.sort_by(|a, b| a.name.cmp(&b.name));
        let keys = ["additionalProperties", "x-additional-properties"];
        let additional = keys.iter().find_map(|key| Some((key, node.get(*key)?)));
        let additional = match additional {
            None => Additional::Unsaid,
            Some((_, Value::Bool(false))) => Additional::Forbidden,
            Some((key, values)) => {
                let at = step(pointer, key);
                Additional::Allowed(self.element(&at, &format!("{owner} Value"), values))
            }
        };
        Object {
            bases: Vec::new(),
            members,
            additional,
            discriminator: self.text(pointer, node, "discriminator"),
        }
    }

    fn member(
        &mut self,
        pointer: &str,
        owner: &str,
        name: &str,
        node: &Map<String, Value>,
    ) -> Member {
        self.keywords(pointer, node);
        let value = self.value(pointer, Wanted::Part(owner, name), node);
        let flag = |reader: &mut Self, key| reader.flag(pointer, node, key).unwrap_or_default();
        let identifiers = node.contains_key("x-ms-identifiers");
        Member {
            name: name.to_owned(),
            client_name: self.text(pointer, node, "x-ms-client-name"),
            shape: value.shape,
            description: self.text(pointer, node, "description"),
            required: false,
            nullable: self.flag(pointer, node, "x-nullable").or(value.nullable),
            mutability: self.mutability(pointer, node),
            flattened: flag(self, "x-ms-client-flatten"),
            secret: flag(self, "x-ms-secret"),
            personal: flag(self, "x-personal"),
            identifiers: identifiers.then(|| self.texts(pointer, node, "x-ms-identifiers")),
            default: node.get("default").cloned(),
            limits: limits(node),
            place: self.place(pointer),
        }
    }

    fn mutability(&mut self, pointer: &str, node: &Map<String, Value>) -> Mutability {
        if self.flag(pointer, node, "readOnly") == Some(true) {
            return Mutability::READ_ONLY;
        }
        if !node.contains_key("x-ms-mutability") {
            return Mutability::default();
        }
        let words = self.texts(pointer, node, "x-ms-mutability");
        let has = |word: &str| words.iter().any(|one| one == word);
        Mutability {
            read: has("read"),
            create: has("create"),
            update: has("update"),
        }
    }

    /// Reads a value. `name` is the name of a type that is defined here without a title.
    fn value(&mut self, pointer: &str, wanted: Wanted<'_>, node: &Map<String, Value>) -> Read {
        let bare = |shape| Read {
            shape,
            nullable: None,
        };
        if let Some(reference) = self.text(pointer, node, "$ref") {
            return bare(self.reference(pointer, &reference));
        }
        if node.contains_key("allOf") {
            let one = self.items(pointer, node, "allOf");
            let [(at, one)] = one.as_slice() else {
                self.problem(
                    &step(pointer, "allOf"),
                    "`allOf` is only understood around a single `$ref`",
                    "copy the members of the base into the type",
                );
                return bare(Shape::Any);
            };
            return self.value(at, wanted, one);
        }
        if node.contains_key("properties") || known_values(node).is_some() {
            let title = self.text(pointer, node, "title");
            let name = title.map_or_else(|| wanted.name(), |title| type_name(&title));
            let mut found = self.definition(pointer, &name, node);
            // What stands here describes the member.
            found.inline = true;
            found.description = None;
            found.read_only = false;
            found.limits = Limits::new();
            self.add_type(found);
            return bare(Shape::Named(name));
        }
        for key in ["anyOf", "oneOf"] {
            if node.contains_key(key) {
                let choices = self.items(pointer, node, key);
                let is_null = |node: &Map<String, Value>| node.get("type") == Some(&"null".into());
                let other: Vec<_> = choices.iter().filter(|(_, one)| !is_null(one)).collect();
                if let ([(at, one)], 2) = (other.as_slice(), choices.len()) {
                    let shape = self.value(at, wanted, one).shape;
                    let nullable = Some(true);
                    return Read { shape, nullable };
                }
                let what = format!("this `{key}` is not understood");
                self.problem(
                    &step(pointer, key),
                    what,
                    "write [X, { \"type\": \"null\" }]",
                );
                return bare(Shape::Any);
            }
        }
        self.plain(pointer, wanted, node)
    }

    fn plain(&mut self, pointer: &str, wanted: Wanted<'_>, node: &Map<String, Value>) -> Read {
        let (kind, nullable) = match node.get("type") {
            None => (None, None),
            Some(Value::String(kind)) => (Some(kind.as_str()), None),
            Some(Value::Array(kinds)) => {
                let other = kinds.iter().find(|kind| *kind != "null");
                (other.and_then(Value::as_str), Some(kinds.len() > 1))
            }
            Some(_) => (Some(""), None),
        };
        let format = self.text(pointer, node, "format");
        let element = |reader: &mut Self, key, suffix| {
            let element = node.get(key).unwrap_or(&Value::Bool(true));
            let name = type_name(&format!("{} {suffix}", wanted.name()));
            Box::new(reader.element(&step(pointer, key), &name, element))
        };
        let shape = match kind {
            None => Shape::Any,
            Some("string") => Shape::String(format),
            Some("boolean") => Shape::Boolean,
            Some("integer") => Shape::Integer(format),
            Some("number") => Shape::Number(format),
            Some("array") => Shape::Array(element(self, "items", "Item")),
            Some("object") => Shape::Map(element(self, "additionalProperties", "Value")),
            Some(_) => {
                self.problem(
                    &step(pointer, "type"),
                    "this `type` is not understood",
                    "write string, boolean, integer, number, array or object",
                );
                Shape::Any
            }
        };
        Read { shape, nullable }
    }

    fn element(&mut self, pointer: &str, name: &str, node: &Value) -> Shape {
        if *node == Value::Bool(true) {
            return Shape::Any;
        }
        let Some(node) = self.object(pointer, node) else {
            return Shape::Any;
        };
        self.keywords(pointer, node);
        self.value(pointer, Wanted::Name(name), node).shape
    }

    fn reference(&mut self, pointer: &str, reference: &str) -> Shape {
        match reference.split_once("#/definitions/") {
            Some(("", name)) => Shape::Named(name.replace("~1", "/").replace("~0", "~")),
            Some(_) => Shape::Named(reference.to_owned()),
            None => {
                self.problem(
                    &step(pointer, "$ref"),
                    format!("{reference} is not understood"),
                    "refer to `#/definitions/…` or to `<file>.json#/definitions/…`",
                );
                Shape::Any
            }
        }
    }

    fn values(&mut self, pointer: &str, node: &Map<String, Value>, values: &[Value]) -> Enum {
        let at = step(pointer, "x-ms-enum");
        let extension = node.get("x-ms-enum");
        let extension = extension.and_then(|extension| self.object(&at, extension));
        let mut named = Vec::new();
        if let Some(extension) = extension {
            self.allow_only(&at, extension, &["name", "modelAsString", "values"]);
            named = self.items(&at, extension, "values");
        }
        let mut known = Vec::new();
        for value in values {
            let of_value = named
                .iter()
                .find(|(_, named)| named.get("value") == Some(value));
            let mut text = |key| {
                let (at, named) = of_value?;
                self.text(at, named, key)
            };
            known.push(EnumValue {
                value: value.as_str().map_or(value.to_string(), str::to_owned),
                name: text("name"),
                description: text("description"),
            });
        }
        let closed = extension.and_then(|extension| self.flag(&at, extension, "modelAsString"));
        Enum {
            values: known,
            open: closed.unwrap_or(true) && node.contains_key("anyOf"),
            shape: Shape::String(None),
        }
    }
}

/// Returns the values of an enum, `[{type: string, enum: […]}, {type: string}]` or closed.
fn known_values(node: &Map<String, Value>) -> Option<&Vec<Value>> {
    if let Some(Value::Array(values)) = node.get("enum") {
        return Some(values);
    }
    let choices = node.get("anyOf")?.as_array()?;
    let known = choices.iter().find_map(|choice| choice.get("enum"))?;
    known.as_array()
}

fn limits(node: &Map<String, Value>) -> Limits {
    let limits = LIMITS
        .iter()
        .filter_map(|key| Some((*key, node.get(*key)?)));
    let limits = limits.map(|(key, limit)| (key.to_owned(), limit.clone()));
    // Limits that draft-07 does not define for this kind of value.
    let others = node.get("x-limits").and_then(Value::as_object);
    let others = others.into_iter().flatten();
    limits
        .chain(others.map(|(key, limit)| (key.clone(), limit.clone())))
        .collect()
}
