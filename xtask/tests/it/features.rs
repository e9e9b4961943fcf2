//! The clients pass on the features of the core, and every feature compiles alone.

use std::path::Path;

use xtask::features::{PACKAGES, check, dependencies, light, of};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Features of one client alone.
const OWN: [&str; 2] = ["preflight", "xml"];

#[test]
fn both_clients_pass_on_every_feature_of_the_core() {
    let [core, clients @ ..] = PACKAGES;
    let features = of(root(), core).unwrap();
    assert!(features.len() > 3, "{features:?}");
    for client in clients {
        let mut passed_on = of(root(), client).unwrap();
        passed_on.retain(|name| !OWN.contains(&name.as_str()));
        assert_eq!(passed_on, features, "{client}");
    }
}

#[test]
fn lean_client_has_neither_an_xml_parser_nor_regex() {
    let with = |features: &str| {
        let names = dependencies(root(), "partner-client", features).unwrap();
        assert!(names.iter().any(|name| name == "reqwest"), "{names:?}");
        ["quick-xml", "regex"].map(|heavy| names.iter().any(|name| name == heavy))
    };
    assert_eq!(with("rustls-ring"), [false, false]);
    assert_eq!(with("rustls-ring,xml"), [true, false]);
    assert_eq!(with("rustls-ring,preflight"), [false, true]);
}

#[test]
fn docs_of_all_three_packages_list_every_feature() {
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

/// `cargo xtask features` also checks the features that take minutes or a system library.
#[test]
fn clients_compile_with_no_feature_and_each_light_one_alone() {
    check(root(), &light(root()).unwrap()).unwrap();
}
