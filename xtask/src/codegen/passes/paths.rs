//! Shortens `::std::option::Option` to `Option` and the like.
//!
//! typify writes full paths so that its output compiles anywhere. Our modules have a few imports,
//! which names in a spec cannot shadow: loading a spec checks that. The pass also shortens
//! `super::thing::Part`, a type of another spec.

use anyhow::Result;
use syn::visit_mut::{self, VisitMut};

use crate::codegen::module::{Item, Module};

pub(super) fn run(module: &mut Module<'_>) -> Result<()> {
    for shape in &mut module.types {
        match &mut shape.item {
            Item::Struct(item) => Shorten.visit_item_struct_mut(item),
            Item::Enum(item) => Shorten.visit_item_enum_mut(item),
        }
    }
    Ok(())
}

struct Shorten;

impl VisitMut for Shorten {
    fn visit_type_path_mut(&mut self, path: &mut syn::TypePath) {
        visit_mut::visit_type_path_mut(self, path);
        let first = path.path.segments.first();
        let is_import = first.is_some_and(|first| first.ident == "super");
        if (path.path.leading_colon.is_some() || is_import)
            && let Some(last) = path.path.segments.pop()
        {
            path.path = syn::Path::from(last);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::effect;

    #[test]
    fn types_are_named_without_a_path() {
        let diff = effect(
            "paths",
            json!({
                "Thing": { "type": "object", "properties": { "poNumber": { "type": "array", "items": { "type": "string" } } } },
            }),
        );
        insta::assert_snapshot!(diff, @"
        +use serde_json::{Map, Value};
        +
        -    pub po_number: ::std::option::Option<::std::vec::Vec<::std::string::String>>,
        +    pub po_number: Option<Vec<String>>,
        -    pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        +    pub extra: Map<String, Value>,
        -    pub po_number: ::std::option::Option<::std::vec::Vec<::std::string::String>>,
        +    pub po_number: Option<Vec<String>>,
        ");
    }
}
