//! The tables of members in `billing-edit`: for each spec of a resource that can be written, every
//! type that its members have, with the kind of each member, and whether it is read-only or
//! personal.

use std::collections::BTreeSet;

use heck::ToShoutySnakeCase;

use super::manifest::{Role, Target};
use super::spec::{MemberType, Spec, TypeKind};
use super::views::{self, View};
use super::write::MARK;

/// Returns the text of the table of a spec; `None` if nothing of it is written.
pub fn table(target: &Target, spec: &Spec) -> Option<String> {
    let written = target.roots.iter().filter(|root| root.role != Role::Read);
    let roots: Vec<_> = written.map(views::rust_name).collect();
    if roots.is_empty() {
        return None;
    }
    // A table has the read-only members, too: an error tells them from unknown ones.
    let [both, write] = [Role::Both, Role::Write]
        .map(|role| views::reachable(spec, &target.roots, role, View::Read));
    let types: BTreeSet<_> = both.into_iter().chain(write).collect();
    let mut text = format!(
        "{MARK}{}. Do not edit: change the spec.\n\nuse crate::schema::{{Property, Schema}};\n",
        spec.file
    );
    for name in types.iter().filter(|name| is_object(spec, name)) {
        let visibility = if roots.contains(name) {
            "pub(crate) "
        } else {
            ""
        };
        text.push_str(&format!(
            "\n{visibility}static {}: Schema = Schema::Object(&[\n{}]);\n",
            constant(name),
            rows(spec, name)
        ));
    }
    Some(text)
}

/// Returns the lines of an object's members, in the order of their names.
fn rows(spec: &Spec, name: &str) -> String {
    let mut members: Vec<_> = spec.members(name).iter().collect();
    members.sort_by(|one, other| one.name.cmp(&other.name));
    let rows = members.iter().map(|member| {
        let (name, is_read_only) = (&member.name, member.read_only);
        let is_personal = member.personal;
        let schema = schema(spec, &member.shape);
        format!(
            "    Property {{ name: {name:?}, is_read_only: {is_read_only}, \
             is_personal: {is_personal}, schema: &{schema} }},\n"
        )
    });
    rows.collect()
}

fn is_object(spec: &Spec, name: &str) -> bool {
    let found = spec.types.get(name).map(|found| &found.kind);
    matches!(found, Some(TypeKind::Object(_)))
}

/// Returns the expression of a type. What is neither a list nor an object nor a flag nor a whole
/// number is text to a user.
fn schema(spec: &Spec, shape: &MemberType) -> String {
    match shape {
        MemberType::Boolean => "Schema::Flag".to_owned(),
        MemberType::Integer => "Schema::Number".to_owned(),
        MemberType::Array(item) => format!("Schema::List(&{})", schema(spec, item)),
        MemberType::Map(_) => "Schema::Object(&[])".to_owned(),
        MemberType::Named(name) if is_object(spec, name) => constant(name),
        MemberType::Named(_) | MemberType::String | MemberType::Number | MemberType::Any => {
            "Schema::Text".to_owned()
        }
    }
}

fn constant(name: &str) -> String {
    name.to_shouty_snake_case()
}
