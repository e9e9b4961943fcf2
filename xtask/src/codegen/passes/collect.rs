//! Keeps typify's declarations and drops the rest.
//!
//! typify adds conversions, `Default`, `Display` and an error module, most of them a line or two that a derive says
//! shorter. A reviewer should see shapes.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use crate::codegen::module::{Item, Shape};
use crate::codegen::spec::Spec;
use crate::codegen::views::{self, View};

/// Finds the declaration of every type of `spec` and of every update among `updates`, in the order of `order`.
pub fn collect<'s>(
    file: syn::File,
    spec: &'s Spec,
    order: &[(String, View)],
) -> Result<Vec<Shape<'s>>> {
    let mut declared = BTreeMap::new();
    for item in file.items {
        let (name, item) = match item {
            syn::Item::Struct(item) => (item.ident.to_string(), Item::Struct(item)),
            syn::Item::Enum(item) => (item.ident.to_string(), Item::Enum(item)),
            syn::Item::Impl(_) | syn::Item::Mod(_) => continue,
            other => bail!("typify wrote an item of a kind it never wrote before: {other:?}"),
        };
        declared.insert(name, item);
    }
    let mut shapes = Vec::new();
    for (name, view) in order {
        let rust_name = views::type_name(spec, name, *view);
        let (Some(of), Some(item)) = (spec.types.get(name), declared.remove(&rust_name)) else {
            bail!("typify wrote no `{rust_name}`");
        };
        shapes.push(Shape {
            of,
            view: *view,
            item,
            impls: Vec::new(),
        });
    }
    if let Some(name) = declared.keys().next() {
        bail!("typify wrote `{name}`, which the spec does not have");
    }
    Ok(shapes)
}
