//! Keeps typify's declarations and drops the rest.
//!
//! typify adds conversions, `Default`, `Display` and an error module, most of which derives express
//! in less code. A reviewer should see types. Fields are sorted by their names on the wire, as the
//! passes expect; typify sorts them by their names in Rust.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use crate::codegen::module::{GeneratedType, Item};
use crate::codegen::names;
use crate::codegen::problem::{Problem, Problems};
use crate::codegen::spec::{Member, Spec, Type, TypeKind};
use crate::codegen::views::{self, View};

/// Finds the declarations of the types and updates in `order`.
pub fn collect<'s>(
    file: syn::File,
    spec: &'s Spec,
    order: &[(String, View)],
) -> Result<Vec<GeneratedType<'s>>> {
    let mut declared = BTreeMap::new();
    for item in file.items {
        let (name, item) = match item {
            syn::Item::Struct(item) => (item.ident.to_string(), Item::Struct(item)),
            syn::Item::Enum(item) => (item.ident.to_string(), Item::Enum(item)),
            syn::Item::Impl(_) | syn::Item::Mod(_) => continue,
            other => bail!("typify wrote an item of an unexpected kind: {other:?}"),
        };
        declared.insert(name, item);
    }
    let mut shapes = Vec::new();
    for (name, view) in order {
        let rust_name = views::type_name(spec, name, *view);
        let (Some(of), Some(item)) = (spec.types.get(name), declared.remove(&rust_name)) else {
            bail!("typify wrote no `{rust_name}`");
        };
        let item = match item {
            Item::Struct(mut item) => {
                let members: Vec<_> = views::members(spec, name, *view).collect();
                sort_fields(&mut item, spec, &members)?;
                Item::Struct(item)
            }
            Item::Enum(item) => {
                check_variants(&item, spec, of)?;
                Item::Enum(item)
            }
        };
        shapes.push(GeneratedType {
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

/// Checks that typify wrote the values in order, with the names that were checked for collisions.
fn check_variants(item: &syn::ItemEnum, spec: &Spec, of: &Type) -> Result<()> {
    let TypeKind::OpenEnum(values) = &of.kind else {
        bail!("typify made an enum of {}", of.pointer);
    };
    if item.variants.len() != values.len() {
        bail!(
            "`{}` has {} variants for {} values",
            item.ident,
            item.variants.len(),
            values.len()
        );
    }
    for (variant, value) in item.variants.iter().zip(values) {
        check_name(
            &variant.ident,
            &names::variant_name(value.named()),
            spec,
            &of.pointer,
        )?;
    }
    Ok(())
}

/// Checks that a name is the one that was checked for collisions, except for a `_` after a keyword.
fn check_name(found: &syn::Ident, expected: &str, spec: &Spec, pointer: &str) -> Result<()> {
    let found = found.to_string();
    if found.strip_suffix('_').unwrap_or(&found) == expected {
        return Ok(());
    }
    let problem = Problem::new(
        &spec.file,
        pointer,
        format!("typify calls `{found}` what was checked as `{expected}`"),
        "convert names in xtask/src/codegen/names.rs as typify does, or remove the name from the spec",
    );
    Err(Problems(vec![problem]).into())
}

/// Sorts the fields in the order of `members`; the map of unknown members comes last.
fn sort_fields(item: &mut syn::ItemStruct, spec: &Spec, members: &[&Member]) -> Result<()> {
    let syn::Fields::Named(fields) = &mut item.fields else {
        return Ok(());
    };
    let mut found = BTreeMap::new();
    let mut rest = Vec::new();
    for field in std::mem::take(&mut fields.named) {
        if super::object::is_map(&field) {
            rest.push(field);
        } else {
            found.insert(wire_name(&field)?, field);
        }
    }
    for member in members {
        let Some(field) = found.remove(member.named()) else {
            bail!("typify wrote no field for {}", member.pointer)
        };
        if let Some(ident) = &field.ident {
            check_name(
                ident,
                &names::field_name(member.named()),
                spec,
                &member.pointer,
            )?;
        }
        fields.named.push(field);
    }
    if let Some(name) = found.keys().next() {
        bail!("typify wrote a field for `{name}`, which the spec does not have");
    }
    fields.named.extend(rest);
    Ok(())
}

/// Returns the name of a field on the wire.
fn wire_name(field: &syn::Field) -> Result<String> {
    let mut name = field
        .ident
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    for attribute in field
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                name = meta.value()?.parse::<syn::LitStr>()?.value();
            } else if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<syn::Lit>()?;
            }
            Ok(())
        })?;
    }
    Ok(name)
}
