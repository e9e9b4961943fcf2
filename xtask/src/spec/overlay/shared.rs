//! Types that another spec of the same folder defines: one definition for both specs.

use std::collections::BTreeSet;

use super::rename::rename_shapes;
use crate::spec::api::{Api, Enum, Shape, TypeKind};
use crate::spec::emit::held;

/// Refers to the types of `other`, the spec of this file name, instead of defining types of the
/// same name. Types that only those needed are removed.
///
/// # Errors
///
/// What differs between two types of the same name, or that there is none.
pub(super) fn refer_to_types(api: &mut Api, other: &Api, file: &str) -> Result<(), String> {
    let names = api.types.keys();
    let shared = names.filter(|name| other.types.contains_key(*name));
    let shared: Vec<_> = shared.cloned().collect();
    if shared.is_empty() {
        return Err(format!("{file} has no type of this document"));
    }
    for name in &shared {
        let mut pairs = vec![(name.clone(), name.clone())];
        if !is_same_type(api, other, &mut pairs, name, name) {
            return Err(format!("`{name}` is another type in {file}"));
        }
    }
    let before = held(api);
    for name in &shared {
        rename_shapes(api, name, &format!("{file}#/definitions/{name}"));
        api.types.remove(name);
    }
    loop {
        let now = held(api);
        let count = api.types.len();
        api.types
            .retain(|name, _| now.contains(name) || !before.contains(name));
        if api.types.len() == count {
            return Ok(());
        }
    }
}

/// Returns whether two types have the same members or values. `pairs` are being compared already.
fn is_same_type(
    api: &Api,
    other: &Api,
    pairs: &mut Vec<(String, String)>,
    one: &str,
    two: &str,
) -> bool {
    let kinds = api.types.get(one).zip(other.types.get(two));
    match kinds.map(|(one, two)| (&one.kind, &two.kind)) {
        Some((TypeKind::Object(one), TypeKind::Object(two))) => {
            one.members.len() == two.members.len()
                && one.members.iter().all(|member| {
                    let mut members = two.members.iter();
                    let twin = members.find(|other| other.name == member.name);
                    twin.is_some_and(|twin| {
                        is_same_shape(api, other, pairs, &member.shape, &twin.shape)
                    })
                })
        }
        Some((TypeKind::Enum(one), TypeKind::Enum(two))) => {
            let values = |of: &Enum| -> BTreeSet<_> {
                of.values.iter().map(|value| value.value.clone()).collect()
            };
            one.open == two.open && values(one) == values(two)
        }
        _ => false,
    }
}

fn is_same_shape(
    api: &Api,
    other: &Api,
    pairs: &mut Vec<(String, String)>,
    one: &Shape,
    two: &Shape,
) -> bool {
    match (one, two) {
        (Shape::Named(one), Shape::Named(two)) => {
            let pair = (one.clone(), two.clone());
            if pairs.contains(&pair) {
                return true;
            }
            pairs.push(pair);
            is_same_type(api, other, pairs, one, two)
        }
        (Shape::Array(one), Shape::Array(two)) | (Shape::Map(one), Shape::Map(two)) => {
            is_same_shape(api, other, pairs, one, two)
        }
        _ => one == two,
    }
}
