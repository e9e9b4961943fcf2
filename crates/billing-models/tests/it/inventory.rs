//! The models and these tests have each type of the specs, and no others.

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

/// If the tests misread a spec, all other tests would check less.
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
    let (partner, arm) = ("partner_v1", "arm_v2019_10_01_preview");
    for (module, of, size, expected) in [
        (
            partner,
            "objects",
            objects as fn(&Kind) -> Option<usize>,
            (6, 36),
        ),
        (partner, "updates", updates, (0, 0)),
        (partner, "enums", enums, (0, 0)),
        ("partner_v1_customer", "objects", objects, (2, 16)),
        ("partner_v1_customer", "enums", enums, (1, 5)),
        ("partner_v1_customers", "objects", objects, (1, 4)),
        ("partner_v1_address_validation", "objects", objects, (1, 4)),
        ("partner_v1_address_validation", "enums", enums, (1, 8)),
        ("partner_v1_country_rules", "objects", objects, (1, 18)),
        // Eight of the fourteen types of the page are objects, and it writes two more into them.
        (arm, "objects", objects, (10, 48)),
        (arm, "updates", updates, (6, 20)),
        (arm, "enums", enums, (6, 17)),
        // Forms that no present spec has.
        ("client_names", "objects", objects, (1, 9)),
        ("client_names", "enums", enums, (1, 7)),
        ("kinds", "objects", objects, (2, 11)),
        ("kinds", "updates", updates, (2, 11)),
        ("nullable", "objects", objects, (2, 4)),
        ("open_enum", "enums", enums, (2, 5)),
    ] {
        assert_eq!(
            count(module, size),
            expected,
            "{of} of {module}, and the members or values in them. If one came or went, write the new numbers here, and go \
             on with specs/README.md, \"A new member or value\""
        );
    }
}
