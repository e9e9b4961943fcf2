//! Marks each object `#[non_exhaustive]`, so that a new member is no breaking change.
//!
//! A caller builds an object with its setters, or changes the fields of its default. The macro of
//! the open enums marks those.

use anyhow::Result;
use syn::parse_quote;

use super::object::objects;
use crate::codegen::module::Module;

pub(super) fn run(module: &mut Module<'_>) -> Result<()> {
    for object in objects(module) {
        object.item.attrs.push(parse_quote!(#[non_exhaustive]));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::effect;

    #[test]
    fn objects_are_marked() {
        let diff = effect(
            "non_exhaustive",
            json!({
                "Thing": {
                    "type": "object",
                    "properties": { "name": { "type": "string" } },
                },
            }),
        );
        insta::assert_snapshot!(diff, @"
        +#[non_exhaustive]
        +#[non_exhaustive]
        ");
    }
}
