//! Compares values: kinds, formats, limits and defaults.

use serde_json::{Value, json};

use super::api_view::{Kind, is_same_rust_type};
use super::change::Severity::{Additive, Breaking, None as Nothing};
use super::change::{Aspect, Change, How};
use super::compare::Comparison;
use super::spot::Spot;
use super::{limits, rules};
use crate::spec::api::{Enum, Limits, Shape};

impl<'a> Comparison<'a> {
    /// Compares the types of a value, and the limits that are stated at it.
    pub(super) fn values(
        &mut self,
        spot: &Spot,
        (a, a_limits): (&'a Shape, &Limits),
        (b, b_limits): (&'a Shape, &Limits),
    ) {
        let (one, other) = (self.a.resolve(a), self.b.resolve(b));
        let is_same_kind = match (one.kind, other.kind) {
            (Kind::Array(one), Kind::Array(other)) => {
                self.elements(spot, "[]", one, other);
                true
            }
            (Kind::Map(one), Kind::Map(other)) => {
                self.elements(spot, "{}", one, other);
                true
            }
            (Kind::String(one), Kind::String(other))
            | (Kind::Integer(one), Kind::Integer(other))
            | (Kind::Number(one), Kind::Number(other)) => {
                self.format(spot, one, other);
                true
            }
            (Kind::String(_), Kind::Enum(_, values)) => {
                self.became_enum(spot, a, b, values);
                false
            }
            (Kind::Enum(_, values), Kind::String(_)) => {
                self.became_string(spot, a, b, values);
                false
            }
            (Kind::Any, Kind::Any)
            | (Kind::Boolean, Kind::Boolean)
            | (Kind::Object(..), Kind::Object(..))
            | (Kind::Enum(..), Kind::Enum(..)) => true,
            (Kind::Unknown(one), Kind::Unknown(other)) if is_same_rust_type(one, other) => true,
            (one, other) => {
                self.kind(spot, (a, one), (b, other));
                false
            }
        };
        if is_same_kind {
            let all = |stated: &Limits, aliased: Limits| {
                let mut all = aliased;
                all.extend(stated.clone());
                all
            };
            let (before, after) = (all(a_limits, one.limits), all(b_limits, other.limits));
            self.limits(spot, &before, &after);
        }
    }

    fn elements(&mut self, spot: &Spot, end: &str, a: &'a Shape, b: &'a Shape) {
        let mut inner = spot.clone();
        inner.wire = inner.wire.map(|wire| wire + end);
        let none = Limits::new();
        self.values(&inner, (a, &none), (b, &none));
    }

    fn kind(&mut self, spot: &Spot, a: (&'a Shape, Kind<'a>), b: (&'a Shape, Kind<'a>)) {
        let (from, to) = (self.a.describe(a.0), self.b.describe(b.0));
        let named = (named(a.1), named(b.1));
        let change = match named {
            // The type itself has another kind: one change, wherever it is used.
            (Some(a), Some(b)) if is_same_rust_type(a, b) => {
                self.type_spot(a, b)
                    .change(&rules::KIND, Aspect::Kind, How::Changed)
            }
            _ => spot.change(&rules::KIND, Aspect::Kind, How::Changed),
        };
        let severity = (spot.readers(Breaking), spot.writers(Breaking));
        self.push(
            change
                .from_to(Some(from), Some(to))
                .severity(severity.0, severity.1, Breaking),
        );
    }

    fn became_enum(&mut self, spot: &Spot, a: &'a Shape, b: &'a Shape, values: &Enum) {
        let writers = if values.open {
            Nothing
        } else {
            spot.writers(Breaking)
        };
        let change = spot.change(&rules::ADDED_ENUM, Aspect::Kind, How::Changed);
        let (from, to) = (self.a.describe(a), self.b.describe(b));
        self.push(
            change
                .from_to(Some(from), Some(to))
                .severity(Nothing, writers, Breaking),
        );
    }

    fn became_string(&mut self, spot: &Spot, a: &'a Shape, b: &'a Shape, values: &Enum) {
        let (readers, writers) = if values.open {
            (Nothing, Nothing)
        } else {
            (spot.readers(Additive), spot.new_writers(Additive))
        };
        let change = spot.change(&rules::REMOVED_ENUM, Aspect::Kind, How::Changed);
        let (from, to) = (self.a.describe(a), self.b.describe(b));
        self.push(
            change
                .from_to(Some(from), Some(to))
                .severity(readers, writers, Breaking),
        );
    }

    fn format(&mut self, spot: &Spot, a: Option<&str>, b: Option<&str>) {
        if a == b {
            return;
        }
        let (readers, writers) = match (a, b) {
            // Fewer values are possible.
            (None, Some(_)) | (Some("int64"), Some("int32")) | (Some("double"), Some("float")) => {
                (Nothing, spot.writers(Breaking))
            }
            (Some(_), None) | (Some("int32"), Some("int64")) | (Some("float"), Some("double")) => {
                (spot.readers(Additive), spot.new_writers(Additive))
            }
            _ => (spot.readers(Breaking), spot.writers(Breaking)),
        };
        let change = spot.change(&rules::FORMAT, Aspect::Format, how(&a, &b));
        let change = change.from_to(a.map(Value::from), b.map(Value::from));
        self.push(change.severity(readers, writers, Nothing).softened());
    }

    /// Compares limits, whichever of the member and its type states them.
    pub(super) fn limits(&mut self, spot: &Spot, a: &Limits, b: &Limits) {
        for keyword in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
            let (from, to) = (a.get(keyword), b.get(keyword));
            let Some((rule, direction)) = limits::compare(keyword, from, to) else {
                continue;
            };
            let (readers, writers) = match direction {
                limits::Direction::Stricter => (Nothing, spot.writers(Breaking)),
                limits::Direction::Looser => (spot.readers(Additive), spot.new_writers(Additive)),
                limits::Direction::Other => (spot.readers(Additive), spot.writers(Breaking)),
            };
            let change = spot.change(rule, Aspect::Limit, how(&from, &to));
            let limit = |value: Option<&Value>| value.map(|value| json!({ keyword: value }));
            self.push(
                change
                    .from_to(limit(from), limit(to))
                    .severity(readers, writers, Nothing)
                    .softened(),
            );
        }
    }

    /// Compares defaults: a request without the value means something else.
    pub(super) fn default(&mut self, spot: &Spot, a: &Option<Value>, b: &Option<Value>) {
        if a != b {
            let change = spot.change(&rules::DEFAULT, Aspect::Default, how(a, b));
            let writers = spot.writers(Breaking);
            self.push(
                change
                    .from_to(a.clone(), b.clone())
                    .severity(Nothing, writers, Nothing),
            );
        }
    }

    /// Compares whether something must be there.
    pub(super) fn required(&mut self, spot: &Spot, a: bool, b: bool) {
        if a != b {
            let (readers, writers) = if b {
                (Nothing, spot.writers(Breaking))
            } else {
                (spot.readers(Additive), spot.new_writers(Additive))
            };
            let change = spot.change(&rules::REQUIRED, Aspect::Required, How::Changed);
            self.push(
                change
                    .from_to(Some(a.into()), Some(b.into()))
                    .severity(readers, writers, Nothing)
                    .softened(),
            );
        }
    }

    /// Compares words.
    pub(super) fn description(&mut self, spot: &Spot, a: &Option<String>, b: &Option<String>) {
        if a != b {
            let change = spot.change(&rules::DESCRIPTION, Aspect::Description, how(a, b));
            let words = |text: &Option<String>| text.clone().map(Value::from);
            self.push(change.from_to(words(a), words(b)));
        }
    }

    /// Adds a change.
    pub(super) fn push(&mut self, change: Change) {
        self.changes.push(change);
    }
}

fn named(kind: Kind<'_>) -> Option<&str> {
    match kind {
        Kind::Object(found, _) | Kind::Enum(found, _) => Some(&found.name),
        _ => None,
    }
}

/// Returns how an optional thing changed.
pub(super) fn how<T>(a: &Option<T>, b: &Option<T>) -> How {
    match (a, b) {
        (None, Some(_)) => How::Added,
        (Some(_), None) => How::Removed,
        _ => How::Changed,
    }
}
