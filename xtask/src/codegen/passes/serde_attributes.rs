//! Writes the derives and the serde attributes as a person would: one case rule for a struct, a rename only where the
//! rule fails, nothing that serde does anyway.
//!
//! The second spelling of a member is an alias, which costs a reader of the first spelling nothing: both are arms of
//! one match. A derived JSON Schema gets the one keyword of a member that no Rust type can say.

use anyhow::Result;
use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;

use super::objects;
use crate::codegen::module::Module;
use crate::codegen::views::View;

pub(super) fn run(module: &mut Module<'_>) -> Result<()> {
    let also_pascal_case = module.also_pascal_case;
    for mut object in objects(module) {
        let view = object.view;
        for (field, member) in object.fields()? {
            let ident = field
                .ident
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default();
            let mut arguments: Vec<TokenStream> = Vec::new();
            let name = &member.name;
            if camel_case(&ident) != *name {
                arguments.push(quote!(rename = #name));
            }
            let alias = pascal_case(name);
            if also_pascal_case && alias != *name {
                arguments.push(quote!(alias = #alias));
            }
            if view == View::Update {
                // Not `with`: serde writes an `Option<Option<T>>` rightly by itself, and a derived JsonSchema can see
                // through the type but not through a module.
                arguments.push(quote!(deserialize_with = "tri_state"));
            }
            arguments.push(quote!(skip_serializing_if = "Option::is_none"));
            field.attrs = vec![parse_quote!(#[serde(#(#arguments),*)])];
            if member.read_only {
                field.attrs.push(
                    parse_quote!(#[cfg_attr(feature = "schemars", schemars(extend("readOnly" = true)))]),
                );
            }
        }
        object.item.attrs = vec![
            parse_quote!(#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]),
            parse_quote!(#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]),
            match view {
                View::Read => parse_quote!(#[serde(rename_all = "camelCase")]),
                View::Update => {
                    parse_quote!(#[serde(rename_all = "camelCase", default, deny_unknown_fields)])
                }
            },
        ];
    }
    Ok(())
}

/// What serde's `rename_all = "camelCase"` makes of a field's name.
fn camel_case(ident: &str) -> String {
    let mut words = ident.split('_').filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &pascal_case(word))
}

fn pascal_case(name: &str) -> String {
    let mut letters = name.chars();
    match letters.next() {
        Some(first) => first.to_ascii_uppercase().to_string() + letters.as_str(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::effect;

    #[test]
    fn one_case_rule_a_second_spelling_and_what_is_read_only() {
        let diff = effect(
            "serde_attributes",
            json!({
                "Thing": {
                    "type": "object",
                    "properties": { "id": { "type": "string", "readOnly": true }, "poNumber": { "type": "string" } },
                },
            }),
        );
        insta::assert_snapshot!(diff, @r#"
        -///`Thing`
        -#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
        +#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        +#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        +#[serde(rename_all = "camelCase")]
        -    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        +    #[serde(alias = "Id", skip_serializing_if = "Option::is_none")]
        +    #[cfg_attr(feature = "schemars", schemars(extend("readOnly" = true)))]
        -    #[serde(rename = "poNumber", skip_serializing_if = "::std::option::Option::is_none")]
        +    #[serde(alias = "PoNumber", skip_serializing_if = "Option::is_none")]
        -///`ThingUpdate`
        -#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
        -#[serde(deny_unknown_fields)]
        +#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        +#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        +#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
        -    #[serde(rename = "poNumber", skip_serializing_if = "::std::option::Option::is_none")]
        +    #[serde(
        +        alias = "PoNumber",
        +        deserialize_with = "tri_state",
        +        skip_serializing_if = "Option::is_none"
        +    )]
        "#);
    }
}
