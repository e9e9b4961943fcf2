//! Generates the codec of each object as a macro call with a line for each member, and the
//! attributes of its JSON Schema.
//!
//! Serde's derive would need `#[serde(flatten)]` for unknown members: it reads them into a buffer,
//! where digits are lost, and its code takes longer to compile. A second spelling of a member does
//! not slow down reading the first: both are arms of one match.

use std::fmt::Write;

use anyhow::Result;
use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;

use super::object::objects;
use crate::codegen::module::{Impl, Module};
use crate::codegen::names::pascal_case;
use crate::codegen::views::View;

pub(super) fn run(module: &mut Module<'_>) -> Result<()> {
    let also_pascal_case = module.also_pascal_case;
    for mut object in objects(module) {
        let (kind, container) = match object.view {
            View::Read => ("resource", quote!()),
            View::Update => ("update", quote!(, deny_unknown_fields)),
        };
        let mut text = format!("object! {{\n    {kind} {} {{\n", object.item.ident);
        for (ident, field, member) in object.fields()? {
            let (ident, name) = (ident.to_string(), &member.name);
            write!(text, "        {ident}: {name:?}")?;
            let alias = pascal_case(name);
            if also_pascal_case && alias != *name {
                write!(text, " | {alias:?}")?;
            }
            text.push_str(";\n");
            let mut arguments: Vec<TokenStream> = Vec::new();
            if camel_case(&ident) != *name {
                arguments.push(quote!(rename = #name));
            }
            if member.read_only {
                arguments.push(quote!(extend("readOnly" = true)));
            }
            field.attrs.clear();
            if !arguments.is_empty() {
                field.attrs.push(
                    parse_quote!(#[cfg_attr(feature = "schemars", schemars(#(#arguments),*))]),
                );
            }
        }
        text.push_str("    }\n}\n");
        object.impls.push(Impl {
            text,
            uses: &["object"],
        });
        object.item.attrs = vec![
            parse_quote!(#[derive(Clone, Debug, Default, PartialEq)]),
            parse_quote!(#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]),
            parse_quote!(#[cfg_attr(feature = "schemars", schemars(rename_all = "camelCase" #container))]),
        ];
    }
    Ok(())
}

/// Converts a field's name as schemars' `rename_all = "camelCase"` does.
fn camel_case(ident: &str) -> String {
    let mut words = ident.split('_').filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &pascal_case(word))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::effect;

    #[test]
    fn a_member_is_one_line_with_both_spellings() {
        let diff = effect(
            "codec",
            json!({
                "Thing": {
                    "type": "object",
                    "properties": { "id": { "type": "string", "readOnly": true }, "poNumber": { "type": "string" } },
                },
            }),
        );
        insta::assert_snapshot!(diff, @r#"
        -use crate::support::AdditionalProperties;
        +use crate::support::{AdditionalProperties, object};
        -///`Thing`
        -#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
        +#[derive(Clone, Debug, Default, PartialEq)]
        +#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        +#[cfg_attr(feature = "schemars", schemars(rename_all = "camelCase"))]
        -    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        +    #[cfg_attr(feature = "schemars", schemars(extend("readOnly" = true)))]
        -    #[serde(rename = "poNumber", skip_serializing_if = "::std::option::Option::is_none")]
        -///`ThingUpdate`
        -#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
        -#[serde(deny_unknown_fields)]
        +#[derive(Clone, Debug, Default, PartialEq)]
        +#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        +#[cfg_attr(
        +    feature = "schemars",
        +    schemars(rename_all = "camelCase", deny_unknown_fields)
        +)]
        -    #[serde(rename = "poNumber", skip_serializing_if = "::std::option::Option::is_none")]
        +
        +object! {
        +    resource Thing {
        +        id: "id" | "Id";
        +        po_number: "poNumber" | "PoNumber";
        +    }
        +}
        +
        +object! {
        +    update ThingUpdate {
        +        po_number: "poNumber" | "PoNumber";
        +    }
        +}
        "#);
    }
}
