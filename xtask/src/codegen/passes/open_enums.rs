//! Turns each enum into an `open_enum!`, which keeps values that the spec does not list.
//!
//! typify's own enum rejects the whole document for one new value. The macro takes lines
//! `Variant = "value"`, so that a reviewer sees one line for a new value.

use anyhow::{Result, bail};
use syn::parse_quote;

use crate::codegen::module::{Item, Module};
use crate::codegen::spec::TypeKind;

pub(super) fn run(module: &mut Module<'_>) -> Result<()> {
    for shape in &mut module.types {
        let Item::Enum(item) = &mut shape.item else {
            continue;
        };
        let TypeKind::OpenEnum(values) = &shape.of.kind else {
            bail!("typify made an enum of {}", shape.of.pointer);
        };
        item.attrs.clear();
        for (variant, value) in item.variants.iter_mut().zip(values) {
            variant.attrs.clear();
            let value = &value.value;
            variant.discriminant = Some((Default::default(), parse_quote!(#value)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::effect;

    #[test]
    fn a_value_is_one_line() {
        let diff = effect(
            "open_enums",
            json!({
                "Thing": {
                    "type": "object",
                    "properties": { "state": { "anyOf": [{ "type": "string", "enum": ["on", "CSPOff"] }, { "type": "string" }] } },
                },
            }),
        );
        insta::assert_snapshot!(diff, @r#"
        -    ///`ThingState`
        -    #[derive(
        -        ::serde::Deserialize,
        -        ::serde::Serialize,
        -        Clone,
        -        Copy,
        -        Debug,
        -        Eq,
        -        Hash,
        -        Ord,
        -        PartialEq,
        -        PartialOrd
        -    )]
        -        #[serde(rename = "on")]
        -        On,
        -        #[serde(rename = "CSPOff")]
        -        CspOff,
        +        On = "on",
        +        CspOff = "CSPOff",
        "#);
    }
}
