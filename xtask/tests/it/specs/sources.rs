//! `specs/sources.toml` and the files beside it agree.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{PAIRS, read, read_page, read_spec, specs};
use crate::spec::pages::PAGES;

#[test]
fn specs_and_entries_of_sources_toml_match_one_to_one() {
    let root = specs();
    let files = json_files(&root);
    let entries: Vec<String> = sources()
        .iter()
        .map(|source| text(source, "file"))
        .collect();
    let listed: BTreeSet<String> = entries.iter().cloned().collect();
    assert_eq!(
        listed.len(),
        entries.len(),
        "sources.toml lists a file twice: {entries:?}"
    );
    assert_eq!(
        files, listed,
        "the files under specs/ and the entries of sources.toml"
    );
}

#[test]
fn entries_of_sources_toml_agree_with_spec_and_page() {
    let mut modules = BTreeSet::new();
    for source in sources() {
        let file = text(&source, "file");
        let spec = read_spec(&file);
        assert_eq!(
            spec["$schema"], "http://json-schema.org/draft-07/schema#",
            "{file}"
        );
        assert_eq!(spec["$id"], file.as_str());
        assert_eq!(spec["title"], source["page"], "{file}");
        assert!(
            file.contains(&format!("/{}/", text(&source, "api_version"))),
            "{file}"
        );
        assert!(!text(&source, "service").is_empty(), "{file}");
        assert!(
            modules.insert(text(&source, "module")),
            "{file}: two specs write one module"
        );

        let retrieved = text(&source, "retrieved");
        let date: Vec<usize> = retrieved
            .split('-')
            .filter(|part| part.parse::<u16>().is_ok())
            .map(str::len)
            .collect();
        assert!(
            date == [4, 2] || date == [4, 2, 2],
            "{file}: retrieved = {retrieved:?} is not YYYY-MM[-DD]"
        );

        let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if let Some(sum) = source.get("page_sha256").and_then(Value::as_str) {
            assert!(
                sum.len() == 64 && sum.bytes().all(is_hex),
                "{file}: page_sha256 = {sum:?} is not 64 hex digits"
            );
        } else if source.get("document").is_none() {
            let kept = text(&source, "page_source");
            let commit = kept
                .split_once(" at ")
                .and_then(|(_, at)| at.split_once(", "));
            assert!(
                commit.is_some_and(|(commit, path)| commit.len() >= 7
                    && commit.bytes().all(is_hex)
                    && path.ends_with(".md")),
                "{file}: page_source = {kept:?} is not \"owner/repository at commit, path.md\""
            );
        }

        let roots = source["roots"].as_array().unwrap();
        assert!(!roots.is_empty(), "{file}: no roots");
        for root in roots {
            let (root, role) = (text(root, "type"), text(root, "role"));
            assert!(
                spec["definitions"].get(&root).is_some(),
                "{file}: the root {root} is not defined"
            );
            assert!(
                ["read", "write", "both"].contains(&role.as_str()),
                "{file}: {root} has the role {role:?}"
            );
        }
    }
}

#[test]
fn every_spec_is_compared_with_where_it_comes_from() {
    for source in sources() {
        let file = text(&source, "file");
        let is_in = |key| source.get(key).is_some();
        if is_in("document") {
            // `spec::upstream` imports every document that sources.toml names.
        } else if is_in("page_sha256") {
            assert!(
                PAGES.iter().any(|(spec, _)| *spec == file),
                "add {file} to PAGES of tests/it/spec/pages.rs"
            );
        } else {
            let Some((_, page)) = PAIRS.iter().find(|(spec, _)| *spec == file) else {
                panic!("write the page of {file} down under tests/pages and add both to PAIRS")
            };
            assert_eq!(
                source.get("page_source"),
                read_page(page).get("page_source"),
                "{file} was made from another text than tests/pages/{page}"
            );
        }
    }
}

fn sources() -> Vec<Value> {
    let sources: Value = toml::from_str(&read(&specs().join("sources.toml"))).unwrap();
    sources["spec"].as_array().unwrap().clone()
}

fn text(table: &Value, key: &str) -> String {
    table[key]
        .as_str()
        .unwrap_or_else(|| panic!("sources.toml: no text `{key}` in {table}"))
        .to_owned()
}

/// Paths of the JSON files under `root`, relative to it, with `/` on every system.
fn json_files(root: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                let parts = path
                    .strip_prefix(root)
                    .unwrap()
                    .iter()
                    .map(|part| part.to_str().unwrap());
                found.insert(parts.collect::<Vec<_>>().join("/"));
            }
        }
    }
    found
}
