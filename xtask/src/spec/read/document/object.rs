//! Objects: members, bases, and members without a name.

use super::keywords::{LIMITS, MARKS};
use super::reader::Reader;
use crate::codegen::names::type_name;
use crate::spec::api::{Additional, Member, Object, Place};
use crate::spec::document::at::At;
use crate::spec::document::error::DocumentError;

impl Reader<'_> {
    /// Reads an object of the given name.
    pub(super) fn object(&mut self, at: &At, name: &str) -> Result<Object, DocumentError> {
        let mut object = Object::default();
        let mut required = Vec::new();
        self.part_of_object(at, name, &mut object, &mut required)?;
        required.retain(|(name, _)| {
            let member = object.members.iter_mut().find(|one| one.name == *name);
            let is_elsewhere = member.is_none();
            if let Some(member) = member {
                member.required = true;
            }
            is_elsewhere
        });
        if !required.is_empty() {
            self.required.push((name.to_owned(), required));
        }
        Ok(object)
    }

    fn part_of_object(
        &mut self,
        at: &At,
        owner: &str,
        object: &mut Object,
        required: &mut Vec<(String, Place)>,
    ) -> Result<(), DocumentError> {
        self.kind(at)?;
        if let Some(all) = at.child("allOf") {
            for part in all.items()? {
                if let Some(reference) = self.reference(&part)? {
                    self.check_schema(&part);
                    self.check_beside_reference(&part);
                    object.bases.push(self.named(&reference)?);
                } else {
                    self.check_schema(&part);
                    self.check_part(&part);
                    self.part_of_object(&part, owner, object, required)?;
                }
            }
        }
        if let Some(properties) = at.child("properties") {
            for (name, property) in properties.members()? {
                let member = self.member(&name, &property, owner);
                let Some(member) = self.kept(member) else {
                    continue;
                };
                match object.members.iter_mut().find(|one| one.name == name) {
                    // A later part of an `allOf` says more of the member.
                    Some(earlier) => *earlier = member,
                    None => object.members.push(member),
                }
            }
        }
        if let Some(list) = at.child("required") {
            for name in list.items()? {
                required.push((name.string()?, name.place()));
            }
        }
        match self.additional(at, owner)? {
            Additional::Unsaid => {}
            said => object.additional = said,
        }
        if let Some(discriminator) = at.child("discriminator") {
            let name = match discriminator.child("propertyName") {
                Some(name) => name.string()?,
                None => discriminator.string()?,
            };
            let reason = format!(
                "`{owner}` is read as a plain type; those that `{name}` tells apart are not read"
            );
            self.warn(&discriminator, reason);
            object.discriminator = Some(name);
        }
        Ok(())
    }

    /// Reports what a part of an `allOf` without a name cannot say.
    fn check_part(&mut self, part: &At) {
        for keyword in ["enum", "const", "items", "oneOf", "anyOf", "format"] {
            if let Some(found) = part.child(keyword) {
                let reason = format!("`{keyword}` in a part of an `allOf` is not understood");
                self.refuse(found.error(reason));
            }
        }
        let words = ["description"];
        for keyword in MARKS.iter().chain(LIMITS) {
            if let Some(found) = part.child(keyword).filter(|_| !words.contains(keyword)) {
                let reason = format!("`{keyword}` in a part of an `allOf` is not understood");
                self.refuse(found.error(reason));
            }
        }
    }

    /// Reads `additionalProperties`.
    pub(super) fn additional(&mut self, at: &At, owner: &str) -> Result<Additional, DocumentError> {
        let Some(additional) = at.child("additionalProperties") else {
            return Ok(Additional::Unsaid);
        };
        if let Ok(any) = additional.boolean() {
            return Ok(match any {
                true => Additional::Allowed(crate::spec::api::Shape::Any),
                false => Additional::Forbidden,
            });
        }
        let wanted = type_name(&format!("{owner} value"));
        Ok(Additional::Allowed(self.shape(&additional, &wanted)?))
    }

    fn member(&mut self, name: &str, at: &At, owner: &str) -> Result<Member, DocumentError> {
        let value = self.value(at, &type_name(&format!("{owner} {name}")))?;
        if !at.is_object() {
            return Ok(Member {
                name: name.to_owned(),
                shape: value.shape,
                place: at.place(),
                ..Member::default()
            });
        }
        let mut marks = self.marks(at)?;
        if let Some(only) = self.only_part(at)? {
            // Marks beside a `$ref` may be in a part of their own, or in that of the `$ref`.
            let mut parts = Self::parts_beside(at)?;
            parts.push(only);
            let says = |at: &At| at.has("readOnly") || at.has("x-ms-mutability");
            for part in parts {
                let inner = self.marks(&part)?;
                marks.description = marks.description.or(inner.description);
                marks.client_name = marks.client_name.or(inner.client_name);
                marks.identifiers = marks.identifiers.or(inner.identifiers);
                marks.default = marks.default.or(inner.default);
                marks.flattened |= inner.flattened;
                marks.secret |= inner.secret;
                if !says(at) && says(&part) {
                    marks.mutability = inner.mutability;
                }
            }
        }
        Ok(Member {
            name: name.to_owned(),
            client_name: marks.client_name,
            shape: value.shape,
            description: marks.description,
            required: false,
            nullable: value.nullable,
            mutability: marks.mutability,
            flattened: marks.flattened,
            secret: marks.secret,
            personal: false,
            identifiers: marks.identifiers,
            default: marks.default,
            limits: value.limits,
            place: at.place(),
        })
    }
}
