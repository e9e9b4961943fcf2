//! The clients pass on the features of the core, and every feature compiles alone.

use std::path::Path;
use std::process::Command;

use xtask::features::{BULK, CLIENTS, all, check, of};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Features of one client alone.
const OWN: [&str; 2] = ["preflight", "xml"];

/// Features that compile C for minutes or need a library of the system.
const HEAVY: [&str; 2] = ["native-tls", "rustls-aws-lc"];

/// Returns the names of the packages that `package` depends on with these features alone.
fn dependencies(package: &str, features: &str) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .current_dir(root())
        .args(["tree", "--quiet", "--locked", "--no-default-features"])
        .args(["--edges=normal", "--prefix=none", "--format={p}"])
        .args(["--package", package, "--features", features])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let lines = String::from_utf8(output.stdout).unwrap();
    let names = lines.lines().filter_map(|line| line.split(' ').next());
    names.map(str::to_owned).collect()
}

#[test]
fn both_clients_pass_on_every_feature_of_the_core() {
    let [core, clients @ ..] = CLIENTS;
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
        let names = dependencies("partner-client", features);
        assert!(names.iter().any(|name| name == "reqwest"), "{names:?}");
        ["quick-xml", "regex"].map(|heavy| names.iter().any(|name| name == heavy))
    };
    assert_eq!(with("rustls-ring"), [false, false]);
    assert_eq!(with("rustls-ring,xml"), [true, false]);
    assert_eq!(with("rustls-ring,preflight"), [false, true]);
}

#[test]
fn docs_of_each_package_list_every_feature() {
    for package in CLIENTS.into_iter().chain([BULK]) {
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
    let mut features = all(root(), &CLIENTS).unwrap();
    features.retain(|name| !HEAVY.contains(&name.as_str()));
    check(root(), &CLIENTS, &features).unwrap();
}

#[test]
fn bulk_library_compiles_with_each_feature_alone() {
    let features = all(root(), &[BULK]).unwrap();
    assert_eq!(features, ["input", "postgres", "report", "rustls-ring"]);
    check(root(), &[BULK], &features).unwrap();
}
