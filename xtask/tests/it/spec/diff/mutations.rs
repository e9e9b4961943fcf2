//! Every single change of a checked-in spec is reported, and found by `codegen --check` where it
//! changes generated code. Limits, defaults, `required` and operations generate nothing: there the
//! comparison alone finds it. The generator runs on the changed definition alone, which a test
//! compares with the whole: a run on the whole spec takes six times as long.

mod generator;
mod list;
mod spec;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use xtask::codegen::load::Sibling;
use xtask::codegen::manifest::{self, Target};
use xtask::spec::diff::change::Change;
use xtask::spec::diff::compare::compare;

use self::generator::{Generator, items};
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

/// Returns the generators of the specs.
fn generators(specs: &[(Spec, Target)]) -> Vec<(&Spec, Generator<'_>)> {
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
    let generators = specs.iter();
    generators
        .map(|(spec, target)| (spec, Generator::new(spec, target, siblings(target))))
        .collect()
}

/// What is found in the code of one definition is found in the whole, and the other way round.
#[test]
fn code_of_a_definition_alone_is_that_in_the_whole() {
    let specs = specs();
    for (spec, generator) in generators(&specs) {
        let whole = items(&generator.whole(&spec.document));
        let mut found = BTreeSet::new();
        for name in spec.document["definitions"].as_object().unwrap().keys() {
            let part = items(&generator.part(&spec.document, &format!("/definitions/{name}")));
            let own: BTreeSet<_> = part.intersection(&whole).cloned().collect();
            assert!(!own.is_empty(), "{} {name}: {part:#?}", spec.file);
            let other = part.difference(&whole).find(|item| !item.contains("stub"));
            assert_eq!(other, None, "{} {name}", spec.file);
            found.extend(own);
        }
        // A table also has types that are read beside what is written.
        let missing: Vec<_> = whole.difference(&found).collect();
        let missing: Vec<_> = missing
            .iter()
            .filter(|item| !item.starts_with("static"))
            .collect();
        assert!(missing.is_empty(), "{}: {missing:#?}", spec.file);
    }
}

#[test]
fn codegen_finds_mutations_that_change_code() {
    let mut wrong = String::new();
    let specs = specs();
    for (spec, generator) in generators(&specs) {
        let parts = Parts::new(spec, &generator);
        let (generated, others): (Vec<_>, Vec<_>) = spec
            .mutations()
            .into_iter()
            .partition(|one| one.is_generated);
        let mut missed: Vec<_> = generated.iter().filter(|one| !parts.differs(one)).collect();
        // All others together change nothing; if they do, each is tried.
        let mut document = spec.document.clone();
        for mutation in &others {
            merge(&mut document, &spec.document, &mutation.document);
        }
        if generator.whole(&document) != generator.whole(&spec.document) {
            wrong.push_str(&format!(
                "{}: what generates nothing changes code\n",
                spec.file
            ));
            missed.extend(others.iter().filter(|one| parts.differs(one)));
        }
        for mutation in missed {
            let (what, expected) = (&mutation.what, mutation.is_generated);
            wrong.push_str(&format!("{} {what}: generated: {expected}\n", spec.file));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The code of each definition of a spec.
struct Parts<'a> {
    spec: &'a Spec,
    generator: &'a Generator<'a>,
    code: RefCell<BTreeMap<String, String>>,
}

impl<'a> Parts<'a> {
    fn new(spec: &'a Spec, generator: &'a Generator<'a>) -> Self {
        let code = RefCell::default();
        Self {
            spec,
            generator,
            code,
        }
    }

    /// Returns whether a mutation changes the code of the definition that it changes.
    fn differs(&self, mutation: &Mutation) -> bool {
        let part = mutation
            .what
            .split('/')
            .take(3)
            .collect::<Vec<_>>()
            .join("/");
        let part = part.split(':').next().unwrap();
        let mut code = self.code.borrow_mut();
        let before = code
            .entry(part.to_owned())
            .or_insert_with(|| self.generator.part(&self.spec.document, part));
        self.generator.part(&mutation.document, part) != *before
    }
}

/// Makes the changes from one document to another in a third, which has other changes already. Of
/// different changes in the same list the last is made.
fn merge(into: &mut Value, from: &Value, to: &Value) {
    match (into, from, to) {
        (Value::Object(into), Value::Object(from), Value::Object(to)) => {
            into.retain(|name, _| to.contains_key(name) || !from.contains_key(name));
            for (name, to) in to {
                match (into.get_mut(name), from.get(name)) {
                    (Some(into), Some(from)) if from != to => merge(into, from, to),
                    (_, Some(from)) if from == to => {}
                    // A list of several changes, such as `required`, has what each adds.
                    (Some(Value::Array(into)), None) => {
                        into.extend(to.as_array().cloned().unwrap())
                    }
                    _ => drop(into.insert(name.clone(), to.clone())),
                }
            }
        }
        (Value::Array(into), Value::Array(from), Value::Array(to)) if to.starts_with(from) => {
            into.extend_from_slice(&to[from.len()..]);
        }
        (into, from, to) if from != to => *into = to.clone(),
        _ => {}
    }
}
