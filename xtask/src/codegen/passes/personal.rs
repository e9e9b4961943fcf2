//! Replaces the derived `Debug` of objects with personal members by an implementation that hides
//! their values.
//!
//! Logging a profile for its structure must not log personal data. A wrapper type would hide it,
//! too, but every use of the member would have to unwrap it.

use anyhow::{Result, bail};
use quote::quote;
use syn::parse_quote;

use super::object::objects;
use crate::codegen::module::{Impl, Module};
use crate::codegen::render;
use crate::codegen::views::View;

pub(super) fn run(module: &mut Module<'_>) -> Result<()> {
    for mut object in objects(module) {
        if !object.members.iter().any(|member| member.personal) {
            continue;
        }
        let (hide, uses): (_, &[&str]) = match object.view {
            View::Read => (quote!(hidden), &["fmt", "hidden"]),
            View::Update => (quote!(hidden_update), &["fmt", "hidden_update"]),
        };
        let mut calls = Vec::new();
        for (ident, _, member) in object.fields()? {
            let name = ident.to_string();
            calls.push(if member.personal {
                quote!(.field(#name, &#hide(&self.#ident)))
            } else {
                quote!(.field(#name, &self.#ident))
            });
        }
        if object.view == View::Read {
            calls.push(quote!(.field("additional_properties", &self.additional_properties)));
        }
        let Some(derive) = object
            .item
            .attrs
            .iter_mut()
            .find(|attribute| attribute.path().is_ident("derive"))
        else {
            bail!("`{}` derives nothing", object.item.ident);
        };
        *derive = parse_quote!(#[derive(Clone, Default, PartialEq)]);
        let ident = &object.item.ident;
        let name = ident.to_string();
        let implementation: syn::ItemImpl = parse_quote! {
            impl fmt::Debug for #ident {
                #[inline]
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.debug_struct(#name) #(#calls)* .finish()
                }
            }
        };
        object.impls.push(Impl {
            text: render::item(syn::Item::Impl(implementation)),
            uses,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::effect;

    #[test]
    fn debug_hides_the_values_of_personal_members() {
        let diff = effect(
            "personal",
            json!({
                "Thing": {
                    "type": "object",
                    "properties": { "name": { "type": "string", "x-personal": true }, "size": { "type": "integer" } },
                },
            }),
        );
        insta::assert_snapshot!(diff, @r#"
        -use crate::support::{AdditionalProperties, object};
        +use std::fmt;
        +
        +use crate::support::{AdditionalProperties, hidden, hidden_update, object};
        -#[derive(Clone, Debug, Default, PartialEq)]
        +#[derive(Clone, Default, PartialEq)]
        -#[derive(Clone, Debug, Default, PartialEq)]
        +#[derive(Clone, Default, PartialEq)]
        +impl fmt::Debug for Thing {
        +    #[inline]
        +    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        +        f.debug_struct("Thing")
        +            .field("name", &hidden(&self.name))
        +            .field("size", &self.size)
        +            .field("additional_properties", &self.additional_properties)
        +            .finish()
        +    }
        +}
        +
        +
        +impl fmt::Debug for ThingUpdate {
        +    #[inline]
        +    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        +        f.debug_struct("ThingUpdate")
        +            .field("name", &hidden_update(&self.name))
        +            .field("size", &self.size)
        +            .finish()
        +    }
        +}
        "#);
    }
}
