//! Runs typify on a lowered spec.

use anyhow::{Context, Result};
use typify::{TypeSpace, TypeSpaceSettings};

use super::lower;
use super::manifest::{Role, Target};
use super::spec::Spec;
use super::views::{self, View};

/// Returns the Rust types that typify generates from the lowered spec.
///
/// # Errors
///
/// If typify refuses the lowered spec.
pub fn typify(target: &Target, spec: &Spec) -> Result<syn::File> {
    let updates = views::reachable(spec, &target.roots, Role::Write, View::Update);
    let schema = serde_json::from_value(lower::lower(spec, &updates))?;
    let mut settings = TypeSpaceSettings::default();
    settings
        .with_map_type("::std::collections::BTreeMap")
        .with_derive("PartialEq".to_owned());
    for (name, module) in &spec.imports {
        settings.with_replacement(name, format!("super::{module}::{name}"), std::iter::empty());
    }
    let mut types = TypeSpace::new(&settings);
    types
        .add_root_schema(schema)
        .with_context(|| format!("typify on {}", spec.file))?;
    Ok(syn::parse2(types.to_stream())?)
}

/// Returns the types in reading order: each root followed by the types of its members, then types
/// that no root reaches, then the updates.
pub fn order(target: &Target, spec: &Spec) -> Vec<(String, View)> {
    let reachable = |role, view| views::reachable(spec, &target.roots, role, view);
    let read = [Role::Both, Role::Read].map(|role| reachable(role, View::Read));
    let read = read.concat().into_iter().chain(spec.types.keys().cloned());
    let mut order = Vec::new();
    for name in read {
        if !order.contains(&(name.clone(), View::Read)) {
            order.push((name, View::Read));
        }
    }
    let updates = reachable(Role::Write, View::Update);
    order.extend(updates.into_iter().map(|name| (name, View::Update)));
    order
}
