//! Generates the setters of updates and full resources as a macro call with a line for each member.
//!
//! Written out, the setters of a member would be twenty lines for a reviewer to read. A setter of a
//! list takes items instead of options, because null items are rare.

use std::fmt::Write;

use anyhow::{Result, bail};
use quote::ToTokens;

use super::object::{argument, objects};
use crate::codegen::module::{Impl, Module};
use crate::codegen::names::Setters;
use crate::codegen::render;
use crate::codegen::views::View;

pub(super) fn run(module: &mut Module<'_>) -> Result<()> {
    let full_resources = module.full_resources.clone();
    for mut object in objects(module) {
        let is_update = object.view == View::Update;
        if !is_update && !full_resources.contains(&object.name) {
            continue;
        }
        let kind = if is_update { "update" } else { "resource" };
        let (mut members, mut lists) = (String::new(), String::new());
        for (ident, field, member) in object.fields()? {
            if member.read_only {
                continue;
            }
            let mut value = argument(&field.ty, "Option");
            if is_update {
                value = value.and_then(|ty| argument(ty, "Option"));
            }
            let Some(value) = value else {
                bail!("{} is not optional", member.pointer);
            };
            let Setters { maybe, clear } = Setters::of(&ident.to_string());
            let item = argument(value, "Vec").and_then(|item| argument(item, "Option"));
            let (lines, value) = match item {
                Some(item) => (&mut lists, item),
                None => (&mut members, value),
            };
            let value = render::ty(value.to_token_stream());
            writeln!(lines, "        {ident}, {maybe}, {clear}: {value};")?;
        }
        let mut text = format!(
            "setters! {{\n    {kind} {} {{\n{members}    }}\n",
            object.item.ident
        );
        if !lists.is_empty() {
            write!(text, "    lists {{\n{lists}    }}\n")?;
        }
        text.push_str("}\n");
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
        -use crate::support::{AdditionalProperties, object};
        +use crate::support::{AdditionalProperties, object, setters};
        +
        +setters! {
        +    update ThingUpdate {
        +        type_, maybe_type, clear_type: String;
        +    }
        +    lists {
        +        labels, maybe_labels, clear_labels: BTreeMap<String, Option<String>>;
        +    }
        +}
        ");
    }
}
