//! Every single change of a checked-in spec is reported, and found by `codegen --check` where it
//! changes generated code. Limits, defaults, `required` and operations generate nothing: there the
//! comparison alone finds it.

mod list;
mod spec;

use std::collections::BTreeMap;
use std::path::Path;
use std::thread;

use xtask::codegen::load::Sibling;
use xtask::codegen::manifest::{self, Target};
use xtask::spec::diff::change::Change;
use xtask::spec::diff::compare::compare;

use self::list::Mutation;
use self::spec::{Spec, root};
use super::pairs::line;

fn specs() -> Vec<(Spec, Target)> {
    let targets = manifest::read(&root().join("specs")).unwrap();
    let specs = targets.into_iter();
    specs
        .map(|target| (Spec::load(&target.file), target))
        .collect()
}

fn wrong(mutation: &Mutation, changes: &[Change]) -> Option<String> {
    // A type that nothing refers to any more has a line of its own.
    let own: Vec<_> = changes.iter().filter(|one| one.rule != "1006").collect();
    let is_right = |change: &&Change| {
        let severity = change.severity;
        mutation.rules.contains(&change.rule)
            && mutation
                .readers
                .is_none_or(|readers| readers == severity.readers)
            && mutation
                .writers
                .is_none_or(|writers| writers == severity.writers)
            && mutation.rust == severity.rust
    };
    if own.len() == 1 && own.iter().all(is_right) {
        return None;
    }
    let lines: Vec<_> = changes.iter().map(line).collect();
    Some(format!(
        "{}: expected {:?} {:?} {:?} {:?}, found {lines:#?}\n",
        mutation.what, mutation.rules, mutation.readers, mutation.writers, mutation.rust
    ))
}

#[test]
fn every_mutation_of_a_spec_is_reported() {
    let (mut number, mut all_wrong) = (0, String::new());
    for (spec, _) in specs() {
        let before = spec.api(&spec.text);
        for mutation in spec.mutations() {
            let after = spec.api(&mutation.document.to_string());
            let (a, b) = ((&before, &*before.operations), (&after, &*after.operations));
            let mut changes = compare(a, b, &[]).changes;
            changes.retain(|change| !change.is_words());
            number += 1;
            if let Some(wrong) = wrong(&mutation, &changes) {
                all_wrong.push_str(&format!("{} {wrong}", spec.file));
            }
        }
    }
    assert!(all_wrong.is_empty(), "{all_wrong}");
    assert!(number > 1500, "{number} mutations");
}

#[test]
fn codegen_finds_mutations_that_change_code() {
    let mut all_wrong = String::new();
    let specs = specs();
    let siblings = |own: &Target| {
        let folder = Path::new(&own.file).parent();
        let beside = specs.iter().filter(|(spec, target)| {
            target.file != own.file && Path::new(&spec.file).parent() == folder
        });
        let beside = beside.map(|(spec, target)| {
            let definitions = spec.document["definitions"].as_object().unwrap().keys();
            let sibling = Sibling {
                module: target.module.clone(),
                definitions: definitions.cloned().collect(),
            };
            let name = Path::new(&spec.file).file_name().unwrap();
            (name.to_string_lossy().into_owned(), sibling)
        });
        beside.collect::<BTreeMap<_, _>>()
    };
    // One thread for each spec: nearly all of the time goes into typify and formatting.
    thread::scope(|scope| {
        let threads: Vec<_> = specs
            .iter()
            .map(|(spec, target)| scope.spawn(|| wrongly_generated(spec, target, siblings(target))))
            .collect();
        for thread in threads {
            all_wrong.push_str(&thread.join().unwrap());
        }
    });
    assert!(all_wrong.is_empty(), "{all_wrong}");
}

/// Returns the mutations that change the generated code and should not, or do not and should.
fn wrongly_generated(spec: &Spec, target: &Target, siblings: BTreeMap<String, Sibling>) -> String {
    let read_before = spec.read_for_code(target, &siblings, &spec.text);
    let before = spec.generated(target, &siblings, &spec.text);
    let mut wrong = String::new();
    for mutation in spec.mutations() {
        let text = mutation.document.to_string();
        let is_read = spec.read_for_code(target, &siblings, &text) != read_before;
        let is_generated = is_read && spec.generated(target, &siblings, &text) != before;
        if is_generated != mutation.is_generated {
            let expected = mutation.is_generated;
            let (file, what) = (&spec.file, &mutation.what);
            wrong.push_str(&format!("{file} {what}: generated: {expected}\n"));
        }
    }
    wrong
}
