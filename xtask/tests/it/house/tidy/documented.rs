//! What must be in the documentation of public functions.

use std::collections::BTreeMap;

use super::super::api::{self, Entry};
use super::super::ratchet::{self, Violation};
use super::super::source;

#[test]
fn functions_that_can_fail_document_their_errors() {
    let mut violations = Vec::new();
    for (_, entries) in api::read_all(source::root()) {
        for entry in entries {
            if can_fail(&entry) && !entry.is_hidden && !entry.docs.contains("# Errors") {
                let problem = format!(
                    "document `{}` with `# Errors`, and whether the request may have taken effect",
                    entry.path
                );
                violations.push(Violation::new(&entry.file, entry.line, &problem));
            }
        }
    }
    ratchet::check("errors", &violations);
}

fn can_fail(entry: &Entry) -> bool {
    entry.returns.as_ref().is_some_and(|returned| {
        returned == "Result"
            || returned.starts_with("Result<")
            || returned.starts_with("std::result::Result<")
            || returned.starts_with("BoxFuture<") && returned.contains("Result<")
            || returned.contains("Future<Output = Result<")
    })
}

#[test]
fn operations_have_a_compiled_example() {
    let mut violations = Vec::new();
    for (folder, entries) in api::read_all(source::root()) {
        if !folder.ends_with("-client") {
            continue;
        }
        for operation in entries.iter().filter(|entry| is_operation(entry, &entries)) {
            let builder = builder(operation, &entries);
            let documented = builder.is_some_and(|builder| has_example(&builder.docs));
            if !documented && !has_example(&operation.docs) {
                let problem = format!("add an example to `{}` or to its builder", operation.path);
                violations.push(Violation::new(&operation.file, operation.line, &problem));
            }
        }
    }
    ratchet::check("examples", &violations);
}

#[test]
fn setters_have_a_compiled_example() {
    let mut violations = Vec::new();
    for (folder, entries) in api::read_all(source::root()) {
        // The setters of a model are generated; the modules of the models have the example.
        if folder == "crates/billing-models" {
            continue;
        }
        let mut groups: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for entry in entries.iter().filter(|entry| is_setter(entry)) {
            let (holder, _) = entry.path.rsplit_once("::").unwrap();
            // Users receive errors and do not build them.
            if !holder.ends_with("Error") {
                groups.entry(holder).or_default().push(entry);
            }
        }
        for (holder, setters) in groups {
            let is_holder = |entry: &&Entry| entry.path == holder;
            let shown = entries
                .iter()
                .filter(is_holder)
                .chain(setters.iter().copied());
            if !shown.into_iter().any(|entry| has_example(&entry.docs)) {
                let problem = format!("add an example to `{holder}` or to one of its setters");
                violations.push(Violation::new(&setters[0].file, setters[0].line, &problem));
            }
        }
    }
    ratchet::check("setters", &violations);
}

/// Whether a method takes a value and returns it changed.
fn is_setter(entry: &Entry) -> bool {
    let is_consuming = entry.text.contains("(self") || entry.text.contains("(mut self");
    is_consuming && entry.returns.as_deref() == Some("Self") && !entry.is_hidden
}

/// Whether a method of a client returns a builder that sends a request.
fn is_operation(entry: &Entry, entries: &[Entry]) -> bool {
    let mut path = entry.path.split("::");
    let is_method = path.nth(1).is_some_and(|name| name.ends_with("Client")) && path.count() == 1;
    is_method
        && builder(entry, entries).is_some_and(|builder| {
            entries.iter().any(|method| {
                method.path == format!("{}::send", builder.path)
                    || method.path == format!("{}::next_page", builder.path)
            })
        })
}

fn builder<'a>(operation: &Entry, entries: &'a [Entry]) -> Option<&'a Entry> {
    let returned = operation.returns.as_ref()?;
    let name = returned.split('<').next()?;
    let krate = operation.path.split("::").next()?;
    let is_builder =
        |entry: &&Entry| entry.path == format!("{krate}::{name}") && entry.text.contains("struct ");
    entries.iter().find(is_builder)
}

/// Whether the docs have a block that the documentation tests compile.
fn has_example(docs: &str) -> bool {
    let mut is_open = false;
    for line in docs.lines().map(str::trim) {
        let Some(language) = line.strip_prefix("```") else {
            continue;
        };
        if !is_open && matches!(language, "" | "rust" | "no_run" | "should_panic") {
            return true;
        }
        is_open = !is_open;
    }
    false
}

#[test]
fn only_compiled_blocks_are_examples() {
    assert!(has_example("Text.\n\n```\nlet x = 1;\n```\n"));
    assert!(!has_example("```text\nx\n```\nMore.\n```json\n{}\n```\n"));
}
