//! Every single change of a checked-in spec is reported, and found by `codegen --check` where it
//! changes generated code. Limits, defaults, `required` and operations generate nothing: there the
//! comparison alone finds it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use xtask::codegen::artifacts::ARTIFACTS;
use xtask::codegen::load::Sibling;
use xtask::codegen::manifest::{self, Target};
use xtask::codegen::sources::{self, Source, Sources};
use xtask::codegen::typed::typify;
use xtask::layout::Layout;
use xtask::spec::api::Api;
use xtask::spec::diff::change::{Change, Severity};
use xtask::spec::diff::compare::compare;
use xtask::spec::diff::documents;

use super::pairs::{line, remove, set};

/// A change of a spec, and what must be said of it.
struct Mutation {
    what: String,
    document: Value,
    /// One of these rules.
    rules: &'static [&'static str],
    /// The severities, where they do not follow from the rule alone.
    readers: Option<Severity>,
    writers: Option<Severity>,
    rust: Severity,
    is_generated: bool,
}

/// A spec, with what its operation reads and sends: found here on the JSON, not by the code under
/// test.
struct Spec {
    file: String,
    text: String,
    document: Value,
    read: BTreeSet<String>,
    sent: BTreeSet<String>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

impl Spec {
    fn load(file: &str) -> Self {
        let text = fs::read_to_string(root().join("specs").join(file)).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        let mut spec = Self {
            file: file.to_owned(),
            text,
            document,
            read: BTreeSet::new(),
            sent: BTreeSet::new(),
        };
        let operations = spec.operations();
        for at in operations {
            let operation = spec.document.pointer(&at).unwrap().clone();
            let named = |node: &Value| {
                let name = node["type"].as_str()?.trim_end_matches("[]");
                Some(format!("/definitions/{name}"))
            };
            for response in operation["responses"].as_array().into_iter().flatten() {
                if let Some(at) = named(response) {
                    spec.reach(&at, "", None, false);
                }
            }
            if let Some(at) = named(&operation["request"]) {
                let members = operation["request"]["members"].as_array().cloned();
                spec.reach(&at, "", Some(&members.unwrap_or_default()), true);
            }
        }
        spec
    }

    fn operations(&self) -> Vec<String> {
        match self.document.get("x-operations") {
            Some(Value::Object(all)) => {
                let ids = all.keys();
                ids.map(|id| format!("/x-operations/{id}")).collect()
            }
            _ => vec!["/x-operation".to_owned()],
        }
    }

    /// Collects the members below a schema. `members` are the only ones accepted, if there are any.
    fn reach(&mut self, at: &str, wire: &str, members: Option<&Vec<Value>>, is_sent: bool) {
        let Some(node) = self.document.pointer(at).cloned() else {
            return;
        };
        let target = node["$ref"].as_str().or(node["allOf"][0]["$ref"].as_str());
        if let Some(target) = target {
            if let Some(at) = target.strip_prefix('#') {
                self.reach(at, wire, members, is_sent);
            }
            return;
        }
        if node["items"].is_object() {
            return self.reach(&format!("{at}/items"), wire, members, is_sent);
        }
        for (name, member) in node["properties"].as_object().into_iter().flatten() {
            let at = format!("{at}/properties/{name}");
            let wire = if wire.is_empty() {
                name.clone()
            } else {
                format!("{wire}.{name}")
            };
            let accepted = members.is_none_or(|members| {
                let below =
                    |one: &str, other: &str| one == other || one.starts_with(&format!("{other}."));
                let mut paths = members.iter().filter_map(Value::as_str);
                members.is_empty() || paths.any(|path| below(path, &wire) || below(&wire, path))
            });
            if is_sent && (member["readOnly"] == true || !accepted) {
                continue;
            }
            let seen = if is_sent {
                &mut self.sent
            } else {
                &mut self.read
            };
            if seen.insert(at.clone()) {
                self.reach(&at, &wire, members, is_sent);
            }
        }
    }

    fn mutated(&self, edit: impl FnOnce(&mut Value)) -> Value {
        let mut document = self.document.clone();
        edit(&mut document);
        document
    }

    fn mutations(&self) -> Vec<Mutation> {
        let mut all = Vec::new();
        let mut objects = Vec::new();
        let mut enums = Vec::new();
        find(
            &self.document["definitions"],
            "/definitions",
            &mut |at, node| {
                if node["type"] == "object" && node["properties"].is_object() {
                    objects.push(at.to_owned());
                }
                if node["enum"].is_array() {
                    enums.push(format!("{at}/enum"));
                }
            },
        );
        for at in &objects {
            self.object(at, &mut all);
        }
        for at in &enums {
            self.enumeration(at, &mut all);
        }
        for at in self.operations() {
            self.operation(&at, &mut all);
        }
        all
    }

