//! Views: the two types of one schema. The type for reading has every member, the type for an
//! update has the writable members.

use std::collections::BTreeSet;

use super::manifest::{Role, Root};
use super::problem::Problem;
use super::spec::{Member, Spec, TypeKind};

/// Whether a type is for reading or for an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Every member, and unknown members.
    Read,
    /// The writable members, each left unchanged, cleared or set.
    Update,
}

/// Returns the members of an object that a view has.
pub fn members<'s>(
    spec: &'s Spec,
    name: &str,
    view: View,
) -> impl Iterator<Item = &'s Member> + use<'s> {
    spec.members(name)
        .iter()
        .filter(move |member| view == View::Read || !member.read_only)
}

/// Returns the name of a type in a view; open enums are the same in both.
pub fn type_name(spec: &Spec, name: &str, view: View) -> String {
    match spec.types.get(name).map(|found| &found.kind) {
        Some(TypeKind::Object(_)) if view == View::Update => format!("{name}Update"),
        _ => name.to_owned(),
    }
}

/// Returns the objects that the roots of `role` reach in `view`, each root first, then depth first.
pub fn reachable(spec: &Spec, roots: &[Root], role: Role, view: View) -> Vec<String> {
    let mut order = Vec::new();
    let mut seen = BTreeSet::new();
    for root in roots.iter().filter(|root| root.role == role) {
        visit(spec, &rust_name(root), view, &mut seen, &mut order);
    }
    order
}

/// Returns the objects that are sent back in full: those that the roots of role `both` reach by
/// members that can be written.
pub fn full_resources(spec: &Spec, roots: &[Root]) -> Vec<String> {
    reachable(spec, roots, Role::Both, View::Update)
}

/// Returns the Rust name of a root type.
pub fn rust_name(root: &Root) -> String {
    super::names::type_name(&root.name)
}

fn visit(
    spec: &Spec,
    name: &str,
    view: View,
    seen: &mut BTreeSet<String>,
    order: &mut Vec<String>,
) {
    let is_object = matches!(
        spec.types.get(name).map(|found| &found.kind),
        Some(TypeKind::Object(_))
    );
    let is_imported = spec.imports.contains_key(name);
    if view == View::Update && !is_object || is_imported || !seen.insert(name.to_owned()) {
        return;
    }
    order.push(name.to_owned());
    for member in members(spec, name, view) {
        if let Some(inner) = member.shape.named() {
            visit(spec, inner, view, seen, order);
        }
    }
}

/// Checks that each root exists and has each role once, and that what is written has writable
/// members, all of them defined by this spec.
pub fn check(spec: &Spec, roots: &[Root], manifest_entry: usize) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, root) in roots.iter().enumerate() {
        let mut report = |key: &str, what: String, hint: &str| {
            problems.push(Problem::new(
                "specs/sources.toml",
                format!("#/spec/{manifest_entry}/roots/{index}{key}"),
                what,
                hint,
            ));
        };
        let name = rust_name(root);
        match spec.types.get(&name).map(|found| &found.kind) {
            None => report(
                "/type",
                format!("{} does not define `{}`", spec.file, root.name),
                "name one of its `definitions`",
            ),
            Some(TypeKind::OpenEnum(_)) if root.role != Role::Read => report(
                "/role",
                format!(
                    "`{}` is an enum, which is one type in every role",
                    root.name
                ),
                "give it the role read",
            ),
            Some(_) => {}
        }
        let before = roots.iter().take(index);
        if before
            .into_iter()
            .any(|first| first.role == root.role && rust_name(first) == name)
        {
            report(
                "",
                format!("`{}` is listed twice in one role", root.name),
                "remove one of the two",
            );
        }
    }
    let mut report = |pointer: &str, what: String, hint: &str| {
        problems.push(Problem::new(&spec.file, pointer, what, hint));
    };
    let updates = reachable(spec, roots, Role::Write, View::Update);
    let full = full_resources(spec, roots);
    let written: BTreeSet<_> = updates.iter().chain(&full).collect();
    for &name in &written {
        if members(spec, name, View::Update).next().is_none()
            && let Some(found) = spec.types.get(name)
        {
            report(
                &found.pointer,
                format!("`{name}` is written, and it has no writable member"),
                "mark the member that holds it readOnly (in the overlay, if the spec is imported); \
                 a root that is only read has the role read",
            );
        }
    }
    for name in written {
        for member in members(spec, name, View::Update) {
            if let Some(foreign) = member.shape.named()
                && spec.imports.contains_key(foreign)
            {
                report(
                    &member.pointer,
                    format!("`{name}` is written, and `{foreign}` is defined by another spec"),
                    "define it here too: only types that are read may refer to another spec",
                );
            }
        }
    }
    problems
}
