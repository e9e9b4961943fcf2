//! The features of the clients are those of the core, and compile one by one.

use std::path::Path;

use xtask::features::{PACKAGES, check, light, of};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

#[test]
fn both_clients_hand_on_every_feature_of_the_core() {
    let [core, clients @ ..] = PACKAGES;
    let features = of(root(), core).unwrap();
    assert!(features.len() > 3, "{features:?}");
    for client in clients {
        assert_eq!(of(root(), client).unwrap(), features, "{client}");
    }
}

#[test]
fn the_docs_of_all_three_name_every_feature() {
    for package in PACKAGES {
        let lib = root().join("crates").join(package).join("src/lib.rs");
        let text = std::fs::read_to_string(lib).unwrap();
        let section = text.split_once("//! # Features").unwrap().1;
        for feature in of(root(), package).unwrap() {
            assert!(
                section.contains(&format!("`{feature}`")),
                "{package}: {feature}"
            );
        }
    }
}

/// The others take minutes or a library of the system: `cargo xtask features` checks them too.
#[test]
fn the_clients_compile_with_no_feature_and_with_each_light_one_alone() {
    check(root(), &light(root()).unwrap()).unwrap();
}