    fn object(&self, at: &str, all: &mut Vec<Mutation>) {
        use Severity::{Additive, Breaking, None as Nothing};
        let mut push =
            |what: String, rules, severity: [Option<Severity>; 2], rust, generated, document| {
                all.push(Mutation {
                    what,
                    document,
                    rules,
                    readers: severity[0],
                    writers: severity[1],
                    rust,
                    is_generated: generated,
                });
            };
        let added = format!("{at}/properties/zzNew");
        let new = self.mutated(|spec| set(spec, &added, json!({ "type": "string" })));
        push(
            added,
            &["1040", "1041", "1045"],
            [None, None],
            Additive,
            true,
            new,
        );
        let properties = self.document.pointer(&format!("{at}/properties")).unwrap();
        for (name, member) in properties.as_object().unwrap() {
            let at_member = format!("{at}/properties/{name}");
            let when = |is: bool, severity| Some(if is { severity } else { Nothing });
            let (is_read, is_sent) = (
                self.read.contains(&at_member),
                self.sent.contains(&at_member),
            );
            let (read, sent) = (when(is_read, Breaking), when(is_sent, Breaking));
            let what = |change: &str| format!("{at_member}: {change}");
            if properties.as_object().unwrap().len() > 1 {
                let gone = self.mutated(|spec| remove(spec, &at_member));
                push(what("gone"), &["1033"], [read, sent], Breaking, true, gone);
            }
            let kind = if member["type"] == "integer" {
                "boolean"
            } else {
                "integer"
            };
            let mut other = json!({ "type": kind });
            for mark in ["readOnly", "x-personal", "description", "x-ms-client-name"] {
                if let Some(mark_of_member) = member.get(mark) {
                    other[mark] = mark_of_member.clone();
                }
            }
            let other = self.mutated(|spec| set(spec, &at_member, other));
            push(what("kind"), &["1026"], [read, sent], Breaking, true, other);
            // An object that is defined here has no marks but those of its members.
            let is_plain = member.get("$ref").is_none() && member.get("properties").is_none();
            if !is_plain {
                continue;
            }
            let flip = |mark: &str| {
                let at = format!("{at_member}/{mark}");
                let is = member[mark] == true;
                self.mutated(|spec| set(spec, &at, json!(!is)))
            };
            let is_read_only = member["readOnly"] == true;
            let rust = when(is_sent, Breaking).unwrap();
            if !is_read_only {
                let set = flip("readOnly");
                push(
                    what("readOnly"),
                    &["1029"],
                    [Some(Nothing), sent],
                    rust,
                    true,
                    set,
                );
            }
            let personal = flip("x-personal");
            let none = [Some(Nothing), Some(Nothing)];
            push(
                what("personal"),
                &["personal-changed"],
                none,
                Nothing,
                true,
                personal,
            );
            let default =
                self.mutated(|spec| set(spec, &format!("{at_member}/default"), json!("x")));
            let severity = [Some(Nothing), sent];
            push(
                what("default"),
                &["1027"],
                severity,
                Nothing,
                false,
                default,
            );
            let listed = self.document.pointer(&format!("{at}/required"));
            let listed = listed
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default();
            if !listed.contains(&json!(name)) {
                let next = format!("{at}/required/{}", listed.len());
                let required = self.mutated(|spec| match listed.is_empty() {
                    true => set(spec, &format!("{at}/required"), json!([name])),
                    false => set(spec, &next, json!(name)),
                });
                push(
                    what("required"),
                    &["1025"],
                    severity,
                    Nothing,
                    false,
                    required,
                );
            }
            if member["type"] == "string" {
                let limit =
                    self.mutated(|spec| set(spec, &format!("{at_member}/maxLength"), json!(9)));
                push(what("limit"), &["1024"], severity, Nothing, false, limit);
            }
        }
    }

    fn enumeration(&self, at: &str, all: &mut Vec<Mutation>) {
        let values = self.document.pointer(at).unwrap().as_array().unwrap();
        let new = format!("{at}/{}", values.len());
        let mut push = |what, rules, rust, document| {
            all.push(Mutation {
                what,
                document,
                rules,
                readers: None,
                writers: None,
                rust,
                is_generated: true,
            });
        };
        let added = self.mutated(|spec| set(spec, &new, json!("ZzNew")));
        push(new, &["1020"], Severity::Additive, added);
        for index in 0..values.len().max(2) - 1 {
            let gone = format!("{at}/{index}");
            let document = self.mutated(|spec| remove(spec, &gone));
            if values.len() > 1 {
                push(gone, &["1019"], Severity::Breaking, document);
            }
        }
    }

