//! Gives values types that lose nothing: an item of a list and a value of a map may be null, a
//! number keeps its digits, any JSON keeps its text.
//!
//! The services send null anywhere, and a null that a type refuses makes the whole document
//! unreadable. In Rust it is an `Option`, as for a member: `items.iter().flatten()` skips nulls.

use anyhow::Result;
use syn::parse_quote;
use syn::visit_mut::{self, VisitMut};

use super::object::objects;
use crate::codegen::module::Module;

pub(super) fn run(module: &mut Module<'_>) -> Result<()> {
    for mut object in objects(module) {
        for (_, field, _) in object.fields()? {
            Values.visit_type_mut(&mut field.ty);
        }
    }
    Ok(())
}

struct Values;

impl VisitMut for Values {
    fn visit_type_path_mut(&mut self, path: &mut syn::TypePath) {
        let Some(last) = path.path.segments.last_mut() else {
            return;
        };
        match last.ident.to_string().as_str() {
            "f64" => *path = parse_quote!(Number),
            "Value" => *path = parse_quote!(Json),
            // The map of serde_json, which typify uses for objects with any values.
            "Map" => *path = parse_quote!(BTreeMap<String, Json>),
            outer @ ("Vec" | "BTreeMap") => {
                let is_element = if outer == "Vec" { 0 } else { 1 };
                if let syn::PathArguments::AngleBracketed(arguments) = &mut last.arguments
                    && let Some(syn::GenericArgument::Type(element)) =
                        arguments.args.iter_mut().nth(is_element)
                {
                    visit_mut::visit_type_mut(self, element);
                    // Any JSON may be null itself.
                    if *element != parse_quote!(Json) {
                        *element = parse_quote!(Option<#element>);
                    }
                }
            }
            _ => visit_mut::visit_type_path_mut(self, path),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::effect;

    #[test]
    fn nulls_digits_and_texts_are_kept() {
        let diff = effect(
            "values",
            json!({
                "Thing": {
                    "type": "object",
                    "properties": {
                        "any": { "readOnly": true },
                        "anyList": { "type": "array", "items": {}, "readOnly": true },
                        "anyMap": { "type": "object", "readOnly": true },
                        "lists": { "type": "array", "items": { "type": "array", "items": { "type": "number" } } },
                        "map": { "type": "object", "additionalProperties": { "type": "string" }, "readOnly": true },
                        "things": { "type": "array", "items": { "$ref": "#/definitions/Thing" } },
                    },
                },
            }),
        );
        insta::assert_snapshot!(diff, @"
        -use serde_json::{Map, Value};
        -
        -use crate::support::AdditionalProperties;
        +use crate::support::{AdditionalProperties, Json, Number};
        -    pub any: Option<Value>,
        +    pub any: Option<Json>,
        -    pub any_list: Option<Vec<Value>>,
        +    pub any_list: Option<Vec<Json>>,
        -    pub any_map: Option<Map<String, Value>>,
        +    pub any_map: Option<BTreeMap<String, Json>>,
        -    pub lists: Option<Vec<Vec<f64>>>,
        +    pub lists: Option<Vec<Option<Vec<Option<Number>>>>>,
        -    pub map: Option<BTreeMap<String, String>>,
        +    pub map: Option<BTreeMap<String, Option<String>>>,
        -    pub things: Option<Vec<Thing>>,
        +    pub things: Option<Vec<Option<Thing>>>,
        -    pub lists: Option<Vec<Vec<f64>>>,
        +    pub lists: Option<Vec<Option<Vec<Option<Number>>>>>,
        -    pub things: Option<Vec<ThingUpdate>>,
        +    pub things: Option<Vec<Option<ThingUpdate>>>,
        ");
    }
}
