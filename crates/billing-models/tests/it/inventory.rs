//! No type is forgotten and none is invented, neither in the models nor in these tests.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::models::MODELS;
use crate::support::spec::{Kind, Type, published, types};

fn names<'t>(types: impl Iterator<Item = &'t Type>) -> BTreeSet<(String, String)> {
    types
        .map(|of| (of.module.clone(), of.name.clone()))
        .collect()
}

#[test]
fn every_type_of_the_specs_is_tested_and_no_other() {
    let models = MODELS.iter();
    let tested: BTreeSet<_> = models
        .map(|model| (model.module.to_owned(), model.name.to_owned()))
        .collect();
    assert_eq!(tested, names(types().iter()));
    assert_eq!(
        (MODELS.len(), types().len()),
        (tested.len(), tested.len()),
        "none is there twice"
    );
}

#[test]
fn the_models_have_no_type_that_the_specs_do_not_have() {
    let mut public = BTreeSet::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/generated");
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let module = path.file_stem().unwrap().to_str().unwrap().to_owned();
        for line in fs::read_to_string(&path).unwrap().lines() {
            let words: Vec<_> = line.split_whitespace().collect();
            if let [
                "pub",
                "struct" | "enum" | "type" | "union" | "trait",
                name,
                ..,
            ] = words[..]
            {
                public.insert((module.clone(), name.to_owned()));
            }
        }
    }
    assert_eq!(public, names(published()));
}

/// If the tests misread a spec, every other test would be content with less.
#[test]
fn the_specs_are_read_to_the_last_member_and_value() {
    let count = |module: &str, size: fn(&Kind) -> Option<usize>| {
        let of_module = types().iter().filter(|of| of.module == module);
        let sizes: Vec<_> = of_module.filter_map(|of| size(&of.kind)).collect();
        (sizes.len(), sizes.iter().sum::<usize>())
    };
    let objects = |kind: &Kind| match kind {
        Kind::Object(members) => Some(members.len()),
        _ => None,
    };
    let updates = |kind: &Kind| match kind {
        Kind::Update { writable, .. } => Some(writable.len()),
        _ => None,
    };
    let enums = |kind: &Kind| match kind {
        Kind::OpenEnum(values) => Some(values.len()),
        _ => None,
    };
    let partner = "partner_v1";
    assert_eq!(count(partner, objects), (6, 36));
    assert_eq!(count(partner, updates), (0, 0));
    assert_eq!(count(partner, enums), (0, 0));
    assert_eq!(count("partner_v1_customer", objects), (2, 16));
    assert_eq!(count("partner_v1_customer", enums), (1, 5));
    assert_eq!(count("partner_v1_customers", objects), (1, 4));
    assert_eq!(count("partner_v1_address_validation", objects), (1, 4));
    assert_eq!(count("partner_v1_address_validation", enums), (1, 8));
    assert_eq!(count("partner_v1_country_rules", objects), (1, 18));
    // Eight of the fourteen types of the page are objects, and it writes two more into them.
    let arm = "arm_v2019_10_01_preview";
    assert_eq!(count(arm, objects), (10, 48));
    assert_eq!(count(arm, updates), (6, 20));
    assert_eq!(count(arm, enums), (6, 17));
    // Forms that no spec of today has.
    assert_eq!(count("kinds", objects), (2, 11));
    assert_eq!(count("kinds", updates), (2, 11));
    assert_eq!(count("nullable", objects), (2, 4));
    assert_eq!(count("open_enum", enums), (2, 5));
}
