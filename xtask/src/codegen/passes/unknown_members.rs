//! Gives the map of unknown members a name and a type of our own.
//!
//! typify calls it `extra`, which may also be the name of a member, and writes a plain map, which
//! keeps the last of two members with one name and shows all values in `Debug`.

use anyhow::{Result, bail};
use syn::parse_quote;

use super::object::{is_map, objects};
use crate::codegen::module::Module;
use crate::codegen::views::View;

pub(super) fn run(module: &mut Module<'_>) -> Result<()> {
    for object in objects(module).filter(|object| object.view == View::Read) {
        let mut maps: Vec<_> = object
            .item
            .fields
            .iter_mut()
            .filter(|field| is_map(field))
            .collect();
        let [map] = maps.as_mut_slice() else {
            bail!(
                "`{}` has {} flattened maps instead of one",
                object.item.ident,
                maps.len()
            );
        };
        **map = parse_quote! {
            /// The members that the spec does not list.
            #[cfg_attr(feature = "schemars", schemars(flatten))]
            pub additional_properties: AdditionalProperties
        };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::effect;

    #[test]
    fn the_map_of_unknown_members_has_our_name_and_type() {
        let diff = effect(
            "unknown_members",
            json!({
                "Thing": { "type": "object", "properties": { "poNumber": { "type": "string" } } },
            }),
        );
        insta::assert_snapshot!(diff, @r#"
        -use serde_json::{Map, Value};
        +use crate::support::AdditionalProperties;
        -    #[serde(flatten)]
        -    pub extra: Map<String, Value>,
        +    /// The members that the spec does not list.
        +    #[cfg_attr(feature = "schemars", schemars(flatten))]
        +    pub additional_properties: AdditionalProperties,
        "#);
    }
}
