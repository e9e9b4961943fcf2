//! Importing the documents gives the specs, without the words of the documents.
//!
//! The documents are not part of the repository: a test is skipped without the folder that
//! `BILLING_UPSTREAM` names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use similar::TextDiff;
use xtask::codegen::manifest::{self, Target};
use xtask::spec::import::{Import, spec};
use xtask::spec::overlay::Overlay;

use super::upstream::root;

const SEED: &str = "arm-billing/2019-10-01-preview/billing-profile.json";

fn specs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&read(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the specs of documents, each with the path of its document below a folder.
fn targets() -> Vec<(Target, String)> {
    let targets = manifest::read(&specs()).unwrap().into_iter();
    targets
        .filter_map(|target| target.document.clone().map(|document| (target, document)))
        .collect()
}

#[test]
fn a_document_and_its_overlay_give_the_spec() {
    let Some(root) = root() else { return };
    let sources = read(&specs().join("sources.toml"));
    for (target, document) in targets() {
        let import = Import {
            document: root.join(document),
            operations: target.operations,
            allow: target.omitted,
            ..Import::default()
        };
        let path = specs().join(&target.file).with_extension("overlay.toml");
        let overlay = Overlay::read(&path, "overlay.toml").unwrap();
        let imported = spec(&import, &overlay, &target.file, &specs());
        let imported = imported.unwrap_or_else(|error| panic!("{}:\n{error}", target.file));

        let expected = read(&specs().join(&target.file));
        if expected != imported.spec {
            let diff = TextDiff::from_lines(&expected, &imported.spec);
            panic!("{}:\n{}", target.file, diff.unified_diff());
        }
        assert!(imported.without_words.is_empty(), "{}", target.file);
        let provenance = imported.provenance.in_manifest(&sources, &target.file);
        assert_eq!(provenance.unwrap().as_deref(), Some(&*sources));
    }
}

/// The page does not say which members are read-only; the document of its version does.
#[test]
fn the_read_only_marks_of_the_page_are_those_of_its_document() {
    let Some(root) = root() else { return };
    let file = "specification/billing/resource-manager/Microsoft.Billing/\
                preview/2019-10-01-preview/billing.json";
    let import = Import {
        document: root.join(file),
        operations: vec!["BillingProfiles_Update".to_owned()],
        ..Import::default()
    };
    let imported = spec(&import, &Overlay::default(), SEED, &specs()).unwrap();
    let document = read_only(&serde_json::from_str(&imported.spec).unwrap());
    let ours = read_only(&json(&specs().join(SEED)));
    let only = |one: &BTreeSet<String>, other: &BTreeSet<String>| -> Vec<String> {
        one.difference(other).cloned().collect()
    };
    assert_eq!(only(&document, &ours), Vec::<String>::new());
    // Members of a read-only object are not written either.
    assert_eq!(
        only(&ours, &document),
        [
            "ErrorSubDetails.code",
            "ErrorSubDetails.message",
            "ErrorSubDetails.target",
            "IndirectRelationshipInfo.billingAccountName",
            "IndirectRelationshipInfo.billingProfileName",
            "IndirectRelationshipInfo.displayName",
        ]
    );
}

/// Returns the read-only members of a spec, as `Type.member`.
fn read_only(spec: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (name, of_type) in entries(&spec["definitions"]) {
        add_read_only(name, of_type, &mut found);
    }
    found
}

fn add_read_only(name: &str, of_type: &Value, into: &mut BTreeSet<String>) {
    for (member, schema) in entries(&of_type["properties"]) {
        if schema["readOnly"] == true {
            into.insert(format!("{name}.{member}"));
        }
        if let Some(title) = schema["title"].as_str() {
            add_read_only(title, schema, into);
        }
    }
}

/// Up to three words, such as "Resource Id.", can be equal by chance. Those of the seed page are
/// allowed for the member that the page describes with them.
#[test]
fn no_words_of_a_document_are_in_a_spec() {
    let Some(root) = root() else { return };
    let mut seed = BTreeMap::new();
    descriptions(&json(&specs().join(SEED)), &mut seed);
    let mut copied = Vec::new();
    for (target, document) in targets() {
        let mut theirs = BTreeSet::new();
        let others = target.refers_to.iter().map(|other| other.document.clone());
        for file in others.chain([document]) {
            strings(&json(&root.join(file)), &mut theirs);
        }
        assert!(theirs.len() > 20, "{}: {}", target.file, theirs.len());
        let mut ours = BTreeMap::new();
        descriptions(&json(&specs().join(&target.file)), &mut ours);
        for (place, words) in ours {
            let of_page = seed.get(&place) == Some(&words);
            for sentence in sentences(&words).filter(|one| !of_page && theirs.contains(one)) {
                copied.push(format!("{}: {place}: {sentence}", target.file));
            }
        }
    }
    assert!(copied.is_empty(), "{}", copied.join("\n"));
}

/// Returns the sentences of more than three words, in small letters without punctuation.
fn sentences(text: &str) -> impl Iterator<Item = String> {
    let words = |sentence: &str| {
        let words = sentence.split(|sign: char| !sign.is_alphanumeric());
        let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
        (words.len() > 3).then(|| words.join(" ").to_lowercase())
    };
    text.split(". ").filter_map(words)
}

/// Adds the sentences of all strings of a document.
fn strings(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(entries) => entries.values().for_each(|value| strings(value, into)),
        Value::Array(items) => items.iter().for_each(|value| strings(value, into)),
        Value::String(text) => into.extend(sentences(text)),
        _ => {}
    }
}

/// Adds the descriptions of a spec, by type and member, and by parameter.
fn descriptions(spec: &Value, into: &mut BTreeMap<String, String>) {
    for (name, of_type) in entries(&spec["definitions"]) {
        add_type(name, of_type, into);
    }
    let operations = entries(&spec["x-operations"]);
    let named = operations.map(|(id, operation)| (id.as_str(), operation));
    for (id, operation) in named.chain(spec.get("x-operation").map(|one| ("", one))) {
        for list in ["parameters", "headers", "responses"] {
            for item in operation[list].as_array().into_iter().flatten() {
                let key = if item["in"].is_string() { "" } else { id };
                let name = format!("{key} {list} {}", item["name"].as_str().unwrap());
                add(&name, item, into);
            }
        }
        add(id, operation, into);
    }
}

fn add_type(name: &str, of_type: &Value, into: &mut BTreeMap<String, String>) {
    add(name, of_type, into);
    for (member, schema) in entries(&of_type["properties"]) {
        add(&format!("{name}.{member}"), schema, into);
        if let Some(title) = schema["title"].as_str() {
            add_type(title, schema, into);
        }
    }
}

fn add(place: &str, schema: &Value, into: &mut BTreeMap<String, String>) {
    if let Some(words) = schema["description"].as_str() {
        into.insert(place.to_owned(), words.to_owned());
    }
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
