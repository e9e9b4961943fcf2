//! Compares two types: names, bases, members and enum values.

use serde_json::{Value, json};

use super::api_view::{Kind, is_same_rust_type, last, rust_field, rust_variant};
use super::change::Severity::{Additive, Breaking, None as Nothing};
use super::change::{Aspect, Both, Change, How, Reach, RustPath};
use super::compare::Comparison;
use super::rules;
use super::spot::Spot;
use super::values::how;
use crate::spec::api::{Additional, Enum, Object, Type, TypeKind};

impl<'a> Comparison<'a> {
    /// Compares a type with what it became.
    pub(super) fn types(&mut self, a: &'a str, b: &'a str) {
        let both = (self.a.api.types.get(a), self.b.api.types.get(b));
        let (Some(one), Some(other)) = both else {
            return;
        };
        let spot = self.type_spot(a, b);
        match (&one.kind, &other.kind) {
            (TypeKind::Object(before), TypeKind::Object(after)) => {
                self.type_name(&spot, one, other, &rules::REFERENCE, Aspect::Type);
                self.bases(&spot, before, after);
                self.discriminator(&spot, before, after);
                self.additional(&spot, before, after);
                self.members(a, b);
            }
            (TypeKind::Enum(before), TypeKind::Enum(after)) => {
                self.type_name(&spot, one, other, &rules::ENUM, Aspect::EnumName);
                self.enums(&spot, (one, before), (other, after));
            }
            _ => return,
        }
        self.limits(&spot, &one.limits, &other.limits);
        self.description(&spot, &one.description, &other.description);
    }

