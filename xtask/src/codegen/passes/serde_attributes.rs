//! Writes the derives and the serde attributes as a person would: one case rule for a struct, a rename only where the
//! rule fails, nothing that serde does anyway.
//!
//! The second spelling of a member is an alias, which costs a reader of the first spelling nothing: both are arms of
//! one match.

use anyhow::{Result, bail};
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
            let typify_name = rename(field)?.unwrap_or_else(|| ident.clone());
            if typify_name != member.name {
                bail!(
                    "typify wrote `{typify_name}` where the spec has `{}`",
                    member.name
                );
            }
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

/// The name that typify gave a field on the wire, where it is not the field's own.
fn rename(field: &syn::Field) -> Result<Option<String>> {
    let mut name = None;
    for attribute in field
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                name = Some(meta.value()?.parse::<syn::LitStr>()?.value());
            } else if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<syn::Lit>()?;
            }
            Ok(())
        })?;
    }
    Ok(name)
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