    fn operation(&self, at: &str, all: &mut Vec<Mutation>) {
        use Severity::{Additive, Breaking, None as Nothing};
        let operation = self.document.pointer(at).unwrap();
        let mut push = |what: &str, rules, readers, writers, rust, document| {
            all.push(Mutation {
                what: format!("{at}/{what}"),
                document,
                rules,
                readers: Some(readers),
                writers: Some(writers),
                rust,
                is_generated: false,
            });
        };
        let head = self.mutated(|spec| set(spec, &format!("{at}/method"), json!("HEAD")));
        push("method", &["1035"], Nothing, Breaking, Nothing, head);
        let url = operation["url"].as_str().unwrap().replacen("/v", "/x/v", 1);
        let url = url.replacen("/providers", "/x/providers", 1);
        let moved = self.mutated(|spec| set(spec, &format!("{at}/url"), json!(url)));
        push("url", &["1005"], Nothing, Breaking, Nothing, moved);
        let count = |of: &str| {
            operation
                .pointer(of)
                .and_then(Value::as_array)
                .map_or(0, Vec::len)
        };
        for list in ["parameters", "headers"] {
            for index in 0..count(&format!("/{list}")) {
                let item = format!("{list}/{index}");
                let gone = self.mutated(|spec| remove(spec, &format!("{at}/{item}")));
                push(&item, &["1009", "1046"], Nothing, Breaking, Breaking, gone);
            }
            if count(&format!("/{list}")) > 0 {
                let item = format!("{list}/{}", count(&format!("/{list}")));
                let mut new = json!({ "name": "zz-new", "type": "string" });
                if list == "parameters" {
                    new["in"] = json!("query");
                }
                let more = self.mutated(|spec| set(spec, &format!("{at}/{item}"), new));
                push(&item, &["1043"], Nothing, Additive, Additive, more);
            }
        }
        for index in 0..count("/request/mediaTypes") {
            let item = format!("request/mediaTypes/{index}");
            let gone = self.mutated(|spec| remove(spec, &format!("{at}/{item}")));
            push(&item, &["1003"], Nothing, Breaking, Nothing, gone);
        }
        for index in 0..count("/request/members") {
            let item = format!("request/members/{index}");
            let gone = self.mutated(|spec| remove(spec, &format!("{at}/{item}")));
            push(&item, &["1029"], Nothing, Breaking, Breaking, gone);
        }
        for index in 0..count("/responses") {
            let name = operation["responses"][index]["name"].as_str().unwrap();
            let readers = if name.starts_with('2') {
                Nothing
            } else {
                Breaking
            };
            let item = format!("responses/{index}");
            for header in 0..count(&format!("/{item}/headers")) {
                let item = format!("{item}/headers/{header}");
                let gone = self.mutated(|spec| remove(spec, &format!("{at}/{item}")));
                push(&item, &["1014"], Breaking, Nothing, Nothing, gone);
            }
            // A status that is the only one with a body takes the media types with it.
            if count("/responses") > 1 {
                let gone = self.mutated(|spec| remove(spec, &format!("{at}/{item}")));
                push(&item, &["1012"], readers, Nothing, Nothing, gone);
            }
        }
        if operation.get("security").is_some() {
            let gone = self.mutated(|spec| remove(spec, &format!("{at}/security")));
            let rules = &["api-security-removed"];
            push("security", rules, Nothing, Nothing, Nothing, gone);
        }
    }

    fn api(&self, text: &str) -> Api {
        let folder = root().join("specs").join(&self.file);
        let folder = folder.parent().unwrap();
        let names = fs::read_dir(folder).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let names: Vec<_> = names.filter(|name| name.ends_with(".json")).collect();
        let beside = |name: &str| fs::read_to_string(folder.join(name)).ok();
        documents::spec(&self.file, text, &names, &beside).unwrap()
    }

    /// Returns the generated code, or the problems.
    fn generated(
        &self,
        target: &Target,
        siblings: &BTreeMap<String, Sibling>,
        text: &str,
    ) -> String {
        let made = || -> anyhow::Result<String> {
            let spec = sources::checked(target, 0, text, siblings);
            let spec = spec.map_err(xtask::codegen::problem::Problems)?;
            let typed = typify(target, &spec)?;
            let source = Source {
                target: target.clone(),
                spec,
                typed,
            };
            let sources = Sources {
                all: vec![source],
                are_all: false,
            };
            let layout = Layout::of_repository(root());
            let mut text = String::new();
            // The models and the tables of members.
            for make in [ARTIFACTS[0], ARTIFACTS[2]] {
                for (_, file) in make(&layout, &sources)?.files {
                    text.push_str(&file);
                }
            }
            Ok(text)
        };
        made().unwrap_or_else(|error| format!("{error:#}"))
    }
}

fn find(node: &Value, at: &str, visit: &mut dyn FnMut(&str, &Value)) {
    visit(at, node);
    match node {
        Value::Object(members) => {
            for (name, inner) in members {
                find(inner, &format!("{at}/{name}"), visit);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                find(inner, &format!("{at}/{index}"), visit);
            }
        }
        _ => {}
    }
}

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
    assert!(number > 800, "{number} mutations");
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
    for (spec, target) in &specs {
        let siblings = siblings(target);
        let before = spec.generated(target, &siblings, &spec.text);
        // The steps are coprime with the kinds of mutation, so that each kind is among them.
        for mutation in spec.mutations().iter().step_by(7) {
            let after = spec.generated(target, &siblings, &mutation.document.to_string());
            if (after != before) != mutation.is_generated {
                let expected = mutation.is_generated;
                all_wrong.push_str(&format!(
                    "{} {}: generated: {expected}\n",
                    spec.file, mutation.what
                ));
            }
        }
    }
    assert!(all_wrong.is_empty(), "{all_wrong}");
}
