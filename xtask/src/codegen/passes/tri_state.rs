//! Makes each member of an update `Option<Option<T>>`: left unchanged, cleared or set.
//!
//! With the `Option<T>` that typify writes, absent and `null` would be the same, and a PATCH could
//! clear nothing.

use anyhow::{Result, bail};
use syn::parse_quote;

use super::object::{argument, objects};
use crate::codegen::module::Module;
use crate::codegen::views::View;

pub(super) fn run(module: &mut Module<'_>) -> Result<()> {
    for mut object in objects(module).filter(|object| object.view == View::Update) {
        for (_, field, member) in object.fields()? {
            if argument(&field.ty, "Option").is_none() {
                bail!("{} is not optional", member.pointer);
            }
            let optional = &field.ty;
            field.ty = parse_quote!(Option<#optional>);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::effect;

    #[test]
    fn members_of_an_update_are_left_cleared_or_set() {
        let diff = effect(
            "tri_state",
            json!({
                "Thing": { "type": "object", "properties": { "poNumber": { "type": "array", "items": { "type": "string" } } } },
            }),
        );
        insta::assert_snapshot!(diff, @"
        -    pub po_number: Option<Vec<Option<String>>>,
        +    pub po_number: Option<Option<Vec<Option<String>>>>,
        ");
    }
}
