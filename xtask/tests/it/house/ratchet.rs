//! Lists of violations from before a rule, which may only shrink.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use super::source;

/// One place that breaks a rule.
#[derive(Debug)]
pub(crate) struct Violation {
    /// What the list names: the file, or for an import both files.
    pub(crate) key: String,
    /// File, line, and what to do.
    pub(crate) message: String,
}

impl Violation {
    pub(crate) fn new(file: &str, line: usize, message: &str) -> Self {
        Self {
            key: file.to_owned(),
            message: format!("{file}:{line}: {message}"),
        }
    }
}

/// Compares the violations of `rule` with its list, or does what `RATCHET` says:
/// `show` prints all violations, `write` rewrites the list.
#[allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the person who runs the tests decides what to do with the lists"
)]
pub(crate) fn check(rule: &str, violations: &[Violation]) {
    let list = format!("xtask/tests/it/house/ratchet/{rule}.txt");
    let file = source::root().join(&list);
    let found = count(violations);
    let mode = std::env::var("RATCHET").unwrap_or_default();
    if mode == "show" {
        for violation in violations {
            println!("{rule}: {}", violation.message);
        }
    }
    if mode == "write" {
        let lines: String = found
            .iter()
            .map(|(key, count)| format!("{count} {key}\n"))
            .collect();
        if lines.is_empty() {
            // A rule without a list has no exceptions.
            let _ = fs::remove_file(file);
        } else {
            fs::write(file, lines).unwrap();
        }
        return;
    }
    let allowed = parse(&fs::read_to_string(file).unwrap_or_default());
    let problems = compare(&found, &allowed, violations);
    assert!(
        problems.is_empty(),
        "{rule}:\n{problems}\nThe list of earlier violations is {list}."
    );
}

fn count(violations: &[Violation]) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for violation in violations {
        *found.entry(violation.key.clone()).or_default() += 1;
    }
    found
}

fn parse(list: &str) -> BTreeMap<String, usize> {
    list.lines()
        .map(|line| {
            let (count, key) = line.split_once(' ').unwrap();
            (key.to_owned(), count.parse().unwrap())
        })
        .collect()
}

fn compare(
    found: &BTreeMap<String, usize>,
    allowed: &BTreeMap<String, usize>,
    violations: &[Violation],
) -> String {
    let mut problems = String::new();
    for (key, count) in found {
        if *count <= allowed.get(key).copied().unwrap_or(0) {
            continue;
        }
        for violation in violations.iter().filter(|violation| violation.key == *key) {
            writeln!(problems, "{}", violation.message).unwrap();
        }
    }
    for (key, allowed) in allowed {
        let found = found.get(key).copied().unwrap_or(0);
        if found < *allowed {
            writeln!(
                problems,
                "{key}: {found} left of {allowed}, so shorten the list: \
                 RATCHET=write cargo test -p xtask --test it house"
            )
            .unwrap();
        }
    }
    problems
}

#[test]
fn only_the_listed_violations_pass() {
    let violations = [
        Violation::new("a.rs", 1, "first"),
        Violation::new("a.rs", 2, "second"),
    ];
    let problems = |list: &str| compare(&count(&violations), &parse(list), &violations);

    assert_eq!(problems("2 a.rs\n"), "");
    assert_eq!(problems("1 a.rs\n"), "a.rs:1: first\na.rs:2: second\n");
    assert_eq!(problems(""), "a.rs:1: first\na.rs:2: second\n");
    assert!(problems("3 a.rs\n").starts_with("a.rs: 2 left of 3"));
    assert!(problems("2 a.rs\n1 b.rs\n").starts_with("b.rs: 0 left of 1"));
}
