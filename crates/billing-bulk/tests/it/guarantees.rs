//! The table of guarantees in the crate's documentation.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Returns the source files below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
    files
}

#[test]
fn each_guarantee_names_tests_that_exist() {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(crate_folder.join("src/guarantees.md")).unwrap();
    let mut tests = HashSet::new();
    for file in sources(&crate_folder.join("tests/it")) {
        let source = fs::read_to_string(file).unwrap();
        let names = source.split("fn ").skip(1);
        tests.extend(names.filter_map(|it| it.split_once("()").map(|(name, _)| name.to_owned())));
    }
    let named: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_digit()))
        .filter_map(|line| line.split('`').nth(1))
        .collect();
    for name in &named {
        assert!(tests.contains(*name), "{name}");
    }
    for number in 1..=named.len() {
        assert!(text.contains(&format!("[{number}]: #tests")), "{number}");
        assert!(
            text.matches(&format!("[{number}]")).count() > 1,
            "{number} is not used"
        );
    }
}
