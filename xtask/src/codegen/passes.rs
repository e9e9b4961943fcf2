//! The passes: small steps from typify's output to code as a person would write it.
//!
//! Each pass is one idea, with its reason, in a file of its own. A pass fails if it does not find
//! the code that it changes: typify has changed then.

mod boxes;
mod codec;
pub mod collect;
mod docs;
mod non_exhaustive;
mod object;
mod open_enums;
mod paths;
mod personal;
mod read_only;
mod setters;
mod tri_state;
mod unknown_members;
mod values;
mod xml_types;

use anyhow::{Context, Result};

use super::module::Module;

type Pass = fn(&mut Module<'_>) -> Result<()>;

/// The passes in order: the first correct the types that the last depend on.
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
    ("read_only", read_only::run),
    ("xml_types", xml_types::run),
];

/// Runs every pass.
pub fn run(module: &mut Module<'_>) -> Result<()> {
    for (name, pass) in PASSES {
        pass(module).with_context(|| format!("pass {name} on {}", module.spec.file))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use similar::TextDiff;

    use super::super::manifest::Target;
    use super::super::module::{GeneratedType, Item};
    use super::super::sources::checked;
    use super::super::typed::{order, typify};
    use super::super::views::View;
    use super::super::{render, spec};
    use super::*;

    /// Returns the diff that a pass makes in the module generated from `definitions`.
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
        let mut module = Module {
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
    fn a_pass_reports_unexpected_output_of_typify() {
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
        let mut module = Module {
            page: "Things",
            also_pascal_case: false,
            has_xml_types: false,
            full_resources: Vec::new(),
            types: vec![GeneratedType {
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
    fn a_name_that_typify_changes_is_reported() {
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
            panic!("the name is accepted")
        };
        insta::assert_snapshot!(format!("{error:#}"), @"
        specs/thing.json#/definitions/Thing/properties/poNumber: typify calls `p_o_number` what was checked as `po_number`
          hint: convert names in xtask/src/codegen/names.rs as typify does, or remove the name from the spec
        ");
    }
}
