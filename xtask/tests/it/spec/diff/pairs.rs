//! The hand-graded pairs of documents, in `xtask/test_data/diff`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use xtask::spec::diff::change::{Change, Severity};
use xtask::spec::diff::report::Report;
use xtask::spec::diff::{self, Arguments, rules, rules_table};

#[derive(Deserialize)]
struct Pairs {
    pair: Vec<Pair>,
}

#[derive(Clone, Deserialize)]
struct Pair {
    name: String,
    because: String,
    /// The older document.
    #[serde(default = "base_name")]
    base: String,
    #[serde(default)]
    set: Vec<Set>,
    #[serde(default)]
    remove: Vec<String>,
    lines: Vec<String>,
}

#[derive(Clone, Deserialize)]
struct Set {
    at: String,
    to: Value,
}

pub(super) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("test_data/diff")
}

fn base_name() -> String {
    "base.json".to_owned()
}

fn pairs() -> Vec<Pair> {
    let text = fs::read_to_string(folder().join("pairs.toml")).unwrap();
    let pairs: Pairs = toml::from_str(&text).unwrap();
    pairs.pair
}

impl Pair {
    fn base(&self) -> Value {
        let text = fs::read_to_string(folder().join(&self.base)).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// Returns the newer document. A text that begins with `@` is a copy of the value there.
    fn newer(&self) -> Value {
        let (base, mut newer) = (self.base(), self.base());
        for Set { at, to } in &self.set {
            let to = match to.as_str().and_then(|to| to.strip_prefix('@')) {
                Some(from) => base.pointer(from).unwrap().clone(),
                None => to.clone(),
            };
            set(&mut newer, at, to);
        }
        for at in &self.remove {
            remove(&mut newer, at);
        }
        newer
    }

    fn report(&self, words: bool) -> Report {
        self.report_of(&[], words)
    }

    /// Compares these operations, or all if there is none.
    fn report_of(&self, operations: &[&str], words: bool) -> Report {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a.json"), folder.path().join("b.json"));
        fs::write(&a, self.base().to_string()).unwrap();
        fs::write(&b, self.newer().to_string()).unwrap();
        let arguments = Arguments {
            a: Some(a),
            b: Some(b),
            words,
            operations: operations.iter().map(|id| (*id).to_owned()).collect(),
            ..Arguments::default()
        };
        diff::report(folder.path(), &arguments)
            .unwrap_or_else(|error| panic!("{}: {error:#}", self.name))
    }
}

fn steps(at: &str) -> (String, String) {
    let (parent, last) = at.rsplit_once('/').unwrap();
    (
        parent.to_owned(),
        last.replace("~1", "/").replace("~0", "~"),
    )
}

pub(super) fn set(document: &mut Value, at: &str, to: Value) {
    let (parent, last) = steps(at);
    match document.pointer_mut(&parent) {
        Some(Value::Object(members)) => {
            members.insert(last, to);
        }
        Some(Value::Array(items)) => {
            let index: usize = last.parse().unwrap();
            items.truncate(items.len().max(index));
            if index == items.len() {
                items.push(to);
            } else {
                items[index] = to;
            }
        }
        _ => panic!("there is nothing at {parent}"),
    }
}

pub(super) fn remove(document: &mut Value, at: &str) {
    let (parent, last) = steps(at);
    match document.pointer_mut(&parent) {
        Some(Value::Object(members)) => {
            members
                .remove(&last)
                .unwrap_or_else(|| panic!("there is no {at}"));
        }
        Some(Value::Array(items)) => {
            items.remove(last.parse().unwrap());
        }
        _ => panic!("there is nothing at {parent}"),
    }
}

/// Returns a change in the form of the table.
pub(super) fn line(change: &Change) -> String {
    let word = |severity| match severity {
        Severity::None => "none",
        Severity::Additive => "additive",
        Severity::Breaking => "breaking",
    };
    let aspect = serde_json::to_value(change.aspect).unwrap();
    let subject = match (&change.of_type, &change.member) {
        (Some(of_type), Some(member)) => format!("{of_type}.{member}"),
        (Some(of_type), None) => of_type.clone(),
        (None, member) => format!(":{}", member.as_deref().unwrap_or_default()),
    };
    let severity = change.severity;
    format!(
        "{} {} {subject} {}{} {} {}",
        change.rule,
        aspect.as_str().unwrap(),
        word(severity.readers),
        if change.softened { "*" } else { "" },
        word(severity.writers),
        word(severity.rust)
    )
}

#[test]
fn every_pair_has_the_lines_that_were_graded_by_hand() {
    let mut wrong = String::new();
    let pairs = pairs();
    for pair in &pairs {
        let mut expected = pair.lines.clone();
        let mut found: Vec<_> = pair.report(false).changes.iter().map(line).collect();
        expected.sort();
        found.sort();
        if found != expected {
            let (name, because) = (&pair.name, &pair.because);
            wrong.push_str(&format!(
                "{name} ({because})\n  expected {expected:#?}\n  found {found:#?}\n"
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(pairs.len() >= 60, "{}", pairs.len());
}

#[test]
fn every_rule_has_a_pair_or_a_reason_why_not() {
    // Marks of our own specs, which Swagger does not have; the mutations of specs find them.
    let elsewhere = ["personal-changed", "definition-added"];
    let mut graded: BTreeSet<String> = elsewhere.map(str::to_owned).into();
    for pair in pairs() {
        let rule = |line: &String| line.split(' ').next().unwrap().to_owned();
        graded.extend(pair.lines.iter().map(rule));
        if pair.name == "words" {
            graded.extend(
                pair.report(true)
                    .changes
                    .iter()
                    .map(|one| one.rule.to_owned()),
            );
        }
    }
    let missing: Vec<_> = rules::ALL
        .iter()
        .filter(|rule| !graded.contains(rule.id))
        .map(|rule| rule.id)
        .collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn the_table_of_rules_is_that_of_the_documentation() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/spec-diff.md");
    let text = fs::read_to_string(path).unwrap();
    assert!(
        text.contains(&rules_table::table()),
        "put the output of `cargo xtask spec diff --rules` into docs/spec-diff.md"
    );
}

#[test]
fn every_report_matches_the_json_schema() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/spec-diff.schema.json");
    let schema = fs::read_to_string(path).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    for pair in pairs() {
        let json = pair.report(true).to_json().unwrap();
        let json: Value = serde_json::from_str(&json).unwrap();
        let errors: Vec<_> = schema
            .iter_errors(&json)
            .map(|one| one.to_string())
            .collect();
        assert_eq!(errors, [""; 0], "{}", pair.name);
    }
}

#[test]
fn a_guessed_rename_stays_two_lines_that_name_each_other() {
    let pairs = pairs();
    let renamed = pairs
        .iter()
        .find(|pair| pair.name == "member renamed")
        .unwrap();
    let report = renamed.report(false);
    let guesses: Vec<_> = report
        .changes
        .iter()
        .map(|change| serde_json::to_string(&change.rename_guess).unwrap())
        .collect();
    assert_eq!(
        guesses,
        [
            r#"{"to":"billTo","why":"same type, only candidate"}"#,
            r#"{"from":"address","why":"same type, only candidate"}"#
        ]
    );
    let removed = &report.changes[0];
    assert_eq!(removed.wire.as_deref(), Some("properties.address"));
    assert_eq!(
        removed.rust.before.as_deref(),
        Some("v2024_01_01::ThingProperties::address")
    );
    let operations: Vec<_> = removed.operations.iter().collect();
    assert_eq!(operations, ["Things_Get", "Things_List", "Things_Put"]);
}

#[test]
fn an_update_by_another_verb_is_two_linked_lines() {
    let pairs = pairs();
    let text = |name: &str| {
        let pair = pairs.iter().find(|pair| pair.name == name).unwrap();
        let report = xtask::spec::diff::text::text(&pair.report(false));
        let lines = report.lines().skip(1).map(str::trim_end);
        lines.collect::<Vec<_>>().join("\n")
    };
    let names = [
        "a PATCH became a PUT",
        "a PATCH became a PUT of the same id",
        "member moved into an object",
        "a long-running operation ends at the default place",
    ];
    insta::assert_snapshot!(names.map(text).join("\n\n"));
}

#[test]
fn what_takes_the_place_of_an_update_counts_with_it() {
    let pairs = pairs();
    let pair = pairs
        .iter()
        .find(|pair| pair.name == "a PATCH became a PUT");
    let mut pair = pair.unwrap().clone();
    pair.set.push(Set {
        at: "/definitions/Owner/properties/phone".to_owned(),
        to: serde_json::json!({ "type": "string" }),
    });
    // It is sent by the PUT, which is not asked for.
    let report = pair.report_of(&["Owners_Update"], false);
    let lines: Vec<_> = report.changes.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "1035 operation : none breaking breaking",
            "1045 member Owner.phone additive additive additive",
        ]
    );
}
