//! Gives each update its setters, through a macro: a line for each member.
//!
//! Written out they would be ten lines for each, most of what a reviewer of a new member would have to read.

use std::fmt::Write;

use anyhow::{Result, bail};
use quote::ToTokens;

use super::{argument, objects};
use crate::codegen::module::{Impl, Module};
use crate::codegen::render;
use crate::codegen::views::View;

pub(super) fn run(module: &mut Module<'_>) -> Result<()> {
    for mut object in objects(module).filter(|object| object.view == View::Update) {
        let mut text = format!("setters! {{\n    {} {{\n", object.item.ident);
        for (field, member) in object.fields()? {
            let Some((ident, value)) = field
                .ident
                .as_ref()
                .zip(argument(&field.ty, "Option").and_then(|ty| argument(ty, "Option")))
            else {
                bail!("{} is not tri-state", member.pointer);
            };
            let clear = ident.to_string();
            let clear = clear.trim_end_matches('_');
            writeln!(
                text,
                "        {ident}: {}, clear_{clear};",
                render::ty(value.to_token_stream())
            )?;
        }
        text.push_str("    }\n}\n");
        object.impls.push(Impl {
            text,
            uses: &["setters"],
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::effect;

    #[test]
    fn a_member_is_one_line() {
        let diff = effect(
            "setters",
            json!({
                "Thing": {
                    "type": "object",
                    "properties": {
                        "labels": { "type": "array", "items": { "type": "object", "additionalProperties": { "type": "string" } } },
                        "type": { "type": "string" },
                    },
                },
            }),
        );
        insta::assert_snapshot!(diff, @"
        -use crate::support::AdditionalProperties;
        +use crate::support::{AdditionalProperties, setters};
        +
        +setters! {
        +    ThingUpdate {
        +        labels: Vec<BTreeMap<String, String>>, clear_labels;
        +        type_: String, clear_type;
        +    }
        +}
        ");
    }
}
