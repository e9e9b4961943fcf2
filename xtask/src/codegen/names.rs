//! Names: whatever could collide in Rust, or on the wire with another spelling, is refused before anything is made.

use std::collections::BTreeMap;

use heck::{ToSnakeCase, ToUpperCamelCase};

use super::problem::Problem;
use super::spec::{Member, Spec, Type, TypeKind};

/// Names of types that generated code uses without a path.
const TAKEN: &[&str] = &[
    "AdditionalProperties",
    "BTreeMap",
    "Box",
    "Contract",
    "Deserialize",
    "Kind",
    "Map",
    "Member",
    "Option",
    "Self",
    "Serialize",
    "String",
    "Value",
    "Vec",
];

/// Names that no setter may have: it would stand before the method of a trait that callers of an update know.
const METHODS: &[&str] = &["clone", "default", "deserialize", "serialize"];

/// The name in Rust of a type that the spec calls `text`.
pub fn type_name(text: &str) -> String {
    let name = variant_name(text);
    // `ThingAA` would be `ThingAa` to typify, which does the same again.
    if name == text { name } else { type_name(&name) }
}

/// The name in Rust of a value of an enum.
pub fn variant_name(text: &str) -> String {
    without_apostrophes(text).to_upper_camel_case()
}

/// The name in Rust of a member, but for the `_` that typify puts behind a keyword.
pub fn field_name(text: &str) -> String {
    without_apostrophes(text).to_snake_case()
}

/// To typify `don't` is `dont`; to heck it is two words.
fn without_apostrophes(text: &str) -> String {
    text.replace('\'', "")
}

/// Whether a name can stand between backticks in documentation, and its letters and digits in Rust.
fn is_plain(text: &str) -> bool {
    text.chars()
        .all(|sign| (sign == ' ' || sign.is_ascii_graphic()) && sign != '`')
}

/// Checks the names of a spec; `updates` are the objects that also get an `…Update` type.
pub fn check(spec: &Spec, updates: &[String]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut report = |pointer: &str, what: String, hint: &str| {
        problems.push(Problem {
            file: spec.file.clone(),
            place: pointer.to_owned(),
            what,
            hint: hint.to_owned(),
        });
    };
    for found in spec.types.values() {
        if TAKEN.contains(&found.name.as_str())
            || !is_plain(&found.section)
            || !is_plain(&found.name)
            || syn::parse_str::<syn::Ident>(&found.name).is_err()
        {
            report(
                &found.pointer,
                format!("`{}` cannot be the name of a generated type", found.name),
                "rename the definition, or give an inline object a `title`",
            );
        }
        if let Some(base) = found.name.strip_suffix("Update")
            && updates.iter().any(|update| update == base)
        {
            report(
                &found.pointer,
                format!("`{}` is the name of the update of `{base}`", found.name),
                "rename the definition",
            );
        }
        match &found.kind {
            TypeKind::Object(members) => {
                check_members(members, updates.contains(&found.name), &mut report)
            }
            TypeKind::OpenEnum(values) => check_values(found, values, &mut report),
        }
    }
    problems
}

type Report<'a> = &'a mut dyn FnMut(&str, String, &str);

fn check_members(members: &[Member], is_update: bool, report: Report<'_>) {
    let mut lower_case = BTreeMap::new();
    let mut rust = BTreeMap::new();
    for member in members {
        let name = field_name(&member.name);
        if name == "additional_properties" {
            report(
                &member.pointer,
                format!("`{}` is where unknown members are kept", member.name),
                "the generator has no second place for them: leave the member out, and it is kept there as it comes",
            );
        } else if !is_plain(&member.name)
            || !name.starts_with(|first: char| first.is_ascii_lowercase())
        {
            report(
                &member.pointer,
                format!("`{}` cannot be made a Rust name", member.name),
                "leave the member out; it is kept among the unknown members as it comes",
            );
        } else if let Some(first) = lower_case.insert(member.name.to_lowercase(), &member.name) {
            report(
                &member.pointer,
                format!("`{}` and `{first}` differ only in case", member.name),
                "keep the one that the service sends",
            );
        } else if let Some(first) = rust.insert(name.clone(), &member.name) {
            report(
                &member.pointer,
                format!("`{}` and `{first}` are both `{name}` in Rust", member.name),
                "leave one of them out; it is kept among the unknown members as it comes",
            );
        }
    }
    let setters = members
        .iter()
        .filter(|member| is_update && !member.read_only)
        .map(|member| (field_name(&member.name), member));
    let setters: BTreeMap<_, _> = setters.collect();
    for (name, member) in &setters {
        if METHODS.contains(&name.as_str()) {
            report(
                &member.pointer,
                format!(
                    "the setter of `{}` would hide the method `{name}` that every update has",
                    member.name
                ),
                "mark the member readOnly, or leave it out",
            );
        }
        if let Some(other) = name
            .strip_prefix("clear_")
            .and_then(|other| setters.get(other))
        {
            report(
                &member.pointer,
                format!(
                    "the setter of `{}` has the name of the method that clears `{}`",
                    member.name, other.name
                ),
                "mark one of the two members readOnly, or leave it out",
            );
        }
    }
}

fn check_values(found: &Type, values: &[String], report: Report<'_>) {
    let mut lower_case = BTreeMap::new();
    let mut rust = BTreeMap::new();
    for value in values {
        let name = variant_name(value);
        if name == "UnknownValue" {
            report(
                &found.pointer,
                format!("the value `{value}` has the name of the variant for unknown values"),
                "leave it out; readers keep it as an unknown value",
            );
        } else if !is_plain(value)
            || !name.starts_with(|first: char| first.is_ascii_uppercase())
            || name == "Self"
        {
            report(
                &found.pointer,
                format!("the value `{value}` cannot be made a Rust name"),
                "leave it out; readers keep it as an unknown value",
            );
        } else if let Some(first) = lower_case.insert(value.to_lowercase(), value) {
            report(
                &found.pointer,
                format!("the values `{value}` and `{first}` differ only in case"),
                "keep the one that the service sends",
            );
        } else if let Some(first) = rust.insert(name.clone(), value) {
            report(
                &found.pointer,
                format!("the values `{value}` and `{first}` are both `{name}` in Rust"),
                "leave one of them out; readers keep it as an unknown value",
            );
        }
    }
}
