//! Schemas: the type of a value, and its marks.

use serde_json::Value as Json;

use super::keywords::MARKS;
use super::marks::{limits, mutability};
use super::reader::{Form, Reader};
use crate::codegen::names::type_name;
use crate::spec::api::{Additional, Limits, Mutability, Object, Shape, Type, TypeKind};
use crate::spec::document::at::At;
use crate::spec::document::error::DocumentError;
use crate::spec::document::node::{MAX_DEPTH, NodeKind};

/// The type of a value.
#[derive(Clone, Debug, Default)]
pub(super) struct Value {
    pub(super) shape: Shape,
    pub(super) nullable: Option<bool>,
    pub(super) limits: Limits,
}

/// What a schema says of a value beside its type.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks {
    pub(super) description: Option<String>,
    pub(super) client_name: Option<String>,
    pub(super) mutability: Mutability,
    pub(super) flattened: bool,
    pub(super) secret: bool,
    pub(super) identifiers: Option<Vec<String>>,
    pub(super) default: Option<Json>,
}

impl Reader<'_> {
    /// Reads the type of a value. `wanted` is the name of the type if the document gives it none.
    pub(super) fn value(&mut self, at: &At, wanted: &str) -> Result<Value, DocumentError> {
        match &at.node().kind {
            NodeKind::Boolean(true) if self.form == Form::OpenApi31 => return Ok(Value::default()),
            NodeKind::Object(_) => {}
            _ => return Err(at.members().err().unwrap_or_else(|| at.error("no schema"))),
        }
        self.check_schema(at);
        self.checked_value(at, wanted)
    }

    /// Reads the type of a value whose keywords were checked.
    pub(super) fn checked_value(&mut self, at: &At, wanted: &str) -> Result<Value, DocumentError> {
        let mut value = Value {
            shape: Shape::Any,
            nullable: self.nullable(at)?,
            limits: limits(at),
        };
        if let Some(reference) = self.reference(at)? {
            self.check_beside_reference(at);
            if value.nullable.is_none() {
                value.nullable = self.nullable(&self.documents.follow(&reference)?)?;
            }
            value.shape = Shape::Named(self.named(&reference)?);
            return Ok(value);
        }
        for choice in ["oneOf", "anyOf"] {
            if let Some(choice) = self.keyword(at, choice) {
                let chosen = self.choice(at, &choice, wanted)?;
                return Ok(value.with(chosen));
            }
        }
        if let Some(only) = self.only_part(at)? {
            for part in Self::parts_beside(at)? {
                self.check_schema(&part);
                value.limits.extend(limits(&part));
                value.nullable = value.nullable.or(self.nullable(&part)?);
            }
            let part = self.value(&only, wanted)?;
            return Ok(value.with(part));
        }
        let (kind, or_null) = self.kind(at)?;
        if or_null {
            value.nullable = Some(true);
        }
        if let Some(list) = at.child("enum").or_else(|| at.child("const")) {
            let found = self.enum_values(at, &list, kind.as_deref())?;
            if found.has_null {
                value.nullable = Some(true);
            }
            value.shape = self.inline_enum(at, found.values, wanted)?;
            return Ok(value);
        }
        let format = at.text("format")?;
        value.shape = match kind.as_deref() {
            Some("string") => Shape::String(format),
            Some("integer") => Shape::Integer(format),
            Some("number") => Shape::Number(format),
            // The guide to OpenAPI 3 replaces it by this.
            Some("file") if self.form == Form::Swagger => Shape::String(Some("binary".to_owned())),
            other => {
                if let Some(format) = format {
                    value.limits.insert("format".to_owned(), format.into());
                }
                match other {
                    Some("boolean") => Shape::Boolean,
                    Some("array") => self.array(at, wanted, &mut value.limits)?,
                    Some("object") => self.inline_object(at, wanted)?,
                    _ => Shape::Any,
                }
            }
        };
        Ok(value)
    }

    /// Reads the type of a value whose marks have no place in the model, and warns of them.
    pub(super) fn only_value(&mut self, at: &At, wanted: &str) -> Result<Value, DocumentError> {
        let value = self.value(at, wanted)?;
        let is_type = ["description", "nullable", "x-nullable", "x-ms-client-name"];
        for keyword in MARKS.iter().filter(|keyword| !is_type.contains(keyword)) {
            if let Some(mark) = at.child(keyword) {
                self.warn(
                    &mark,
                    format!("`{keyword}` has no effect here and is left out"),
                );
            }
        }
        Ok(value)
    }

    /// Reads the type of a body or header, and warns of marks and limits.
    pub(super) fn shape(&mut self, at: &At, wanted: &str) -> Result<Shape, DocumentError> {
        let value = self.only_value(at, wanted)?;
        for limit in value.limits.keys() {
            self.warn(at, format!("the limit `{limit}` is left out"));
        }
        if value.nullable == Some(true) {
            self.warn(at, "that it may be null is left out");
        }
        Ok(value.shape)
    }

    /// Reads a type that the document names.
    pub(super) fn definition(&mut self, name: &str, at: &At) -> Result<Type, DocumentError> {
        let mut found = Type {
            name: name.to_owned(),
            place: at.place(),
            ..Type::default()
        };
        if !at.is_object() {
            found.kind = TypeKind::Alias(self.value(at, name)?.shape);
            return Ok(found);
        }
        let marks = self.marks(at)?;
        found.description = marks.description;
        found.read_only = marks.mutability == Mutability::READ_ONLY;
        found.limits = limits(at);
        for mark in MARKS {
            let is_said = ["description", "readOnly", "x-ms-client-name"].contains(mark);
            if let Some(mark) = at.child(mark).filter(|_| !is_said) {
                found.limits.insert(mark.name(), mark.node().to_value());
            }
        }
        found.kind = self.kind_of_definition(name, at, &mut found.limits)?;
        Ok(found)
    }

    fn kind_of_definition(
        &mut self,
        name: &str,
        at: &At,
        limits: &mut Limits,
    ) -> Result<TypeKind, DocumentError> {
        let is_reference = self.reference(at)?.is_some();
        if !is_reference && self.is_object_type(at)? {
            self.check_schema(at);
            return Ok(TypeKind::Object(self.object(at, name)?));
        }
        if !is_reference {
            if let Some(list) = at.child("enum").or_else(|| at.child("const")) {
                self.check_schema(at);
                let (kind, _) = self.kind(at)?;
                let found = self.enum_values(at, &list, kind.as_deref())?;
                return Ok(TypeKind::Enum(found.values));
            }
            for choice in ["oneOf", "anyOf"] {
                if let Some(choice) = self.keyword(at, choice)
                    && let Some(found) = self.open_enum(at, &choice)?
                {
                    self.check_schema(at);
                    return Ok(TypeKind::Enum(found.values));
                }
            }
        }
        let value = self.value(at, name)?;
        let shape = value.shape.clone();
        limits.extend(value.into_limits());
        Ok(TypeKind::Alias(shape))
    }

    /// Returns whether a definition is an object that is not only a map.
    fn is_object_type(&mut self, at: &At) -> Result<bool, DocumentError> {
        let is_choice = ["oneOf", "anyOf"]
            .iter()
            .any(|name| at.has(name) && !self.request.allow.contains(*name));
        if at.has("enum") || at.has("const") || is_choice {
            return Ok(false);
        }
        if let Some(only) = self.only_part(at)? {
            let mut target = only;
            let mut steps = 0;
            loop {
                target = match (self.reference(&target)?, self.only_part(&target)?) {
                    (Some(reference), _) => self.documents.follow(&reference)?,
                    (None, Some(part)) => part,
                    (None, None) => break,
                };
                steps += 1;
                if steps > MAX_DEPTH {
                    return Err(target.error("the reference leads back to itself"));
                }
            }
            return Ok(self.kind(&target)?.0.as_deref() == Some("object"));
        }
        let is_object = self.kind(at)?.0.as_deref() == Some("object");
        let is_map = !at.has("properties")
            && !at.has("allOf")
            && at.child("additionalProperties").is_some_and(|additional| {
                additional.is_object() || additional.boolean().is_ok_and(|any| any)
            });
        Ok(is_object && !is_map)
    }

    /// Returns the `type` of a schema without null, and whether null is one, too.
    pub(super) fn kind(&mut self, at: &At) -> Result<(Option<String>, bool), DocumentError> {
        let mut or_null = false;
        let kind = match at.child("type") {
            None => None,
            Some(list) if matches!(list.node().kind, NodeKind::List(_)) => {
                let mut kinds = list.strings()?;
                kinds.retain(|kind| kind != "null");
                or_null = kinds.len() < list.items()?.len();
                match (kinds.pop(), kinds.is_empty()) {
                    (Some(kind), true) => Some(kind),
                    _ => {
                        let reason = "only one type, or one type and null, is read";
                        return Err(list.error(reason));
                    }
                }
            }
            Some(kind) => Some(kind.string()?),
        };
        let keywords = [
            ("properties", "object"),
            ("allOf", "object"),
            ("additionalProperties", "object"),
            ("items", "array"),
        ];
        let implied = keywords.iter().find(|(keyword, _)| at.has(keyword));
        match (kind.as_deref(), implied) {
            (Some(kind), Some((keyword, of))) if kind != *of => {
                let reason = format!("`{keyword}` beside the type `{kind}` is not understood");
                Err(at.error(reason))
            }
            (None, implied) => Ok((implied.map(|(_, of)| (*of).to_owned()), or_null)),
            (Some(known), _) => {
                let known_kinds = [
                    "string", "integer", "number", "boolean", "array", "object", "file",
                ];
                if !known_kinds.contains(&known) {
                    return Err(at.error(format!("`{known}` is no type")));
                }
                Ok((kind, or_null))
            }
        }
    }

    /// Returns whether a schema says that null is a value, or is none.
    fn nullable(&mut self, at: &At) -> Result<Option<bool>, DocumentError> {
        let mut said = None;
        for name in ["nullable", "x-nullable"] {
            if let Some(word) = at.flag(name)? {
                said = Some(word || said == Some(true));
            }
        }
        Ok(said)
    }

    fn array(
        &mut self,
        at: &At,
        wanted: &str,
        limits: &mut Limits,
    ) -> Result<Shape, DocumentError> {
        let Some(items) = at.child("items") else {
            return match self.form {
                Form::OpenApi31 => Ok(Shape::Array(Box::new(Shape::Any))),
                _ => Err(at.error("an array has no `items`")),
            };
        };
        let value = self.only_value(&items, &type_name(&format!("{wanted} item")))?;
        for (keyword, limit) in value.limits {
            limits.insert(format!("items.{keyword}"), limit);
        }
        if value.nullable == Some(true) {
            limits.insert("items.nullable".to_owned(), true.into());
        }
        Ok(Shape::Array(Box::new(value.shape)))
    }

    fn inline_object(&mut self, at: &At, wanted: &str) -> Result<Shape, DocumentError> {
        if at.has("properties") || at.has("allOf") {
            let name = self.inline_name(wanted, at);
            let object = self.object(at, &name)?;
            let found = Type {
                name: name.clone(),
                inline: true,
                kind: TypeKind::Object(object),
                place: at.place(),
                ..Type::default()
            };
            self.api.types.insert(name.clone(), found);
            return Ok(Shape::Named(name));
        }
        match self.additional(at, wanted)? {
            Additional::Unsaid => Ok(Shape::Map(Box::new(Shape::Any))),
            Additional::Allowed(shape) => Ok(Shape::Map(Box::new(shape))),
            Additional::Forbidden => {
                let name = self.inline_name(wanted, at);
                let found = Type {
                    name: name.clone(),
                    inline: true,
                    kind: TypeKind::Object(Object {
                        additional: Additional::Forbidden,
                        ..Object::default()
                    }),
                    place: at.place(),
                    ..Type::default()
                };
                self.api.types.insert(name.clone(), found);
                Ok(Shape::Named(name))
            }
        }
    }

    /// Reads what a schema says beside the type.
    pub(super) fn marks(&mut self, at: &At) -> Result<Marks, DocumentError> {
        Ok(Marks {
            description: at.text("description")?,
            client_name: at.text("x-ms-client-name")?,
            mutability: mutability(at)?,
            flattened: at.flag("x-ms-client-flatten")?.unwrap_or(false),
            secret: at.flag("x-ms-secret")?.unwrap_or(false),
            identifiers: at
                .child("x-ms-identifiers")
                .map(|identifiers| identifiers.strings())
                .transpose()?,
            default: at.child("default").map(|default| default.node().to_value()),
        })
    }
}

impl Value {
    /// Returns the limits, with that null is a value.
    pub(super) fn into_limits(self) -> Limits {
        let mut limits = self.limits;
        if self.nullable == Some(true) {
            limits.insert("nullable".to_owned(), true.into());
        }
        limits
    }

    /// Adds what the schema around a value says.
    fn with(self, inner: Self) -> Self {
        let mut limits = inner.limits;
        limits.extend(self.limits);
        Self {
            shape: inner.shape,
            nullable: self.nullable.or(inner.nullable),
            limits,
        }
    }
}
