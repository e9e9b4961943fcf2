//! Enums, open and closed.

use std::collections::BTreeSet;

use serde_json::Value;

use super::named::two_meanings;
use super::reader::Reader;
use super::repairs::ENUM_WITHOUT_TYPE;
use crate::spec::api::{Enum, EnumValue, Place, Shape, Type, TypeKind};
use crate::spec::document::at::At;
use crate::spec::document::error::DocumentError;
use crate::spec::document::node::NodeKind;

/// An enum, and whether null is one of its values.
pub(super) struct ReadEnum {
    pub(super) values: Enum,
    pub(super) has_null: bool,
}

impl Reader<'_> {
    /// Reads the values of a schema with `enum` or `const`. `kind` is its `type`.
    pub(super) fn enum_values(
        &mut self,
        at: &At,
        list: &At,
        kind: Option<&str>,
    ) -> Result<ReadEnum, DocumentError> {
        let items = match list.name().as_str() {
            "const" => vec![list.clone()],
            _ => list.items()?,
        };
        let mut has_null = false;
        let mut values: Vec<EnumValue> = Vec::new();
        let mut seen = BTreeSet::new();
        for item in items {
            let value = match &item.node().kind {
                NodeKind::Null => {
                    has_null = true;
                    continue;
                }
                NodeKind::String(text) => text.clone(),
                NodeKind::Number(number) => number.to_string(),
                NodeKind::Boolean(value) => value.to_string(),
                _ => {
                    let reason = format!("{} is no value of an enum", item.node().word());
                    return Err(item.error(reason));
                }
            };
            if !seen.insert(value.clone()) {
                self.warn(&item, format!("`{value}` is in the list twice"));
                continue;
            }
            values.push(EnumValue {
                value,
                ..EnumValue::default()
            });
        }
        if values.is_empty() {
            return Err(list.error("an enum without values is not understood"));
        }
        let is_string = |value: &Value| value.is_string() || value.is_null();
        let json = list.node().to_value();
        let only_strings = match &json {
            Value::Array(items) => items.iter().all(is_string),
            one => is_string(one),
        };
        let format = at.text("format")?;
        let shape = match kind {
            None if only_strings => {
                if list.name() == "enum" {
                    self.note(ENUM_WITHOUT_TYPE, list);
                }
                Shape::String(format)
            }
            Some("string") => Shape::String(format),
            Some("integer") => Shape::Integer(format),
            Some("number") => Shape::Number(format),
            Some("boolean") => Shape::Boolean,
            Some(other) => return Err(list.error(format!("`{other}` cannot have an `enum`"))),
            None => return Err(list.error("the values have no `type` and are not all strings")),
        };
        let mut values = Enum {
            values,
            open: false,
            shape,
        };
        if let Some(extension) = at.child("x-ms-enum") {
            self.enum_words(&extension, &mut values)?;
        }
        Ok(ReadEnum { values, has_null })
    }

    /// Reads `x-ms-enum`.
    pub(super) fn enum_words(
        &mut self,
        extension: &At,
        values: &mut Enum,
    ) -> Result<(), DocumentError> {
        values.open = extension.flag("modelAsString")?.unwrap_or(false);
        self.check(extension, &[&["name", "modelAsString", "values"]]);
        self.value_names(extension, values)
    }

    /// Reads names and descriptions of values.
    fn value_names(&mut self, extension: &At, found: &mut Enum) -> Result<(), DocumentError> {
        let Some(list) = extension.child("values") else {
            return Ok(());
        };
        for given in list.items()? {
            self.check(
                &given,
                &[&["value", "name", "description", "allowedValues"]],
            );
            let Some(value) = given.child("value") else {
                return Err(given.error("there is no `value`"));
            };
            let text = match value.node().to_value() {
                Value::String(text) => text,
                other => other.to_string(),
            };
            let Some(known) = found.values.iter_mut().find(|one| one.value == text) else {
                return Err(value.error(format!("`{text}` is not in the `enum`")));
            };
            known.name = given.text("name")?;
            known.description = given.text("description")?;
        }
        Ok(())
    }

    /// Returns the shape of an enum that a value has, under the name that the document gives it or
    /// under the wanted one.
    pub(super) fn inline_enum(
        &mut self,
        at: &At,
        values: Enum,
        wanted: &str,
    ) -> Result<Shape, DocumentError> {
        let given = match at.child("x-ms-enum") {
            Some(extension) => extension.text("name")?,
            None => None,
        };
        if let Some(name) = given {
            return self.named_enum(name, values, at.place());
        }
        let name = self.inline_name(wanted, at);
        let found = Type {
            name: name.clone(),
            inline: true,
            kind: TypeKind::Enum(values),
            place: at.place(),
            ..Type::default()
        };
        self.api.types.insert(name.clone(), found);
        Ok(Shape::Named(name))
    }

    /// Returns the shape of an enum that the document names, wherever it stands.
    pub(super) fn named_enum(
        &mut self,
        name: String,
        values: Enum,
        place: Place,
    ) -> Result<Shape, DocumentError> {
        let found = Type {
            name: name.clone(),
            kind: TypeKind::Enum(values),
            place,
            ..Type::default()
        };
        self.reach.leads_to(&name);
        match self.enums.get(&name) {
            Some(first) if first.kind != found.kind => {
                return Err(two_meanings(&name, &found.place, &first.place));
            }
            Some(_) => {}
            None => {
                self.enums.insert(name.clone(), found);
            }
        }
        Ok(Shape::Named(name))
    }
}
