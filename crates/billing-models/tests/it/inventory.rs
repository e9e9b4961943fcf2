//! The models and these tests have each type of the specs, and no others.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::inventory::COUNTS;
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

/// If the tests misread a spec, all other tests would check less. The generator, whose reader is
/// another one, has counted, too.
/// Returns how many members or values a type has, if it is of the form that is counted.
type Size = fn(&Kind) -> Option<usize>;

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
    let published = COUNTS.iter().flat_map(|(module, [read, update, open])| {
        [
            (*module, "objects", objects as Size, *read),
            (module, "updates", updates, *update),
            (module, "enums", enums, *open),
        ]
    });
    let forms: [(_, _, Size, _); 6] = [
        // Forms that no present spec has.
        ("client_names", "objects", objects, (1, 9)),
        ("client_names", "enums", enums, (1, 7)),
        ("kinds", "objects", objects, (2, 11)),
        ("kinds", "updates", updates, (2, 11)),
        ("nullable", "objects", objects, (2, 4)),
        ("open_enum", "enums", enums, (2, 5)),
    ];
    for (module, of, size, expected) in published.chain(forms) {
        assert_eq!(
            count(module, size),
            expected,
            "{of} of {module}, and the members or values in them, as the generator counts them"
        );
    }
}
