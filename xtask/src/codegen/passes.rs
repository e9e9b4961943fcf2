//! Passes: small steps from what typify writes to what a person would have written.
//!
//! Each has one idea and its reason in a file of its own. A pass that does not find what it was
//! made for is an error: typify has changed, and silence would hide it.

mod boxes;
mod codec;
pub mod collect;
mod docs;
mod non_exhaustive;
mod open_enums;
mod paths;
mod personal;
mod setters;
mod tri_state;
mod unknown_members;
mod values;
mod xml_types;

use anyhow::{Context, Result, bail};

use super::module::{Impl, Item, Module};
use super::spec::Member;
use super::views::{self, View};

type Pass = fn(&mut Module<'_>) -> Result<()>;

/// In this order: the first ones make the types right, the last ones need them right.
const PASSES: &[(&str, Pass)] = &[
    ("paths", paths::run),
    ("boxes", boxes::run),
    ("unknown_members", unknown_members::run),
    ("values", values::run),
    ("tri_state", tri_state::run),
    ("codec", codec::run),
    ("non_exhaustive", non_exhaustive::run),
    ("open_enums", open_enums::run),
    ("docs", docs::run),
    ("personal", personal::run),
    ("setters", setters::run),
    ("xml_types", xml_types::run),
];

/// Runs every pass.
pub fn run(module: &mut Module<'_>) -> Result<()> {
    for (name, pass) in PASSES {
        pass(module).with_context(|| format!("pass {name} on {}", module.spec.file))?;
    }
    Ok(())
}

/// A struct beside what the spec says of it.
struct Object<'m> {
    item: &'m mut syn::ItemStruct,
    impls: &'m mut Vec<Impl>,
    view: View,
    /// The Rust name of what is read.
    name: String,
    members: Vec<&'m Member>,
}

fn objects<'m>(module: &'m mut Module<'_>) -> impl Iterator<Item = Object<'m>> {
    let spec = module.spec;
    module.types.iter_mut().filter_map(move |shape| {
        let members = views::members(spec, &shape.of.name, shape.view).collect();
        match &mut shape.item {
            Item::Struct(item) => Some(Object {
                item,
                impls: &mut shape.impls,
                view: shape.view,
                name: shape.of.name.clone(),
                members,
            }),
            Item::Enum(_) => None,
        }
    })
}

impl Object<'_> {
    /// The fields that stand for members, each with its member; the map of unknown members is not
    /// among them.
    fn fields(&mut self) -> Result<Vec<(&mut syn::Field, &Member)>> {
        let fields: Vec<_> = self
            .item
            .fields
            .iter_mut()
            .filter(|field| !unknown_members::is_map(field))
            .collect();
        if fields.len() != self.members.len() {
            bail!(
                "`{}` has {} fields for {} members",
                self.item.ident,
                fields.len(),
                self.members.len()
            );
        }
        Ok(fields
            .into_iter()
            .zip(self.members.iter().copied())
            .collect())
    }
}

/// The `T` of `Outer<T>`.
fn argument<'t>(ty: &'t syn::Type, outer: &str) -> Option<&'t syn::Type> {
    let syn::Type::Path(path) = ty else {
        return None;
    };
    let last = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == outer)?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        syn::GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use similar::TextDiff;

    use super::super::manifest::Target;
    use super::super::sources::checked;
    use super::super::typed::{order, typify};
    use super::super::{module, render, spec};
    use super::*;

    /// What a pass changes in the module that is made of `definitions`, as a diff.
    pub(super) fn effect(pass: &str, definitions: serde_json::Value) -> String {
        let target: Target = toml::from_str(
            r#"
            file = "thing.json"
            module = "thing"
            service = ""
            api_version = ""
            page = "Things - Update"
            retrieved = ""
            page_sha256 = ""
            roots = [{ type = "Thing", role = "read" }, { type = "Thing", role = "write" }]
            "#,
        )
        .unwrap();
        let document = serde_json::json!({ "definitions": definitions }).to_string();
        let spec = checked(&target, 0, &document, &Default::default()).unwrap();
        let at = PASSES.iter().position(|(name, _)| *name == pass).unwrap();
        let before = after(&target, &spec, &PASSES[..at]);
        let after = after(&target, &spec, &PASSES[..=at]);
        let diff = TextDiff::from_lines(&before, &after);
        let changes = diff
            .iter_all_changes()
            .filter(|change| change.tag() != similar::ChangeTag::Equal);
        changes
            .map(|change| format!("{}{change}", change.tag()))
            .collect()
    }

    fn after(target: &Target, spec: &spec::Spec, passes: &[(&str, Pass)]) -> String {
        let file = typify(target, spec).unwrap();
        let mut module = module::Module {
            page: &target.page,
            also_pascal_case: true,
            has_xml_types: true,
            full_resources: Vec::new(),
            spec,
            types: collect::collect(file, spec, &order(target, spec)).unwrap(),
        };
        for (_, pass) in passes {
            pass(&mut module).unwrap();
        }
        render::module(&module)
    }

    #[test]
    fn a_pass_says_when_typify_no_longer_writes_what_it_was_made_for() {
        let spec = super::super::load::load(
            "specs/thing.json",
            r#"{ "definitions": { "Thing": { "type": "object", "properties": { "a": { "type": "string" } } } } }"#,
            &Default::default(),
        )
        .unwrap();
        let item = syn::parse_quote!(
            pub struct Thing {
                pub a: Option<String>,
            }
        );
        let mut module = module::Module {
            page: "Things",
            also_pascal_case: false,
            has_xml_types: false,
            full_resources: Vec::new(),
            types: vec![module::GeneratedType {
                of: &spec.types["Thing"],
                view: View::Read,
                item: Item::Struct(item),
                impls: Vec::new(),
            }],
            spec: &spec,
        };
        let error = run(&mut module).unwrap_err();
        insta::assert_snapshot!(format!("{error:#}"), @"pass unknown_members on specs/thing.json: `Thing` has 0 flattened maps instead of one");
    }

    #[test]
    fn a_name_that_typify_makes_otherwise_than_it_was_checked_is_reported() {
        let spec = super::super::load::load(
            "specs/thing.json",
            r#"{ "definitions": { "Thing": { "type": "object", "properties": { "poNumber": {} } } } }"#,
            &Default::default(),
        )
        .unwrap();
        let file = syn::parse_quote!(
            pub struct Thing {
                #[serde(rename = "poNumber")]
                pub p_o_number: Option<String>,
            }
        );
        let order = [("Thing".to_owned(), View::Read)];
        let Err(error) = collect::collect(file, &spec, &order) else {
            panic!("it is taken")
        };
        insta::assert_snapshot!(format!("{error:#}"), @"
        specs/thing.json#/definitions/Thing/properties/poNumber: typify calls `p_o_number` what was checked as `po_number`
          hint: teach xtask/src/codegen/names.rs what typify does, or leave it out of the spec
        ");
    }
}
