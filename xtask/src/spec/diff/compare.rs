//! Compares two documents.

use std::collections::BTreeSet;

use super::api_view::{View, is_same_rust_type};
use super::change::{Change, NotCompared};
use super::matching::{Matched, matched, successor};
use super::pairs::{self, Pairs};
use super::renames;
use super::uses::Uses;
use crate::spec::api::{Api, Operation, TypeKind};

/// The state of a comparison.
pub(super) struct Comparison<'a> {
    pub(super) a: &'a View<'a>,
    pub(super) b: &'a View<'a>,
    pub(super) uses_a: Uses<'a>,
    pub(super) uses_b: Uses<'a>,
    pub(super) pairs: Pairs<'a>,
    pub(super) changes: Vec<Change>,
    pub(super) not_compared: Vec<NotCompared>,
}

/// What a comparison found.
pub struct Compared<'a> {
    /// The operations.
    pub operations: Vec<Matched<'a>>,
    /// The changes, in their order.
    pub changes: Vec<Change>,
    /// Differences of no consequence.
    pub not_compared: Vec<NotCompared>,
}

/// Compares two documents; if `only` has ids of operations, these and what they lead to. Each comes
/// with all its operations, also those that are not compared.
pub fn compare<'a>(
    (a, index_a): (&'a Api, &'a [Operation]),
    (b, index_b): (&'a Api, &'a [Operation]),
    only: &[String],
) -> Compared<'a> {
    let operations = matched(a, b, only);
    let (view_a, view_b) = (View::new(a, index_a), View::new(b, index_b));
    let of = |one: &Matched<'a>, operation| Some((one.id().to_owned(), operation?));
    let both: Vec<_> = operations.iter().filter_map(Matched::both).collect();
    let uses_a = Uses::find(
        &view_a,
        operations.iter().filter_map(|one| of(one, one.a)).collect(),
    );
    // What takes the place of an update sends what it sent, even if `only` does not name it.
    let successors = operations.iter().filter_map(|one| match (one.a, one.b) {
        (Some(gone), None) => of(one, successor(gone, &b.operations)),
        _ => None,
    });
    let of_b = operations.iter().filter_map(|one| of(one, one.b));
    let uses_b = Uses::find(&view_b, of_b.chain(successors).collect());
    let all_types = only.is_empty();
    let mut comparison = Comparison {
        pairs: pairs::find(&view_a, &view_b, &both),
        a: &view_a,
        b: &view_b,
        uses_a,
        uses_b,
        changes: Vec::new(),
        not_compared: Vec::new(),
    };
    comparison.operations(&operations);
    comparison.all_types(all_types);
    let Comparison {
        mut changes,
        mut not_compared,
        ..
    } = comparison;
    merge(&mut changes);
    renames::guess(&mut changes, &view_a, &view_b);
    not_compared.sort();
    not_compared.dedup();
    Compared {
        operations,
        changes,
        not_compared,
    }
}

impl<'a> Comparison<'a> {
    /// Compares the types, or only those to which an operation leads.
    fn all_types(&mut self, all: bool) {
        let pairs: Vec<_> = self.pairs.keys().copied().collect();
        let is_compared =
            |one: &Self, a: &str, b: &str| all || one.uses_a.has(a) || one.uses_b.has(b);
        // Their members are among those of the types that have them as bases.
        let (bases_a, bases_b) = (bases(self.a), bases(self.b));
        let are_bases = |one: &Self, a: &str, b: &str| {
            let is_used = one.uses_a.has(a) || one.uses_b.has(b);
            bases_a.contains(a) && bases_b.contains(b) && !is_used
        };
        for (a, b) in &pairs {
            if is_compared(self, a, b) && !are_bases(self, a, b) {
                self.types(a, b);
            }
        }
        let is_lone = |view: &View<'a>, name: &str| {
            let is_alias = matches!(view.api.types.get(name), Some(one) if matches!(one.kind, TypeKind::Alias(_)));
            !is_alias && !bases(view).contains(name)
        };
        let (a, b): (&'a Api, &'a Api) = (self.a.api, self.b.api);
        for name in a.types.keys() {
            let is_paired = pairs.iter().any(|(one, _)| one == name);
            let is_gone = !is_paired && !self.b.has_type(name);
            if is_gone && is_lone(self.a, name) && (all || self.uses_a.has(name)) {
                self.lone_type(Some(name), None);
            }
        }
        for name in b.types.keys() {
            // What an operation leads to has come with a member or with the operation.
            let is_paired = pairs.iter().any(|(_, other)| other == name);
            let is_new = !is_paired && !self.a.has_type(name) && !self.uses_b.has(name);
            if is_new && is_lone(self.b, name) && all {
                self.lone_type(None, Some(name));
            }
        }
    }
}

impl View<'_> {
    /// Returns whether there is a type with this name in generated code.
    pub(super) fn has_type(&self, name: &str) -> bool {
        self.api.types.contains_key(name)
            || self
                .api
                .types
                .keys()
                .any(|other| is_same_rust_type(name, other))
    }
}

/// Returns the types that are only bases, which are not generated.
fn bases<'a>(view: &View<'a>) -> BTreeSet<&'a str> {
    let types = view.api.types.values();
    let bases = types.filter_map(|one| match &one.kind {
        TypeKind::Object(object) => Some(&object.bases),
        _ => None,
    });
    bases.flatten().map(String::as_str).collect()
}

/// Sorts changes, and makes one of those that differ only in their operations.
fn merge(changes: &mut Vec<Change>) {
    changes.sort_by(|a, b| a.key().cmp(&b.key()));
    changes.dedup_by(|next, kept| {
        let is_same = next.key() == kept.key();
        if is_same {
            kept.operations.append(&mut next.operations);
            kept.reach.append(&mut next.reach);
            kept.softened |= next.softened;
            let (kept, next) = (&mut kept.severity, next.severity);
            kept.readers = kept.readers.max(next.readers);
            kept.writers = kept.writers.max(next.writers);
            kept.rust = kept.rust.max(next.rust);
        }
        is_same
    });
}
