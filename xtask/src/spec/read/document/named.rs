//! Types by name: those that the document names, and those that get a name here.

use std::collections::BTreeSet;

use super::reach::Part;
use super::reader::Reader;
use crate::codegen::names::type_name;
use crate::spec::api::{Place, Shape, Type, TypeKind};
use crate::spec::document::at::At;
use crate::spec::document::error::DocumentError;

impl Reader<'_> {
    /// Returns the name of the type that a reference leads to, and arranges that it is read.
    pub(super) fn named(&mut self, reference: &At) -> Result<String, DocumentError> {
        let target = self.documents.follow(reference)?;
        let key = (target.file().name.clone(), target.pointer().to_owned());
        if let Some(name) = self.names.get(&key) {
            self.reach.leads_to(name);
            return Ok(name.clone());
        }
        let name = match definition_name(target.pointer()) {
            Some(name) => {
                if let Some(other) = self.taken.get(&name) {
                    if other.node().to_value() != target.node().to_value() {
                        let place = other.place();
                        let there = format!("{}:{}", place.file, place.line);
                        let reason = format!("`{name}` is also the name of another type, {there}");
                        return Err(target.error(reason));
                    }
                    self.reach.leads_to(&name);
                    self.names.insert(key, name.clone());
                    return Ok(name);
                }
                name
            }
            None => self.free_name(&type_name(&own_name(&target))),
        };
        self.reach.leads_to(&name);
        self.names.insert(key, name.clone());
        self.taken.insert(name.clone(), target.clone());
        self.queue.push_back((name.clone(), target));
        Ok(name)
    }

    /// Takes a name for a type that has none in the document.
    pub(super) fn inline_name(&mut self, wanted: &str, at: &At) -> String {
        let name = self.free_name(wanted);
        self.taken.insert(name.clone(), at.clone());
        name
    }

    /// Returns a name that no type has, beginning with the wanted one.
    fn free_name(&self, wanted: &str) -> String {
        let is_free = |name: &String| {
            let defined = self.root.child("definitions").or_else(|| {
                self.root
                    .child("components")
                    .and_then(|components| components.child("schemas"))
            });
            !self.taken.contains_key(name)
                && !self.enums.contains_key(name)
                && !defined.is_some_and(|defined| defined.has(name))
        };
        let numbered = (2..).map(|number: usize| format!("{wanted}{number}"));
        std::iter::once(wanted.to_owned())
            .chain(numbered)
            .find(is_free)
            .unwrap_or_default()
    }

    /// Reads the types that were reached, and those that they reach.
    pub(super) fn queued_types(&mut self) {
        while let Some((name, at)) = self.queue.pop_front() {
            self.reach.part = Part::Type(name.clone());
            let read = self.definition(&name, &at);
            if let Some(read) = self.kept(read) {
                self.api.types.insert(name, read);
            }
        }
        for (name, of_members) in std::mem::take(&mut self.enums) {
            match self.api.types.get(&name) {
                None => {
                    self.api.types.insert(name, of_members);
                }
                Some(defined) if defined.kind == of_members.kind => {}
                Some(defined) => {
                    self.reach.part = Part::Type(name.clone());
                    let error = two_meanings(&name, &of_members.place, &defined.place);
                    self.refuse(error);
                }
            }
        }
    }

    /// Adds the members that an object requires and that one of its bases defines.
    pub(super) fn required_of_bases(&mut self) {
        for (owner, names) in std::mem::take(&mut self.required) {
            for (name, place) in names {
                let mut seen = BTreeSet::new();
                let mut bases = self.bases(&owner);
                let mut found = None;
                while let (None, Some(base)) = (&found, bases.pop()) {
                    if !seen.insert(base.clone()) {
                        continue;
                    }
                    bases.extend(self.bases(&base));
                    if let Some(Type {
                        kind: TypeKind::Object(object),
                        ..
                    }) = self.api.types.get(&base)
                    {
                        found = object.members.iter().find(|one| one.name == name).cloned();
                    }
                }
                let owner = self.api.types.get_mut(&owner).map(|owner| &mut owner.kind);
                match (found, owner) {
                    (Some(mut member), Some(TypeKind::Object(object))) => {
                        member.required = true;
                        object.members.push(member);
                    }
                    _ => {
                        let reason = format!("`{name}` is required and no member; left out");
                        self.warnings.insert(DocumentError::new(place, reason));
                    }
                }
            }
        }
    }

    fn bases(&self, name: &str) -> Vec<String> {
        match self.api.types.get(name).map(|found| &found.kind) {
            Some(TypeKind::Object(object)) => object.bases.clone(),
            // A name of another type stands for it.
            Some(TypeKind::Alias(Shape::Named(name))) => vec![name.clone()],
            _ => Vec::new(),
        }
    }

    /// Reports types that are their own bases, and bases that are not objects.
    pub(super) fn check_bases(&mut self) {
        let mut errors = Vec::new();
        for (name, found) in &self.api.types {
            let mut report = |reason: String| {
                let error = DocumentError::new(found.place.clone(), reason);
                errors.push((name.clone(), error));
            };
            if let TypeKind::Object(object) = &found.kind {
                for base in &object.bases {
                    let kind = self.api.types.get(base).map(|base| &base.kind);
                    let is_object = match kind {
                        None | Some(TypeKind::Object(_)) => true,
                        Some(TypeKind::Alias(shape)) => matches!(shape, Shape::Named(_)),
                        Some(TypeKind::Enum(_)) => false,
                    };
                    if !is_object {
                        report(format!("the base `{base}` of `{name}` is not an object"));
                    }
                }
            }
            let mut seen = BTreeSet::new();
            let mut bases = self.bases(name);
            while let Some(base) = bases.pop() {
                if base == *name {
                    report(format!(
                        "`{name}` is its own base or another name of itself"
                    ));
                    break;
                }
                if seen.insert(base.clone()) {
                    bases.extend(self.bases(&base));
                }
            }
        }
        for (name, error) in errors {
            self.reach.part = Part::Type(name);
            self.refuse(error);
        }
    }
}

/// Returns the error of a name that two types have.
pub(super) fn two_meanings(name: &str, place: &Place, other: &Place) -> DocumentError {
    let there = format!("{}:{}", other.file, other.line);
    let reason = format!("the type `{name}` differs from the one at {there}");
    DocumentError::new(place.clone(), reason).hint("correct one of them with a fix-up")
}

/// Returns the name of a type that is no definition: the last step that leads to it, or the name of
/// its file.
fn own_name(target: &At) -> String {
    let file = &target.file().name;
    let file = file.rsplit('/').next().unwrap_or(file);
    match target.pointer() {
        "#" => file.split('.').next().unwrap_or(file).to_owned(),
        _ => target.name(),
    }
}

/// Returns the name of a definition, if the pointer leads to one.
fn definition_name(pointer: &str) -> Option<String> {
    let name = pointer
        .strip_prefix("#/definitions/")
        .or_else(|| pointer.strip_prefix("#/components/schemas/"))
        .or_else(|| pointer.strip_prefix("#/$defs/"))?;
    (!name.contains('/')).then(|| name.replace("~1", "/").replace("~0", "~"))
}