    /// Returns the place of a type.
    pub(super) fn type_spot(&self, a: &str, b: &str) -> Spot {
        let place = |view: &super::api_view::View<'a>, name| {
            let found = view.api.types.get(name)?;
            view.pointer(&found.place)
        };
        let wire = self.uses_a.wire(a).or(self.uses_b.wire(b));
        Spot {
            of_type: Some(last(a).to_owned()),
            member: None,
            wire: wire.map(str::to_owned),
            pointer: Both {
                a: place(self.a, a),
                b: place(self.b, b),
            },
            rust: RustPath {
                before: Some(self.a.rust_type(a)),
                after: Some(self.b.rust_type(b)),
            },
            a: self.met(a, b, self.uses_a.of_type(a)),
            b: self.met(a, b, self.uses_b.of_type(b)),
            is_type_sent: false,
        }
    }

    fn type_name(&mut self, spot: &Spot, a: &Type, b: &Type, rule: &rules::Rule, aspect: Aspect) {
        let (from, to) = (last(&a.name), last(&b.name));
        if from == to {
            return;
        }
        let is_case = is_same_rust_type(from, to);
        let is_renamed = is_case || !self.b.has_type(from) && !self.a.has_type(to);
        let how = if is_renamed {
            How::Renamed
        } else {
            How::Changed
        };
        let change = spot.change(rule, aspect, how);
        let change = change.from_to(Some(from.into()), Some(to.into()));
        let rust = if is_case { Nothing } else { Breaking };
        self.push(change.severity(Nothing, Nothing, rust));
    }

    fn bases(&mut self, spot: &Spot, a: &Object, b: &Object) {
        let names = |object: &Object| -> Vec<String> {
            let mut names: Vec<_> = object
                .bases
                .iter()
                .map(|base| last(base).to_owned())
                .collect();
            names.sort();
            names
        };
        let (from, to) = (names(a), names(b));
        if from != to {
            let change = spot.change(&rules::BASES, Aspect::Base, How::Changed);
            self.push(change.from_to(Some(json!(from)), Some(json!(to))));
        }
    }

    fn discriminator(&mut self, spot: &Spot, a: &Object, b: &Object) {
        let (from, to) = (&a.discriminator, &b.discriminator);
        if from == to {
            return;
        }
        let (readers, writers) = match (from, to) {
            (None, _) => (spot.readers(Additive), spot.writers(Breaking)),
            (_, None) => (spot.readers(Breaking), spot.new_writers(Additive)),
            _ => (spot.readers(Breaking), spot.writers(Breaking)),
        };
        let change = spot.change(&rules::DISCRIMINATOR, Aspect::Type, how(from, to));
        let words = |name: &Option<String>| name.clone().map(Value::from);
        let change = change.from_to(words(from), words(to));
        self.push(change.severity(readers, writers, Nothing).softened());
    }

    fn additional(&mut self, spot: &Spot, a: &'a Object, b: &'a Object) {
        let (before, after) = (&a.additional, &b.additional);
        if let (Additional::Allowed(one), Additional::Allowed(other)) = (before, after) {
            let mut inner = spot.clone();
            inner.wire = inner.wire.map(|wire| wire + "{}");
            let none = Default::default();
            return self.values(&inner, (one, &none), (other, &none));
        }
        if before == after {
            return;
        }
        let rank = |additional: &Additional| match additional {
            Additional::Forbidden => 0,
            Additional::Unsaid => 1,
            Additional::Allowed(_) => 2,
        };
        let is_less = rank(after) < rank(before);
        let said = matches!(before, Additional::Allowed(_));
        let rule = match is_less {
            true => &rules::REMOVED_ADDITIONAL,
            false => &rules::ADDED_ADDITIONAL,
        };
        let (readers, writers) = match (is_less, said) {
            (true, true) => (spot.readers(Breaking), spot.writers(Breaking)),
            // No request of the older document had such a member.
            (true, false) => (Nothing, Nothing),
            (false, _) => (spot.new_readers(Additive), spot.new_writers(Additive)),
        };
        let describe = |view: &super::api_view::View<'a>, additional: &'a Additional| {
            Some(match additional {
                Additional::Unsaid => return None,
                Additional::Forbidden => Value::Bool(false),
                Additional::Allowed(shape) => view.describe(shape),
            })
        };
        let (from, to) = (describe(self.a, before), describe(self.b, after));
        let change = spot.change(rule, Aspect::AdditionalMembers, how(&from, &to));
        let change = change.from_to(from, to);
        self.push(change.severity(readers, writers, Nothing).softened());
    }

    fn enums(&mut self, spot: &Spot, a: (&'a Type, &'a Enum), b: (&'a Type, &'a Enum)) {
        let ((one, before), (other, after)) = (a, b);
        if before.open != after.open {
            let (readers, writers) = if after.open {
                (spot.new_readers(Additive), spot.new_writers(Additive))
            } else {
                (Nothing, spot.writers(Breaking))
            };
            let change = spot.change(&rules::ENUM, Aspect::Openness, How::Changed);
            let word = |open| Value::from(if open { "open" } else { "closed" });
            let change = change.from_to(Some(word(before.open)), Some(word(after.open)));
            self.push(change.severity(readers, writers, Nothing));
        }
        let base = |view: &super::api_view::View<'a>, shape| match view.resolve(shape).kind {
            // An enum of strings need not say that they are strings.
            Kind::Any | Kind::String(_) => "string",
            Kind::Integer(_) => "integer",
            Kind::Number(_) => "number",
            Kind::Boolean => "boolean",
            _ => "other",
        };
        let (from, to) = (base(self.a, &before.shape), base(self.b, &after.shape));
        if from != to {
            let change = spot.change(&rules::KIND, Aspect::Kind, How::Changed);
            let kind = |kind: &str| Some(json!({ "kind": kind }));
            let (readers, writers) = (spot.readers(Breaking), spot.writers(Breaking));
            let change = change.from_to(kind(from), kind(to));
            self.push(change.severity(readers, writers, Breaking));
        }
        for value in &before.values {
            let rust = self.a.rust_value(&one.name, value);
            let mut spot = spot.clone();
            spot.member = Some(value.value.clone());
            spot.rust = RustPath {
                before: Some(rust),
                after: None,
            };
            let Some(now) = after.values.iter().find(|now| now.value == value.value) else {
                let change =
                    spot.change(&rules::REMOVED_ENUM_VALUE, Aspect::EnumValue, How::Removed);
                let change = change.from_to(Some(value.value.clone().into()), None);
                self.push(change.severity(Nothing, spot.writers(Breaking), Breaking));
                continue;
            };
            spot.rust.after = Some(self.b.rust_value(&other.name, now));
            if value.name != now.name {
                let change = spot.change(&rules::ENUM, Aspect::EnumName, How::Renamed);
                let name = |name: &Option<String>| name.clone().map(Value::from);
                let is_same = rust_variant(value) == rust_variant(now);
                let rust = if is_same { Nothing } else { Breaking };
                let change = change.from_to(name(&value.name), name(&now.name));
                self.push(change.severity(Nothing, Nothing, rust));
            }
            self.description(&spot, &value.description, &now.description);
        }
        let is_known = |value: &str| before.values.iter().any(|known| known.value == value);
        for value in after.values.iter().filter(|value| !is_known(&value.value)) {
            let mut spot = spot.clone();
            spot.member = Some(value.value.clone());
            let after = Some(self.b.rust_value(&other.name, value));
            spot.rust = RustPath {
                before: None,
                after,
            };
            let change = spot.change(&rules::ADDED_ENUM_VALUE, Aspect::EnumValue, How::Added);
            let (readers, writers) = (spot.new_readers(Additive), spot.new_writers(Additive));
            let change = change.from_to(None, Some(value.value.clone().into()));
            self.push(change.severity(readers, writers, Additive));
        }
    }

    fn members(&mut self, a: &'a str, b: &'a str) {
        let (before, after) = (self.a.members(a), self.b.members(b));
        // What all members have in common is found once: a name in Rust takes long.
        let of_type = self.type_spot(a, b);
        let path = |of_type: &Option<String>, field: &str| {
            let of_type = of_type.as_deref().unwrap_or_default();
            Some(format!("{of_type}::{field}"))
        };
        for one in &before {
            let mut spot = of_type.of_member(&one.name);
            spot.a = self.met(a, b, self.uses_a.of_member(a, one));
            spot.pointer.a = self.a.pointer(&one.place);
            let field_before = rust_field(one);
            spot.rust.before = path(&of_type.rust.before, &field_before);
            let Some(other) = after.iter().find(|other| other.name == one.name) else {
                let change = spot.change(&rules::REMOVED_PROPERTY, Aspect::Member, How::Removed);
                let change = change.from_to(Some(self.a.describe(&one.shape)), None);
                let (readers, writers) = (spot.readers(Breaking), spot.writers(Breaking));
                self.push(change.severity(readers, writers, Breaking).softened());
                continue;
            };
            spot.b = self.met(a, b, self.uses_b.of_member(b, other));
            spot.pointer.b = self.b.pointer(&other.place);
            let is_named_alike = (&one.name, &one.client_name) == (&other.name, &other.client_name);
            let field_after = match is_named_alike {
                true => field_before.clone(),
                false => rust_field(other),
            };
            spot.rust.after = path(&of_type.rust.after, &field_after);
            self.values(
                &spot,
                (&one.shape, &one.limits),
                (&other.shape, &other.limits),
            );
            self.required(&spot, one.required, other.required);
            self.marks(&spot, one, other);
            self.default(&spot, &one.default, &other.default);
            self.description(&spot, &one.description, &other.description);
            if field_before != field_after {
                let change = spot.change(&rules::CLIENT_NAME, Aspect::Member, How::Renamed);
                let name = |name: &Option<String>| name.clone().map(Value::from);
                let change = change.from_to(name(&one.client_name), name(&other.client_name));
                self.push(change.severity(Nothing, Nothing, Breaking));
            }
        }
        for other in after {
            if before.iter().any(|one| one.name == other.name) {
                continue;
            }
            let mut spot = of_type.of_member(&other.name);
            spot.b = self.met(a, b, self.uses_b.of_member(b, other));
            spot.pointer.b = self.b.pointer(&other.place);
            spot.rust.after = path(&of_type.rust.after, &rust_field(other));
            let mutability = self.b.mutability(other);
            let is_read_only = !mutability.create && !mutability.update;
            let is_type_sent = self.met(a, b, self.uses_a.of_type(a)).sent();
            let (rule, writers) = match (spot.b.sent(), other.required) {
                (true, true) if is_type_sent => (&rules::ADDED_REQUIRED_PROPERTY, Breaking),
                (true, true) => (&rules::ADDED_REQUIRED_PROPERTY, Additive),
                (true, false) => (&rules::ADDED_OPTIONAL, Additive),
                (false, _) if is_read_only => (&rules::ADDED_READ_ONLY, Nothing),
                (false, _) => (&rules::ADDED_IN_RESPONSE, Nothing),
            };
            let change = spot.change(rule, Aspect::Member, How::Added);
            let change = change.from_to(None, Some(self.b.describe(&other.shape)));
            self.push(change.severity(spot.new_readers(Additive), writers, Additive));
        }
    }

    /// Leaves out uses that have nothing to do with a pair of types of different names: the types
    /// are one only where both are at the same place.
    fn met(&self, a: &str, b: &str, mut uses: super::uses::MemberUse) -> super::uses::MemberUse {
        if !is_same_rust_type(a, b)
            && let Some(reach) = self.pairs.get(&(a, b))
        {
            uses.read &= reach.contains(&Reach::Read);
            if !reach.contains(&Reach::Write) {
                (uses.created, uses.updated) = (false, false);
            }
        }
        uses
    }

    /// Reports a type that is in one document only.
    pub(super) fn lone_type(&mut self, a: Option<&'a str>, b: Option<&'a str>) {
        let name = a.or(b).unwrap_or_default();
        let mut spot = self.type_spot(name, name);
        let name = Some(Value::from(last(name)));
        let change = if a.is_some() {
            spot.rust.after = None;
            let change = spot.change(&rules::REMOVED_DEFINITION, Aspect::Type, How::Removed);
            change
                .from_to(name, None)
                .severity(Nothing, Nothing, Breaking)
        } else {
            spot.rust.before = None;
            let change = spot.change(&rules::ADDED_DEFINITION, Aspect::Type, How::Added);
            change
                .from_to(None, name)
                .severity(Nothing, Nothing, Additive)
        };
        self.push(Change {
            wire: None,
            ..change
        });
    }
}
