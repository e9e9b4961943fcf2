//! Turns `Box<Option<T>>` into `Option<Box<T>>`.
//!
//! typify boxes a member whose type contains itself, and boxes the option if this happens through
//! another type. An absent member needs no box, and the later passes expect an `Option`.

use anyhow::Result;
use syn::parse_quote;

use super::object::{argument, objects};
use crate::codegen::module::Module;

pub(super) fn run(module: &mut Module<'_>) -> Result<()> {
    for mut object in objects(module) {
        for (_, field, _) in object.fields()? {
            if let Some(inner) = argument(&field.ty, "Box").and_then(|ty| argument(ty, "Option")) {
                field.ty = parse_quote!(Option<Box<#inner>>);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::effect;

    #[test]
    fn absent_member_has_no_box() {
        let part = json!({ "$ref": "#/definitions/Whole" });
        let diff = effect(
            "boxes",
            json!({
                "Thing": { "type": "object", "properties": { "whole": part } },
                "Whole": { "type": "object", "properties": { "inner": part } },
            }),
        );
        insta::assert_snapshot!(diff, @"
        -    pub inner: Box<Option<Whole>>,
        +    pub inner: Option<Box<Whole>>,
        -    pub inner: Box<Option<WholeUpdate>>,
        +    pub inner: Option<Box<WholeUpdate>>,
        ");
    }
}
