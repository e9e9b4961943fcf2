//! Names in Rust: refuses names that collide, in Rust or with another spelling on the wire, before
//! anything is generated.

use std::collections::BTreeMap;

use heck::{ToSnakeCase, ToUpperCamelCase};

use super::problem::Problem;
use super::rustdoc_text;
use super::spec::{KnownValue, Member, Spec, Type, TypeKind};

/// Names of types that generated code uses without a path.
const TAKEN: &[&str] = &[
    "AdditionalProperties",
    "BTreeMap",
    "Box",
    "Json",
    "Map",
    "Number",
    "Option",
    "Self",
    "String",
    "Value",
    "Vec",
    "XmlKind",
    "XmlMember",
    "XmlType",
];

/// Names that no setter may have, since it would hide the method of a trait.
const METHODS: &[&str] = &["clone", "default", "deserialize", "serialize"];

/// The hint for a member whose name is not possible in Rust.
const CLIENT_NAME: &str =
    "give it another name in Rust: `\"x-ms-client-name\": \"…\"` beside its type";

/// The hint for a value whose name is not possible in Rust.
const VALUE_NAME: &str = "give it another name in Rust: `\"x-ms-enum\": { \"values\": [{ \"value\": \"…\", \"name\": \"…\" }] }` beside `anyOf`";

/// Returns the Rust name of a type that the spec calls `text`.
pub fn type_name(text: &str) -> String {
    let name = variant_name(text);
    // typify converts `ThingAA` to `ThingAa`, and converts a name twice.
    if name == text { name } else { type_name(&name) }
}

/// Returns the Rust name of a value of an enum.
pub fn variant_name(text: &str) -> String {
    without_apostrophes(text).to_upper_camel_case()
}

/// Returns the Rust name of a member, without the `_` that typify adds to a keyword.
pub fn field_name(text: &str) -> String {
    without_apostrophes(text).to_snake_case()
}

/// Returns a name with its first letter in upper case.
pub fn pascal_case(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// Removes apostrophes, as typify does: `don't` is two words to heck.
fn without_apostrophes(text: &str) -> String {
    text.replace('\'', "")
}

/// Returns whether a name can be in backticks in documentation and, with its letters and digits, in
/// Rust.
fn is_plain(text: &str) -> bool {
    text.chars()
        .all(|sign| (sign == ' ' || sign.is_ascii_graphic()) && sign != '`')
}

/// The names of the setters of a member, besides the one with the name of the member.
pub struct Setters {
    /// The setter that takes an option.
    pub maybe: String,
    /// The setter that clears the member.
    pub clear: String,
}

impl Setters {
    /// Returns the names for a member with this Rust name.
    pub fn of(ident: &str) -> Self {
        let name = ident.trim_end_matches('_');
        Self {
            maybe: format!("maybe_{name}"),
            clear: format!("clear_{name}"),
        }
    }
}

/// Checks the names of a spec; `updates` are the objects that also get an `…Update` type, and
/// `full_resources` those that are sent back whole.
pub fn check(spec: &Spec, updates: &[String], full_resources: &[String]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut report = |pointer: &str, what: String, hint: &str| {
        problems.push(Problem::new(&spec.file, pointer, what, hint));
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
                check_members(members, &mut report);
                let is_full = full_resources.contains(&found.name);
                if is_full || updates.contains(&found.name) {
                    let has_setter = |member: &&Member| is_full || !member.read_only;
                    check_setters(members.iter().filter(has_setter), &mut report);
                }
            }
            TypeKind::OpenEnum(values) => check_values(found, values, &mut report),
        }
    }
    problems
}

type Report<'a> = &'a mut dyn FnMut(&str, String, &str);

fn check_members(members: &[Member], report: Report<'_>) {
    let mut lower_case = BTreeMap::new();
    let mut rust = BTreeMap::new();
    for member in members {
        if let Some((what, hint)) = rustdoc_text::unseen(&member.name) {
            report(&member.pointer, format!("in the name, {what}"), hint);
        }
        let name = field_name(member.named());
        if name == "additional_properties" {
            report(
                &member.pointer,
                format!("`{}` is where unknown members are kept", member.name),
                CLIENT_NAME,
            );
        } else if !is_plain(member.named())
            || !name.starts_with(|first: char| first.is_ascii_lowercase())
        {
            report(
                &member.pointer,
                format!("`{}` cannot be converted to a Rust name", member.named()),
                CLIENT_NAME,
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
                CLIENT_NAME,
            );
        }
    }
}

/// Checks that no setter has the name of another one, or of a method that callers know.
fn check_setters<'m>(members: impl Iterator<Item = &'m Member>, report: Report<'_>) {
    let setters: BTreeMap<_, _> = members
        .map(|member| (field_name(member.named()), member))
        .collect();
    for (name, member) in &setters {
        if METHODS.contains(&name.as_str()) {
            report(
                &member.pointer,
                format!(
                    "the setter of `{}` would hide the method `{name}` that every type has",
                    member.name
                ),
                CLIENT_NAME,
            );
        }
        for (of, other) in &setters {
            let Setters { maybe, clear } = Setters::of(of);
            if *name == maybe || *name == clear {
                report(
                    &member.pointer,
                    format!(
                        "the setter of `{}` has the name of another setter of `{}`",
                        member.name, other.name
                    ),
                    CLIENT_NAME,
                );
            }
        }
    }
}

fn check_values(found: &Type, values: &[KnownValue], report: Report<'_>) {
    let mut rust = BTreeMap::new();
    for known in values {
        if let Some((what, hint)) = rustdoc_text::unseen(&known.value) {
            report(&found.pointer, format!("in a value, {what}"), hint);
        }
        let name = variant_name(known.named());
        let value = &known.value;
        if name == "UnknownValue" {
            report(
                &found.pointer,
                format!("the value `{value}` has the name of the variant for unknown values"),
                VALUE_NAME,
            );
        } else if !is_plain(known.named())
            || !name.starts_with(|first: char| first.is_ascii_uppercase())
            || name == "Self"
        {
            report(
                &found.pointer,
                format!("the value `{value}` cannot be converted to a Rust name"),
                VALUE_NAME,
            );
        } else if let Some(first) = rust.insert(name.clone(), value) {
            report(
                &found.pointer,
                format!("the values `{value}` and `{first}` are both `{name}` in Rust"),
                VALUE_NAME,
            );
        }
    }
}
